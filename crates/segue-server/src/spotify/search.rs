//! Spotify's search endpoint: pages of tracks. Pages of artists, albums and other types are empty.

use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use segue::recommend::SearchQuery;
use serde::{Serialize, Serializer};

use super::base;
use super::track::SpotifyTrack;
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, SpotifyError};
use crate::metrics::QueryKind;
use crate::params::clipped;
use crate::service::ServedIndex;

/// The largest `offset`.
const FARTHEST: usize = 1000;
/// The values of `type`, and the names of their pages.
const KINDS: [(&str, &str); 7] = [
    ("track", "tracks"),
    ("artist", "artists"),
    ("album", "albums"),
    ("playlist", "playlists"),
    ("show", "shows"),
    ("episode", "episodes"),
    ("audiobook", "audiobooks"),
];

/// Spotify's paging object.
#[derive(Debug, Serialize)]
struct Page<'a> {
    href: String,
    items: Vec<SpotifyTrack<'a>>,
    limit: usize,
    next: Option<String>,
    offset: usize,
    previous: Option<String>,
    total: usize,
}

/// Pages by name, in the order of `type`: tekore relies on the order.
struct Pages<'a>(Vec<(&'a str, Page<'a>)>);

impl Serialize for Pages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, page)| (name, page)))
    }
}

/// Search
///
/// Pages of tracks; pages of other types are empty.
#[utoipa::path(
    get,
    path = "/v1/search",
    tag = "spotify",
    params(
        ("q" = String, Query, description = "What to look for; fields such as artist: are understood", min_length = 1, max_length = 1000),
        ("type" = String, Query, description = "Kinds of items, separated by commas: track, artist, album, playlist, show, episode, audiobook"),
        ("limit" = Option<u32>, Query, description = "Maximum number of items in a page; default 20", minimum = 1, maximum = 50),
        ("offset" = Option<u32>, Query, description = "Number of results to skip", minimum = 0, maximum = 1000),
    ),
    responses(
        (status = 200, description = "Spotify's paging object of each kind", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn search(request: GetRequest) -> Result<Response, Fault> {
    let mut params = request.params()?;
    let text = params.query()?;
    if text.trim().is_empty() {
        return Err(Fault::parameter("q", "a word at least was wanted"));
    }
    let mut kinds: Vec<String> = Vec::new();
    for kind in params.list("type") {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        return Err(Fault::parameter("type", "missing"));
    }
    let pages = kinds.iter().map(|kind| {
        let known = KINDS.iter().find(|(name, _)| name == kind);
        known.ok_or_else(|| Fault::parameter("type", format!("{:?} is no type of item", clipped(kind))))
    });
    let pages = pages.collect::<Result<Vec<_>, _>>()?;
    let limit = params.number("limit", 1..=50)?.unwrap_or(20);
    let offset = params.number("offset", 0..=FARTHEST)?.unwrap_or(0);
    let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
    let kinds = kinds.join("%2C");
    let start = format!("{}/v1/search?q={encoded}&type={kinds}", base(&request));
    let base = base(&request);
    let question = move |served: &ServedIndex| {
        let text = without_years(&text);
        let query = SearchQuery::new(&text).limit(limit).offset(offset);
        let found = served.recommender.search(&query)?;
        let total = found.total;
        let at = |offset: usize| format!("{start}&limit={limit}&offset={offset}");
        let page = |kind: &str| {
            let is_tracks = kind == "track";
            let total = if is_tracks { total } else { 0 };
            let listed = found.tracks.iter().filter(|_| is_tracks);
            let next = offset + limit;
            Page {
                href: at(offset),
                items: listed.map(|found| SpotifyTrack::new(found.track.clone(), &base)).collect(),
                limit,
                // Larger offsets are refused.
                next: (next < total && next <= FARTHEST).then(|| at(next)),
                offset,
                previous: (is_tracks && offset > 0).then(|| at(offset.saturating_sub(limit))),
                total,
            }
        };
        let answer = Pages(pages.into_iter().map(|(kind, name)| (*name, page(kind))).collect());
        Ok(Answer::json(&answer)?.among(total))
    };
    request.get(QueryKind::Search, question).await
}

/// Removes `year:1999` and `year:1990-1999` from a query: the catalogue has no release dates.
fn without_years(text: &str) -> String {
    let is_year = |word: &&str| match word.split_once(':') {
        Some((name, years)) => {
            name.eq_ignore_ascii_case("year")
                && !years.is_empty()
                && years.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        }
        None => false,
    };
    if !text.split(' ').any(|word| is_year(&word)) {
        return text.to_owned();
    }
    text.split(' ').filter(|word| !is_year(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_left_out_and_nothing_else() {
        for (text, left) in [
            ("artist:drake year:2018", "artist:drake"),
            ("year:1990-1999 genre:rock", "genre:rock"),
            ("Year:2000", ""),
            ("the year: 1999", "the year: 1999"),
            ("year:x  two  spaces", "year:x  two  spaces"),
        ] {
            assert_eq!(without_years(text), left, "{text}");
        }
    }
}
