//! The page: its files, what browsers are told about them, and that it can be switched off.

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};

#[test]
fn the_page_is_served_at_once_and_without_a_key() {
    let place = Place::with_index();
    let made = place.run(&["serve", "--quiet", "--new-key", "app"]).succeeds();
    place.write("keys.txt", made.out);
    let server = Server::begin(&place, &["-i", "tracks.segue", "--keys", "keys.txt"]);
    let page = server.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let text = String::from_utf8(page.body.clone()).unwrap();
    assert!(text.starts_with("<!doctype html>"), "{text}");
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    let policy = page.header("content-security-policy").unwrap();
    for part in ["default-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|other| other == part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    // Everything that it names is served from here.
    for file in text.split(['"', '\'']).filter(|word| word.starts_with("/page/")) {
        assert_eq!(server.get(file).status, 200, "{file}");
    }
}

#[test]
fn the_page_is_sent_once_and_packed() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let page = server.get("/");
    let etag = page.header("etag").unwrap().to_owned();
    let again = server.get_with("/", &format!("if-none-match: {etag}\r\n"));
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(&*etag)));
    assert_eq!(again.header("content-security-policy"), page.header("content-security-policy"));
    let packed = server.get_with("/", "accept-encoding: gzip\r\n");
    assert_eq!(packed.header("vary"), Some("accept-encoding"));
    if packed.header("content-encoding") == Some("gzip") {
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*packed.body), &mut unpacked).unwrap();
        assert_eq!(unpacked, page.body);
    } else {
        assert!(page.body.len() < 1400, "too long to be sent as it is");
    }
    let head = server.raw(b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(head.starts_with(b"HTTP/1.1 200") && head.ends_with(b"\r\n\r\n"));
    let length = format!("content-length: {}", page.body.len());
    assert!(String::from_utf8(head).unwrap().contains(&length), "{length}");
    let posted = server.post("/", "{}");
    assert_eq!(posted.header("allow"), Some("GET,HEAD"));
    posted.problem(405, "wrong_method");
    assert_eq!(server.metric("segue_http_requests_total{route=\"/\",method=\"GET\",status=\"304\"}"), 1.0);
}

#[test]
fn the_log_says_where_the_page_is_and_it_can_be_switched_off() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let url = format!("url=\"{}/\"", server.url());
    wait_until("it says so", || server.log().contains(&url));
    for args in [&["--no-page"][..], &["--page", "false"]] {
        let server = Server::start(&place, &[&["-i", "tracks.segue"][..], args].concat());
        server.get("/").problem(404, "no_such_path");
        server.get("/page/index.html").problem(404, "no_such_path");
        assert_eq!(server.get("/docs/").status, 200);
        assert!(!server.log().contains("browser"), "{}", server.log());
    }
    let printed = place.run(&["serve", "--no-page", "--print-config"]).succeeds().out;
    assert!(printed.contains("page = false"), "{printed}");
    let mut command = place.segue(&["serve", "--print-config"]);
    command.env("SEGUE_PAGE", "false");
    let printed = crate::support::CommandOutput::of(&mut command).succeeds().out;
    assert!(printed.contains("page = false"), "{printed}");
}

#[test]
fn an_answer_names_the_index_that_it_is_from() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--watch-interval", "0.05"]);
    let named = |response: &Response| response.header("segue-index").map(str::to_owned);
    let first = server.get("/api/v1/genres");
    let tag = named(&first).unwrap();
    assert!(tag.starts_with("1-"), "{tag}");
    let etag = format!("if-none-match: {}\r\n", first.header("etag").unwrap());
    let posted = server.post("/api/v1/recommendations", "{\"targets\": {\"energy\": 1}}");
    for other in [&server.get_with("/api/v1/genres", &etag), &posted, &server.get("/v1/tracks?ids=x")] {
        assert_eq!(named(other).as_ref(), Some(&tag));
    }
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    wait_until("another index answers", || {
        named(&server.get("/api/v1/genres")).is_some_and(|other| other.starts_with("2-"))
    });
}
