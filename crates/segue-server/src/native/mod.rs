//! Segue's own API, below `/api/v1`: everything that the engine can be asked, as JSON.
//!
//! Handlers read what is asked, hand a question to the threads that answer, and write what the engine says. The
//! description of it all at `/openapi.json` is generated from them; [`schema`] describes what the engine writes.

mod catalogue;
mod recommendations;
mod schema;
mod search;
mod tracks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

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

/// The description, and a page to try it.
pub(crate) fn docs() -> Router<Arc<Service>> {
    SwaggerUi::new("/docs").url("/openapi.json", Description::openapi()).into()
}

/// The description of this API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Segue",
        description = "What should play after this? Recommendations from audio features, without any listening history.\n\nErrors are problem documents (RFC 9457); their `code` stays the same. Answers to GET carry an `ETag` that changes with the index.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        tracks::track,
        tracks::similar,
        recommendations::recommend,
        search::search,
        catalogue::genres,
        catalogue::catalogue,
    ),
    components(schemas(schema::Matching)),
    tags(
        (name = "tracks", description = "A track, and what is like it"),
        (name = "recommendations", description = "Everything that a query can say"),
        (name = "catalogue", description = "What there is"),
    ),
)]
pub struct Description;
