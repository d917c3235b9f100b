//! Reload without downtime, refusal of damaged indexes, and graceful shutdown.

use std::io::{Read, Write};

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};
use crate::support::tracks::{csv, id, some};

fn generation(server: &Server) -> u64 {
    server.get("/health/ready").json()["generation"].as_u64().unwrap()
}

#[test]
fn an_index_that_is_built_takes_over() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--watch-interval", "0.05"]);
    let path = format!("/api/v1/tracks/{}/similar", id(45));
    server.get(&path).problem(404, "unknown_track");
    let etag = server.get("/api/v1/catalogue").header("etag").unwrap().to_owned();
    // One connection stays open during the reload.
    let mut kept = server.connect();
    place.write("more.csv", csv(&some(50)));
    place.run(&["build", "more.csv", "-o", "tracks.segue"]).succeeds();
    wait_until("the new index answers", || server.get(&path).status == 200);
    assert_eq!(generation(&server), 2);
    assert_ne!(server.get("/api/v1/catalogue").header("etag").unwrap(), etag);
    wait_until("it is counted", || server.metric("segue_index_reloads_total{result=\"swapped\"}") == 1.0);
    kept.write_all(b"GET /api/v1/catalogue HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    kept.read_to_end(&mut bytes).unwrap();
    assert_eq!(Response::parse(&bytes).unwrap().json()["tracks"], 50);
}

#[test]
fn a_damaged_index_is_refused_and_the_one_before_goes_on() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--watch-interval", "3600"]);
    let path = format!("/api/v1/tracks/{}/similar", id(1));
    let before = server.get(&path).body;
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    // Flip a bit that only the full verification reads.
    let file = place.tracks_file("tracks.segue");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    server.signal("HUP");
    wait_until("it is refused", || server.metric("segue_index_reloads_total{result=\"refused\"}") == 1.0);
    assert_eq!((generation(&server), server.get(&path).body), (1, before.clone()));
    wait_until("the log says so", || server.log().contains("the new index is refused"));
    // The folder may even be deleted.
    std::fs::remove_dir_all(place.path("tracks.segue")).unwrap();
    server.signal("HUP");
    wait_until("it is refused", || server.metric("segue_index_reloads_total{result=\"refused\"}") == 2.0);
    assert_eq!(server.get(&path).body, before);
    // A new build in its place begins again at generation 1.
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    server.signal("HUP");
    wait_until("it is open", || server.metric("segue_index_reloads_total{result=\"swapped\"}") == 1.0);
    assert_eq!(generation(&server), 1);
}

#[test]
fn an_index_whose_manifest_comes_before_its_files_is_tried_again_until_it_is_whole() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--watch-interval", "0.05"]);
    place.write("more.csv", csv(&some(50)));
    place.run(&["build", "more.csv", "-o", "more.segue"]).succeeds();
    place.run(&["build", "more.csv", "-o", "more.segue"]).succeeds();
    // As if a copy of the folder had copied the manifest first.
    std::fs::copy(place.path("more.segue/manifest.json"), place.path("tracks.segue/manifest.json")).unwrap();
    wait_until("it is tried again", || server.metric("segue_index_reloads_total{result=\"refused\"}") == 2.0);
    std::fs::rename(place.path("more.segue/generation-2"), place.path("tracks.segue/generation-2")).unwrap();
    wait_until("it answers", || generation(&server) == 2);
    assert_eq!(server.get("/api/v1/catalogue").json()["tracks"], 50);
    // The refusal was logged once, despite the retries.
    assert_eq!(server.log().matches("is refused").count(), 1, "{}", server.log());
}

#[test]
fn requests_are_answered_before_the_end() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let mut slow = server.connect();
    let body = "{\"targets\": {\"energy\": 1}}";
    let head = "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    write!(slow, "{head}content-length: {}\r\n\r\n", body.len()).unwrap();
    // Wait until the request is in flight; the second one counted is that for the metric itself.
    wait_until("it is in flight", || server.metric("segue_http_requests_in_flight") == 2.0);
    let mut idle = server.connect();
    server.signal("TERM");
    // New connections are refused, the idle connection is closed, and the request in flight is answered.
    wait_until("nobody is let in", || std::net::TcpStream::connect(server.address).is_err());
    assert_eq!(idle.read(&mut [0; 1]).unwrap_or(0), 0);
    slow.write_all(body.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    slow.read_to_end(&mut bytes).unwrap();
    assert_eq!(Response::parse(&bytes).unwrap().status, 200);
    let (status, log) = server.ended();
    assert!(status.success() && log.contains("draining"), "{status} {log}");
}

#[test]
fn who_takes_too_long_to_end_is_not_waited_for() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--drain-timeout", "0.2"]);
    let mut slow = server.connect();
    slow.write_all(b"POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n").unwrap();
    wait_until("it is in flight", || server.metric("segue_http_requests_in_flight") == 2.0);
    server.signal("TERM");
    let (status, log) = server.ended();
    assert!(status.success() && log.contains("the time to drain is over"), "{status} {log}");
}
