//! `POST /api/v1/recommendations`: the full query as a JSON body.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::Response;
use segue::recommend::Shuffle;
use segue::{Features, Filter, Query, Recommender, Row, Seed};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::attributes::Attributes;
use super::schema;
use crate::answer::Answer;
use crate::body;
use crate::fault::{Fault, FaultKind, Problem};
use crate::metrics::QueryKind;
use crate::params::Params;
use crate::service::{ServedIndex, Service};

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
    /// Values of numeric columns that are preferred.
    #[serde(default)]
    targets: Attributes,
    /// Minimum values of numeric columns.
    #[serde(default)]
    min: Attributes,
    /// Maximum values of numeric columns.
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
    /// None of these words in title or album, as whole words.
    #[schema(max_items = 100)]
    #[serde(default)]
    without_words: Vec<String>,
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
    /// Every release of a song, not one only; such a list has all versions too.
    all_releases: Option<bool>,
    /// Never the same artist twice in a row where it can be avoided, for a list that is to be played.
    #[serde(default)]
    spaced: bool,
    /// Every version of a work, such as its remixes and live recordings, not only the most fitting one.
    #[serde(default)]
    versions: bool,
    /// Songs of a season too, such as Christmas songs, though no seed is one.
    #[serde(default)]
    seasonal: bool,
    /// Say why each track is recommended.
    #[serde(default)]
    why: bool,
}

