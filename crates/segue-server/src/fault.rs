//! Errors of requests, and the format in which each API reports them.
//!
//! Handlers return a [`Fault`]. It travels in the response's extensions to the outermost layer, which knows the
//! format and writes the body: a problem document (RFC 9457), Spotify's error object, or an OAuth error.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) detail: String,
}

/// The kinds of faults; each has a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// Not a valid HTTP message (RFC 9112).
    Message,
    /// An unsupported `Transfer-Encoding`.
    Coding,
    /// A parameter is missing, unknown, or has a wrong value.
    Parameter,
    /// The body cannot be parsed, or has a wrong value.
    Body,
    /// Nothing is at this path.
    Path,
    /// The path exists, but not for this method.
    Method,
    /// A track that the catalogue does not have.
    Track,
    /// An artist or a genre that no track has.
    Name,
    /// An index without a map.
    Map,
    /// A square that the map does not have.
    Tile,
    /// A profile that the index does not have.
    Profile,
    /// A well-formed request that contradicts itself.
    Contradiction,
    /// The catalogue lacks a column that the request needs.
    Columns,
    /// An unsupported `Content-Type`.
    MediaType,
    BodyLength,
    UrlLength,
    /// The client is too slow.
    SlowClient,
    /// No valid key.
    Key,
    /// A valid key, but not an admin's.
    Forbidden,
    /// Over the rate limit of the key, or of clients without a valid one.
    Rate,
    /// The queue of queries is full, or the connection limit is reached.
    Overload,
    /// The query did not finish within the request timeout.
    Timeout,
    /// No index is open.
    NotReady,
    /// The files of the index were changed in place.
    Changed,
    /// All worker threads are stuck.
    Stalled,
    /// A damaged index or a bug; the details are only logged.
    Internal,
}

impl FaultKind {
    /// The status, the stable code, and the title.
    pub(crate) const fn describe(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Message => (StatusCode::BAD_REQUEST, "invalid_message", "The message is not HTTP/1.1"),
            Self::Coding => {
                (StatusCode::NOT_IMPLEMENTED, "wrong_transfer_coding", "The body has another transfer coding")
            }
            Self::Parameter => (StatusCode::BAD_REQUEST, "invalid_parameter", "A parameter is wrong"),
            Self::Body => (StatusCode::BAD_REQUEST, "invalid_body", "The body is not what was wanted"),
            Self::Path => (StatusCode::NOT_FOUND, "no_such_path", "Nothing is at this path"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "Not for this method"),
            Self::Track => (StatusCode::NOT_FOUND, "unknown_track", "The catalogue has no such track"),
            Self::Name => (StatusCode::NOT_FOUND, "unknown_name", "The catalogue has no such name"),
            Self::Profile => (StatusCode::NOT_FOUND, "unknown_profile", "The index has no such profile"),
            Self::Map => (StatusCode::NOT_FOUND, "no_map", "The index has no map"),
            Self::Tile => (StatusCode::NOT_FOUND, "no_such_tile", "The map has no such square"),
            Self::Contradiction => (StatusCode::CONFLICT, "contradiction", "The query contradicts itself"),
            Self::Columns => {
                (StatusCode::NOT_IMPLEMENTED, "missing_columns", "The catalogue lacks columns for this")
            }
            Self::MediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_media_type", "The body has another format")
            }
            Self::BodyLength => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_long", "The body is too long"),
            Self::UrlLength => (StatusCode::URI_TOO_LONG, "url_too_long", "The URL is too long"),
            Self::SlowClient => (StatusCode::REQUEST_TIMEOUT, "slow_client", "The request came too slowly"),
            Self::Key => (StatusCode::UNAUTHORIZED, "no_valid_key", "A valid API key is needed"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "key_not_enough", "This API key may not do that"),
            Self::Rate => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests"),
            Self::Overload => (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too much to do"),
            Self::Timeout => (StatusCode::SERVICE_UNAVAILABLE, "timed_out", "The answer took too long"),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not_ready", "No index is open yet"),
            Self::Changed => {
                (StatusCode::SERVICE_UNAVAILABLE, "index_changed", "The index was changed in place")
            }
            Self::Stalled => (StatusCode::SERVICE_UNAVAILABLE, "standstill", "Nothing is answered any more"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something broke here"),
        }
    }

    pub(crate) fn status(self) -> StatusCode {
        self.describe().0
    }

    /// The label in the metric of refused requests, for the kinds that protect the service.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        Some(match self {
            Self::Overload => "overload",
            Self::Timeout => "timeout",
            Self::Rate => "rate_limit",
            Self::Key | Self::Forbidden => "unauthorised",
            Self::BodyLength | Self::UrlLength => "too_long",
            Self::SlowClient => "slow_client",
            _ => return None,
        })
    }
}

