//! The part of Spotify's Web API that Segue implements, field by field.

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::server::{Response, Server};
use crate::support::tracks::id;

fn served() -> (Place, Server) {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    (place, server)
}

/// Asserts that a response is Spotify's error object with this status; returns its message.
#[track_caller]
fn refused(response: &Response, status: u16) -> String {
    let error = response.json()["error"].clone();
    assert_eq!((response.status, &error["status"]), (status, &json!(status)), "{error}");
    error["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_track_has_all_that_strict_clients_demand() {
    let (_place, server) = served();
    let track = server.get(&format!("/v1/tracks/{}", id(3))).json();
    let host = server.url();
    for field in [
        "album",
        "artists",
        "available_markets",
        "disc_number",
        "duration_ms",
        "explicit",
        "external_ids",
        "external_urls",
        "href",
        "id",
        "is_local",
        "is_playable",
        "name",
        "popularity",
        "preview_url",
        "track_number",
        "type",
        "uri",
    ] {
        assert!(track.get(field).is_some(), "{field}");
    }
    for field in [
        "album_type",
        "total_tracks",
        "available_markets",
        "external_urls",
        "href",
        "id",
        "images",
        "name",
        "release_date",
        "release_date_precision",
        "type",
        "uri",
        "artists",
    ] {
        assert!(track["album"].get(field).is_some(), "album.{field}");
    }
    assert_eq!(track["href"], format!("{host}/v1/tracks/{}", id(3)));
    assert_eq!(track["uri"], format!("spotify:track:{}", id(3)));
    let artists = track["artists"].as_array().unwrap();
    assert_eq!(
        artists.iter().map(|artist| artist["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["Artist 3", "Guest"]
    );
    for artist in artists {
        let id = artist["id"].as_str().unwrap();
        assert!(id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        assert_eq!(
            (&artist["type"], artist["uri"].as_str().unwrap()),
            (&json!("artist"), &*format!("spotify:artist:{id}"))
        );
    }
    assert_eq!(refused(&server.get("/v1/tracks/none"), 404), "the catalogue has no track of this id");
}

#[test]
fn several_come_in_the_order_asked_with_null_for_unknown_ones() {
    let (_place, server) = served();
    let ids = format!("{},none,{},{}", id(2), id(1), id(2));
    for slash in ["", "/"] {
        let tracks = server.get(&format!("/v1/tracks{slash}?ids={ids}")).json();
        let features = server.get(&format!("/v1/audio-features{slash}?ids={ids}")).json();
        for several in [&tracks["tracks"], &features["audio_features"]] {
            let found: Vec<Option<&str>> =
                several.as_array().unwrap().iter().map(|item| item["id"].as_str()).collect();
            assert_eq!(found, [Some(&*id(2)), None, Some(&*id(1)), Some(&*id(2))]);
            assert!(several[1].is_null());
        }
    }
    let ours = server.get(&format!("/api/v1/tracks/{}", id(2))).json();
    let theirs = server.get(&format!("/v1/audio-features/{}", id(2))).json();
    assert_eq!(theirs.as_object().unwrap().len(), 18);
    for (name, value) in
        ours["audio_features"].as_object().unwrap().iter().filter(|(name, _)| *name != "popularity")
    {
        assert_eq!(&theirs[name], value, "{name}");
    }
    for (path, most) in [("tracks", 50), ("audio-features", 100)] {
        let ids = |count| vec!["x"; count].join(",");
        assert_eq!(server.get(&format!("/v1/{path}?ids={}", ids(most))).status, 200);
        assert!(refused(&server.get(&format!("/v1/{path}?ids={}", ids(most + 1))), 400).starts_with("ids: "));
    }
}

#[test]
fn recommendations_are_the_engines_and_keep_to_floors_and_ceilings() {
    let (_place, server) = served();
    let ids = |answer: &Value, list: &str| -> Vec<String> {
        answer[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t[if list == "tracks" { "id" } else { "track_id" }].as_str().unwrap().to_owned())
            .collect()
    };
    let plain = server.get(&format!("/v1/recommendations?seed_tracks={}&market=DE&nonsense=1", id(1))).json();
    let ours = server.get(&format!("/api/v1/tracks/{}/similar?k=20", id(1))).json();
    assert_eq!(ids(&plain, "tracks"), ids(&ours, "recommendations"));
    assert_eq!(
        plain["seeds"][0],
        json!({
            "id": id(1), "type": "TRACK", "href": format!("{}/v1/tracks/{}", server.url(), id(1)),
            "initialPoolSize": 40, "afterFilteringSize": 39, "afterRelinkingSize": 39,
        })
    );

    let attributes = [
        "acousticness",
        "danceability",
        "energy",
        "instrumentalness",
        "liveness",
        "speechiness",
        "valence",
        "key",
        "mode",
        "popularity",
        "duration_ms",
        "time_signature",
        "loudness",
        "tempo",
    ];
    let all = server.get(&format!("/v1/recommendations?seed_tracks={}&limit=100", id(1))).json();
    let value = |id: &str, attribute: &str| {
        server.get(&format!("/api/v1/tracks/{id}")).json()["audio_features"][attribute].as_f64().unwrap()
    };
    for attribute in attributes {
        let mut values: Vec<f64> = ids(&all, "tracks").iter().map(|id| value(id, attribute)).collect();
        values.sort_by(f64::total_cmp);
        // The median, so that a minimum or maximum keeps some tracks and excludes others.
        let middle = values[values.len() / 2];
        for (what, holds) in [("min", (|a, b| a >= b) as fn(f64, f64) -> bool), ("max", |a, b| a <= b)] {
            let path =
                format!("/v1/recommendations?seed_tracks={}&limit=100&{what}_{attribute}={middle}", id(1));
            let found = server.get(&path).json();
            let listed = ids(&found, "tracks");
            let wanted = values.iter().filter(|value| holds(**value, middle)).count();
            // Only one release of each song is listed, so there may be fewer.
            assert!(!listed.is_empty() && listed.len() <= wanted.max(1) + 1, "{path}");
            assert!(listed.iter().all(|id| holds(value(id, attribute), middle)), "{path}");
        }
        if values[0] < values[values.len() - 1] {
            let far = if (value(&id(1), attribute) - values[0]).abs()
                > (value(&id(1), attribute) - values[values.len() - 1]).abs()
            {
                values[0]
            } else {
                values[values.len() - 1]
            };
            let path =
                format!("/v1/recommendations?seed_tracks={}&limit=100&target_{attribute}={far}", id(1));
            assert_ne!(ids(&server.get(&path).json(), "tracks"), ids(&all, "tracks"), "{path}");
        }
    }
}

#[test]
fn artists_are_seeds_by_the_ids_that_we_gave_them() {
    let (_place, server) = served();
    let artist =
        server.get(&format!("/v1/tracks/{}", id(3))).json()["artists"][0]["id"].as_str().unwrap().to_owned();
    let genre = server.get("/v1/recommendations/available-genre-seeds").json()["genres"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!(
        "/v1/recommendations?seed_artists={artist},unknown&seed_genres={genre}&seed_tracks={}&limit=5",
        id(1)
    );
    let found = server.get(&path).json();
    assert_eq!(found["tracks"].as_array().unwrap().len(), 5);
    let seeds: Vec<(&str, &str, u64)> = found["seeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seed| {
            (
                seed["type"].as_str().unwrap(),
                seed["id"].as_str().unwrap(),
                seed["afterFilteringSize"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seeds,
        [("TRACK", &*id(1), 39), ("ARTIST", &artist, 39), ("ARTIST", "unknown", 0), ("GENRE", &genre, 39)]
    );
    assert!(found["seeds"][3]["href"].is_null());
    let body = json!({ "seeds": [{ "track": id(1) }, { "artist": "Artist 3" }, { "genre": genre }], "k": 5 });
    let ours = server.post("/api/v1/recommendations", &body.to_string()).json();
    assert_eq!(ours["recommendations"][0]["track_id"], found["tracks"][0]["id"]);

    for (query, wanted) in [
        ("", "0 seeds, 1 to 5"),
        ("seed_tracks=a,b,c&seed_genres=d,e,f", "6 seeds, 1 to 5"),
        ("seed_tracks=none", "invalid seeds"),
        ("seed_genres=none", "invalid seeds"),
        (&format!("seed_tracks={}&limit=101", id(1)), "limit: a number from 1 to 100"),
        (
            &format!("seed_tracks={}&target_energy=1.5", id(1)),
            "target_energy: a number from 0 to 1 was wanted, not \"1.5\"",
        ),
        (&format!("seed_tracks={}&min_key=2.5", id(1)), "min_key: a whole number"),
        (&format!("seed_tracks={}&min_tempo=fast", id(1)), "min_tempo: "),
        (&format!("seed_tracks={}&min_energy=0.9&max_energy=0.1", id(1)), "energy"),
    ] {
        let message = refused(&server.get(&format!("/v1/recommendations?{query}")), 400);
        assert!(message.contains(wanted), "{query}: {message}");
    }
}

#[test]
fn pages_of_a_search_follow_one_another() {
    let (_place, server) = served();
    let mut next = Some(format!("{}/v1/search?q=artist%3Aartist&type=track,album&limit=15", server.url()));
    let mut found = Vec::new();
    let mut pages = 0;
    while let Some(url) = next {
        let page = server.get(url.strip_prefix(&server.url()).unwrap()).json();
        assert_eq!(page["albums"]["total"], 0);
        let page = &page["tracks"];
        assert_eq!((&page["limit"], &page["offset"]), (&json!(15), &json!(pages * 15)));
        assert_eq!(page["previous"].is_null(), pages == 0);
        found.extend(
            page["items"].as_array().unwrap().iter().map(|track| track["id"].as_str().unwrap().to_owned()),
        );
        next = page["next"].as_str().map(str::to_owned);
        pages += 1;
    }
    assert_eq!((found.len(), pages), (40, 3));
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 40);
    let year = server.get("/v1/search?q=track:plain+year:1999-2020&type=track").json();
    assert!(year["tracks"]["items"][0]["name"].as_str().unwrap().starts_with("Plain"), "{year}");
    assert_eq!(
        refused(&server.get("/v1/nothing"), 404),
        "nothing is at \"/v1/nothing\"; /docs shows what there is"
    );
    refused(&server.post("/v1/tracks", "{}"), 405);
}
