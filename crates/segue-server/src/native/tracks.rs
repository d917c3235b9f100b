//! `GET /api/v1/tracks/{id}` and `/api/v1/tracks/{id}/similar`.

use axum::response::Response;
use segue::Track;
use serde::Serialize;
use serde_json::{Map, Value};

use super::recommendations::list_query;
use super::schema;
use crate::ask::GetRequest;
use crate::columns::ColumnType;
use crate::fault::{Fault, Problem};
use crate::metrics::QueryKind;
use crate::path::Id;
use crate::answer::Answer;

/// A track with its audio features.
#[derive(Serialize)]
struct TrackWithFeatures<'a> {
    #[serde(flatten)]
    track: Track<&'a str>,
    audio_features: Map<String, Value>,
}

/// A track
///
/// All that is known of a track, its audio features and the other numeric columns of the catalogue among it.
#[utoipa::path(
    get,
    path = "/api/v1/tracks/{id}",
    tag = "tracks",
    params(("id" = String, Path, description = "The id of the track", min_length = 1, max_length = 512)),
    responses(
        (status = 200, description = "The track", body = schema::TrackWithFeatures),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn track(request: GetRequest, Id(id): Id) -> Result<Response, Fault> {
    request.params()?.none_left()?;
    let question = move |served: &crate::service::ServedIndex| {
        let recommender = &served.recommender;
        let row = recommender.row(&id)?;
        let catalogue = recommender.index().catalogue();
        let mut audio_features = Map::new();
        for column in served.columns.iter().filter(|column| column.kind != ColumnType::Vector) {
            let value = match (catalogue.number(&column.name, row)?, column.kind) {
                (None, _) => Value::Null,
                (Some(value), ColumnType::Integer) => Value::from(value as i64),
                (Some(value), _) => Value::from(value),
            };
            audio_features.insert(column.name.clone(), value);
        }
        Answer::json(&TrackWithFeatures { track: recommender.track(row)?, audio_features })
    };
    request.get(QueryKind::Lookup, question).await
}

/// Tracks like a track
///
/// The tracks most like a track, the most similar first unless they are spaced: exactly those that comparing every track would give.
#[utoipa::path(
    get,
    path = "/api/v1/tracks/{id}/similar",
    tag = "tracks",
    params(
        ("id" = String, Path, description = "The id of the track", min_length = 1, max_length = 512),
        ("k" = Option<u32>, Query, description = "Maximum number of tracks; default 10", minimum = 1, maximum = 1000, example = 10),
        ("profile" = Option<String>, Query, description = "The profile that compares tracks; without one, the index's first", min_length = 1, max_length = 64),
        ("all_releases" = Option<bool>, Query, description = "Every release of a song, not one only"),
        ("spaced" = Option<bool>, Query, description = "Never the same artist twice in a row where it can be avoided"),
        ("versions" = Option<bool>, Query, description = "Every version of a work, not one only"),
        ("seasonal" = Option<bool>, Query, description = "Songs of a season too, such as Christmas songs, though the track is none"),
        ("why" = Option<bool>, Query, description = "Say why each track is recommended"),
    ),
    responses(
        (status = 200, description = "The tracks", body = schema::Recommendations),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn similar(request: GetRequest, Id(id): Id) -> Result<Response, Fault> {
    let mut params = request.params()?;
    let query = list_query(&mut params, request.service.config.max_k)?;
    params.none_left()?;
    let question = move |served: &crate::service::ServedIndex| {
        let row = served.recommender.row(&id)?;
        let found = served.recommender.recommend(&query.seed(row))?;
        Ok(Answer::json(&found)?.among(found.candidates))
    };
    request.get(QueryKind::Recommend, question).await
}
