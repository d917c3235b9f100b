//! Segue's own API, below `/api/v1`: everything that the engine can be asked, as JSON.
//!
//! Handlers read what is asked, hand a question to the threads that answer, and write what the engine says. The
//! description of it all at `/openapi.json` is generated from them (see [`crate::docs`]); [`schema`] describes what the engine writes.

mod attributes;
pub(crate) mod catalogue;
pub(crate) mod recommendations;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod tracks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::service::Service;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/api/v1/tracks/{id}", get(tracks::track))
        .route("/api/v1/tracks/{id}/similar", get(tracks::similar))
        .route("/api/v1/recommendations", post(recommendations::recommend))
        .route("/api/v1/search", get(search::search))
        .route("/api/v1/genres", get(catalogue::genres))
        .route("/api/v1/catalogue", get(catalogue::catalogue))
}
