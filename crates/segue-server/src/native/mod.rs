//! Segue's own JSON API, below `/api/v1`.
//!
//! Handlers parse the request, run a query on the worker pool, and serialise what the engine returns. The OpenAPI
//! description is generated from them (see [`crate::docs`]); [`schema`] describes the types that the engine serialises.

pub(crate) mod attributes;
pub(crate) mod catalogue;
pub(crate) mod map;
pub(crate) mod path;
pub(crate) mod playlists;
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
        .route("/api/v1/tracks", post(tracks::several))
        .route("/api/v1/tracks/{id}", get(tracks::track))
        .route("/api/v1/tracks/{id}/similar", get(tracks::similar))
        .route("/api/v1/recommendations", post(recommendations::recommend))
        .route("/api/v1/map", get(map::map))
        .route("/api/v1/map/tiles/{z}/{x}/{y}", get(map::tile))
        .route("/api/v1/path", get(path::path))
        .route("/api/v1/playlists", post(playlists::read))
        .route("/api/v1/playlists/{format}", post(playlists::write))
        .route("/api/v1/search", get(search::search))
        .route("/api/v1/genres", get(catalogue::genres))
        .route("/api/v1/catalogue", get(catalogue::catalogue))
}
