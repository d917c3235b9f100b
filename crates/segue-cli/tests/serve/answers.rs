//! Segue's own API returns what the command line returns, and every field of a request has an effect.

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};
use crate::support::tracks::{csv, id, place as column, some, with};

#[test]
fn the_service_answers_as_the_command_does() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let command = |args: &[&str]| {
        let args = [args, &["-i", "tracks.segue", "--format", "json"]].concat();
        place.run(&args).succeeds().json()
    };
    let (a, b) = (id(3), id(8));
    for (path, args) in [
        (format!("/api/v1/tracks/{a}/similar"), vec!["recommend", "--id", &a]),
        (
            format!("/api/v1/tracks/{a}/similar?k=3&profile=classic&why=true"),
            vec!["recommend", "--id", &a, "-k", "3", "--profile", "classic", "--why"],
        ),
        (
            format!("/api/v1/tracks/{a}/similar?all_releases=true&k=40"),
            vec!["recommend", "--id", &a, "--all-releases", "-k", "40"],
        ),
        (
            format!("/api/v1/tracks/{a}/similar?versions=true&k=40"),
            vec!["recommend", "--id", &a, "--versions", "-k", "40"],
        ),
        ("/api/v1/search?q=artist+7&facets=true".into(), vec!["search", "artist 7"]),
        (
            "/api/v1/search?q=art&match=contains&k=5&offset=2&facets=true".into(),
            vec!["search", "art", "--match", "contains", "-n", "5", "--offset", "2"],
        ),
        (
            "/api/v1/search?q=%5Ewith&match=regex&facets=true".into(),
            vec!["search", "^with", "--match", "regex"],
        ),
        (
            "/api/v1/search?q=plain&all_releases=true&facets=true".into(),
            vec!["search", "plain", "--all-releases"],
        ),
    ] {
        assert_eq!(server.get(&path).json(), command(&args), "{path}");
    }
    let genre =
        place.run(&["recommend", "--id", &a, "-i", "tracks.segue", "--format", "json"]).succeeds().json();
    let genre = genre["seed"]["track_genre"].as_str().unwrap().to_owned();
    let body = json!({
        "seeds": [{"track": a}, {"track": b, "weight": -0.5}, {"genre": genre, "weight": 0.3}],
        "k": 6, "targets": {"energy": 0.9}, "min": {"popularity": 5}, "max": {"tempo": 190},
        "diversity": 0.3, "shuffle": {"amount": 0.1, "seed": 7}, "per_artist": 1, "why": true,
        "without": [id(5), "unknown"],
    });
    place.write("never.txt", id(5));
    let unlike = format!("{b}*0.5");
    let genre = format!("{genre}*0.3");
    let args = [
        "recommend",
        &a,
        "--unlike",
        &unlike,
        "--like-genre",
        &genre,
        "-k",
        "6",
        "--target",
        "energy=0.9",
        "--min",
        "popularity=5",
        "--max",
        "tempo=190",
        "--diversity",
        "0.3",
        "--shuffle",
        "0.1",
        "--seed",
        "7",
        "--per-artist",
        "1",
        "--why",
        "--never",
        "never.txt",
    ];
    let answer = server.post("/api/v1/recommendations", &body.to_string()).json();
    assert_eq!(answer["recommendations"], command(&args)["recommendations"]);
}

