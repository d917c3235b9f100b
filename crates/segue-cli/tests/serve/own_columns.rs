//! An index of columns of one's own on a real socket: its description follows a reload, and a vector is a body of bytes.

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};

const TRACKS: usize = 60;

/// The embedding of a track: near to those of the same remainder.
fn embedding(track: usize) -> [f32; 4] {
    let mut vector = [0.1; 4];
    vector[track % 4] = 1.0 + track as f32 / 100.0;
    vector
}

/// A folder with an index of the columns `bpm` and `k`, and the vectors `emb_*`.
pub fn place() -> Place {
    let place = Place::new();
    let mut csv = String::from("track_id,track_name,artists,bpm,k,emb_0,emb_1,emb_2,emb_3\n");
    for track in 0..TRACKS {
        let [a, b, c, d] = embedding(track);
        let bpm = 60 + track * 7 % 90;
        csv += &format!("t{track:02},Song {track:02},Artist {},{bpm},{track},{a},{b},{c},{d}\n", track % 9);
    }
    place.write("tracks.csv", csv);
    build(&place, &["--keep", "k"]);
    place
}

fn build(place: &Place, args: &[&str]) {
    let build = ["build", "tracks.csv", "-o", "i", "--vector", "emb_*", "--feature", "bpm:log"];
    place.run(&[&build[..], args].concat()).succeeds();
}

/// The names of the properties of a schema in the description.
fn properties(server: &Server, schema: &str) -> Vec<String> {
    let description = server.get("/openapi.json").json();
    let properties = description["components"]["schemas"][schema]["properties"].as_object().unwrap();
    properties.keys().cloned().collect()
}

#[test]
fn the_description_has_the_columns_of_the_index_being_served() {
    let place = place();
    let server = Server::start(&place, &["-i", "i", "--watch-interval", "0.05"]);
    assert_eq!(properties(&server, "AudioFeatures"), ["bpm", "k"]);
    assert_eq!(properties(&server, "Attributes"), ["bpm", "k"]);
    build(&place, &[]);
    let names = |facts: &Value| {
        let columns = facts["columns"].as_array().unwrap().iter();
        columns.map(|column| column["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    wait_until("the new index is served", || server.get("/api/v1/catalogue").json()["generation"] == 2);
    assert_eq!(names(&server.get("/api/v1/catalogue").json()), ["bpm"]);
    assert_eq!(properties(&server, "AudioFeatures"), ["bpm"]);
    assert_eq!(server.get("/api/v1/tracks/t09").json()["audio_features"], json!({ "bpm": 123 }));
}

/// The response to a body of bytes, which need not be UTF-8.
fn post_bytes(server: &Server, query: &str, body: &[u8]) -> Response {
    let head = format!(
        "POST /api/v1/recommendations{query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Response::parse(&server.raw(&[head.as_bytes(), body].concat())).unwrap()
}

#[test]
fn a_vector_is_a_body_of_bytes() {
    let place = place();
    let server = Server::start(&place, &["-i", "i"]);
    let vector = embedding(20);
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    let by_bytes = post_bytes(&server, "?k=3&column=emb_*", &bytes).json();
    let body = json!({ "seeds": [{ "vector": vector, "column": "emb_*" }], "k": 3 });
    assert_eq!(by_bytes, server.post("/api/v1/recommendations", &body.to_string()).json());
    let tracks = by_bytes["recommendations"].as_array().unwrap();
    assert_eq!(tracks.len(), 3, "{by_bytes}");
    for track in tracks {
        let id: usize = track["track_id"].as_str().unwrap()[1..].parse().unwrap();
        assert_eq!(id % 4, 0, "{track}");
    }
    for (body, status, code, wanted) in [
        (&bytes[..7], 400, "invalid_body", "the body has 7 bytes"),
        (&bytes[..0], 400, "invalid_body", "the body has 0 bytes"),
        (&bytes[..8], 409, "contradiction", "2 components"),
        (&[0; 16], 409, "contradiction", "no direction"),
        (&[0xff; 16], 409, "contradiction", "not a finite number"),
        (&[0; 300 * 1024], 413, "body_too_long", "at most"),
    ] {
        let problem = post_bytes(&server, "", body).problem(status, code);
        assert!(problem.contains(wanted), "{problem}");
    }
    // As JSON, 1,024 numbers are within the limit of a body.
    let long = json!({ "seeds": [{ "vector": vec![-0.123_456_789_012_345_68; 1024] }] });
    let problem = server.post("/api/v1/recommendations", &long.to_string()).problem(409, "contradiction");
    assert!(problem.contains("1024 components"), "{problem}");
}
