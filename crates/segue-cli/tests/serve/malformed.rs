//! Several hundred malformed or odd requests: each gets a well-formed response or a closed connection, and the next
//! request is served.

use std::io::{Read, Write};

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};
use crate::support::tracks::id;

/// The acceptable responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A 4xx, or a closed connection.
    Refusal,
    /// Odd but valid: anything but a 5xx.
    Anything,
}

fn get(target: &str) -> Vec<u8> {
    [b"GET ", target.as_bytes(), b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"].concat()
}

fn post(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn corpus() -> Vec<(Wanted, Vec<u8>)> {
    use Wanted::{Anything, Refusal};
    let mut corpus: Vec<(Wanted, Vec<u8>)> = Vec::new();
    let a = id(1);
    let mut refused = |request: Vec<u8>| corpus.push((Refusal, request));

    // Values of parameters.
    let nonsense = [
        "",
        "0",
        "-1",
        "1.5",
        "1e3",
        "NaN",
        "inf",
        "99999999999999999999999",
        "0x10",
        "%00",
        "%FF",
        "a",
        "1,2",
        "%2B1%2B",
        "null",
        "true",
        "[]",
        "%F0%9F%8E%B8",
        "1;2",
        "'",
    ];
    for value in nonsense {
        refused(get(&format!("/api/v1/tracks/{a}/similar?k={value}")));
        refused(get(&format!(
            "/api/v1/tracks/{a}/similar?why={}",
            if value == "true" { "TRUE" } else { value }
        )));
        refused(get(&format!("/api/v1/search?q=a&offset={}", if value == "0" { "-0.5" } else { value })));
        refused(get(&format!("/v1/recommendations?seed_tracks={a}&limit={value}")));
        refused(get(&format!("/v1/search?q=a&type=track&limit={value}")));
        refused(get(&format!(
            "/v1/recommendations?seed_tracks={a}&target_energy={}",
            if matches!(value, "0") { "7" } else { value }
        )));
    }
    // Names of parameters.
    for name in ["K", "k%00", "k[]", "%FF", "limit", "", "k%20", "__proto__", "q"] {
        refused(get(&format!("/api/v1/tracks/{a}/similar?{name}=1&x=2")));
    }
    // Paths.
    for path in [
        "/page/",
        "//",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v1/tracks",
        "/api/v1/tracks/",
        "/api/v1//search",
        "/../etc/passwd",
        "/api/v1/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/page/index.html",
        "/page/none.js",
        "/page/../Cargo.toml",
        "/page/%2e%2e%2fCargo.toml",
        "/page/%2fetc%2fpasswd",
        "/page/%FF",
        "/docs/../../etc/passwd",
        "/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/v1/tracks/%FF",
        "/api/v1/tracks/%C3%28",
        "/api/v1/tracks/%",
        "/api/v1/tracks/%zz",
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/artists/x",
        "/v1/tracks",
        "/v1/tracks?ids=",
        "/v1/tracks?ids=,,,",
        "/v1/audio-features",
        "/v1/audio-features?ids=",
        "/v1/recommendations",
        "/v1/recommendations?seed_tracks=",
        "/v1/recommendations?seed_tracks=a,b,c,d,e,f",
        "/v1/search",
        "/v1/search?q=a",
        "/v1/search?q=&type=track",
        "/v1/search?q=a&type=",
        "/v1/search?q=a&type=song",
        "/v1/search?q=a&type=track&offset=1001",
        "/api/token",
        "/metrics/x",
        "/health",
        "/health/",
        "/admin",
        "/.env",
        "/wp-login.php",
    ] {
        refused(get(path));
    }
    refused(get(&format!("/v1/tracks?ids={}", vec![&*a; 51].join(","))));
    refused(get(&format!("/v1/audio-features?ids={}", vec![&*a; 101].join(","))));
    for length in [1_001, 20_000, 40_000, 60_000, 100_000, 1_000_000] {
        refused(get(&format!("/api/v1/search?q={}", "a".repeat(length))));
        refused(get(&format!("/{}", "a".repeat(length))));
    }
    for attribute in ["energy", "key", "popularity", "mode", "tempo", "duration_ms", "loudness", "valence"] {
        for value in ["-1000", "1e9", "x", "nan", "-inf", "1e400"] {
            if (attribute, value) == ("duration_ms", "1e9") {
                // A valid `duration_ms`: eleven days.
                continue;
            }
            for what in ["min", "max", "target"] {
                refused(get(&format!("/v1/recommendations?seed_tracks={a}&{what}_{attribute}={value}")));
            }
        }
    }

    // Bodies.
    let path = "/api/v1/recommendations";
    let deep = |open: &str, close: &str, depth: usize| [open.repeat(depth), close.repeat(depth)].concat();
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "}",
        "[",
        "null",
        "true",
        "1",
        "\"\"",
        "[]",
        "[{}]",
        "{}",
        "{]",
        "{\"k\"}",
        "{\"k\":}",
        "{\"k\":1,}",
        "{'k':1}",
        "{k:1}",
        "{\"k\":01}",
        "{\"k\":+1}",
        "{\"k\":1e999}",
        "{\"k\":-1}",
        "{\"k\":\"1\"}",
        "{\"k\":[1]}",
        "{\"k\":{}}",
        "{\"k\":1}{\"k\":1}",
        "{\"k\":1}x",
        "{\"seeds\":1}",
        "{\"seeds\":{}}",
        "{\"seeds\":[1]}",
        "{\"seeds\":[[]]}",
        "{\"seeds\":[null]}",
        "{\"seeds\":[{\"track\":1}]}",
        "{\"seeds\":[{\"track\":null}]}",
        "{\"seeds\":[{\"track\":\"x\",\"artist\":\"y\"}]}",
        "{\"seeds\":[{\"weight\":1}]}",
        "{\"seeds\":[{\"tracks\":\"x\"}]}",
        "{\"seeds\":[{\"genre\":\"\"}]}",
        "{\"seeds\":[{\"features\":{\"energy\":1}}]}",
        "{\"seeds\":[{\"features\":[]}]}",
        "{\"targets\":{\"energy\":\"high\"}}",
        "{\"targets\":{\"energy\":1e999}}",
        "{\"targets\":{\"energy\":NaN}}",
        "{\"targets\":{\"energy\":Infinity}}",
        "{\"targets\":[]}",
        "{\"targets\":{\"Energy\":1}}",
        "{\"targets\":{\"energy\":1},\"k\":1000000}",
        "{\"targets\":{\"energy\":1},\"diversity\":-1}",
        "{\"targets\":{\"energy\":1},\"shuffle\":1}",
        "{\"targets\":{\"energy\":1},\"shuffle\":{\"amount\":2}}",
        "{\"targets\":{\"energy\":1},\"shuffle\":{\"amount\":1,\"seed\":-1}}",
        "{\"targets\":{\"energy\":1},\"per_artist\":0}",
        "{\"targets\":{\"energy\":1},\"tempo_within\":60}",
        "{\"targets\":{\"energy\":1},\"tempo_within\":5}",
        "{\"targets\":{\"energy\":1},\"harmonic\":true}",
        "{\"targets\":{\"energy\":1},\"harmonic\":1}",
        "{\"targets\":{\"energy\":1},\"genres\":[\"none such\"]}",
        "{\"targets\":{\"energy\":1},\"genres\":\"pop\"}",
        "{\"targets\":{\"energy\":1},\"genres\":[\"pop\"],\"without_genres\":[\"pop\"]}",
        "{\"targets\":{\"energy\":1},\"min\":{\"energy\":2},\"max\":{\"energy\":1}}",
        "{\"targets\":{\"energy\":1},\"profile\":\"../x\"}",
        "{\"targets\":{\"energy\":1},\"profile\":5}",
        "{\"targets\":{\"energy\":1},\"without\":[1]}",
        "{\"k\":1,\"k\":1}",
        "{\"targets\":{\"energy\":1},\"why\":null}",
        "{\"\\ud800\":1}",
        "{\"seeds\":[{\"track\":\"\\ud800\"}]}",
        "\u{feff}{}",
        "{\"seeds\":[{\"track\":\"a\tb\"}]}",
        "// x\n{}",
        "{\"seeds\":[{\"track\":\"\\x41\"}]}",
        "k=1&seeds=a",
        "<xml/>",
    ]
    .iter()
    .map(|body| body.as_bytes().to_vec())
    .collect();
    for depth in [10, 127, 128, 129, 1_000, 50_000] {
        bodies.push(deep("[", "]", depth).into_bytes());
        bodies.push(deep("{\"a\":", "}", depth).into_bytes());
        bodies.push(format!("{{\"seeds\":{}}}", deep("[", "]", depth)).into_bytes());
    }
    bodies.push(format!("{{\"seeds\":[{}]}}", vec!["{\"genre\":\"pop\"}"; 1001].join(",")).into_bytes());
    bodies.push(format!("{{\"without\":[{}]}}", vec!["\"x\""; 10_001].join(",")).into_bytes());
    bodies.push(format!("{{\"profile\":\"{}\"}}", "a".repeat(300_000)).into_bytes());
    bodies.push(format!("{{\"k\":{}}}", "9".repeat(100_000)).into_bytes());
    bodies.push(vec![0; 1000]);
    bodies.push(b"{\"profile\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"{\"profile\":\"\xc3\"}".to_vec());
    bodies.push("{\"k\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect());
    for body in &bodies {
        refused(post(path, "application/json", body));
    }
    for content_type in [
        "",
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "json",
        "*/*",
        "application/jsonx",
    ] {
        refused(post(path, content_type, b"{\"targets\":{\"energy\":1}}"));
    }
    for body in [
        "",
        "grant_type",
        "grant_type=",
        "grant_type=password",
        "grant_type=client_credentials%00",
        "=&=&=",
        "%%%",
    ] {
        refused(post("/api/token", "application/x-www-form-urlencoded", body.as_bytes()));
    }

    // Methods.
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS", "BREW", "get", "PRI", "POST"] {
        let line = format!(
            "{method} /api/v1/catalogue HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        refused(line.into_bytes());
    }
    // Request lines and headers.
    for request in [
        "\r\n\r\n\r\n",
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET /none HTTP/1.2.3\r\n\r\n",
        "GET /none HTTP/9.9\r\n\r\n",
        "GET / FTP/1.1\r\n\r\n",
        "GET  /  HTTP/1.1\r\n\r\n",
        "GET /a b HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /\u{7f} HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /none HTTP/1.1\r\nhost x\r\n\r\n",
        "GET /none HTTP/1.1\r\n: x\r\n\r\n",
        "GET /none HTTP/1.1\r\nho st: x\r\n\r\n",
        "GET /none HTTP/1.1\r\nhost: x\r\n folded: y\r\nconnection: close\r\n\r\n",
        "GET /none HTTP/1.1\r\nx: \0\r\n\r\n",
        "GET /none HTTP/1.1\r\nx\0y: 1\r\n\r\n",
        "GET /none HTTP/1.1\nhost: x\nconnection: close\n\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0",
        "SSH-2.0-x\r\n",
        "EHLO x\r\n",
        "*1\r\n$4\r\nPING\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-length: 1x\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999999\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 18446744073709551615\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
    ] {
        refused(request.as_bytes().to_vec());
    }
    for hosts in ["", "host: x\r\nhost: x\r\n", "host: x\r\nHost: y\r\n"] {
        let line = format!("GET /api/v1/catalogue HTTP/1.1\r\nconnection: close\r\n{hosts}\r\n");
        refused(line.into_bytes());
    }
    let headers = |count: usize, length: usize| {
        let line = |number| format!("x-{number}: {}\r\n", "a".repeat(length));
        let lines: String = (0..count).map(line).collect();
        format!("GET /api/v1/catalogue HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n").into_bytes()
    };
    for (count, length) in [(101, 1), (1_000, 1), (20, 10_000), (90, 5_000), (1, 1_000_000), (10_000, 10)] {
        refused(headers(count, length));
    }

    // Odd but valid requests.
    let mut odd = |request: Vec<u8>| corpus.push((Anything, request));
    odd(headers(90, 10));
    // The read buffer may exceed its limit somewhat, so this may be accepted.
    odd(headers(1, 100_000));
    odd(b"GET /api/v1/catalogue HTTP/1.0\r\n\r\n".to_vec());
    odd(b"GET http://other.example/api/v1/catalogue HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        .to_vec());
    for host in ["", "a b", "\"><script>", "x:99999", "[::1]", &"h".repeat(5_000)] {
        odd(format!("GET /v1/tracks/{a} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").into_bytes());
    }
    for header in [
        "x-request-id: ",
        "x-request-id: a\u{e9}",
        "if-none-match: ,,,\"",
        "if-none-match: *",
        "accept-encoding: br;q=x, gzip;q=9, ,",
        "accept: nothing/*",
        "range: bytes=0-5",
        "expect: 100-continue",
        "expect: 200-ok",
        "upgrade: websocket\r\nconnection: upgrade, close",
        "authorization: ",
        "authorization: Bearer",
        "authorization: Bearer \u{1f3b8}",
        "origin: null",
        "cookie: a=b",
        "te: trailers",
    ] {
        odd(format!("GET /api/v1/catalogue HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n\r\n")
            .into_bytes());
    }
    for query in [
        "%00",
        "%F0%9F%8E%B8",
        "*",
        "?",
        "-",
        "\"",
        "-\"",
        "artist:",
        "a%0Ab",
        "%E2%80%AE",
        "((((((",
        "year:1",
        "%27%20OR%201=1",
    ] {
        odd(get(&format!("/api/v1/search?q={query}")));
        odd(get(&format!("/v1/search?type=track&q={query}")));
    }
    for regex in
        ["(a%2B)%2B%24", "(%3F:a%7B1000%7D)%7B1000%7D", "%5B", "%5Cp%7BX%7D", ".*.*.*.*.*x", "(%3Fi)a"]
    {
        odd(get(&format!("/api/v1/search?match=regex&q={regex}")));
    }
    corpus
}

#[test]
fn nonsense_gets_a_proper_answer_and_the_next_request_is_served() {
    let place = Place::with_index();
    let server =
        Server::start(&place, &["-i", "tracks.segue", "--client-timeout", "0.5", "--log-requests", "false"]);
    let corpus = corpus();
    assert!(corpus.len() >= 300, "{}", corpus.len());
    for (wanted, request) in &corpus {
        let shown = String::from_utf8_lossy(&request[..request.len().min(200)]).into_owned();
        let bytes = server.raw(request);
        match Response::parse(&bytes) {
            None => assert!(bytes.is_empty(), "{shown:?}: neither an answer nor nothing: {bytes:?}"),
            Some(response) => {
                let is_right = match wanted {
                    Wanted::Refusal => (400..500).contains(&response.status),
                    Wanted::Anything => response.status < 500,
                };
                let body = String::from_utf8_lossy(&response.body);
                assert!(is_right, "{shown:?}: {} {body}", response.status);
                let is_json = response.header("content-type").is_some_and(|kind| kind.contains("json"));
                if response.status >= 400 && is_json {
                    serde_json::from_slice::<serde_json::Value>(&response.body).unwrap();
                }
            }
        }
        assert_eq!(server.get("/health/live").status, 200, "after {shown:?}");
    }
    println!("{} malformed requests", corpus.len());
    wait_until("every connection is gone", || server.metric("segue_connections") == 1.0);
    assert_eq!(server.metric("segue_http_requests_in_flight"), 1.0);
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

#[test]
fn a_message_that_a_proxy_may_read_otherwise_is_refused_and_its_connection_closed() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let body = "4\r\nabcd\r\n0\r\n\r\n";
    for (headers, status, code) in [
        ("", 400, "invalid_message"),
        ("host: x\r\nhost: x\r\n", 400, "invalid_message"),
        ("host: x\r\ntransfer-encoding: gzip, chunked\r\n", 501, "wrong_transfer_coding"),
        (
            "host: x\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
            501,
            "wrong_transfer_coding",
        ),
    ] {
        let request = format!(
            "POST /api/v1/recommendations HTTP/1.1\r\ncontent-type: application/json\r\n{headers}\r\n{body}"
        );
        // The request does not ask to close the connection: reading to the end shows that the service closed it.
        let response = Response::parse(&server.raw(request.as_bytes())).unwrap();
        assert_eq!(response.header("connection"), Some("close"), "{headers:?}");
        response.problem(status, code);
    }
    // HTTP/1.0 does not require Host.
    let old = server.raw(b"GET /health/live HTTP/1.0\r\n\r\n");
    assert!(old.starts_with(b"HTTP/1.0 200"), "{}", String::from_utf8_lossy(&old));
}

#[test]
fn who_goes_away_early_leaves_nothing_behind() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--log-requests", "false"]);
    let whole = post("/api/v1/recommendations", "application/json", b"{\"targets\": {\"energy\": 1}}");
    for end in 0..whole.len() {
        let mut stream = server.connect();
        stream.write_all(&whole[..end]).unwrap();
    }
    // Clients that disconnect before the response.
    for _ in 0..100 {
        server.connect().write_all(&whole).unwrap();
    }
    let mut last = server.connect();
    last.write_all(&whole).unwrap();
    let mut bytes = Vec::new();
    last.read_to_end(&mut bytes).unwrap();
    assert_eq!(Response::parse(&bytes).unwrap().status, 200);
    wait_until("every connection is gone", || server.metric("segue_connections") == 1.0);
    assert_eq!(server.metric("segue_http_requests_in_flight"), 1.0);
}
