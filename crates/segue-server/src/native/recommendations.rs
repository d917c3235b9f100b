//! `POST /api/v1/recommendations`: the full query as a JSON body.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use segue::recommend::Shuffle;
use segue::{Features, Filter, Query, Recommender, Row, Seed};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::attributes::Attributes;
use super::schema;
use crate::body;
use crate::fault::{Fault, FaultKind, Problem};
use crate::metrics::Kind;
use crate::service::{Answer, ServedIndex, Service};

/// A recommendation query
///
/// Every field may be left out; a seed or a target is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Query, example = json!({"seeds": [{"genre": "house"}], "targets": {"energy": 0.9}, "min": {"popularity": 50}, "k": 5}))]
pub(super) struct RecommendRequest {
    /// What the tracks should be like, or unlike.
    #[schema(max_items = 1000)]
    #[serde(default)]
    seeds: Vec<SeedRequest>,
    /// Maximum number of tracks; default 10.
    #[schema(minimum = 1, maximum = 1000)]
    #[serde(default, deserialize_with = "whole")]
    k: Option<u64>,
    /// The profile that compares tracks; without one, the index's first.
    #[schema(min_length = 1, max_length = 64)]
    profile: Option<String>,
    /// Values that are preferred.
    #[serde(default)]
    targets: Attributes,
    /// Minimum values of attributes.
    #[serde(default)]
    min: Attributes,
    /// Maximum values of attributes.
    #[serde(default)]
    max: Attributes,
    /// One of these genres.
    #[schema(max_items = 100)]
    #[serde(default)]
    genres: Vec<String>,
    /// None of these genres.
    #[schema(max_items = 100)]
    #[serde(default)]
    without_genres: Vec<String>,
    /// One of these artists.
    #[schema(max_items = 100)]
    #[serde(default)]
    artists: Vec<String>,
    /// None of these artists.
    #[schema(max_items = 100)]
    #[serde(default)]
    without_artists: Vec<String>,
    /// Only explicit tracks, or only tracks known to be clean.
    explicit: Option<bool>,
    /// Ids never to recommend; unknown ids are ignored.
    #[schema(max_items = 10000)]
    #[serde(default)]
    without: Vec<String>,
    /// Tempo within this percentage of the first track's, or of half or double it.
    #[schema(minimum = 0, maximum = 50)]
    tempo_within: Option<f64>,
    /// A key that can be mixed with the first track's, by the Camelot wheel.
    #[serde(default)]
    harmonic: bool,
    /// At most so many tracks of each artist.
    #[schema(minimum = 1, maximum = 1000)]
    #[serde(default, deserialize_with = "whole")]
    per_artist: Option<u64>,
    /// At most so many tracks of each album.
    #[schema(minimum = 1, maximum = 1000)]
    #[serde(default, deserialize_with = "whole")]
    per_album: Option<u64>,
    /// From 0, the most similar tracks, to 1, tracks as unlike each other as possible.
    #[schema(minimum = 0, maximum = 1)]
    #[serde(default)]
    diversity: f64,
    /// Randomises the ranking.
    shuffle: Option<ShuffleRequest>,
    /// Every release of a song, not one only.
    all_releases: Option<bool>,
    /// Say why each track is recommended.
    #[serde(default)]
    why: bool,
}

/// Something that tracks should be like
///
/// One of `track`, `artist`, `genre` and `features`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Seed)]
pub(super) struct SeedRequest {
    /// The id of a track.
    track: Option<String>,
    /// An artist: the centre of all their tracks.
    artist: Option<String>,
    /// A genre: the centre of all its tracks.
    genre: Option<String>,
    /// A track that the catalogue does not have.
    features: Option<FeaturesRequest>,
    /// How much it counts, 1 without it; negative: tracks should be unlike it.
    weight: Option<f64>,
}

/// What is known of a track that the catalogue does not have
///
/// Missing attributes count as the catalogue mean.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Features)]
pub(super) struct FeaturesRequest {
    #[serde(default)]
    attributes: Attributes,
    #[serde(default)]
    #[schema(max_items = 100)]
    genres: Vec<String>,
    explicit: Option<bool>,
}

/// Random perturbation of the ranking, and its seed
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Shuffle)]
pub(super) struct ShuffleRequest {
    /// Each similarity is lowered at random by up to this, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    amount: f64,
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    seed: Option<u64>,
}

