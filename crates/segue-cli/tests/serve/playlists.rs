//! Paths of tracks, and playlist files in and out: as the command line does it, and within limits.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::server::{Response, Server};
use crate::support::tracks::id;

const PLAIN: &str = "content-type: text/plain\r\n";

#[test]
fn a_path_is_that_of_the_command() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let (a, b) = (id(3), id(20));
    let ends = format!("/api/v1/path?from={a}&to={b}");
    for (query, args) in [
        ("", &[][..]),
        ("&k=5&profile=classic", &["-k", "5", "--profile", "classic"]),
        ("&k=4&all_releases=true", &["-k", "4", "--all-releases"]),
        (
            "&k=4&min_popularity=10&max_tempo=180",
            &["-k", "4", "--min", "popularity=10", "--max", "tempo=180"],
        ),
    ] {
        let command = [&["path", &a, &b, "-i", "tracks.segue", "--format", "json"][..], args].concat();
        let answer = server.get(&format!("{ends}{query}"));
        assert_eq!(answer.json(), place.run(&command).succeeds().json(), "{query}");
        assert!(answer.header("etag").is_some());
    }
    for (query, status, code) in [
        ("from=x", 400, "invalid_parameter"),
        (&format!("from={a}&to=nobody"), 404, "unknown_track"),
        (&format!("from={a}&to={a}"), 409, "contradiction"),
        (&format!("from={a}&to={b}&k=1"), 400, "invalid_parameter"),
        (&format!("from={a}&to={b}&k=1001"), 400, "invalid_parameter"),
        (&format!("from={a}&to={b}&k=41"), 409, "contradiction"),
        (&format!("from={a}&to={b}&min_loud=1"), 400, "invalid_parameter"),
        (&format!("from={a}&to={b}&min_energy=nan"), 400, "invalid_parameter"),
        (&format!("from={a}&to={b}&target_energy=1"), 400, "invalid_parameter"),
        (&format!("from={a}&to={b}&profile=mine"), 404, "unknown_profile"),
    ] {
        server.get(&format!("/api/v1/path?{query}")).problem(status, code);
    }
}

fn read(server: &Server, query: &str, file: &str) -> Response {
    server.post_with(&format!("/api/v1/playlists{query}"), PLAIN, file)
}

/// The ids that were found, null for what was not.
fn ids(playlist: &Value) -> Vec<Value> {
    let entries = playlist["entries"].as_array().unwrap();
    entries.iter().map(|entry| entry["track"]["track_id"].clone()).collect()
}

#[test]
fn a_playlist_says_what_was_found_and_why_something_was_not() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let title = server.get(&format!("/api/v1/tracks/{}", id(4))).json()["track_name"].clone();
    let title = title.as_str().unwrap();
    let long = "a".repeat(1001);
    let a = id(1);
    let file =
        format!("# mine\nspotify:track:{a}\nspotify:track:none\n\n{title}\n<b>no such</b>\n{long}\n{a}\n");
    let answer = read(&server, "?name=evening.txt", &file).json();
    let playlist = &answer["playlists"][0];
    assert_eq!((&playlist["found"], &playlist["missing"]), (&json!(3), &json!(3)), "{answer}");
    assert_eq!(
        ids(playlist),
        [json!(id(1)), Value::Null, json!(id(4)), Value::Null, Value::Null, json!(id(1))]
    );
    let entries = playlist["entries"].as_array().unwrap();
    let of = |at: usize, name: &str| entries[at][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (of(0, "place"), of(0, "mention"), &entries[0]["problem"]),
        ("line 2".into(), id(1), &Value::Null)
    );
    assert_eq!(of(1, "problem"), "the catalogue has no track of this id");
    assert_eq!((of(3, "mention"), of(3, "problem")), ("<b>no such</b>".into(), "no track matches".into()));
    assert_eq!(
        (of(4, "mention").len(), of(4, "problem")),
        (80, "at most 1000 characters were wanted".into())
    );

    // What it finds is what the command takes for seeds.
    place.write("evening.txt", &file);
    let args = ["recommend", "--like-playlist", "evening.txt", "-i", "tracks.segue", "--format", "json"];
    let by_command = place.run(&args).succeeds().json();
    let seeds = [id(1), id(4)].map(|id| json!({ "track": id }));
    let by_service = server.post("/api/v1/recommendations", &json!({ "seeds": seeds }).to_string()).json();
    assert_eq!(by_service["recommendations"], by_command["recommendations"]);
}

