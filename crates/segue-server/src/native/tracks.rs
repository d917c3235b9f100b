//! `GET /api/v1/tracks/{id}` and `/api/v1/tracks/{id}/similar`, and `POST /api/v1/tracks` for many.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use segue::{Row, Track};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::recommendations::{list_query, wholes};
use super::schema;
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::body;
use crate::columns::ColumnType;
use crate::fault::{Fault, FaultKind, Problem};
use crate::metrics::QueryKind;
use crate::path::Id;
use crate::service::{ServedIndex, Service};

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
    let question = move |served: &ServedIndex| {
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

/// The most tracks that are asked for at once.
const MAX_TRACKS: usize = 1000;

/// Which tracks are asked for
///
/// By their ids, or by their row numbers in the catalogue, which tiles of the map have; at most 1000 together. Row numbers
/// may mean other tracks in another index: the header `Segue-Index` tells it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TracksQuery)]
pub(super) struct TracksRequest {
    #[schema(max_items = 1000)]
    #[serde(default)]
    ids: Vec<String>,
    #[schema(max_items = 1000, value_type = Vec<schema::RowNumber>)]
    #[serde(default, deserialize_with = "wholes")]
    rows: Vec<u64>,
}

#[derive(Serialize)]
struct PlacedTracks<'a> {
    tracks: Vec<Option<PlacedTrack<'a>>>,
}

/// A track, and where it is on the map.
#[derive(Serialize)]
struct PlacedTrack<'a> {
    row: u32,
    x: Option<f32>,
    y: Option<f32>,
    #[serde(flatten)]
    track: Track<&'a str>,
}

/// Tracks
///
/// Many tracks at once, and where they are on the map: first those of the ids, then those of the rows, in their order, null
/// for one that is not known.
#[utoipa::path(
    post,
    path = "/api/v1/tracks",
    tag = "tracks",
    request_body(content((TracksRequest = "application/json"))),
    responses(
        (status = 200, description = "The tracks", body = schema::PlacedTracks),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn several(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    let asked: TracksRequest = body::json(request, &service.config, "").await?;
    let count = asked.ids.len() + asked.rows.len();
    if count > MAX_TRACKS {
        let problem = format!("{count} ids and rows, at most {MAX_TRACKS} were wanted");
        return Err(Fault::new(FaultKind::Body, problem));
    }
    let question = move |served: &ServedIndex| {
        let index = served.recommender.index();
        let of_ids = asked.ids.iter().map(|id| index.row(id));
        let of_rows = asked.rows.iter().map(|row| Ok(u32::try_from(*row).ok().map(Row)));
        let placed = |row: segue::Result<Option<Row>>| {
            let Some(row) = row?.filter(|row| (row.0 as usize) < index.len()) else { return Ok(None) };
            let [x, y] = place(served, row);
            Ok(Some(PlacedTrack { row: row.0, x, y, track: served.recommender.track(row)? }))
        };
        let tracks = of_ids.chain(of_rows).map(placed).collect::<Result<_, Fault>>()?;
        Answer::json(&PlacedTracks { tracks })
    };
    service.post(QueryKind::Lookup, &headers, question).await
}

/// Where a track is on the map, if there is one.
fn place(served: &ServedIndex, row: Row) -> [Option<f32>; 2] {
    let place = served.recommender.index().map().and_then(|map| map.place(row));
    place.map_or([None; 2], |place| place.map(Some))
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
    let question = move |served: &ServedIndex| {
        let row = served.recommender.row(&id)?;
        let found = served.recommender.recommend(&query.seed(row))?;
        Ok(Answer::json(&found)?.among(found.candidates))
    };
    request.get(QueryKind::Recommend, question).await
}
