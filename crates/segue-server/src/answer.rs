//! The bodies of answers: serialisation, compression, and whether a client has one already.

use std::io::Write;

use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::fault::{Fault, FaultKind};

/// The body of a response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: HeaderValue,
    /// The header `Content-Disposition`, of a file to be saved.
    pub(crate) disposition: Option<HeaderValue>,
    pub(crate) is_compressed: bool,
    pub(crate) candidates: usize,
}

impl Answer {
    /// Serialises an answer; the only place that does.
    pub(crate) fn json(answer: &impl Serialize) -> Result<Self, Fault> {
        let mut json = Vec::with_capacity(INITIAL_CAPACITY);
        let broken = |error: serde_json::Error| Fault::new(FaultKind::Internal, error.to_string());
        serde_json::to_writer(&mut json, answer).map_err(broken)?;
        Ok(Self::bytes("application/json", json))
    }

    /// An answer that is no JSON.
    pub(crate) fn bytes(content_type: &'static str, bytes: Vec<u8>) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        Self { bytes, content_type, disposition: None, is_compressed: false, candidates: 0 }
    }

    /// A file to be saved under this name, or as `playlist` if it has none.
    ///
    /// RFC 6266: the name in ASCII for old clients, and as it is, percent-encoded. What a file system may take for a
    /// path, or may not have in a name, becomes `_`.
    pub(crate) fn saved_as(self, name: &str, extension: &str) -> Self {
        let is_unsafe = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
        let name: String =
            name.trim().chars().map(|letter| if is_unsafe(letter) { '_' } else { letter }).collect();
        let name = match name.trim_start_matches('.') {
            "" => "playlist",
            name => name,
        };
        let plain: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
        let whole = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let value =
            format!("attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{whole}.{extension}");
        Self { disposition: HeaderValue::from_str(&value).ok(), ..self }
    }

    /// Sets the number of tracks that passed the filters, for the metrics.
    pub(crate) fn among(self, candidates: usize) -> Self {
        Self { candidates, ..self }
    }

    /// Compresses with gzip, unless the body is too short.
    pub(crate) fn compressed(self) -> Self {
        match gzip(&self.bytes, Compression::fast()) {
            Some(bytes) => Self { bytes, is_compressed: true, ..self },
            None => self,
        }
    }
}

/// Compresses with gzip; `None` if it is too short for that.
pub(crate) fn gzip(bytes: &[u8], effort: Compression) -> Option<Vec<u8>> {
    if bytes.len() < MIN_COMPRESSED_BYTES {
        return None;
    }
    let mut gzip = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), effort);
    // Writing to memory does not fail.
    gzip.write_all(bytes).and_then(|()| gzip.finish()).ok()
}

/// Whether a client accepts gzip.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let takes = |coding: &str| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight != Some(0.0)
    };
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(takes)
}

/// Whether a client has what an `ETag` stands for, by its `If-None-Match`.
pub(crate) fn has(headers: &HeaderMap, etag: &str) -> bool {
    let is_known = |known: &HeaderValue| {
        known.to_str().is_ok_and(|known| known.split(',').any(|known| known.trim() == etag))
    };
    headers.get_all(IF_NONE_MATCH).iter().any(is_known)
}

/// Shorter bodies fit into one packet uncompressed.
const MIN_COMPRESSED_BYTES: usize = 1400;

/// Initial capacity; most bodies are shorter, for example three kilobytes for ten tracks.
const INITIAL_CAPACITY: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_says_whether_it_takes_gzip() {
        for (value, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("br, deflate", false),
            ("", false),
            ("xgzip", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().unwrap())]);
            assert_eq!(accepts_gzip(&headers), takes, "{value}");
        }
    }

    #[test]
    fn a_file_has_a_name_that_every_system_can_store() {
        let saved = |name: &str| {
            let answer = Answer::bytes("text/plain", Vec::new()).saved_as(name, "uris");
            answer.disposition.unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(
            saved("Été/1: \"a\"\r\nX: y"),
            "attachment; filename=\"_t__1_ _a___X_ y.uris\"; \
             filename*=UTF-8''%C3%89t%C3%A9%5F1%5F%20%5Fa%5F%5F%5FX%5F%20y.uris"
        );
        for name in ["", "  ", "..."] {
            assert_eq!(saved(name), "attachment; filename=\"playlist.uris\"; filename*=UTF-8''playlist.uris");
        }
        assert!(saved("../../x").contains("\"_.._x.uris\""), "{}", saved("../../x"));
    }

    #[test]
    fn a_client_says_what_it_has() {
        let headers = HeaderMap::from_iter([(IF_NONE_MATCH, "W/\"a\", W/\"b\"".parse().unwrap())]);
        assert!(has(&headers, "W/\"b\"") && !has(&headers, "W/\"c\"") && !has(&HeaderMap::new(), "W/\"a\""));
    }
}
