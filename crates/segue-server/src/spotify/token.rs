//! The OAuth client credentials flow, which clients use before any other request. Where keys are required, the client
//! secret is the API key, and so is the token returned: the service keeps no sessions.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode;
use serde_json::json;

use crate::body;
use crate::fault::{Fault, FaultKind};
use crate::places::Client;
use crate::service::Service;

/// `POST /api/token`
pub(super) async fn token(State(service): State<Arc<Service>>, request: Request) -> Result<Response, Fault> {
    if body::media_type(request.headers()) != "application/x-www-form-urlencoded" {
        let wanted = "Content-Type: application/x-www-form-urlencoded was wanted";
        return Err(Fault::new(FaultKind::MediaType, wanted));
    }
    let headers = request.headers().clone();
    let client = request.extensions().get::<Client>().copied();
    let form = body::read(request, &service.config, service.config.max_body).await?;
    if field(&form, "grant_type").as_deref() != Some("client_credentials") {
        return Err(Fault::new(FaultKind::Body, "grant_type must be client_credentials"));
    }
    let secret = basic_secret(&headers).or_else(|| field(&form, "client_secret"));
    let keys = service.keys.load();
    let token = match secret {
        _ if !keys.are_needed() => "segue".to_owned(),
        Some(secret) if keys.find(secret.as_bytes()).is_some() => secret,
        _ => {
            let fault = Fault::new(FaultKind::Key, "the client secret is no valid API key");
            return Err(service.auth_failures.limit(client, fault));
        }
    };
    let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 }).to_string();
    Ok(([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body).into_response())
}

/// The password of HTTP Basic authentication.
fn basic_secret(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, code) = value.split_once(' ')?;
    let plain = STANDARD.decode(code.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let plain = String::from_utf8(plain).ok()?;
    plain.split_once(':').map(|(_, secret)| secret.to_owned())
}

/// A field of a URL-encoded form.
fn field(form: &[u8], name: &str) -> Option<String> {
    let mut pairs = form.split(|byte| *byte == b'&').filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = pair.split_at_checked(at)?;
        (found == name.as_bytes()).then(|| value.get(1..).unwrap_or_default())
    });
    let value: Vec<u8> = pairs.next()?.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&value).decode_utf8().ok().map(|value| value.into_owned())
}