/// Something that tracks should be like
///
/// One of `track`, `artist`, `genre`, `features` and `vector`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Seed)]
pub(super) struct SeedRequest {
    /// The id of a track.
    track: Option<String>,
    /// An artist: some of their most popular tracks, which stand for the others.
    artist: Option<String>,
    /// A genre: some of its most popular tracks, which stand for the others.
    genre: Option<String>,
    /// A track that the catalogue does not have.
    features: Option<FeaturesRequest>,
    /// The vector of a track that the catalogue does not have, such as an embedding: as many numbers as the profile's
    /// vector column has components.
    #[schema(max_items = 65536, value_type = Option<Vec<schema::Component>>)]
    vector: Option<Vec<f32>>,
    /// The vector column that `vector` is in; needed only if the profile compares several.
    column: Option<String>,
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
/// Tracks like some seeds, unlike others, near targets, within limits. A body of the type `application/octet-stream` is
/// one vector as a seed, in numbers of 32 bits (little-endian); the query parameters go with it, where JSON has fields.
#[utoipa::path(
    post,
    path = "/api/v1/recommendations",
    tag = "recommendations",
    params(
        ("k" = Option<u32>, Query, description = "With a vector as the body: maximum number of tracks; default 10", minimum = 1, maximum = 1000),
        ("profile" = Option<String>, Query, description = "With a vector as the body: the profile that compares tracks", min_length = 1, max_length = 64),
        ("column" = Option<String>, Query, description = "With a vector as the body: the vector column that it is in", min_length = 1),
        ("all_releases" = Option<bool>, Query, description = "With a vector as the body: every release of a song, not one only"),
        ("spaced" = Option<bool>, Query, description = "With a vector as the body: never the same artist twice in a row where it can be avoided"),
        ("versions" = Option<bool>, Query, description = "With a vector as the body: every version of a work, not one only"),
        ("seasonal" = Option<bool>, Query, description = "With a vector as the body: songs of a season too, such as Christmas songs"),
        ("why" = Option<bool>, Query, description = "With a vector as the body: say why each track is recommended"),
    ),
    request_body(content(
        (RecommendRequest = "application/json"),
        (schema::VectorBytes = "application/octet-stream"),
    )),
    responses(
        (status = 200, description = "The tracks", body = schema::Recommendations),
        (status = 501, description = "The catalogue lacks a column for this", body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn recommend(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    if body::media_type(&headers) == "application/octet-stream" {
        let mut params = Params::of(request.uri())?;
        let query = vector_query(&mut params, service.config.max_k)?;
        params.none_left()?;
        let seed =
            vector_seed(&body::read(request, &service.config, service.config.max_body).await?, query.column)?;
        let question = move |served: &ServedIndex| {
            let found = served.recommender.recommend(&query.query.seed(seed))?;
            Ok(Answer::json(&found)?.among(found.candidates))
        };
        return service.post(QueryKind::Recommend, &headers, question).await;
    }
    none_beside_json(request.uri())?;
    let asked: RecommendRequest =
        body::json(request, &service.config, " or application/octet-stream").await?;
    asked.check(service.config.max_k)?;
    let question = move |served: &ServedIndex| {
        let found = asked.query(&served.recommender)?;
        let found = served.recommender.recommend(&found)?;
        Ok(Answer::json(&found)?.among(found.candidates))
    };
    service.post(QueryKind::Recommend, &headers, question).await
}

/// The parameters of a vector as the body.
const VECTOR_PARAMS: [&str; 8] =
    ["k", "profile", "column", "all_releases", "versions", "seasonal", "spaced", "why"];

/// Refuses parameters that would count with a vector. Others beside JSON are ignored, as all of them were before a body
/// could be a vector.
fn none_beside_json(uri: &Uri) -> Result<(), Fault> {
    let pairs = uri.query().unwrap_or_default().split('&');
    let mut names = pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    match names.find(|name| VECTOR_PARAMS.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let problem = format!(
                "{name}: the parameter goes with a vector as the body; with JSON, say it in the body"
            );
            Err(Fault::new(FaultKind::Contradiction, problem))
        }
    }
}

/// A query without its seed, which is the vector in the body, and the column of that.
struct VectorQuery {
    query: Query,
    column: Option<String>,
}

/// The query of a body that is a vector, by its parameters.
fn vector_query(params: &mut Params, max_k: usize) -> Result<VectorQuery, Fault> {
    Ok(VectorQuery { query: list_query(params, max_k)?, column: params.text("column") })
}

/// A query without a seed, of the parameters that any list in an address may have.
pub(super) fn list_query(params: &mut Params, max_k: usize) -> Result<Query, Fault> {
    let limit = params.number("k", 1..=max_k)?.unwrap_or(10);
    let mut flag = |name| Ok::<_, Fault>(params.flag(name)?.unwrap_or(false));
    let (versions, seasonal, spaced, why) =
        (flag("versions")?, flag("seasonal")?, flag("spaced")?, flag("why")?);
    let query = Query::default().limit(limit).all_releases(params.flag("all_releases")?);
    let mut query = query.versions(versions).seasonal(seasonal).spaced(spaced).why(why);
    query.profile = params.text("profile");
    Ok(query)
}

/// The seed of a body of little-endian `f32`.
fn vector_seed(bytes: &[u8], column: Option<String>) -> Result<Seed, Fault> {
    let (numbers, rest) = bytes.as_chunks();
    if bytes.is_empty() || !rest.is_empty() {
        return Err(wrong(format!(
            "a vector of numbers of 4 bytes was wanted, the body has {} bytes",
            bytes.len()
        )));
    }
    Ok(seed_of(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(), column))
}

fn seed_of(components: Vec<f32>, column: Option<String>) -> Seed {
    match column {
        Some(column) => Seed::vector_in(column, components),
        None => Seed::vector(components),
    }
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
        let lists =
            [&self.genres, &self.without_genres, &self.artists, &self.without_artists, &self.without_words];
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
            filter = filter.range(attribute, *least..);
        }
        for (attribute, most) in &self.max.0 {
            filter = filter.range(attribute, ..=*most);
        }
        filter.without = without;
        filter.genres.clone_from(&self.genres);
        filter.without_genres.clone_from(&self.without_genres);
        filter.artists.clone_from(&self.artists);
        filter.without_artists.clone_from(&self.without_artists);
        filter.without_words.clone_from(&self.without_words);
        let mut query = Query::like(seeds)
            .filter(filter)
            .per_artist(self.per_artist.map(|most| most as usize))
            .per_album(self.per_album.map(|most| most as usize))
            .diversity(self.diversity)
            .all_releases(self.all_releases)
            .spaced(self.spaced)
            .versions(self.versions)
            .seasonal(self.seasonal)
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
        if self.column.is_some() && self.vector.is_none() {
            return Err(Fault::new(FaultKind::Contradiction, "a seed names a column but has no vector"));
        }
        let seed = match (&self.track, &self.artist, &self.genre, &self.features, &self.vector) {
            (Some(id), None, None, None, None) => Seed::track(recommender.row(id)?),
            (None, Some(name), None, None, None) => Seed::artist(name),
            (None, None, Some(name), None, None) => Seed::genre(name),
            (None, None, None, None, Some(components)) => seed_of(components.clone(), self.column.clone()),
            (None, None, None, Some(given), None) => {
                let mut features = Features::default().explicit(given.explicit);
                features.attributes.clone_from(&given.attributes.0);
                features.genres.clone_from(&given.genres);
                features.into()
            }
            _ => {
                let problem = "a seed is one of track, artist, genre, features and vector";
                return Err(Fault::new(FaultKind::Contradiction, problem));
            }
        };
        Ok(seed.weight(self.weight.unwrap_or(1.0)))
    }
}

/// A whole number, which JSON may also write as `5.0`.
fn whole<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    Option::<f64>::deserialize(value)?.map(whole_number).transpose()
}

/// Whole numbers.
pub(super) fn wholes<'de, D: Deserializer<'de>>(values: D) -> Result<Vec<u64>, D::Error> {
    Vec::<f64>::deserialize(values)?.into_iter().map(whole_number).collect()
}

fn whole_number<E: Error>(number: f64) -> Result<u64, E> {
    /// 2^53 - 1: beyond it, `f64` does not hold every whole number.
    const MOST: f64 = 9_007_199_254_740_991.0;
    match number.fract() == 0.0 && (0.0..=MOST).contains(&number) {
        true => Ok(number as u64),
        false => Err(E::custom(format!("a whole number from 0 on was wanted, not {number}"))),
    }
}

fn wrong(problem: String) -> Fault {
    Fault::new(FaultKind::Body, problem)
}
