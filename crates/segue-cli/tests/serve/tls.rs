//! The service over TLS.

use std::io::{Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};

#[test]
fn with_a_certificate_it_talks_tls() {
    let place = Place::with_index();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    place.write("cert.pem", made.cert.pem());
    place.write("key.pem", made.signing_key.serialize_pem());
    let args =
        ["-i", "tracks.segue", "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--client-timeout", "1"];
    let server = Server::begin(&place, &args);

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let ask = |path: &str| {
        let client =
            ClientConnection::new(Arc::clone(&config), ServerName::try_from("localhost").unwrap()).unwrap();
        let mut stream = StreamOwned::new(client, server.connect());
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        _ = stream.read_to_end(&mut bytes);
        Response::parse(&bytes).unwrap()
    };
    wait_until("it is ready", || ask("/health/ready").status == 200);
    let found = ask("/v1/search?q=plain&type=track").json();
    assert!(found["tracks"]["href"].as_str().unwrap().starts_with("https://localhost/v1/search"), "{found}");
    // A plain HTTP request to the TLS port gets no response.
    assert!(!server.raw(b"GET / HTTP/1.1\r\n\r\n").starts_with(b"HTTP/1.1 2"));
    let address = server.address.to_string();
    let args =
        ["serve", "--check-health", "--listen", &address, "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    place.run(&args).succeeds();
}
