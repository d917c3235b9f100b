//! Spotify's recommendations endpoint: seeds, and `min_`, `max_` and `target_` attributes.

use axum::response::Response;
use segue::Query;
use segue::catalogue::Attribute;
use segue::recommend::{Filter, Seed, SeedKind};
use serde::Serialize;
use std::ops::RangeInclusive;

use super::track::SpotifyTrack;
use super::{base, check_columns};
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, FaultKind, SpotifyError};
use crate::metrics::QueryKind;
use crate::params::Params;
use crate::service::ServedIndex;

/// The most seeds of all kinds together.
const MAX_SEEDS: usize = 5;

/// The parsed parameters.
#[derive(Debug)]
struct RecommendationsRequest {
    seeds: Vec<(SeedType, String)>,
    limit: usize,
    targets: Vec<(String, f64)>,
    filter: Filter,
    /// The attributes that have a target, a minimum or a maximum.
    needed: Vec<Attribute>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
// rspotify refuses lower case, although the documentation shows it.
#[serde(rename_all = "UPPERCASE")]
enum SeedType {
    Track,
    Artist,
    Genre,
}

/// Spotify's recommendation seed object.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SeedView<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: SeedType,
    href: Option<String>,
    /// How many tracks could be recommended for it; 0 for an unknown seed.
    initial_pool_size: usize,
    after_filtering_size: usize,
    after_relinking_size: usize,
}

#[derive(Serialize)]
struct Recommendations<'a> {
    seeds: Vec<SeedView<'a>>,
    tracks: Vec<SpotifyTrack<'a>>,
}

#[derive(Serialize)]
struct GenreSeeds<'a> {
    genres: &'a [String],
}

/// Recommendations from seeds
///
/// One to five seeds of all kinds together; minimum, maximum and target attributes.
#[utoipa::path(
    get,
    path = "/v1/recommendations",
    tag = "spotify",
    params(
        ("seed_tracks" = Option<String>, Query, description = "Ids of tracks, separated by commas"),
        ("seed_artists" = Option<String>, Query, description = "Ids or names of artists, separated by commas"),
        ("seed_genres" = Option<String>, Query, description = "Genres, separated by commas"),
        ("limit" = Option<u32>, Query, description = "Maximum number of tracks; default 20", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "Spotify's recommendations object", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 501, description = "The catalogue lacks columns that parameters name", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn recommendations(request: GetRequest) -> Result<Response, Fault> {
    let asked = RecommendationsRequest::read(&mut request.params()?)?;
    let base = base(&request);
    request.get(QueryKind::Recommend, move |served| asked.answer(served, &base)).await
}

/// Genres that can be seeds
#[utoipa::path(
    get,
    path = "/v1/recommendations/available-genre-seeds",
    tag = "spotify",
    responses(
        (status = 200, description = "The genres of the catalogue", content_type = "application/json"),
        (status = "4XX", description = "Client error", body = SpotifyError),
        (status = 503, description = "Overloaded; retry later", body = SpotifyError),
    ),
)]
pub(crate) async fn genre_seeds(request: GetRequest) -> Result<Response, Fault> {
    let question = |served: &ServedIndex| Answer::json(&GenreSeeds { genres: &served.names.genres });
    request.get(QueryKind::Lookup, question).await
}

impl RecommendationsRequest {
    fn read(params: &mut Params) -> Result<Self, Fault> {
        let mut seeds = Vec::new();
        let kinds = [
            ("seed_tracks", SeedType::Track),
            ("seed_artists", SeedType::Artist),
            ("seed_genres", SeedType::Genre),
        ];
        for (name, kind) in kinds {
            seeds.extend(params.list(name).into_iter().map(|seed| (kind, seed)));
        }
        if !(1..=MAX_SEEDS).contains(&seeds.len()) {
            let problem = format!(
                "{} seeds, 1 to {MAX_SEEDS} of seed_tracks, seed_artists and seed_genres together were wanted",
                seeds.len()
            );
            return Err(Fault::new(FaultKind::Parameter, problem));
        }
        let limit = params.number("limit", 1..=100)?.unwrap_or(20);
        let (mut targets, mut filter, mut needed) = (Vec::new(), Filter::default(), Vec::new());
        for attribute in Attribute::ALL {
            let mut value = |what: &str| {
                let name = format!("{what}_{attribute}");
                match attribute.is_whole() {
                    true => whole(params, &name, attribute.range()),
                    false => params.number(&name, attribute.range()),
                }
            };
            let (least, most, target) = (value("min")?, value("max")?, value("target")?);
            if least.or(most).or(target).is_some() {
                needed.push(attribute);
            }
            if let Some(least) = least {
                filter = filter.range(attribute, least..);
            }
            if let Some(most) = most {
                filter = filter.range(attribute, ..=most);
            }
            targets.extend(target.map(|target| (attribute.into(), target)));
        }
        Ok(Self { seeds, limit, targets, filter, needed })
    }

    fn answer(self, served: &ServedIndex, base: &str) -> Result<Answer, Fault> {
        check_columns(served, &self.needed)?;
        let recommender = &served.recommender;
        let mut known = Vec::new();
        for (kind, name) in &self.seeds {
            let of = match kind {
                SeedType::Track => recommender.index().row(name)?.map(SeedKind::Track),
                SeedType::Artist => {
                    served.names.artist(name).map(|artist| SeedKind::Artist(artist.to_owned()))
                }
                SeedType::Genre => Some(SeedKind::Genre(name.clone())),
            };
            // An unknown seed is reported with a pool of 0; the others still count.
            known.push(match of {
                Some(of) if recommender.knows(&of)? => Some(Seed::from(of)),
                _ => None,
            });
        }
        if known.iter().all(Option::is_none) {
            return Err(Fault::new(FaultKind::Parameter, "invalid seeds: the catalogue has none of them"));
        }
        let mut query = Query::like(known.iter().flatten().cloned()).limit(self.limit).filter(self.filter);
        query.targets = self.targets;
        let found = recommender.recommend(&query).map_err(|error| match error {
            // Spotify answers 400 where our own API answers 409.
            segue::Error::Query { problem } | segue::Error::NoAnswer { problem } => {
                Fault::new(FaultKind::Parameter, problem)
            }
            error => error.into(),
        })?;
        let tracks = recommender.index().len();
        let seeds = self.seeds.iter().zip(&known).map(|((kind, id), known)| {
            let (initial, filtered) = if known.is_some() { (tracks, found.candidates) } else { (0, 0) };
            SeedView {
                id,
                kind: *kind,
                href: match kind {
                    SeedType::Track => Some(format!("{base}/v1/tracks/{id}")),
                    SeedType::Artist => Some(format!("{base}/v1/artists/{id}")),
                    SeedType::Genre => None,
                },
                initial_pool_size: initial,
                after_filtering_size: filtered,
                after_relinking_size: filtered,
            }
        });
        let tracks = found.recommendations.iter().map(|found| SpotifyTrack::new(found.track.clone(), base));
        let answer = Recommendations { seeds: seeds.collect(), tracks: tracks.collect() };
        Ok(Answer::json(&answer)?.among(found.candidates))
    }
}

/// A whole number; some clients write it as `5.0`.
fn whole(params: &mut Params, name: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, Fault> {
    let value = params.number(name, range)?;
    match value.filter(|value| value.fract() != 0.0) {
        Some(value) => Err(Fault::parameter(name, format!("a whole number was wanted, not {value}"))),
        None => Ok(value),
    }
}