/// Which API was called, and so the format of its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    Native,
    Spotify,
    /// The token endpoint, with the errors of OAuth 2.0.
    Token,
}

impl ErrorFormat {
    pub(crate) fn of_path(path: &str) -> Self {
        match path {
            "/v1" => Self::Spotify,
            "/api/token" => Self::Token,
            path if path.starts_with("/v1/") => Self::Spotify,
            _ => Self::Native,
        }
    }
}

/// A problem document, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem<'a> {
    /// A URN that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:segue:problem:unknown_track")]
    kind: String,
    /// A short summary of the problem type; constant.
    title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The kind of problem, for programs; stays the same.
    #[schema(example = "unknown_track")]
    code: &'a str,
    /// What was expected, what was found, and how to fix it.
    detail: &'a str,
}

/// Spotify's error object.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpotifyError<'a> {
    error: SpotifyErrorDetail<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SpotifyErrorDetail<'a> {
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What was expected, what was found, and how to fix it.
    message: &'a str,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    pub(crate) fn parameter(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(FaultKind::Parameter, format!("{name}: {problem}"))
    }

    /// A query that did not finish in time.
    pub(crate) fn timeout() -> Self {
        Self::new(FaultKind::Timeout, "the answer would take too long; ask for less")
    }

    /// The fault for a bare status of axum's router, such as 404.
    pub(crate) fn of_status(status: StatusCode, path: &str) -> Option<Self> {
        let fault = |kind, detail: &str| Some(Self::new(kind, detail));
        match status {
            StatusCode::NOT_FOUND => {
                fault(FaultKind::Path, &format!("nothing is at {path:?}; /docs shows what there is"))
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                fault(FaultKind::Method, "this path is for the methods that the header Allow names")
            }
            StatusCode::BAD_REQUEST => fault(FaultKind::Parameter, "the path is not UTF-8"),
            _ => None,
        }
    }

    /// The response, in the error format of an API.
    pub(crate) fn to_response(&self, format: ErrorFormat) -> Response {
        let (status, code, title) = self.kind.describe();
        let detail = match self.kind {
            FaultKind::Internal => "what happened is in the log, under the id of this request",
            _ => &self.detail,
        };
        let (body, content_type) = match format {
            ErrorFormat::Native => {
                let kind = format!("urn:segue:problem:{code}");
                let problem = Problem { kind, title, status: status.as_u16(), code, detail };
                (serde_json::to_vec(&problem), "application/problem+json")
            }
            ErrorFormat::Spotify => {
                let error = SpotifyErrorDetail { status: status.as_u16(), message: detail };
                let error = SpotifyError { error };
                (serde_json::to_vec(&error), "application/json")
            }
            ErrorFormat::Token => {
                let code = match self.kind {
                    FaultKind::Key => "invalid_client",
                    FaultKind::Body => "unsupported_grant_type",
                    _ => "invalid_request",
                };
                let error = json!({ "error": code, "error_description": detail });
                (serde_json::to_vec(&error), "application/json")
            }
        };
        let mut response = Response::new(Body::from(body.unwrap_or_default()));
        *response.status_mut() = status;
        let mut header = |name: HeaderName, value| {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        };
        header(CONTENT_TYPE, content_type);
        match self.kind {
            FaultKind::Overload
            | FaultKind::Rate
            | FaultKind::Timeout
            | FaultKind::NotReady
            | FaultKind::Changed => {
                header(RETRY_AFTER, "1");
            }
            FaultKind::Key => header(WWW_AUTHENTICATE, "Bearer realm=\"segue\""),
            _ => {}
        }
        response
    }
}

impl From<segue::Error> for Fault {
    fn from(error: segue::Error) -> Self {
        let kind = match error {
            segue::Error::UnknownTrack { .. } => FaultKind::Track,
            segue::Error::UnknownName { .. } => FaultKind::Name,
            segue::Error::NoProfile { .. } => FaultKind::Profile,
            segue::Error::Query { .. } | segue::Error::NoAnswer { .. } => FaultKind::Contradiction,
            // A name in the body, unless something that the request asks for needs the column.
            segue::Error::UnknownColumn { purpose: "", .. } => FaultKind::Body,
            segue::Error::UnknownColumn { .. } => FaultKind::Columns,
            segue::Error::Input { .. } => FaultKind::Parameter,
            segue::Error::Stopped => return Self::timeout(),
            _ => FaultKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind.status();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_error_format() {
        for (path, format) in [
            ("/v1/tracks", ErrorFormat::Spotify),
            ("/v1", ErrorFormat::Spotify),
            ("/v10", ErrorFormat::Native),
            ("/api/token", ErrorFormat::Token),
            ("/api/v1/search", ErrorFormat::Native),
        ] {
            assert_eq!(ErrorFormat::of_path(path), format, "{path}");
        }
    }
}