#[test]
fn every_format_is_read_by_name_parameter_or_content() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let a = id(1);
    let csv = format!("playlist_name,track_id\nfirst,{a}\nsecond,{a}\nsecond,x\n");
    let several = read(&server, "?name=lists.csv", &csv).json();
    assert_eq!(several["playlists"][0]["name"], "first");
    assert_eq!(
        (&several["playlists"][1]["found"], &several["playlists"][1]["missing"]),
        (&json!(1), &json!(1))
    );
    let m3u = format!("#EXTM3U\n#PLAYLIST:Mine\n#EXTINF:1,A - B\nspotify:track:{a}\n");
    let xspf = format!(
        "<playlist><title>Mine</title><trackList><track><identifier>spotify:track:{a}</identifier></track>\
         <track/></trackList></playlist>"
    );
    let jspf =
        json!({ "playlist": { "title": "Mine", "track": [{ "identifier": format!("spotify:track:{a}") }] } });
    for (query, file, missing) in [
        ("", &m3u, 0),
        ("?name=a.m3u", &m3u, 0),
        ("?format=m3u8", &m3u, 0),
        ("?name=no.csv&format=m3u8", &m3u, 0),
        ("", &xspf, 1),
        ("?format=xspf", &xspf, 1),
        ("", &jspf.to_string(), 0),
    ] {
        let answer = read(&server, query, file).json();
        let playlist = &answer["playlists"][0];
        assert_eq!((&playlist["name"], &playlist["missing"]), (&json!("Mine"), &json!(missing)), "{answer}");
        assert_eq!(playlist["found"], 1, "{answer}");
    }
    let nothing = read(&server, "", "# nothing\n").json();
    assert_eq!(nothing["playlists"][0], json!({ "name": null, "found": 0, "missing": 0, "entries": [] }));
    let nameless = read(&server, "?format=xspf", &xspf).json();
    let entry = &nameless["playlists"][0]["entries"][1];
    assert_eq!((&entry["mention"], &entry["problem"]), (&json!(""), &json!("names no track")));
    for (query, file, code, wanted) in [
        ("", "", "invalid_body", "as the body"),
        ("?format=zip", "", "invalid_parameter", "m3u8, xspf, jspf, csv, uris, pls"),
        ("?names=x", "", "invalid_parameter", "names: there is no such parameter"),
        ("?name=a.xspf", "<playlist>", "invalid_body", "a.xspf: "),
        ("?name=a.jspf", "[]", "invalid_body", "a.jspf: is not JSPF"),
        ("", "a\0b", "invalid_body", "the playlist: line 1 holds a NUL byte"),
        ("", &"a\n".repeat(10_001), "invalid_body", "at most 10,000 were wanted"),
    ] {
        let problem = read(&server, query, file).problem(400, code);
        assert!(problem.contains(wanted), "{query}: {problem}");
    }
}

#[test]
fn a_playlist_costs_no_more_than_it_may() {
    let place = Place::with_index();
    let limits = ["--max-playlist", "1000", "--max-body", "100", "--request-timeout", "0.05"];
    let server = Server::start(&place, &[&["-i", "tracks.segue"][..], &limits].concat());
    assert_eq!(read(&server, "", &"none\n".repeat(200)).status, 200, "longer than other bodies");
    read(&server, "", &"a".repeat(1001)).problem(413, "body_too_long");
    drop(server);

    let server = Server::start(&place, &["-i", "tracks.segue", "--request-timeout", "2"]);
    // Each with words of its own, and with typos to look for.
    let many: String =
        (1..10_000).map(|number| format!("plaim trakc {number}x artsit {number}y\n")).collect();
    let begun = Instant::now();
    let answer = read(&server, "", &format!("{many}{}\n", id(1)));
    assert!(begun.elapsed() < Duration::from_secs(3));
    let answer = answer.json();
    let entries = answer["playlists"][0]["entries"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[9_999]["track"]["track_id"]), (10_000, &json!(id(1))));
    for entry in &entries[..9_999] {
        let problem = entry["problem"].as_str().unwrap();
        assert!(["no track matches", "not found in time; send fewer tracks at once"].contains(&problem));
    }

    // Files in memory are few, and a place is free again when its client is gone.
    let held: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = server.connect();
            let head = "POST /api/v1/playlists HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n";
            std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
            stream
        })
        .collect();
    crate::support::server::wait_until("four are held", || read(&server, "", "x\n").status == 503);
    let refused = read(&server, "", "x\n");
    assert_eq!(refused.header("retry-after"), Some("1"));
    refused.problem(503, "overloaded");
    drop(held);
    crate::support::server::wait_until("a place is free", || read(&server, "", "x\n").status == 200);
}

