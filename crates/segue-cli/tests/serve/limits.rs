//! Limits: request sizes, connections, queries, and timeouts for slow clients.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

use crate::support::Place;
use crate::support::server::{Response, Server, WAIT_TIMEOUT, wait_until};
use crate::support::tracks::id;

#[test]
fn what_is_too_long_or_too_much_is_refused() {
    let place = Place::with_index();
    let limits = ["--max-body", "100", "--max-url", "200", "--max-k", "5"];
    let server = Server::start(&place, &[&["-i", "tracks.segue"][..], &limits].concat());
    server.get(&format!("/api/v1/search?q={}", "a".repeat(300))).problem(414, "url_too_long");
    server.get(&format!("/api/v1/tracks/{}/similar?k=6", id(1))).problem(400, "invalid_parameter");
    let long = format!("{{\"profile\": \"{}\"}}", "a".repeat(200));
    server.post("/api/v1/recommendations", &long).problem(413, "body_too_long");
    // Chunked, so that there is no Content-Length.
    let chunked = format!(
        "POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nc8\r\n{}\r\n0\r\n\r\n",
        " ".repeat(200)
    );
    Response::parse(&server.raw(chunked.as_bytes())).unwrap().problem(413, "body_too_long");
    assert_eq!(server.get("/api/v1/catalogue").status, 200);
}

#[test]
fn slow_clients_are_cut_off_and_others_do_not_notice() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--client-timeout", "0.3"]);
    // A head that never ends, a body that is never complete, the beginning of a request line, nothing at all.
    let beginnings: [&[u8]; 4] = [
        b"GET /api/v1/catalogue HTTP/1.1\r\nhost: x\r\nx-slow: ",
        b"POST /api/v1/recommendations HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{",
        b"GET",
        b"",
    ];
    let connections = beginnings.map(|beginning| {
        let mut stream = server.connect();
        stream.write_all(beginning).unwrap();
        stream
    });
    assert_eq!(server.get("/api/v1/catalogue").status, 200);
    for (mut stream, beginning) in connections.into_iter().zip(beginnings) {
        let mut bytes = Vec::new();
        _ = stream.read_to_end(&mut bytes);
        let status = Response::parse(&bytes).map(|response| response.status);
        assert!(matches!(status, None | Some(408)), "{beginning:?}: {bytes:?}");
    }
    wait_until("all are gone", || server.metric("segue_connections") == 1.0);
}

#[test]
fn who_does_not_read_is_cut_off() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--client-timeout", "0.3"]);
    let mut stream = server.connect();
    // The client reads no response: the socket buffers fill up, and the service must close the connection.
    let request = format!("GET /api/v1/tracks/{}/similar?k=40 HTTP/1.1\r\nhost: x\r\n\r\n", id(1));
    let many = request.repeat(200);
    stream.set_write_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    for _ in 0..50 {
        if stream.write_all(many.as_bytes()).is_err() {
            break;
        }
    }
    wait_until("it is cut off", || server.metric("segue_connections") == 1.0);
}

/// Keep-alive connections that each made one request.
fn held(server: &Server, count: usize) -> Vec<TcpStream> {
    let hold = |_| {
        let mut stream = server.connect();
        stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
        stream
    };
    (0..count).map(hold).collect()
}

/// A connection from another loopback address, which counts as another client.
fn of_another(server: &Server) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 2], 0)).into()).unwrap();
    socket.connect(&server.address.into()).unwrap();
    socket.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    socket.into()
}

fn asked(mut stream: TcpStream, path: &str) -> Response {
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    Response::parse(&bytes).unwrap()
}

#[test]
fn more_connections_than_there_are_places_for_are_told_to_come_back() {
    let place = Place::with_index();
    let limits = ["--max-connections", "4", "--max-connections-per-address", "4"];
    let server = Server::start(&place, &[&["-i", "tracks.segue"][..], &limits].concat());
    let connections = held(&server, 4);
    let refused = server.get("/api/v1/catalogue");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("connection"), Some("close"));
    refused.problem(503, "overloaded");
    // Health checks and scrapes are still answered.
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert!(server.metric("segue_http_refused_total{reason=\"connections\"}") >= 4.0);
    drop(connections);
    wait_until("there are places again", || server.get("/api/v1/catalogue").status == 200);
}

