//! The page: `index.html` at `/`, and the other files of `web/` below `/page/`. They are compiled in, and are the same for
//! everybody, so they need no index and no API key.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use include_dir::{Dir, include_dir};
use twox_hash::XxHash3_64;

use crate::answer::{accepts_gzip, gzip, has};
use crate::path::Texts;
use crate::service::Service;

static WEB: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../web");

/// The page itself, at `/` alone.
const INDEX: &str = "index.html";

/// Which files are served, by their extension, and as what. Others are for those who work on the page.
const MEDIA_TYPES: [(&str, &str); 7] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("ico", "image/x-icon"),
    ("webmanifest", "application/manifest+json"),
];

/// Files of this host only, and no script or style within the page; nobody may frame it.
const OWN_FILES: &str = "default-src 'self'; img-src 'self' data:; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; object-src 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// A file of the page.
#[derive(Debug, Clone)]
struct PageFile {
    content_type: &'static str,
    etag: String,
    bytes: Bytes,
    /// The same, compressed, if it is not too short.
    gzip: Option<Bytes>,
}

/// The routes of the page; none if it is switched off.
pub(crate) fn routes(service: &Service) -> Router<Arc<Service>> {
    match service.config.page {
        true => Router::new().route("/", get(async |headers: HeaderMap| served(INDEX, &headers))).route(
            "/page/{*file}",
            get(async |Texts(name): Texts<String>, headers: HeaderMap| match name.as_str() {
                INDEX => StatusCode::NOT_FOUND.into_response(),
                name => served(name, &headers),
            }),
        ),
        false => Router::new(),
    }
}

fn served(name: &str, headers: &HeaderMap) -> Response {
    match file(name) {
        Some(file) => file.response(headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file that was compiled in.
#[cfg(not(debug_assertions))]
fn file(name: &str) -> Option<PageFile> {
    embedded(name)
}

/// A file as it is now, so that nobody compiles who works on the page; or as it was compiled in, if this is not where it
/// was.
#[cfg(debug_assertions)]
fn file(name: &str) -> Option<PageFile> {
    use std::path::{Component, Path};

    let web = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web"));
    if !web.is_dir() {
        return embedded(name);
    }
    let is_within = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let bytes = is_within.then(|| std::fs::read(web.join(name)).ok()).flatten()?;
    PageFile::new(name, bytes.into())
}

fn embedded(name: &str) -> Option<PageFile> {
    /// The files by their names, compressed when the first is asked for.
    static FILES: LazyLock<BTreeMap<&str, PageFile>> = LazyLock::new(|| {
        let (mut files, mut folders) = (BTreeMap::new(), vec![&WEB]);
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            files.extend(folder.files().filter_map(|file| {
                let name = file.path().to_str()?;
                Some((name, PageFile::new(name, Bytes::from_static(file.contents()))?))
            }));
        }
        files
    });
    FILES.get(name).cloned()
}

impl PageFile {
    /// `None` if it is none to be served.
    fn new(name: &str, bytes: Bytes) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let (_, content_type) = MEDIA_TYPES.iter().find(|(known, _)| *known == extension)?;
        // Weak: the body may be compressed or not.
        let etag = format!("W/\"{:016x}\"", XxHash3_64::oneshot(&bytes));
        let gzip = gzip(&bytes, Compression::best()).map(Bytes::from);
        Some(Self { content_type, etag, bytes, gzip })
    }

    fn response(self, asked: &HeaderMap) -> Response {
        let mut response = Response::new(Body::empty());
        if has(asked, &self.etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            let compressed = self.gzip.filter(|_| accepts_gzip(asked));
            if compressed.is_some() {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            *response.body_mut() = compressed.unwrap_or(self.bytes).into();
        }
        let headers = response.headers_mut();
        headers.extend(HeaderValue::from_str(&self.etag).ok().map(|etag| (ETAG, etag)));
        for (name, value) in [
            (CACHE_CONTROL, "no-cache"),
            (VARY, "accept-encoding"),
            (CONTENT_SECURITY_POLICY, OWN_FILES),
            (REFERRER_POLICY, "no-referrer"),
            (OPENER_POLICY, "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_in_is_what_there_is() {
        let (embedded, read) = (embedded(INDEX).unwrap(), file(INDEX).unwrap());
        assert_eq!((&embedded.bytes, &embedded.etag), (&read.bytes, &read.etag));
        assert_eq!(embedded.content_type, "text/html; charset=utf-8");
    }

    #[test]
    fn nothing_else_is_served() {
        let index = format!("views/../{INDEX}");
        for name in ["", ".", "..", "../Cargo.toml", "/etc/passwd", "views", "none.js", &index] {
            assert!(file(name).is_none() && super::embedded(name).is_none(), "{name}");
        }
        for name in ["package.json", "README.md", "js", "a.js.map", "a.ts"] {
            assert!(PageFile::new(name, Bytes::new()).is_none(), "{name}");
        }
    }

    #[test]
    fn a_long_file_is_compressed_and_its_tag_is_that_of_its_content() {
        let file = |text: &str| PageFile::new("a.js", Bytes::copy_from_slice(text.as_bytes())).unwrap();
        let (long, short) = (file(&"let a = 1;\n".repeat(1000)), file("let a = 1;"));
        assert!(long.gzip.as_ref().is_some_and(|gzip| gzip.len() < 200) && short.gzip.is_none());
        assert_ne!(long.etag, short.etag);
        let known = HeaderMap::from_iter([(axum::http::header::IF_NONE_MATCH, short.etag.parse().unwrap())]);
        assert_eq!(short.response(&known).status(), StatusCode::NOT_MODIFIED);
        let response = long.response(&known);
        assert_eq!((response.status(), response.headers().get(CONTENT_ENCODING)), (StatusCode::OK, None));
    }
}