#[test]
fn a_file_is_that_of_the_command() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let a = id(3);
    let list = server.get(&format!("/api/v1/tracks/{a}/similar?k=7&spaced=true")).json();
    let tracks: Vec<&Value> =
        list["recommendations"].as_array().unwrap().iter().map(|track| &track["track_id"]).collect();
    let seed = &list["seed"];
    let artists: Vec<&str> =
        seed["artists"].as_array().unwrap().iter().map(|artist| artist.as_str().unwrap()).collect();
    let name = format!("like {} by {}", seed["track_name"].as_str().unwrap(), artists.join(", "));
    let body = json!({ "name": name, "tracks": tracks }).to_string();
    for (format, content_type) in [
        ("m3u8", "audio/x-mpegurl"),
        ("xspf", "application/xspf+xml"),
        ("jspf", "application/jspf+json"),
        ("uris", "text/plain; charset=utf-8"),
    ] {
        let file = server.post(&format!("/api/v1/playlists/{format}"), &body);
        assert_eq!((file.status, file.header("content-type")), (200, Some(content_type)));
        let disposition = file.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment; filename=\"like "), "{disposition}");
        let args = ["recommend", "--id", &a, "-k", "7", "-i", "tracks.segue", "--format", format];
        let command = place.run(&args).succeeds().out;
        assert_eq!(String::from_utf8(file.body).unwrap(), command, "{format}");
        // It is read back as the same tracks.
        let again = read(&server, &format!("?format={format}"), &command).json();
        assert_eq!(ids(&again["playlists"][0]).iter().collect::<Vec<_>>(), tracks, "{again}");
    }
    let csv = server.post("/api/v1/playlists/csv", &body);
    let again = read(&server, "?name=a.csv", &String::from_utf8(csv.body).unwrap()).json();
    assert_eq!(ids(&again["playlists"][0]).iter().collect::<Vec<_>>(), tracks, "{again}");

    for (format, body, status, code) in [
        ("pls", "{}", 400, "invalid_parameter"),
        ("%FF", "{}", 400, "invalid_parameter"),
        ("m3u8", "{}", 400, "invalid_body"),
        ("m3u8", "{\"tracks\": [\"x\"]}", 404, "unknown_track"),
        ("m3u8", "{\"tracks\": [1]}", 400, "invalid_body"),
        ("m3u8", &json!({ "tracks": vec!["x"; 10_001] }).to_string(), 400, "invalid_body"),
        ("m3u8", &json!({ "tracks": [], "name": "x".repeat(256) }).to_string(), 400, "invalid_body"),
    ] {
        server.post(&format!("/api/v1/playlists/{format}"), body).problem(status, code);
    }
    // A hostile name is a header's value, and nothing else.
    let body = json!({ "name": "a\r\nset-cookie: x=1\"; x=\"../../b", "tracks": [a] }).to_string();
    let file = server.post("/api/v1/playlists/m3u8", &body);
    assert_eq!((file.status, file.header("set-cookie")), (200, None));
}

#[test]
fn many_tracks_are_looked_up_at_once() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let body = json!({ "ids": [id(2), "none"], "rows": [0, 5_000_000_000_u64] }).to_string();
    let answer = server.post("/api/v1/tracks", &body).json();
    let tracks = answer["tracks"].as_array().unwrap();
    assert_eq!((tracks.len(), &tracks[1], &tracks[3]), (4, &Value::Null, &Value::Null));
    assert_eq!((&tracks[0]["track_id"], &tracks[2]["row"]), (&json!(id(2)), &json!(0)));
    assert!(tracks[0]["x"].is_null() && tracks[0]["artists"].is_array(), "no map: {answer}");
    assert_eq!(server.post("/api/v1/tracks", "{}").json(), json!({ "tracks": [] }));
    for body in ["[]", "{\"rows\": [-1]}", "{\"rows\": [1.5]}", "{\"id\": []}", "{\"rows\": [1e16]}"] {
        server.post("/api/v1/tracks", body).problem(400, "invalid_body");
    }
    let many = json!({ "ids": vec!["x"; 600], "rows": vec![1; 401] }).to_string();
    server.post("/api/v1/tracks", &many).problem(400, "invalid_body");
}
