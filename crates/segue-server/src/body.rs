//! Reads request bodies: checks the media type, the length, and the time that the client takes; parses JSON.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::fault::{Fault, FaultKind};

/// Reads and parses a JSON body. `others` are the media types that the path takes besides, for the message.
pub(crate) async fn json<T: DeserializeOwned>(
    request: Request,
    config: &Config,
    others: &str,
) -> Result<T, Fault> {
    let kind = media_type(request.headers());
    if !(kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")) {
        let problem = format!("Content-Type: application/json{others} was wanted");
        return Err(Fault::new(FaultKind::MediaType, problem));
    }
    let bytes = read(request, config, config.max_body).await?;
    let value = serde_json::from_slice(&bytes);
    let value = value.map_err(|error| Fault::new(FaultKind::Body, error.to_string()))?;
    // Serde also takes a list for an object, its items for the fields in their order.
    match bytes.trim_ascii_start().starts_with(b"{") {
        true => Ok(value),
        false => Err(Fault::new(FaultKind::Body, "an object was wanted")),
    }
}

/// The media type of a body, without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads a whole body of at most `most` bytes, within `client_timeout`.
pub(crate) async fn read(request: Request, config: &Config, most: usize) -> Result<Bytes, Fault> {
    let too_long = || {
        let problem = format!("at most {most} bytes of body were wanted");
        Fault::new(FaultKind::BodyLength, problem)
    };
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > most as u64) {
        return Err(too_long());
    }
    let body = Limited::new(Body::new(request.into_body()), most);
    match tokio::time::timeout(config.client_time(), body.collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => Err(too_long()),
        Ok(Err(_)) => Err(Fault::new(FaultKind::Body, "the body broke off")),
        Err(_) => Err(Fault::new(FaultKind::SlowClient, "the body came too slowly")),
    }
}
