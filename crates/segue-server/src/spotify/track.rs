//! Spotify's track object, with all fields that strict clients require, and its endpoints.

use axum::response::Response;
use segue::{Recommender, Row, Track};
use serde::Serialize;

use super::{base, ids};
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, FaultKind, SpotifyError};
use crate::metrics::QueryKind;
use crate::names::Named;
use crate::path::Id;
use crate::service::ServedIndex;

/// The most ids of a request.
const MOST: usize = 50;

/// Spotify's full track object.
#[derive(Debug, Serialize)]
pub(super) struct SpotifyTrack<'a> {
    album: Album<'a>,
    artists: Vec<Artist<'a>>,
    available_markets: [&'a str; 0],
    disc_number: u32,
    duration_ms: i32,
    explicit: bool,
    external_ids: ExternalIds<'a>,
    external_urls: ExternalUrls,
    href: String,
    id: &'a str,
    is_local: bool,
    is_playable: bool,
    name: &'a str,
    popularity: i32,
    preview_url: Option<&'a str>,
    track_number: u32,
    #[serde(rename = "type")]
    kind: &'a str,
    uri: String,
}

#[derive(Debug, Serialize)]
struct Album<'a> {
    album_type: &'a str,
    total_tracks: u32,
    available_markets: [&'a str; 0],
    external_urls: ExternalUrls,
    href: String,
    id: String,
    images: [&'a str; 0],
    name: &'a str,
    /// `0000`, as Spotify writes an unknown date.
    release_date: &'a str,
    release_date_precision: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    uri: String,
    artists: Vec<Artist<'a>>,
}

#[derive(Debug, Clone, Serialize)]
struct Artist<'a> {
    external_urls: ExternalUrls,
    href: String,
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    uri: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct ExternalIds<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    isrc: Option<&'a str>,
}

/// The page on open.spotify.com, for tracks whose id has the form of Spotify's.
#[derive(Debug, Clone, Serialize)]
struct ExternalUrls {
    #[serde(skip_serializing_if = "Option::is_none")]
    spotify: Option<String>,
}

const NO_URLS: ExternalUrls = ExternalUrls { spotify: None };

impl<'a> SpotifyTrack<'a> {
    pub(super) fn new(track: Track<&'a str>, base: &str) -> Self {
        let artist = |name: &&'a str| {
            let id = Named::Artist(name).id();
            Artist {
                external_urls: NO_URLS,
                href: format!("{base}/v1/artists/{id}"),
                uri: format!("spotify:artist:{id}"),
                id,
                name,
                kind: "artist",
            }
        };
        let artists: Vec<Artist<'a>> = track.artists.iter().map(artist).collect();
        let title = track.album_name.unwrap_or_default();
        let first = track.artists.first().copied().unwrap_or_default();
        let id = Named::Album(title, first).id();
        let album = Album {
            album_type: "album",
            total_tracks: 1,
            available_markets: [],
            external_urls: NO_URLS,
            href: format!("{base}/v1/albums/{id}"),
            uri: format!("spotify:album:{id}"),
            id,
            images: [],
            name: title,
            release_date: "0000",
            release_date_precision: "year",
            kind: "album",
            artists: artists.iter().take(1).cloned().collect(),
        };
        let id = track.track_id;
        let is_spotifys = id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self {
            album,
            artists,
            available_markets: [],
            disc_number: 1,
            // Clients require numbers.
            duration_ms: track.duration_ms.unwrap_or_default(),
            explicit: track.explicit.unwrap_or(false),
            external_ids: ExternalIds { isrc: track.isrc },
            external_urls: ExternalUrls {
                spotify: is_spotifys.then(|| format!("https://open.spotify.com/track/{id}")),
            },
            href: format!("{base}/v1/tracks/{id}"),
            id,
            is_local: false,
            is_playable: true,
            name: track.track_name,
            popularity: track.popularity.unwrap_or_default(),
            preview_url: None,
            track_number: 1,
            kind: "track",
            uri: format!("spotify:track:{id}"),
        }
    }
}

#[derive(Serialize)]
struct Tracks<'a> {
    tracks: Vec<Option<SpotifyTrack<'a>>>,
}

/// Spotify's track object
#[utoipa::path(
    get,
    path = "/v1/tracks/{id}",
    tag = "spotify",
    params(
        ("id" = String, Path, description = "The id of the track", min_length = 1, max_length = 512),
    ),
    responses(
        (status = 200, description = "Spotify's track object", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn one(request: GetRequest, Id(id): Id) -> Result<Response, Fault> {
    let base = base(&request);
    let question = move |served: &ServedIndex| {
        let row = known(&served.recommender, &id)?;
        Answer::json(&SpotifyTrack::new(served.recommender.track(row)?, &base))
    };
    request.get(QueryKind::Lookup, question).await
}

/// Spotify's track objects
#[utoipa::path(
    get,
    path = "/v1/tracks",
    tag = "spotify",
    params(
        ("ids" = String, Query, description = "At most 50 ids, separated by commas", min_length = 1),
    ),
    responses(
        (status = 200, description = "The tracks in the order of the ids, null for one that is not known", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn several(request: GetRequest) -> Result<Response, Fault> {
    let ids = ids(&mut request.params()?, MOST)?;
    let base = base(&request);
    let question = move |served: &ServedIndex| {
        let recommender = &served.recommender;
        let track = |id: &String| {
            let row = recommender.index().row(id)?;
            row.map(|row| Ok(SpotifyTrack::new(recommender.track(row)?, &base))).transpose()
        };
        Answer::json(&Tracks { tracks: ids.iter().map(track).collect::<Result<_, Fault>>()? })
    };
    request.get(QueryKind::Lookup, question).await
}

/// The row of an id; unlike in a list of ids, an unknown one is a fault.
pub(super) fn known(recommender: &Recommender, id: &str) -> Result<Row, Fault> {
    let row = recommender.index().row(id)?;
    row.ok_or_else(|| Fault::new(FaultKind::Track, "the catalogue has no track of this id"))
}
