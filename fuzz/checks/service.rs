//! A request made of arbitrary bytes: the first line is the method, path and query, the second the content type, the
//! rest the body. The service never panics and never answers 500.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Uri};
use segue::{Index, Ingest, Input, Profile};
use segue_demo::Demo;
use segue_server::{Config, Service, router};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));
static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let mut csv = Vec::new();
    Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ()).expect("tracks");
    let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).expect("a catalogue");
    let index = Index::builder().profiles(Profile::built_ins()).map(true).build(catalogue).expect("an index");
    let service = Arc::new(Service::new(Config { threads: 1, ..Config::default() }).expect("a service"));
    service.serve_index(index).expect("an index");
    router(service)
});

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (head, content_type, body) = (line(), line(), line());
    let (method, target) = match head.iter().position(|byte| *byte == b' ') {
        Some(at) => (&head[..at], &head[at + 1..]),
        None => (&b"GET"[..], head),
    };
    let (Ok(method), Ok(uri)) = (Method::from_bytes(method), Uri::try_from(target)) else { return };
    let request = Request::builder().method(method).uri(uri).header("content-type", content_type);
    let Ok(request) = request.body(Body::from(body.to_vec())) else { return };
    let response = RUNTIME.block_on(ROUTER.clone().oneshot(request)).expect("a response");
    assert_ne!(response.status().as_u16(), 500);
}
