//! The genres, and facts about the catalogue: counts, profiles, version.

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::columns::ColumnFacts;
use crate::fault::{Fault, Problem};
use crate::metrics::QueryKind;
use crate::service::ServedIndex;

#[derive(Serialize)]
struct GenreCounts<'a> {
    genres: Vec<segue::recommend::Count<&'a str>>,
}

/// The index being served
#[derive(Serialize, ToSchema)]
#[schema(as = Catalogue)]
struct CatalogueFacts<'a> {
    /// The number of tracks.
    #[schema(minimum = 0)]
    tracks: usize,
    /// The number of genres.
    #[schema(minimum = 0)]
    genres: usize,
    /// The number of the build that wrote the index; null if it was built in memory.
    generation: Option<u64>,
    /// Whether it has a map.
    has_map: bool,
    /// The profiles that can be asked for, the default one first.
    profiles: Vec<ProfileFacts>,
    /// The numeric and vector columns, which filters, targets and features may name.
    columns: &'a [ColumnFacts],
    /// The version of Segue.
    version: &'static str,
}

/// A profile of the index
#[derive(Serialize, ToSchema)]
#[schema(as = Profile)]
struct ProfileFacts {
    name: String,
    /// The length of its vectors.
    #[schema(minimum = 1)]
    dimension: usize,
    /// The vector columns that it compares, in which a seed can be given as a vector.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vectors: Vec<VectorFacts>,
}

/// A vector column of a profile
#[derive(Serialize, ToSchema)]
#[schema(as = ProfileVector)]
struct VectorFacts {
    name: String,
    /// The number of components.
    #[schema(minimum = 1)]
    dimension: usize,
}

/// The genres
///
/// All genres of the catalogue with the number of their tracks, by name.
#[utoipa::path(
    get,
    path = "/api/v1/genres",
    tag = "catalogue",
    responses(
        (status = 200, description = "The genres", body = schema::Genres),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn genres(request: GetRequest) -> Result<Response, Fault> {
    request.params()?.none_left()?;
    let question = |served: &ServedIndex| Answer::json(&GenreCounts { genres: served.recommender.genres()? });
    request.get(QueryKind::Lookup, question).await
}

/// The catalogue
///
/// Number of tracks, available profiles, and numeric and vector columns.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue",
    tag = "catalogue",
    responses(
        (status = 200, description = "The catalogue", body = CatalogueFacts),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn catalogue(request: GetRequest) -> Result<Response, Fault> {
    request.params()?.none_left()?;
    let question = |served: &ServedIndex| {
        let index = served.recommender.index();
        let profile = |space: &segue::Space| ProfileFacts {
            name: space.name().to_owned(),
            dimension: space.neighbours().vectors().dimension(),
            vectors: space
                .model()
                .vector_columns()
                .into_iter()
                .map(|(name, dimension)| VectorFacts { name: name.to_owned(), dimension })
                .collect(),
        };
        Answer::json(&CatalogueFacts {
            tracks: index.len(),
            genres: served.recommender.genres()?.len(),
            generation: index.generation(),
            has_map: index.map().is_some(),
            profiles: index.spaces().iter().map(profile).collect(),
            columns: &served.columns,
            version: env!("CARGO_PKG_VERSION"),
        })
    };
    request.get(QueryKind::Lookup, question).await
}