/// The recommended ids.
fn ids(response: &Response) -> Vec<String> {
    let answer = response.json();
    let listed = answer["recommendations"].as_array().unwrap_or_else(|| panic!("{answer}"));
    listed.iter().map(|track| track["track_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_wish_of_a_body_counts() {
    let place = Place::new();
    let mut tracks = some(40);
    // One album has four tracks of one band.
    tracks[20..24].iter_mut().for_each(|track| track[column("artists")] = "The Band".into());
    place.write("tracks.csv", csv(&tracks));
    let profiles = ["--profile", "segue", "--profile", "classic"];
    place.run(&[&["build", "tracks.csv", "-o", "tracks.segue"][..], &profiles].concat()).succeeds();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let plain = json!({ "seeds": [{ "track": id(1) }], "k": 8 });
    let asked = |wish: &Value| {
        let mut body = plain.clone();
        body.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        server.post("/api/v1/recommendations", &body.to_string())
    };
    let without_wish = ids(&asked(&json!({})));
    let track = |id: &String| server.get(&format!("/api/v1/tracks/{id}")).json();
    let first = track(&without_wish[0]);
    let (genre, artist) = (&first["genres"][0], &first["artists"][0]);
    let album = &first["album_name"];
    assert!(album.is_string());
    for wish in [
        json!({ "seeds": [{ "track": id(2) }] }),
        json!({ "seeds": [{ "track": id(1) }, { "artist": "Artist 9" }] }),
        json!({ "seeds": [{ "features": { "attributes": { "energy": 0.1, "tempo": 90 }, "genres": [genre], "explicit": true } }] }),
        json!({ "seeds": [{ "track": id(1) }, { "track": id(2), "weight": -0.9 }] }),
        json!({ "k": 3 }),
        json!({ "profile": "classic" }),
        json!({ "targets": { "energy": 0.99, "valence": 0.01 } }),
        json!({ "min": { "popularity": 60 } }),
        json!({ "max": { "duration_ms": 150000 } }),
        json!({ "genres": [genre] }),
        json!({ "without_genres": [genre] }),
        json!({ "artists": [artist] }),
        json!({ "without_artists": [artist] }),
        json!({ "explicit": true }),
        json!({ "without": [without_wish[0]] }),
        json!({ "tempo_within": 2 }),
        json!({ "harmonic": true }),
        json!({ "diversity": 0.9 }),
        json!({ "shuffle": { "amount": 1, "seed": 3 } }),
    ] {
        assert_ne!(ids(&asked(&wish)), without_wish, "{wish}");
    }
    assert!(asked(&json!({ "why": true })).json()["recommendations"][0]["why"]["phrase"].is_string());
    // With `per_artist` or `per_album` 1, no artist or album comes twice.
    let of_the_band = |wish: &Value| {
        let answer = asked(wish).json();
        let tracks = answer["recommendations"].as_array().unwrap();
        tracks.iter().filter(|track| track["artists"][0] == "The Band").count()
    };
    let counts =
        [json!({ "k": 40 }), json!({ "k": 40, "per_album": 1 }), json!({ "k": 40, "per_artist": 2 })];
    assert_eq!(counts.each_ref().map(of_the_band), [4, 1, 2]);
    // Spaced, the tracks are the same, and the band is never listed twice in a row.
    let spaced = asked(&json!({ "k": 40, "spaced": true }));
    let by_get = server.get(&format!("/api/v1/tracks/{}/similar?k=40&spaced=true", id(1)));
    assert_eq!(ids(&spaced), ids(&by_get));
    let artists: Vec<Value> = spaced.json()["recommendations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|track| track["artists"].clone())
        .collect();
    assert!(artists.windows(2).all(|pair| pair[0] != pair[1]), "{artists:?}");
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(ids(&spaced)), sorted(ids(&asked(&json!({ "k": 40 })))));
    // Other spellings of the defaults.
    assert_eq!(ids(&asked(&json!({ "k": 8.0, "per_artist": null }))), without_wish);
}

#[test]
fn versions_seasons_and_words_are_listed_as_they_are_asked_for() {
    let place = Place::new();
    // The same measurements but for the popularity, so that all titles are near the seed; and no speech.
    let titles =
        ["Hurt", "Hurt - Live", "Merry Christmas Everyone", "Hello", "Hello - Acoustic Version", "Yesterday"];
    let tracks = (0..titles.len()).map(|number| {
        let popularity = (50 + number).to_string();
        let id = id(number);
        let own = [
            ("track_id", id.as_str()),
            ("track_name", titles[number]),
            ("artists", "The Band"),
            ("album_name", "Album"),
            ("popularity", popularity.as_str()),
        ];
        with(7, &[&own[..], &[("speechiness", "0.05"), ("duration_ms", "200000")]].concat())
    });
    place.write("tracks.csv", csv(&tracks.collect::<Vec<_>>()));
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let listed = |response: &Response| {
        let mut numbers: Vec<usize> = ids(response)
            .iter()
            .map(|found| (0..titles.len()).find(|at| id(*at) == *found).unwrap())
            .collect();
        numbers.sort_unstable();
        numbers
    };
    for (wish, by_get, expected) in [
        (json!({}), Some(""), vec![3, 5]),
        (json!({ "seasonal": true }), Some("&seasonal=true"), vec![2, 3, 5]),
        (json!({ "versions": true }), Some("&versions=true"), vec![1, 3, 4, 5]),
        (json!({ "all_releases": true }), Some("&all_releases=true"), vec![1, 2, 3, 4, 5]),
        (json!({ "without_words": ["yesterday"] }), None, vec![3]),
        (json!({ "versions": true, "without_words": ["Acoustic", "live"] }), None, vec![3, 5]),
    ] {
        let mut body = json!({ "seeds": [{ "track": id(0) }], "k": 10 });
        body.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        let found = listed(&server.post("/api/v1/recommendations", &body.to_string()));
        // Of the two versions of a work the more fitting one is listed.
        let as_works = |numbers: Vec<usize>| -> Vec<usize> {
            let is_one_of_two = !numbers.contains(&3) || !numbers.contains(&4);
            let mut works: Vec<usize> =
                numbers.iter().map(|at| if is_one_of_two && *at == 4 { 3 } else { *at }).collect();
            works.sort_unstable();
            works
        };
        assert_eq!(as_works(found), expected, "{wish}");
        if let Some(by_get) = by_get {
            let found = listed(&server.get(&format!("/api/v1/tracks/{}/similar?k=10{by_get}", id(0))));
            assert_eq!(as_works(found), expected, "{by_get}");
        }
    }
    let long = json!({ "seeds": [{ "track": id(0) }], "without_words": ["a".repeat(201)] });
    let refused = server.post("/api/v1/recommendations", &long.to_string());
    assert_eq!(refused.status, 409);
    let detail = refused.json()["detail"].to_string();
    assert!(detail.contains("201 bytes, at most 200 were wanted"), "{detail}");
}

#[test]
fn what_is_wrong_is_a_problem_with_a_code_that_says_what_was_wanted() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let similar = |rest: &str| format!("/api/v1/tracks/{}/similar{rest}", id(1));
    for (path, status, code, wanted) in [
        (
            "/api/v1/tracks/nobody".to_owned(),
            404,
            "unknown_track",
            "\"nobody\": not in this catalogue of 40 tracks",
        ),
        ("/api/v1/tracks/%FF".to_owned(), 400, "invalid_parameter", "not UTF-8"),
        (similar("?k=0"), 400, "invalid_parameter", "k: a number from 1 to 1000 was wanted, not \"0\""),
        (similar("?k=1001"), 400, "invalid_parameter", "1 to 1000"),
        (similar("?k=ten"), 400, "invalid_parameter", "\"ten\""),
        (similar("?k=1&k=2"), 400, "invalid_parameter", "k: given twice"),
        (similar("?limit=1"), 400, "invalid_parameter", "limit: there is no such parameter"),
        (similar("?why=yes"), 400, "invalid_parameter", "true or false"),
        (similar("?profile=mine"), 404, "unknown_profile", "it has segue and classic"),
        ("/api/v1/search".to_owned(), 400, "invalid_parameter", "q: missing"),
        ("/api/v1/search?q=(&match=regex".to_owned(), 400, "invalid_parameter", "unclosed group"),
        ("/api/v1/search?q=a&match=fuzzy".to_owned(), 400, "invalid_parameter", "\"fuzzy\""),
        ("/api/v2".to_owned(), 404, "no_such_path", "/docs"),
        ("/api/v1/recommendations".to_owned(), 405, "wrong_method", "Allow"),
        ("/admin/reload".to_owned(), 404, "no_such_path", "admin"),
    ] {
        let problem = server.get(&path).problem(status, code);
        assert!(problem.contains(wanted), "{path}: {problem}");
    }
    for (body, status, code, wanted) in [
        ("", 400, "invalid_body", "EOF"),
        ("[]", 400, "invalid_body", ""),
        ("{\"seed\": []}", 400, "invalid_body", "unknown field `seed`"),
        ("{}", 409, "contradiction", "a seed or a target is needed"),
        ("{\"seeds\": [{}]}", 409, "contradiction", "one of track, artist, genre, features and vector"),
        ("{\"seeds\": [{\"track\": \"x\"}]}", 404, "unknown_track", "\"x\""),
        ("{\"seeds\": [{\"artist\": \"Nobody\"}]}", 404, "unknown_name", "artist \"Nobody\""),
        ("{\"targets\": {\"loud\": 1}}", 400, "invalid_body", "loud"),
        ("{\"targets\": {\"energy\": 1}, \"k\": 1.5}", 400, "invalid_body", "whole number"),
        ("{\"targets\": {\"energy\": 1}, \"k\": 0}", 400, "invalid_body", "k is 0"),
        (
            "{\"targets\": {\"energy\": 1}, \"min\": {\"key\": 5}, \"max\": {\"key\": 4}}",
            409,
            "contradiction",
            "key",
        ),
        ("{\"targets\": {\"energy\": 1}, \"diversity\": 2}", 400, "invalid_body", "diversity is 2"),
    ] {
        let problem = server.post("/api/v1/recommendations", body).problem(status, code);
        assert!(problem.contains(wanted), "{body}: {problem}");
        assert!(!problem.contains("segue search"), "no words for the command line: {problem}");
    }
    let plain = server.post_with("/api/v1/recommendations", "content-type: text/plain\r\n", "{}");
    plain.problem(415, "wrong_media_type");
}

#[test]
fn an_answer_is_sent_once_and_revalidated_until_the_index_changes() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let path = format!("/api/v1/tracks/{}/similar", id(1));
    let first = server.get(&path);
    let etag = first.header("etag").unwrap().to_owned();
    assert!(etag.starts_with("W/\"1-"), "{etag}");
    let revalidated = server.get_with(&path, &format!("if-none-match: \"x\", {etag}\r\n"));
    assert_eq!((revalidated.status, revalidated.body.len()), (304, 0));
    assert_eq!(revalidated.header("etag"), Some(&*etag));
    let other = server.get_with(&format!("{path}?k=2"), &format!("if-none-match: {etag}\r\n"));
    assert_eq!(other.status, 200, "another question");

    let packed = server.get_with(&format!("{path}?k=40"), "accept-encoding: gzip\r\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(server.get(&path).header("content-encoding"), None);
}

#[test]
fn what_there_is_can_be_read_and_tried() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let catalogue = server.get("/api/v1/catalogue").json();
    assert_eq!(catalogue["tracks"], 40);
    assert_eq!(catalogue["profiles"][0]["name"], "segue");
    assert_eq!(catalogue["profiles"][1], json!({ "name": "classic", "dimension": 16 }));
    let genres = server.get("/api/v1/genres").json();
    let total: u64 =
        genres["genres"].as_array().unwrap().iter().map(|genre| genre["count"].as_u64().unwrap()).sum();
    assert!(total >= 40, "{genres}");
    assert_eq!(catalogue["genres"].as_u64().unwrap() as usize, genres["genres"].as_array().unwrap().len());

    let track = server.get(&format!("/api/v1/tracks/{}", id(1))).json();
    assert_eq!(track["track_id"], id(1));
    assert_eq!(track["audio_features"].as_object().unwrap().len(), 14);

    let description = server.get("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.keys().filter(|path| path.starts_with("/api/v1/")).count(), 12);
    assert_eq!(paths.keys().filter(|path| path.starts_with("/v1/")).count(), 7);
    let parameters = paths["/v1/recommendations"]["get"]["parameters"].as_array().unwrap();
    assert!(parameters.iter().any(|parameter| parameter["name"] == "target_energy"), "{parameters:?}");
    assert_eq!(description["components"]["securitySchemes"]["key"]["name"], "X-API-Key");
    // Swagger UI loads everything from this host.
    let page = server.get("/docs/");
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("script-src 'self'") && !policy.contains("http"), "{policy}");
    let page = String::from_utf8(page.body).unwrap();
    assert!(page.contains("<title>Segue API</title>"), "{page}");
    assert!(page.contains("swagger-ui") && !page.contains("//cdn") && !page.contains("https://"), "{page}");
    for asset in page.split(['"', '\'']).filter(|word| word.ends_with(".js") || word.ends_with(".css")) {
        assert_eq!(server.get(&format!("/docs/{}", asset.trim_start_matches("./"))).status, 200, "{asset}");
    }
    // All other responses, errors too, have headers that keep browsers from treating them as pages.
    for path in ["/api/v1/catalogue", "/api/v1/nothing", "/v1/tracks/x", "/metrics", "/openapi.json"] {
        let answer = server.get(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{path}");
    }
    let head = server.raw(b"HEAD /api/v1/catalogue HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(head.starts_with(b"HTTP/1.1 200") && head.ends_with(b"\r\n\r\n"));
}

#[test]
fn metrics_count_what_happened() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--log-format", "json"]);
    for _ in 0..3 {
        server.get_with(&format!("/api/v1/tracks/{}/similar?k=1", id(1)), "x-request-id: mine-1\r\n");
    }
    server.get("/api/v1/tracks/nobody/similar");
    let route = "route=\"/api/v1/tracks/{id}/similar\",method=\"GET\"";
    let requests =
        |status: u16| server.metric(&format!("segue_http_requests_total{{{route},status=\"{status}\"}}"));
    assert_eq!((requests(200), requests(404)), (3.0, 1.0));
    assert_eq!(server.metric("segue_queries_total{kind=\"recommend\"}"), 3.0);
    assert_eq!(server.metric("segue_query_candidates_total"), 3.0 * 39.0);
    assert_eq!(server.metric("segue_index_generation"), 1.0);
    assert_eq!(server.metric("segue_index_tracks"), 40.0);
    assert_eq!(server.metric("segue_index_reloads_total{result=\"swapped\"}"), 0.0);
    assert!(server.metric("process_resident_memory_bytes") > 1e6);
    assert_eq!(server.metric("segue_http_requests_in_flight"), 1.0, "the one that asks");
    wait_until("it is logged", || server.log().contains("mine-1"));
    let line = server.log().lines().find(|line| line.contains("mine-1")).unwrap().to_owned();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["id"], &line["status"]), (&json!("mine-1"), &json!(200)));
}
