//! `GET /api/v1/search`: full-text search.

use axum::response::Response;
use segue::recommend::{Matching, SearchQuery};

use super::schema;
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, Problem};
use crate::metrics::QueryKind;
use crate::params::clipped;
use crate::service::ServedIndex;

/// The largest `offset`.
const FARTHEST: usize = 10_000_000;

/// Tracks by words
///
/// Words in any order, in titles, artists, albums or genres, accents and case aside; `artist:`, `track:`, `album:` and
/// `genre:` say where a word is to be, quotes keep words together, `-word` leaves out what has it.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "tracks",
    params(
        ("q" = String, Query, description = "What to look for", max_length = 1000, example = "daft punk"),
        ("k" = Option<u32>, Query, description = "Maximum number of tracks; default 10", minimum = 1, maximum = 1000),
        ("offset" = Option<u32>, Query, description = "Number of results to skip", minimum = 0, maximum = 10000000),
        ("match" = Option<schema::Matching>, Query, description = "How tracks match"),
        ("all_releases" = Option<bool>, Query, description = "Every release of a song, not only the most popular"),
        ("facets" = Option<bool>, Query, description = "Count the genres and artists of all that is found"),
    ),
    responses(
        (status = 200, description = "A page of tracks", body = schema::SearchResults),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn search(request: GetRequest) -> Result<Response, Fault> {
    let mut params = request.params()?;
    let text = params.query()?;
    let limit = params.number("k", 1..=request.service.config.max_k)?.unwrap_or(10);
    let offset = params.number("offset", 0..=FARTHEST)?.unwrap_or(0);
    let matching = match params.text("match").as_deref() {
        None | Some("ranked") => Matching::Ranked,
        Some("contains") => Matching::Contains,
        Some("regex") => Matching::Regex,
        Some(other) => {
            let problem = format!("ranked, contains or regex was wanted, not {:?}", clipped(other));
            return Err(Fault::parameter("match", problem));
        }
    };
    let all_releases = params.flag("all_releases")?.unwrap_or(false);
    let facets = params.flag("facets")?.unwrap_or(false);
    params.none_left()?;
    let question = move |served: &ServedIndex| {
        let query = SearchQuery::new(&text).matching(matching).limit(limit).offset(offset);
        let query = query.all_releases(all_releases).facets(facets);
        let found = served.recommender.search(&query)?;
        Ok(Answer::json(&found)?.among(found.total))
    };
    request.get(QueryKind::Search, question).await
}
