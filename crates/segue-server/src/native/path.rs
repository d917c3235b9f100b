//! `GET /api/v1/path`: a smooth path of tracks from one to another.

use axum::response::Response;
use segue::Filter;
use segue::recommend::PathQuery;

use super::schema;
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, FaultKind, Problem};
use crate::metrics::QueryKind;
use crate::params::Params;
use crate::service::ServedIndex;

/// As many as the command `segue path` lists.
const LENGTH: usize = 12;

/// A path of tracks
///
/// From one track to another, each like the one before it. Besides these parameters, `min_` and `max_` before the name of a
/// numeric column of the catalogue, such as `min_popularity=40`, limit which tracks may lie between the ends.
#[utoipa::path(
    get,
    path = "/api/v1/path",
    tag = "recommendations",
    params(
        ("from" = String, Query, description = "The id of the first track", min_length = 1, max_length = 512),
        ("to" = String, Query, description = "The id of the last track", min_length = 1, max_length = 512),
        ("k" = Option<u32>, Query, description = "Number of tracks, both ends among them; default 12", minimum = 2, maximum = 1000),
        ("profile" = Option<String>, Query, description = "The profile that compares tracks; without one, the index's first", min_length = 1, max_length = 64),
        ("all_releases" = Option<bool>, Query, description = "Several versions of a work, and any kind of track; never a song twice"),
    ),
    responses(
        (status = 200, description = "The path", body = schema::Path),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn path(request: GetRequest) -> Result<Response, Fault> {
    let mut params = request.params()?;
    let (from, to) = (params.required("from")?, params.required("to")?);
    let length = params.number("k", 2..=request.service.config.max_k.max(2))?.unwrap_or(LENGTH);
    let profile = params.text("profile");
    let all_releases = params.flag("all_releases")?;
    let filter = filter(&mut params)?;
    params.none_left()?;
    let question = move |served: &ServedIndex| {
        let recommender = &served.recommender;
        let (from, to) = (recommender.row(&from)?, recommender.row(&to)?);
        let mut query = PathQuery::new(from, to).length(length).filter(filter).all_releases(all_releases);
        query.profile = profile;
        let path = recommender.path(&query).map_err(|error| match error {
            // A column is named by a parameter here, not in a body.
            segue::Error::UnknownColumn { purpose: "", .. } => {
                Fault::new(FaultKind::Parameter, error.to_string())
            }
            error => error.into(),
        })?;
        Answer::json(&path)
    };
    request.get(QueryKind::Path, question).await
}

/// The limits of numeric columns.
fn filter(params: &mut Params) -> Result<Filter, Fault> {
    let mut filter = Filter::default();
    for (column, least) in params.numbers_of("min_")? {
        filter = filter.range(column.as_str(), least..);
    }
    for (column, most) in params.numbers_of("max_")? {
        filter = filter.range(column.as_str(), ..=most);
    }
    Ok(filter)
}