#[test]
fn one_client_does_not_take_the_places_of_others() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--max-connections", "8"]);
    let connections = held(&server, 6);
    server.get("/api/v1/catalogue").problem(503, "overloaded");
    assert_eq!(asked(of_another(&server), "/api/v1/catalogue").status, 200);
    drop(connections);
}

#[test]
fn health_is_answered_however_many_connections_stand_idle() {
    let place = Place::with_index();
    let options = ["--health-listen", "127.0.0.1:0", "--max-connections", "64"];
    let server = Server::start(&place, &[&["-i", "tracks.segue"][..], &options].concat());
    let address = server.log();
    let address = address.lines().find(|line| line.contains("health is answered")).unwrap();
    let address: SocketAddr = address.rsplit('=').next().unwrap().parse().unwrap();
    let idle: Vec<TcpStream> = (0..200).map(|_| server.connect()).collect();
    for _ in 0..200 {
        assert_eq!(server.get("/health/live").status, 200);
        assert_eq!(asked(TcpStream::connect(address).unwrap(), "/health/ready").status, 200);
    }
    // That address serves nothing else.
    asked(TcpStream::connect(address).unwrap(), "/api/v1/catalogue").problem(404, "no_such_path");
    let text = address.to_string();
    place.run(&["serve", "--check-health", "--health-listen", &text]).succeeds();
    drop(idle);
    wait_until("there are places again", || server.get("/api/v1/catalogue").status == 200);
}

#[test]
fn a_process_that_may_open_few_files_takes_few_connections_and_goes_on() {
    let place = Place::with_index();
    let server = Server::begin_with_files(&place, 160, &["-i", "tracks.segue", "--watch-interval", "0.05"]);
    wait_until("it is ready", || server.get("/health/ready").status == 200);
    assert!(server.log().contains("ulimit -n"), "{}", server.log());
    let idle: Vec<TcpStream> = (0..250).map(|_| server.connect()).collect();
    for _ in 0..20 {
        assert_eq!(server.get("/health/live").status, 200);
    }
    // Enough file descriptors are left to open another index.
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    wait_until("it is open", || server.get("/health/ready").json()["generation"] == 2);
    drop(idle);
    wait_until("there are places again", || server.get("/api/v1/catalogue").status == 200);
}

#[test]
fn more_questions_than_can_wait_are_refused() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue", "--max-queries", "1", "--threads", "1"]);
    let path = format!("/api/v1/tracks/{}/similar?k=40&why=true", id(1));
    let asked = |_| {
        let address = server.address;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
        let mut stream = server.connect();
        std::thread::spawn(move || {
            let mut statuses = Vec::new();
            let mut buffer = [0; 1 << 16];
            for _ in 0..25 {
                stream.write_all(request.as_bytes()).unwrap();
                let mut bytes = Vec::new();
                let response = loop {
                    let read = stream.read(&mut buffer).unwrap();
                    bytes.extend_from_slice(&buffer[..read]);
                    if let Some(response) = Response::parse(&bytes) {
                        break response;
                    }
                };
                if response.status == 503 {
                    assert_eq!(response.header("retry-after"), Some("1"));
                    response.problem(503, "overloaded");
                }
                statuses.push(response.status);
            }
            statuses
        })
    };
    let begun = std::time::Instant::now();
    let threads: Vec<_> = (0..8).map(asked).collect();
    let statuses: Vec<u16> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let of = |status| statuses.iter().filter(|other| **other == status).count();
    assert!(of(200) > 0 && of(503) > 0 && of(200) + of(503) == 200, "{} {}", of(200), of(503));
    assert_eq!(server.metric("segue_http_refused_total{reason=\"overload\"}"), of(503) as f64);
    // Refusals are logged at most once a second.
    let lines = server.log().matches("requests are refused").count() as u64;
    let seconds = begun.elapsed().as_secs();
    assert!((1..=seconds + 1).contains(&lines), "{lines} lines for {} refusals in {seconds} s", of(503));
    assert_eq!(server.get(&path).status, 200, "and afterwards all is well");
}
