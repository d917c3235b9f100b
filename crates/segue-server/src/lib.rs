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
mod docs;
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
mod places;
mod reload;
mod run;
mod service;
mod spotify;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

pub use config::{Config, LogFormat, LogLevel};
pub use docs::Description;
pub use keys::key_line;
pub use log::start as start_log;
pub use run::{check_health, run};
pub use service::Service;

use crate::fault::{Fault, FaultKind};
use crate::reload::Orders;

/// All that the service answers. It has no orders to take; [`run()`] has.
pub fn router(service: Arc<Service>) -> Router {
    observed(&service, answers(&service, None))
}

/// The same for whoever comes by a socket.
fn for_clients(service: &Arc<Service>, orders: Option<Orders>) -> Router {
    observed(service, answers(service, orders).layer(from_fn(guard::well_formed)))
}

/// What is answered where nobody has a place: how the service is, and that for all else there is none.
fn for_standing(service: &Arc<Service>) -> Router {
    let none =
        || async { Fault::new(FaultKind::Overload, "no place for another connection; ask again later") };
    observed(service, health::routes().fallback(none).layer(from_fn(guard::well_formed)))
}

/// What is answered on the listener for whoever looks after the service.
fn for_health(service: &Arc<Service>) -> Router {
    let none = || async { axum::http::StatusCode::NOT_FOUND };
    observed(service, health::routes().fallback(none).layer(from_fn(guard::well_formed)))
}

fn answers(service: &Arc<Service>, orders: Option<Orders>) -> Router<Arc<Service>> {
    let asked = native::routes()
        .merge(spotify::routes())
        .route_layer(from_fn_with_state(Arc::clone(service), guard::admit))
        .method_not_allowed_fallback(|| async { axum::http::StatusCode::METHOD_NOT_ALLOWED });
    let router = asked
        .merge(spotify::token_route())
        .merge(docs::routes())
        .merge(health::routes())
        .merge(health::orders(service, orders))
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND });
    match cors(&service.config.cors) {
        Some(cors) => router.layer(cors),
        None => router,
    }
}

fn observed(service: &Arc<Service>, router: Router<Arc<Service>>) -> Router {
    router.layer(from_fn_with_state(Arc::clone(service), guard::observe)).with_state(Arc::clone(service))
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
