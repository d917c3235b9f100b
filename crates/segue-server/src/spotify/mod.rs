//! The part of Spotify's Web API that Spotify closed to new applications, answered from our own catalogue: an existing
//! client works by changing its base URL.
//!
//! Real clients are stricter than Spotify's documentation. What they require is noted in the code and tested with them.

pub(crate) mod features;
pub(crate) mod recommendations;
pub(crate) mod search;
mod token;
pub(crate) mod track;

use std::sync::Arc;

use axum::Router;
use axum::http::header::HOST;
use axum::routing::{MethodRouter, get, post};
use segue::Attribute;

use crate::ask::GetRequest;
use crate::columns;
use crate::fault::{Fault, FaultKind};
use crate::params::Params;
use crate::service::{ServedIndex, Service};

/// The routes that require a key if keys are in use.
pub(crate) fn routes() -> Router<Arc<Service>> {
    let both = |router: Router<Arc<Service>>, path: &str, method: MethodRouter<Arc<Service>>| {
        // spotipy and rspotify add a slash before the query string.
        router.route(path, method.clone()).route(&format!("{path}/"), method)
    };
    let mut router = Router::new();
    router = both(router, "/v1/recommendations", get(recommendations::recommendations));
    router = both(router, "/v1/recommendations/available-genre-seeds", get(recommendations::genre_seeds));
    router = both(router, "/v1/audio-features", get(features::several));
    router = both(router, "/v1/audio-features/{id}", get(features::one));
    router = both(router, "/v1/search", get(search::search));
    router = both(router, "/v1/tracks", get(track::several));
    both(router, "/v1/tracks/{id}", get(track::one))
}

/// The OAuth token endpoint.
pub(crate) fn token_route() -> Router<Arc<Service>> {
    Router::new().route("/api/token", post(token::token))
}

/// The base URL of links: `public_url`, or the host of the request.
fn base(request: &GetRequest) -> String {
    let config = &request.service.config;
    if let Some(url) = &config.public_url {
        return url.clone();
    }
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri.authority().map(|authority| authority.as_str()));
    let is_host = |host: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        (1..=255).contains(&host.len()) && host.bytes().all(is_plain)
    };
    match host.filter(is_host) {
        Some(host) => format!("{scheme}://{host}"),
        None => format!("{scheme}://{}", config.listen),
    }
}

/// Refuses a request that needs attributes which the catalogue has no columns of.
fn check_columns(served: &ServedIndex, needed: &[Attribute]) -> Result<(), Fault> {
    let missing: Vec<&str> = needed
        .iter()
        .filter(|attribute| !columns::has(&served.columns, **attribute))
        .map(|attribute| attribute.name())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let problem = format!(
        "this catalogue lacks columns that this request needs: {}; GET /api/v1/catalogue lists those that it has",
        missing.join(", ")
    );
    Err(Fault::new(FaultKind::Columns, problem))
}

/// The parameter `ids`, in order, at most `most`.
fn ids(params: &mut Params, most: usize) -> Result<Vec<String>, Fault> {
    let text = params.required("ids")?;
    let ids: Vec<String> = text.split(',').map(|id| id.trim().to_owned()).collect();
    if ids.iter().all(String::is_empty) {
        return Err(Fault::parameter("ids", "ids separated by commas were wanted"));
    }
    if ids.len() > most {
        return Err(Fault::parameter("ids", format!("{} ids, at most {most} were wanted", ids.len())));
    }
    Ok(ids)
}
