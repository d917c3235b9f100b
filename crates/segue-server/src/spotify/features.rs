//! Spotify's audio features endpoints.

use axum::response::Response;
use segue::catalogue::{Attribute, TextField};
use segue::{Recommender, Row};
use serde::Serialize;

use super::track::known;
use super::{base, check_columns, ids};
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, FaultKind, SpotifyError};
use crate::metrics::QueryKind;
use crate::path::Id;
use crate::service::ServedIndex;

/// The most ids of a request.
const MOST: usize = 100;

/// Spotify's audio features object.
#[derive(Debug, Serialize)]
struct AudioFeatures<'a> {
    acousticness: f64,
    analysis_url: String,
    danceability: f64,
    duration_ms: i64,
    energy: f64,
    id: &'a str,
    instrumentalness: f64,
    key: i64,
    liveness: f64,
    loudness: f64,
    mode: i64,
    speechiness: f64,
    tempo: f64,
    time_signature: i64,
    track_href: String,
    #[serde(rename = "type")]
    kind: &'a str,
    uri: String,
    valence: f64,
}

impl<'a> AudioFeatures<'a> {
    fn of(recommender: &'a Recommender, row: Row, base: &str) -> Result<Self, Fault> {
        let catalogue = recommender.index().catalogue();
        let id = catalogue.text(TextField::TrackId, row)?.unwrap_or_default();
        let number = |attribute| value(recommender, attribute, row);
        let whole = |attribute| number(attribute).map(|value| value as i64);
        Ok(Self {
            acousticness: number(Attribute::Acousticness)?,
            analysis_url: format!("{base}/v1/audio-analysis/{id}"),
            danceability: number(Attribute::Danceability)?,
            duration_ms: whole(Attribute::DurationMs)?,
            energy: number(Attribute::Energy)?,
            id,
            instrumentalness: number(Attribute::Instrumentalness)?,
            key: whole(Attribute::Key)?,
            liveness: number(Attribute::Liveness)?,
            loudness: number(Attribute::Loudness)?,
            mode: whole(Attribute::Mode)?,
            speechiness: number(Attribute::Speechiness)?,
            tempo: number(Attribute::Tempo)?,
            time_signature: whole(Attribute::TimeSignature)?,
            track_href: format!("{base}/v1/tracks/{id}"),
            kind: "audio_features",
            uri: format!("spotify:track:{id}"),
            valence: number(Attribute::Valence)?,
        })
    }
}

/// A value of a track. Spotify's object has all of them, so a track that lacks one has no audio features.
fn value(recommender: &Recommender, attribute: Attribute, row: Row) -> Result<f64, Fault> {
    let value = recommender.index().catalogue().number(attribute, row)?;
    value.ok_or_else(|| Fault::new(FaultKind::Track, format!("no {attribute} is known of this track")))
}

/// The attributes in Spotify's audio features object.
const MEASURED: [Attribute; 13] = [
    Attribute::Acousticness,
    Attribute::Danceability,
    Attribute::DurationMs,
    Attribute::Energy,
    Attribute::Instrumentalness,
    Attribute::Key,
    Attribute::Liveness,
    Attribute::Loudness,
    Attribute::Mode,
    Attribute::Speechiness,
    Attribute::Tempo,
    Attribute::TimeSignature,
    Attribute::Valence,
];

#[derive(Serialize)]
struct Several<'a> {
    audio_features: Vec<Option<AudioFeatures<'a>>>,
}

/// Audio features of a track
#[utoipa::path(
    get,
    path = "/v1/audio-features/{id}",
    tag = "spotify",
    params(
        ("id" = String, Path, description = "The id of the track", min_length = 1, max_length = 512),
    ),
    responses(
        (status = 200, description = "Spotify's audio features object", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 501, description = "The catalogue lacks Spotify's columns", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn one(request: GetRequest, Id(id): Id) -> Result<Response, Fault> {
    let base = base(&request);
    let question = move |served: &ServedIndex| {
        check_columns(served, &MEASURED)?;
        let row = known(&served.recommender, &id)?;
        Answer::json(&AudioFeatures::of(&served.recommender, row, &base)?)
    };
    request.get(QueryKind::Lookup, question).await
}

/// Audio features of tracks
#[utoipa::path(
    get,
    path = "/v1/audio-features",
    tag = "spotify",
    params(
        ("ids" = String, Query, description = "At most 100 ids, separated by commas", min_length = 1),
    ),
    responses(
        (status = 200, description = "The features in the order of the ids, null for a track that is not known", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 501, description = "The catalogue lacks Spotify's columns", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn several(request: GetRequest) -> Result<Response, Fault> {
    let ids = ids(&mut request.params()?, MOST)?;
    let base = base(&request);
    let question = move |served: &ServedIndex| {
        check_columns(served, &MEASURED)?;
        let recommender = &served.recommender;
        let features = |id: &String| {
            let row = recommender.index().row(id)?;
            match row.map(|row| AudioFeatures::of(recommender, row, &base)).transpose() {
                Err(Fault { kind: FaultKind::Track, .. }) => Ok(None),
                features => features,
            }
        };
        Answer::json(&Several { audio_features: ids.iter().map(features).collect::<Result<_, Fault>>()? })
    };
    request.get(QueryKind::Lookup, question).await
}
