//! Many concurrent requests to a service that has only just started: all are answered.

use std::io::{Read, Write};
use std::sync::Barrier;

use crate::support::Place;
use crate::support::server::{Response, Server};

/// How many services are started.
const STARTS: usize = 50;
const CLIENTS: usize = 64;

/// Requests that need lazily built data: the text index, the standard deviations of attributes.
fn question(client: usize) -> &'static str {
    const QUESTIONS: [&str; 4] = [
        "/api/v1/search?q=the",
        "/v1/recommendations?seed_genres=pop&target_energy=0.9",
        "/api/v1/search?q=love&match=contains",
        "/v1/search?q=the&type=track",
    ];
    QUESTIONS[client % QUESTIONS.len()]
}

/// Sends a request as soon as the service listens, at the same time as the other clients, and repeats it until the
/// index is open.
fn ask(server: &Server, path: &str, all_at_once: &Barrier) -> Response {
    let mut stream = server.connect();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address);
    all_at_once.wait();
    loop {
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let response = Response::parse(&bytes).unwrap();
        let is_too_early = String::from_utf8_lossy(&response.body).contains("no index is open yet");
        if !is_too_early {
            return response;
        }
        stream = server.connect();
    }
}

fn bursts(build: bool, threads: &str) {
    let place = Place::new();
    place.run(&["demo", "--tracks", "3000", "--out", "demo.csv", "-q"]).succeeds();
    let index = if build { "demo.segue" } else { "demo.csv" };
    if build {
        place.run(&["build", "demo.csv", "-o", index, "-q"]).succeeds();
    }
    for start in 0..STARTS {
        let arguments = ["-i", index, "--threads", threads, "--log-requests", "false"];
        let server = Server::begin(&place, &arguments);
        let all_at_once = Barrier::new(CLIENTS);
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (server, all_at_once) = (&server, &all_at_once);
                scope.spawn(move || {
                    let response = ask(server, question(client), all_at_once);
                    let body = String::from_utf8_lossy(&response.body).into_owned();
                    assert_eq!(response.status, 200, "start {start}, {}: {body}", question(client));
                });
            }
        });
        assert_eq!(server.get("/health/live").status, 200);
        assert_eq!(server.get("/health/ready").status, 200);
    }
}

#[test]
fn an_index_on_two_threads() {
    bursts(true, "2");
}

#[test]
fn an_index_on_eight_threads() {
    bursts(true, "8");
}

#[test]
fn a_table_on_two_threads() {
    bursts(false, "2");
}

#[test]
fn a_table_on_eight_threads() {
    bursts(false, "8");
}
