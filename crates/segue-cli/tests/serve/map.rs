//! The map of the tracks, and its tiles.

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};
use crate::support::tracks::{csv, id, some};

/// A folder with an index that has a map.
fn with_map() -> Place {
    let place = Place::with_index();
    place.run(&["map", "-i", "tracks.segue"]).succeeds();
    place
}

/// A track in a tile.
#[derive(Debug, Clone, PartialEq)]
struct Dot {
    row: u32,
    x: u16,
    y: u16,
    genre: u16,
    popularity: u8,
}

/// Reads a tile as the page does: the tracks in it, and how many are in the square.
fn dots(tile: &Response) -> (Vec<Dot>, u32) {
    assert_eq!((tile.status, tile.header("content-type")), (200, Some("application/vnd.segue.tile")));
    let (head, planes) = tile.body.split_at(12);
    assert_eq!(&head[..4], b"SGT1");
    let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
    let (count, total) = (word(4) as usize, word(8));
    assert_eq!(planes.len(), count * 11);
    let plane = |number: usize, at: usize| u32::from(planes[number * count + at]);
    let pair = |number: usize, at: usize| (plane(number, at) | plane(number + 1, at) << 8) as u16;
    let mut row = 0;
    let dot = |at: usize| {
        row += (0..4).map(|byte| plane(byte, at) << (8 * byte)).sum::<u32>();
        Dot { row, x: pair(4, at), y: pair(6, at), genre: pair(8, at), popularity: plane(10, at) as u8 }
    };
    ((0..count).map(dot).collect(), total)
}

#[test]
fn the_map_has_every_track_and_the_labels_of_its_genres() {
    let place = with_map();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    assert_eq!(server.get("/api/v1/catalogue").json()["has_map"], true);
    let map = server.get("/api/v1/map").json();
    assert_eq!(
        (&map["tracks"], &map["profile"], &map["generation"]),
        (&json!(40), &json!("segue"), &json!(2))
    );
    assert_eq!((&map["tile_tracks"], &map["levels"]), (&json!(200_000), &json!(17)));
    let genres = map["genres"].as_array().unwrap();
    assert!(!genres.is_empty() && genres.iter().all(|genre| genre["x"].as_f64().unwrap() <= 1.0), "{map}");

    let whole = server.get("/api/v1/map/tiles/0/0/0");
    let (found, total) = dots(&whole);
    assert_eq!((found.len(), total), (40, 40));
    // Each is the track of its row, with its genre and popularity, where it is.
    let rows: Vec<u32> = found.iter().map(|dot| dot.row).collect();
    assert_eq!(rows, (0..40).collect::<Vec<_>>());
    let tracks = server.post("/api/v1/tracks", &json!({ "rows": rows }).to_string()).json();
    for (dot, track) in found.iter().zip(tracks["tracks"].as_array().unwrap()) {
        let parts = |name: &str| (track[name].as_f64().unwrap() * 65_535.0).round() as u16;
        assert_eq!((dot.x, dot.y), (parts("x"), parts("y")), "{track}");
        let genre = genres.get(usize::from(dot.genre)).map_or(&Value::Null, |genre| &genre["name"]);
        assert_eq!(genre, &track["track_genre"]);
        assert_eq!(json!(dot.popularity), track["popularity"]);
    }
    let counted = |at: usize| found.iter().filter(|dot| usize::from(dot.genre) == at).count();
    assert!(genres.iter().enumerate().all(|(at, genre)| genre["tracks"] == counted(at)), "{map}");

    // The squares of a level have every track once.
    let mut by_squares: Vec<Dot> = Vec::new();
    for square in 0..16 {
        let (tile, total) = dots(&server.get(&format!("/api/v1/map/tiles/2/{}/{}", square % 4, square / 4)));
        assert_eq!(tile.len(), total as usize);
        by_squares.extend(tile);
    }
    by_squares.sort_by_key(|dot| dot.row);
    assert_eq!(by_squares, found);
}

#[test]
fn a_tile_is_sent_once_and_packed_and_only_for_squares_that_there_are() {
    let place = Place::new();
    place.write("tracks.csv", csv(&some(400)));
    place.run(&["build", "tracks.csv", "--map", "-o", "tracks.segue"]).succeeds();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let path = "/api/v1/map/tiles/0/0/0";
    let tile = server.get(path);
    let etag = tile.header("etag").unwrap().to_owned();
    assert_eq!(server.get_with(path, &format!("if-none-match: {etag}\r\n")).status, 304);
    let packed = server.get_with(path, "accept-encoding: gzip\r\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*packed.body), &mut unpacked).unwrap();
    assert_eq!(unpacked, tile.body);
    assert_eq!(dots(&server.get("/api/v1/map/tiles/16/0/65535")).1, 0, "an empty square");
    for (path, status, code) in [
        ("17/0/0", 400, "invalid_parameter"),
        ("-1/0/0", 400, "invalid_parameter"),
        ("+1/0/0", 400, "invalid_parameter"),
        ("0/0/x", 400, "invalid_parameter"),
        ("0/0.0/0", 400, "invalid_parameter"),
        ("16/65536/0", 400, "invalid_parameter"),
        ("0/99999999999999999999/0", 400, "invalid_parameter"),
        ("0/0/%FF", 400, "invalid_parameter"),
        ("0/0/0?k=1", 400, "invalid_parameter"),
        ("0/1/0", 404, "no_such_tile"),
        ("3/7/8", 404, "no_such_tile"),
        ("0/0", 404, "no_such_path"),
    ] {
        server.get(&format!("/api/v1/map/tiles/{path}")).problem(status, code);
    }
}

#[test]
fn without_a_map_it_is_said_how_to_make_one_and_a_map_that_is_made_is_served() {
    let place = Place::with_index();
    let in_memory = Server::start(&place, &["-i", "tracks.csv"]);
    let problem = in_memory.get("/api/v1/map").problem(404, "no_map");
    assert!(problem.contains("segue build FILE --map"), "{problem}");
    drop(in_memory);
    let server = Server::start(&place, &["-i", "tracks.segue", "--watch-interval", "0.05"]);
    assert_eq!(server.get("/api/v1/catalogue").json()["has_map"], false);
    let before = server.get("/api/v1/genres").header("segue-index").unwrap().to_owned();
    for path in ["/api/v1/map", "/api/v1/map/tiles/0/0/0"] {
        let problem = server.get(path).problem(404, "no_map");
        assert!(problem.contains("segue map"), "{problem}");
    }
    place.run(&["map", "-i", "tracks.segue"]).succeeds();
    wait_until("the map is served", || server.get("/api/v1/map").status == 200);
    let tile = server.get("/api/v1/map/tiles/0/0/0");
    assert_ne!(tile.header("segue-index"), Some(before.as_str()));
    let track = server.post("/api/v1/tracks", &json!({ "ids": [id(1)] }).to_string()).json();
    assert!(track["tracks"][0]["x"].is_number(), "{track}");
}
