//! The service on a catalogue with columns of its own and few of Spotify's, without sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(missing_docs, unreachable_pub)]

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use segue::{Index, Ingest, Input, Profile};
use segue_server::{Config, Service, router};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const PROFILE: &str = r#"{"profile": "mine", "features": ["bpm"], "vectors": ["clap_*"]}"#;

/// The service on the tracks of a CSV file with one profile, and the columns `kept` besides those that it compares.
fn router_of(profile: &str, kept: &[&str], csv: String) -> Router {
    let profile = Profile::from_json(profile).unwrap();
    let needs = Ingest::new().needs(profile.needs());
    let ingest = kept.iter().fold(needs, |ingest, column| ingest.keep(*column));
    let (catalogue, _) = ingest.read([Input::bytes("tracks.csv", csv)]).unwrap();
    let index = Index::builder().profile(profile).build(catalogue).unwrap();
    let service = Arc::new(Service::new(Config { threads: 1, ..Config::default() }).unwrap());
    service.serve_index(index).unwrap();
    router(service)
}

/// Forty tracks with a tempo in decimals, a length of lyrics, an energy, and vectors of three components.
fn csv() -> String {
    let mut csv =
        "track_id,track_name,artists,track_genre,energy,bpm,lyrics,clap_0,clap_1,clap_2\n".to_owned();
    for track in 0..40 {
        let (genre, energy) = (["rock", "folk"][track % 2], track as f64 / 40.0);
        let angle = track as f64 / 6.0;
        let (x, y, z) = (angle.sin(), angle.cos(), (angle * 2.0).sin());
        csv += &format!(
            "t{track},Song {track},Artist {track},{genre},{energy},{}.5,{track},{x},{y},{z}\n",
            80 + track
        );
    }
    csv
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static ROUTER: LazyLock<Router> = LazyLock::new(|| router_of(PROFILE, &["lyrics"], csv()));

fn answer(request: Request<Body>) -> (u16, Value) {
    answer_of(&ROUTER, request)
}

fn answer_of(router: &Router, request: Request<Body>) -> (u16, Value) {
    RUNTIME.block_on(async {
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    })
}

fn get(path: &str) -> (u16, Value) {
    answer(Request::get(path).body(Body::empty()).unwrap())
}

fn post(query: &str, content_type: &str, body: impl Into<Body>) -> (u16, Value) {
    let request =
        Request::post(format!("/api/v1/recommendations{query}")).header("content-type", content_type);
    answer(request.body(body.into()).unwrap())
}

fn ask(body: &Value) -> (u16, Value) {
    post("", "application/json", body.to_string())
}

fn ids(answer: &Value) -> Vec<&str> {
    let listed = answer["recommendations"].as_array().unwrap();
    listed.iter().map(|track| track["track_id"].as_str().unwrap()).collect()
}

#[test]
fn the_catalogue_lists_its_columns() {
    let (status, catalogue) = get("/api/v1/catalogue");
    assert_eq!(status, 200, "{catalogue}");
    assert_eq!(
        catalogue["columns"],
        json!([
            { "name": "energy", "type": "number", "role": "energy", "missing": 0, "min": 0.0, "max": 0.975 },
            { "name": "bpm", "type": "number", "role": null, "missing": 0, "min": 80.5, "max": 119.5 },
            { "name": "lyrics", "type": "integer", "role": null, "missing": 0, "min": 0.0, "max": 39.0 },
            { "name": "clap_*", "type": "vector", "role": null, "dimension": 3, "missing": 0 },
        ])
    );
    assert_eq!(catalogue["profiles"][0]["vectors"], json!([{ "name": "clap_*", "dimension": 3 }]));
}

#[test]
fn a_track_has_all_numbers_and_null_for_what_is_not_known() {
    let (_, track) = get("/api/v1/tracks/t3");
    assert_eq!(track["audio_features"], json!({ "energy": 0.075, "bpm": 83.5, "lyrics": 3 }));
    assert_eq!((&track["popularity"], &track["duration_ms"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_description_has_the_columns_of_the_index() {
    let (_, description) = get("/openapi.json");
    let schemas = &description["components"]["schemas"];
    let names = |schema: &str| schemas[schema]["properties"].as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(names("AudioFeatures"), names("Attributes"));
    let properties = &schemas["AudioFeatures"]["properties"];
    assert_eq!(properties.as_object().unwrap().len(), 3);
    assert_eq!(properties["lyrics"]["type"], "integer");
    assert!(properties["bpm"]["description"].as_str().unwrap().contains("80.5 to 119.5"));
    assert_eq!(schemas["AudioFeatures"]["required"].as_array().unwrap().len(), 3);
    let body = &description["paths"]["/api/v1/recommendations"]["post"]["requestBody"]["content"];
    assert!(body["application/json"].is_object() && body["application/octet-stream"].is_object(), "{body}");
    assert_eq!(schemas["Query"]["example"]["targets"], json!({ "energy": 0.9 }));
    assert_eq!(schemas["Query"]["example"]["min"], Value::Null, "there is no popularity");
    let parameters = description["paths"]["/v1/recommendations"]["get"]["parameters"].as_array().unwrap();
    let parameters: Vec<&str> =
        parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
    let expected =
        ["seed_tracks", "seed_artists", "seed_genres", "limit", "min_energy", "max_energy", "target_energy"];
    assert_eq!(parameters, expected);
    assert_eq!(schemas["VectorBytes"]["type"], "string");
    assert_eq!(schemas["Component"]["maximum"], json!(3.402_823_4e38), "{}", schemas["Component"]);
    assert_eq!(schemas["VectorBytes"]["format"], "binary");
}

#[test]
fn any_column_can_be_wanted_and_limited() {
    let (status, found) =
        ask(&json!({ "seeds": [{ "track": "t5" }], "min": { "bpm": 90 }, "max": { "lyrics": 12 }, "k": 40 }));
    assert_eq!(status, 200, "{found}");
    let mut found = ids(&found);
    found.sort_unstable();
    assert_eq!(found, ["t10", "t11", "t12"]);
    let (_, near) = ask(&json!({ "targets": { "bpm": 119 }, "k": 1 }));
    assert_eq!(ids(&near).len(), 1, "{near}");
    let (status, _) = ask(&json!({ "seeds": [{ "features": { "attributes": { "bpm": 100 } } }], "k": 1 }));
    assert_eq!(status, 200);
}

#[test]
fn a_column_that_there_is_not_is_refused_with_those_that_there_are() {
    for body in [
        json!({ "targets": { "loud": 1 } }),
        json!({ "seeds": [{ "track": "t5" }], "min": { "tempo": 1 } }),
        json!({ "seeds": [{ "track": "t5" }], "max": { "clap_*": 1 } }),
        json!({ "seeds": [{ "features": { "attributes": { "loud": 1 } } }] }),
    ] {
        let (status, problem) = ask(&body);
        assert_eq!((status, &problem["code"]), (400, &json!("invalid_body")), "{body}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("bpm") && detail.contains("lyrics"), "{detail}");
    }
    let (status, problem) = ask(&json!({ "seeds": [{ "track": "t5" }], "harmonic": true }));
    assert_eq!((status, &problem["code"]), (501, &json!("missing_columns")), "{problem}");
}

/// Little-endian `f32`s.
fn bytes(components: &[f32]) -> Vec<u8> {
    components.iter().flat_map(|component| component.to_le_bytes()).collect()
}

#[test]
fn a_vector_is_a_seed_in_json_and_as_bytes() {
    let vector = [0.5, 0.25, -0.5];
    let (status, by_json) = ask(&json!({ "seeds": [{ "vector": vector }], "k": 4, "why": true }));
    assert_eq!(status, 200, "{by_json}");
    assert_eq!(ids(&by_json).len(), 4);
    let named = json!({ "seeds": [{ "vector": vector, "column": "clap_*" }], "k": 4, "why": true });
    assert_eq!(ask(&named).1, by_json);
    let query = "?k=4&why=true&profile=mine&column=clap_*&all_releases=false";
    let (status, by_bytes) = post(query, "application/octet-stream", bytes(&vector));
    assert_eq!((status, &by_bytes), (200, &by_json));
}

#[test]
fn a_vector_that_cannot_be_a_seed_is_refused() {
    for (query, body, status) in [
        ("", Vec::new(), 400),
        ("", vec![0; 7], 400),
        ("", bytes(&[f32::NAN, 0.0, 1.0]), 409),
        ("", bytes(&[f32::INFINITY, 0.0, 1.0]), 409),
        ("", bytes(&[0.0, 0.0, 0.0]), 409),
        ("", bytes(&[1.0, 2.0]), 409),
        ("?column=other", bytes(&[1.0, 2.0, 3.0]), 409),
        ("?k=0", bytes(&[1.0, 2.0, 3.0]), 400),
        ("?seeds=1", bytes(&[1.0, 2.0, 3.0]), 400),
        ("?profile=none", bytes(&[1.0, 2.0, 3.0]), 404),
        ("", vec![1; 300 * 1024], 413),
    ] {
        let length = body.len();
        let (found, problem) = post(query, "application/octet-stream", body);
        assert_eq!(found, status, "{query}, {length} bytes: {problem}");
    }
    for (seed, status) in [
        (json!({ "vector": [] }), 409),
        (json!({ "vector": [1e39, 0, 0] }), 400),
        (json!({ "vector": [0, 0, 0] }), 409),
        (json!({ "vector": vec![0.123_456_789; 1024] }), 409),
        (json!({ "vector": [1, 2, 3], "genre": "rock" }), 409),
        (json!({ "genre": "rock", "column": "clap_*" }), 409),
        (json!({ "vector": ["one"] }), 400),
    ] {
        let (found, problem) = ask(&json!({ "seeds": [seed] }));
        assert_eq!(found, status, "{problem}");
    }
}

#[test]
fn a_query_string_beside_json_never_changes_the_answer() {
    let body = json!({ "seeds": [{ "track": "t5" }], "k": 3 });
    let (_, plain) = ask(&body);
    for query in ["?cache=off&cache=on", "?%ff", "?"] {
        let (status, found) = post(query, "application/json", body.to_string());
        assert_eq!((status, &found), (200, &plain), "{query}");
    }
    // What would count with a vector is not lost in silence.
    for name in ["k", "profile", "column", "all_releases", "versions", "seasonal", "spaced", "why"] {
        let (status, problem) = post(&format!("?x=1&{name}=1"), "application/json", body.to_string());
        assert_eq!((status, &problem["code"]), (409, &json!("contradiction")), "{problem}");
        assert!(problem["detail"].as_str().unwrap().starts_with(&format!("{name}: ")), "{problem}");
    }
    let (status, problem) = post("", "text/plain", body.to_string());
    assert_eq!(status, 415);
    assert!(problem["detail"].as_str().unwrap().contains("application/octet-stream"), "{problem}");
}

#[test]
fn spotifys_api_says_which_of_its_columns_are_missing() {
    for path in ["/v1/audio-features/t1", "/v1/audio-features?ids=t1,t2"] {
        let (status, refused) = get(path);
        let message = refused["error"]["message"].as_str().unwrap();
        assert_eq!((status, &refused["error"]["status"]), (501, &json!(501)), "{refused}");
        assert!(message.contains("tempo, ") && !message.contains("energy"), "{message}");
    }
    let (status, refused) = get("/v1/recommendations?seed_genres=rock&target_tempo=100&min_valence=0.2");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(status == 501 && message.contains("tempo") && message.contains("valence"), "{refused}");
    for seeds in ["seed_tracks=t1", "seed_genres=rock&min_energy=0.5"] {
        let (status, found) = get(&format!("/v1/recommendations?{seeds}&limit=3"));
        assert_eq!((status, found["tracks"].as_array().map(Vec::len)), (200, Some(3)), "{found}");
    }
    let (_, track) = get("/v1/tracks/t1");
    assert_eq!((&track["popularity"], &track["duration_ms"]), (&json!(0), &json!(0)));
}

#[test]
fn a_track_that_lacks_a_value_has_none_of_spotifys_audio_features() {
    let columns = [
        "acousticness",
        "danceability",
        "duration_ms",
        "energy",
        "instrumentalness",
        "key",
        "liveness",
        "loudness",
        "mode",
        "speechiness",
        "tempo",
        "time_signature",
        "valence",
    ];
    let mut csv = format!("track_id,track_name,artists,{}\n", columns.join(","));
    for track in 0..20 {
        let energy = track as f64 / 20.0;
        let tempo = if track == 2 { "" } else { "120" };
        csv += &format!(
            "t{track},Song {track},Artist {track},0.5,0.5,200000,{energy},0.5,5,0.5,-5,1,0.5,{tempo},4,0.5\n"
        );
    }
    let profile = r#"{"profile": "mine", "features": ["energy"]}"#;
    let router = router_of(profile, &columns, csv);
    let get = |path: &str| answer_of(&router, Request::get(path).body(Body::empty()).unwrap());
    let (_, several) = get("/v1/audio-features?ids=t1,t2,nobody");
    assert_eq!(several["audio_features"][0]["tempo"], 120.0, "{several}");
    assert_eq!(several["audio_features"].as_array().unwrap()[1..], [Value::Null, Value::Null]);
    let (status, one) = get("/v1/audio-features/t2");
    assert!(status == 404 && one["error"]["message"].as_str().unwrap().contains("tempo"), "{one}");

    let (_, track) = get("/api/v1/tracks/t2");
    assert_eq!((&track["audio_features"]["tempo"], &track["duration_ms"]), (&Value::Null, &json!(200_000)));
    let (_, description) = get("/openapi.json");
    let properties = &description["components"]["schemas"]["AudioFeatures"]["properties"];
    assert_eq!(properties["tempo"]["type"], json!(["number", "null"]));
    assert_eq!(properties["energy"]["type"], "number");
    let (_, catalogue) = get("/api/v1/catalogue");
    let tempo = catalogue["columns"].as_array().unwrap().iter().find(|column| column["name"] == "tempo");
    assert_eq!(tempo.unwrap()["missing"], 1, "{catalogue}");
}
