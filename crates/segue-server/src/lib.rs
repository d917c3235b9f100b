//! Segue over HTTP: recommendations, search and audio features for applications in production, and for clients of
//! Spotify's Web API that lost theirs.
//!
//! The service is a function from its state to a [`Router`]:
//!
//! ```text
//! request ─► guard ─► native | spotify ─► Work ─► segue::Recommender
//!            names,    read what is asked  threads that answer
//!            counts,                       with the index of
//!            admits                        this moment
//! ```
//!
//! ```
//! use std::sync::Arc;
//! use segue::{Demo, Index, Ingest, Input};
//! use segue_server::{Config, Service, router};
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut csv = Vec::new();
//! Demo { tracks: 500, seed: 1 }.write_csv(&mut csv, |_| ())?;
//! let (catalogue, _) = Ingest::default().read(vec![Input::bytes("demo.csv", csv)])?;
//!
//! let service = Arc::new(Service::new(Config::default())?);
//! service.serve_index(Index::build(catalogue, &[], None, &())?)?;
//!
//! let request = axum::http::Request::get("/api/v1/search?q=the").body(axum::body::Body::empty())?;
//! let response = router(service).oneshot(request).await?;
//! assert_eq!(response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! [`run()`] does all the rest: it listens, opens the index, opens it anew when it is replaced, and drains at the end.
//! Nothing here knows how tracks are compared, nor of terminals.

#![forbid(unsafe_code)]

mod ask;
mod body;
mod config;
mod fault;
mod guard;
mod health;
mod keys;
mod listen;
mod log;
mod metrics;
mod native;
mod params;
mod path;
mod reload;
mod run;
mod service;
mod spotify;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

pub use config::{Config, LogFormat, LogLevel};
pub use keys::key_line;
pub use log::start as start_log;
pub use native::Description;
pub use run::{check_health, run};
pub use service::Service;

use crate::reload::Orders;

/// All that the service answers. It has no orders to take; [`run()`] has.
pub fn router(service: Arc<Service>) -> Router {
    routed(service, None)
}

fn routed(service: Arc<Service>, orders: Option<Orders>) -> Router {
    let asked = native::routes()
        .merge(spotify::routes())
        .route_layer(from_fn_with_state(Arc::clone(&service), guard::admit))
        .method_not_allowed_fallback(|| async { axum::http::StatusCode::METHOD_NOT_ALLOWED });
    let router = asked
        .merge(spotify::token_route())
        .merge(native::docs())
        .merge(health::routes(&service, orders))
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND });
    let router = match cors(&service.config.cors) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn_with_state(Arc::clone(&service), guard::observe)).with_state(service)
}

/// Which web pages may ask; none unless the operator says so.
fn cors(origins: &[String]) -> Option<CorsLayer> {
    let allowed = match origins {
        [] => return None,
        origins if origins.iter().any(|origin| origin == "*") => AllowOrigin::any(),
        origins => AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok())),
    };
    // Mirrored: a `*` for headers does not mean Authorization.
    let cors = CorsLayer::new().allow_origin(allowed).allow_methods([Method::GET, Method::POST]);
    Some(cors.allow_headers(AllowHeaders::mirror_request()).expose_headers(Any))
}