/// Recommendations
///
/// Tracks like some seeds, unlike others, near targets, within limits.
#[utoipa::path(
    post,
    path = "/api/v1/recommendations",
    tag = "recommendations",
    request_body = RecommendRequest,
    responses(
        (status = 200, description = "The tracks", body = schema::Recommendations),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn recommend(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    let asked: RecommendRequest = body::json(request, &service.config).await?;
    asked.check(service.config.max_k)?;
    let question = move |served: &ServedIndex| {
        let found = asked.query(&served.recommender)?;
        let found = served.recommender.recommend(&found)?;
        Ok(Answer::json(&found)?.among(found.candidates))
    };
    service.post(Kind::Recommend, &headers, question).await
}

/// The most seeds; enough for a long playlist.
const MAX_SEEDS: usize = 1000;
/// The most names in a list.
const MAX_NAMES: usize = 100;
/// The most ids in `without`.
const MAX_IDS: usize = 10_000;

impl RecommendRequest {
    /// Checks the limits of lists and numbers.
    fn check(&self, max_k: usize) -> Result<(), Fault> {
        let lists = [&self.genres, &self.without_genres, &self.artists, &self.without_artists];
        let names = lists.map(|list| list.len()).into_iter().max().unwrap_or_default();
        let of_seeds = self.seeds.iter().filter_map(|seed| Some(seed.features.as_ref()?.genres.len()));
        let longest = names.max(of_seeds.max().unwrap_or_default());
        if longest > MAX_NAMES {
            return Err(wrong(format!("a list of {longest}, at most {MAX_NAMES} were wanted")));
        }
        if self.seeds.len() > MAX_SEEDS {
            return Err(wrong(format!("{} seeds, at most {MAX_SEEDS} were wanted", self.seeds.len())));
        }
        if self.without.len() > MAX_IDS {
            return Err(wrong(format!(
                "{} ids in without, at most {MAX_IDS} were wanted",
                self.without.len()
            )));
        }
        let counts = [("k", self.k), ("per_artist", self.per_artist), ("per_album", self.per_album)];
        for (name, value) in counts {
            if let Some(value) = value.filter(|value| !(1..=max_k as u64).contains(value)) {
                return Err(wrong(format!("{name} is {value}, 1 to {max_k} was wanted")));
            }
        }
        let shares =
            [("diversity", self.diversity), ("shuffle", self.shuffle.as_ref().map_or(0.0, |s| s.amount))];
        for (name, value) in shares {
            if !(0.0..=1.0).contains(&value) {
                return Err(wrong(format!("{name} is {value}, 0 to 1 was wanted")));
            }
        }
        match self.tempo_within.filter(|percent| !(0.0..=50.0).contains(percent)) {
            Some(percent) => Err(wrong(format!("tempo_within is {percent}, 0 to 50 was wanted"))),
            None => Ok(()),
        }
    }

    fn query(&self, recommender: &Recommender) -> Result<Query, Fault> {
        let seeds = self.seeds.iter().map(|seed| seed.resolve(recommender)).collect::<Result<Vec<_>, _>>()?;
        let known = |id: &String| recommender.index().row(id).transpose();
        let without = self.without.iter().filter_map(known).collect::<segue::Result<Vec<Row>>>()?;
        let mut filter =
            Filter::default().explicit(self.explicit).tempo_within(self.tempo_within).harmonic(self.harmonic);
        for (attribute, least) in &self.min.0 {
            filter = filter.range(*attribute, *least..);
        }
        for (attribute, most) in &self.max.0 {
            filter = filter.range(*attribute, ..=*most);
        }
        filter.without = without;
        filter.genres.clone_from(&self.genres);
        filter.without_genres.clone_from(&self.without_genres);
        filter.artists.clone_from(&self.artists);
        filter.without_artists.clone_from(&self.without_artists);
        let mut query = Query::like(seeds)
            .filter(filter)
            .per_artist(self.per_artist.map(|most| most as usize))
            .per_album(self.per_album.map(|most| most as usize))
            .diversity(self.diversity)
            .all_releases(self.all_releases)
            .why(self.why);
        query.limit = self.k.map_or(query.limit, |k| k as usize);
        query.profile.clone_from(&self.profile);
        query.targets.clone_from(&self.targets.0);
        query.shuffle = self
            .shuffle
            .as_ref()
            .map(|shuffle| Shuffle { amount: shuffle.amount, seed: shuffle.seed.unwrap_or_default() });
        Ok(query)
    }
}

impl SeedRequest {
    fn resolve(&self, recommender: &Recommender) -> Result<Seed, Fault> {
        let seed = match (&self.track, &self.artist, &self.genre, &self.features) {
            (Some(id), None, None, None) => Seed::track(recommender.row(id)?),
            (None, Some(name), None, None) => Seed::artist(name),
            (None, None, Some(name), None) => Seed::genre(name),
            (None, None, None, Some(given)) => {
                let mut features = Features::default().explicit(given.explicit);
                features.attributes.clone_from(&given.attributes.0);
                features.genres.clone_from(&given.genres);
                features.into()
            }
            _ => {
                let problem = "a seed is one of track, artist, genre and features";
                return Err(Fault::new(FaultKind::Contradiction, problem));
            }
        };
        Ok(seed.weight(self.weight.unwrap_or(1.0)))
    }
}

/// A whole number, which JSON may also write as `5.0`.
fn whole<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    /// 2^53 - 1: beyond it, `f64` does not hold every whole number.
    const MOST: f64 = 9_007_199_254_740_991.0;
    match Option::<f64>::deserialize(value)? {
        None => Ok(None),
        Some(number) if number.fract() == 0.0 && (0.0..=MOST).contains(&number) => Ok(Some(number as u64)),
        Some(number) => Err(D::Error::custom(format!("a whole number from 0 on was wanted, not {number}"))),
    }
}

fn wrong(problem: String) -> Fault {
    Fault::new(FaultKind::Body, problem)
}
