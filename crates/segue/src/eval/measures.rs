//! The measures of recommendations, and their computation.

use hashbrown::{HashMap, HashSet};
use serde::Serialize;

use super::TestPlaylist;
use super::bootstrap::mean_and_interval;
use super::lists::{EvalContext, Ranker};
use crate::catalogue::{Attribute, Row};
use crate::error::Result;
use crate::index::Index;

/// A measure of recommendations; greater is better, except for distance, hubs, never recommended and repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// With each song of a playlist as the seed: the share of the first 10 that are other songs of the playlist.
    PrecisionAt10,
    /// The same of the first 50.
    PrecisionAt50,
    /// The same of the first 10 that are not by artists of the seed.
    ArtistFilteredPrecisionAt10,
    /// The same of the first 50.
    ArtistFilteredPrecisionAt50,
    /// With every second song of a playlist as the seeds: the share of the other songs that are among the first 100.
    Recall,
    /// With the same seeds: the share of the other songs, `n` of them, that are among the first `n`.
    RPrecision,
    /// With the same seeds: the normalised discounted cumulative gain of the first 100.
    Ndcg,
    /// With a sample of the catalogue as seeds: the share of the first 10 by other artists that share a genre with the
    /// seed.
    Genre,
    /// With the same sample: the mean distance of the first 10 from the seed, which is the mean absolute difference in
    /// nine audio attributes, in standard deviations.
    SonicDistance,
    /// With the same sample: the mean of the same distance between any two of the first 10.
    IntraListDiversity,
    /// The share of the 10 nearest that are a release of the seed's song or of an earlier one; 0 if the profile lists
    /// each song once.
    RepeatedReleases,
    /// The skewness of the 10-occurrence, the number of tracks among whose 10 nearest a track is.
    HubSkewness,
    /// The largest 10-occurrence of a track.
    LargestHub,
    /// The share of tracks whose 10-occurrence is 0.
    NeverRecommended,
    /// The share of all songs that are among the first 10 for some song of a playlist.
    Coverage,
}

impl Measure {
    /// All measures, in display order.
    pub const ALL: [Self; 15] = [
        Self::PrecisionAt10,
        Self::PrecisionAt50,
        Self::ArtistFilteredPrecisionAt10,
        Self::ArtistFilteredPrecisionAt50,
        Self::Recall,
        Self::RPrecision,
        Self::Ndcg,
        Self::Genre,
        Self::SonicDistance,
        Self::IntraListDiversity,
        Self::RepeatedReleases,
        Self::HubSkewness,
        Self::LargestHub,
        Self::NeverRecommended,
        Self::Coverage,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::PrecisionAt10 => "precision@10",
            Self::PrecisionAt50 => "precision@50",
            Self::ArtistFilteredPrecisionAt10 => "artist_filtered_precision@10",
            Self::ArtistFilteredPrecisionAt50 => "artist_filtered_precision@50",
            Self::Recall => "continuation_recall@100",
            Self::RPrecision => "continuation_r_precision",
            Self::Ndcg => "continuation_ndcg@100",
            Self::Genre => "genre_precision@10",
            Self::SonicDistance => "sonic_distance",
            Self::IntraListDiversity => "intra_list_diversity",
            Self::RepeatedReleases => "repeated_releases",
            Self::HubSkewness => "hub_skewness",
            Self::LargestHub => "largest_hub",
            Self::NeverRecommended => "never_recommended",
            Self::Coverage => "coverage",
        }
    }

    /// Its name for display.
    pub fn plain_name(self) -> &'static str {
        match self {
            Self::ArtistFilteredPrecisionAt10 => "precision@10, other artists",
            Self::ArtistFilteredPrecisionAt50 => "precision@50, other artists",
            Self::Recall => "continuation recall@100",
            Self::RPrecision => "continuation R-precision",
            Self::Ndcg => "continuation NDCG@100",
            Self::Genre => "genre@10, other artists",
            Self::SonicDistance => "sonic distance",
            Self::IntraListDiversity => "diversity within a list",
            Self::RepeatedReleases => "releases repeated in a list",
            Self::HubSkewness => "skewness of 10-occurrence",
            Self::LargestHub => "largest hub",
            Self::NeverRecommended => "never recommended",
            other => other.name(),
        }
    }

    /// Whether its values are shares, 0 to 1.
    pub fn is_share(self) -> bool {
        use Measure::{HubSkewness, IntraListDiversity, LargestHub, SonicDistance};
        !matches!(self, HubSkewness | IntraListDiversity | LargestHub | SonicDistance)
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Value {
    /// The measure.
    pub measure: Measure,
    /// Its value.
    pub value: f64,
    /// Its 95 % bootstrap interval over playlists, if it is a mean over playlists.
    pub interval: Option<(f64, f64)>,
}

/// The measured values of one profile or baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// The profile or the baseline.
    pub profile: String,
    /// The values; baselines lack those about hubs and repeated releases.
    pub values: Vec<Value>,
}

impl Evaluation {
    /// The value of a measure.
    pub fn get(&self, measure: Measure) -> Option<f64> {
        self.values.iter().find(|value| value.measure == measure).map(|value| value.value)
    }
}

/// The audio attributes of the sonic distance.
pub(super) const AUDIO: [Attribute; 9] = [
    Attribute::Danceability,
    Attribute::Energy,
    Attribute::Loudness,
    Attribute::Speechiness,
    Attribute::Acousticness,
    Attribute::Instrumentalness,
    Attribute::Liveness,
    Attribute::Valence,
    Attribute::Tempo,
];
/// The maximum size of the sample of the catalogue.
const SAMPLE: usize = 3_000;
const SHORT: usize = 10;
const LONG: usize = 50;
const CONTINUED: usize = 100;

/// Measures profiles and baselines on playlists; `done` is called after each.
///
/// The cost per ranker is that of two lists for every song of the playlists, and of the ten nearest of every track.
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// # let index = segue::Index::builder().build(catalogue)?;
/// use segue::eval::{Measure, Ranker, evaluate, look_up};
/// use segue::playlist;
///
/// # let ids: Vec<&str> =
/// #     index.catalogue().rows().map(|row| Ok(index.catalogue().track(row)?.track_id)).collect::<segue::Result<_>>()?;
/// # let csv: String = ids.iter().enumerate().map(|(at, id)| format!("{},{id}\n", at / 10)).collect();
/// # let file = format!("playlist_id,track_id\n{csv}");
/// let playlists = playlist::read("playlists.csv", file.as_bytes(), None)?;
/// let (playlists, known) = look_up(&index, &playlists)?;
/// assert_eq!(known.unknown, 0);
/// let rankers = [Ranker::Profile(index.space(None)?), Ranker::Random];
/// for evaluation in evaluate(&index, &playlists, &rankers, |_| ())? {
///     println!("{}: {:?}", evaluation.profile, evaluation.get(Measure::ALL[0]));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`crate::Error::Index`] if the index is damaged.
pub fn evaluate(
    index: &Index,
    playlists: &[TestPlaylist],
    rankers: &[Ranker<'_>],
    mut done: impl FnMut(&Evaluation),
) -> Result<Vec<Evaluation>> {
    let context = EvalContext::new(index)?;
    let audio = AudioSpace::of(index);
    let mut all = Vec::new();
    for ranker in rankers {
        let mut values = of_playlists(&context, *ranker, playlists);
        values.extend(of_sample(&context, *ranker, &audio)?);
        values.extend(of_catalogue(&context, *ranker));
        let evaluation = Evaluation { profile: ranker.name().to_owned(), values };
        done(&evaluation);
        all.push(evaluation);
    }
    Ok(all)
}

/// The mean over groups of sums and counts, with its interval.
fn mean(measure: Measure, groups: &[(f64, f64)]) -> Value {
    let (value, low, high) = mean_and_interval(groups);
    Value { measure, value, interval: Some((low, high)) }
}

/// The list for each song of the playlists, each made once.
pub(super) fn lists_of(
    context: &EvalContext<'_>,
    ranker: Ranker<'_>,
    playlists: &[TestPlaylist],
    other_artists: bool,
) -> HashMap<Row, Vec<Row>> {
    let mut seeds: Vec<Row> = playlists.iter().flat_map(|playlist| &playlist.rows).copied().collect();
    seeds.sort_unstable();
    seeds.dedup();
    let sets: Vec<&[Row]> = seeds.chunks(1).collect();
    let lists = context.lists(ranker, &sets, LONG, other_artists);
    seeds.into_iter().zip(lists).collect()
}

/// For every playlist, the sum over its songs of the precision at `k`, and the number of its songs.
pub(super) fn hits(
    context: &EvalContext<'_>,
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
    k: usize,
) -> Vec<(f64, f64)> {
    let songs = context.songs;
    let of_playlist = |playlist: &TestPlaylist| {
        let wanted: HashSet<Row> = playlist.rows.iter().map(|row| songs.song_of(*row)).collect();
        let hits = |row: &Row| {
            let list = lists.get(row).into_iter().flatten().take(k);
            list.filter(|row| wanted.contains(&songs.song_of(**row))).count() as f64 / k as f64
        };
        (playlist.rows.iter().map(hits).sum(), playlist.rows.len() as f64)
    };
    playlists.iter().map(of_playlist).collect()
}

fn of_playlists(context: &EvalContext<'_>, ranker: Ranker<'_>, playlists: &[TestPlaylist]) -> Vec<Value> {
    let plain = lists_of(context, ranker, playlists, false);
    let filtered = lists_of(context, ranker, playlists, true);
    let mut values = vec![
        mean(Measure::PrecisionAt10, &hits(context, playlists, &plain, SHORT)),
        mean(Measure::PrecisionAt50, &hits(context, playlists, &plain, LONG)),
        mean(Measure::ArtistFilteredPrecisionAt10, &hits(context, playlists, &filtered, SHORT)),
        mean(Measure::ArtistFilteredPrecisionAt50, &hits(context, playlists, &filtered, LONG)),
    ];
    let songs = context.songs;
    let halves = playlists.iter().map(|playlist| {
        let half = |first| playlist.rows.iter().copied().skip(first).step_by(2).collect::<Vec<Row>>();
        (half(0), half(1))
    });
    let (seeds, hidden): (Vec<_>, Vec<_>) = halves.unzip();
    let sets: Vec<&[Row]> = seeds.iter().map(Vec::as_slice).collect();
    let mut scores = [const { Vec::new() }; 3];
    for (list, hidden) in context.lists(ranker, &sets, CONTINUED, false).iter().zip(&hidden) {
        let wanted: HashSet<Row> = hidden.iter().map(|row| songs.song_of(*row)).collect();
        let is_hit: Vec<bool> = list.iter().map(|row| wanted.contains(&songs.song_of(*row))).collect();
        let hits = |first: usize| is_hit.iter().take(first).filter(|hit| **hit).count() as f64;
        let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
        let gained: f64 = (0..).zip(&is_hit).filter(|(_, hit)| **hit).map(|(place, _)| gain(place)).sum();
        let ideal: f64 = (0..wanted.len().min(CONTINUED)).map(gain).sum();
        let found = [hits(CONTINUED), hits(wanted.len()), gained / ideal * wanted.len() as f64];
        for (scores, score) in scores.iter_mut().zip(found) {
            scores.push((score / wanted.len() as f64, 1.0));
        }
    }
    for (measure, scores) in [Measure::Recall, Measure::RPrecision, Measure::Ndcg].into_iter().zip(scores) {
        values.push(mean(measure, &scores));
    }
    let listed = plain.values().flat_map(|list| list.iter().take(SHORT));
    let covered: HashSet<Row> = listed.map(|row| songs.song_of(*row)).collect();
    let coverage = covered.len() as f64 / songs.count() as f64;
    values.push(Value { measure: Measure::Coverage, value: coverage, interval: None });
    values
}

/// The audio attributes of all tracks in standard deviations, row-major: nine per track.
pub(super) struct AudioSpace(Vec<f32>);

impl AudioSpace {
    pub(super) fn of(index: &Index) -> Self {
        let catalogue = index.catalogue();
        let mut all = vec![0f32; catalogue.len() * AUDIO.len()];
        let mut values = Vec::new();
        for (place, attribute) in AUDIO.into_iter().enumerate() {
            // What is not measured adds no distance.
            let Some(column) = catalogue.numbers(attribute).filter(|column| column.missing() == 0) else {
                continue;
            };
            let deviation = crate::model::deviation(column, catalogue.len());
            column.copy_to(0..catalogue.len(), &mut values);
            let places = all.iter_mut().skip(place).step_by(AUDIO.len());
            places.zip(&values).for_each(|(place, value)| *place = (value / deviation) as f32);
        }
        Self(all)
    }

    fn get(&self, row: Row) -> &[f32] {
        let start = row.index() * AUDIO.len();
        self.0.get(start..start + AUDIO.len()).unwrap_or_default()
    }

    fn distance(&self, a: Row, b: Row) -> f64 {
        let differences = self.get(a).iter().zip(self.get(b)).map(|(a, b)| f64::from((a - b).abs()));
        differences.sum::<f64>() / AUDIO.len() as f64
    }

    /// The mean distance of the seeds from the first ten of their lists.
    pub(super) fn to_lists<'a>(&self, lists: impl Iterator<Item = (Row, &'a [Row])>) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for (seed, list) in lists {
            for row in list.iter().take(SHORT) {
                sum += self.distance(seed, *row);
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }

    fn within(&self, list: &[Row]) -> f64 {
        let pairs = list.iter().enumerate().flat_map(|(at, a)| list.iter().skip(at + 1).map(move |b| (a, b)));
        let count = list.len() * list.len().saturating_sub(1) / 2;
        pairs.map(|(a, b)| self.distance(*a, *b)).sum::<f64>() / count.max(1) as f64
    }
}

/// Evenly spaced rows of the catalogue.
pub(super) fn sample(index: &Index) -> Vec<Row> {
    let step = index.len().div_ceil(SAMPLE).max(1);
    index.catalogue().rows().step_by(step).collect()
}

fn of_sample(context: &EvalContext<'_>, ranker: Ranker<'_>, audio: &AudioSpace) -> Result<Vec<Value>> {
    let seeds = sample(context.index);
    let sets: Vec<&[Row]> = seeds.chunks(1).collect();
    let plain = context.lists(ranker, &sets, SHORT, false);
    let filtered = context.lists(ranker, &sets, SHORT, true);
    let catalogue = context.index.catalogue();
    let (mut shared, mut count) = (0.0, 0.0);
    for (seed, list) in seeds.iter().zip(&filtered) {
        let of_seed = catalogue.genres(*seed)?;
        for row in list {
            shared += f64::from(catalogue.genres(*row)?.iter().any(|genre| of_seed.contains(genre)));
            count += 1.0;
        }
    }
    let lists = seeds.iter().copied().zip(plain.iter().map(Vec::as_slice));
    let diversity = plain.iter().map(|list| audio.within(list)).sum::<f64>() / plain.len().max(1) as f64;
    let value = |measure, value| Value { measure, value, interval: None };
    Ok(vec![
        value(Measure::Genre, if count > 0.0 { shared / count } else { 0.0 }),
        value(Measure::SonicDistance, audio.to_lists(lists)),
        value(Measure::IntraListDiversity, diversity),
    ])
}

/// The measures over the ten nearest of every track; none for baselines.
fn of_catalogue(context: &EvalContext<'_>, ranker: Ranker<'_>) -> Vec<Value> {
    let Ranker::Profile(space) = ranker else { return Vec::new() };
    let rows: Vec<Row> = context.index.catalogue().rows().collect();
    let (songs, lists_releases) = (context.songs, space.model().profile().lists_releases());
    let mut occurrences = vec![0u32; rows.len()];
    let mut repeated = 0u64;
    for (row, near) in rows.iter().zip(space.neighbours().neighbours_of(&rows, SHORT, None)) {
        let mut seen = vec![songs.song_of(*row)];
        for neighbour in near {
            if let Some(count) = occurrences.get_mut(neighbour.row.index()) {
                *count += 1;
            }
            let song = songs.song_of(neighbour.row);
            repeated += u64::from(lists_releases && seen.contains(&song));
            seen.push(song);
        }
    }
    let count = rows.len() as f64;
    let mean = occurrences.iter().copied().map(f64::from).sum::<f64>() / count;
    let moment =
        |power| occurrences.iter().map(|times| (f64::from(*times) - mean).powi(power)).sum::<f64>() / count;
    let deviation = moment(2).sqrt();
    let skewness = if deviation > 0.0 { moment(3) / deviation.powi(3) } else { 0.0 };
    let never = occurrences.iter().filter(|times| **times == 0).count() as f64 / count;
    let largest = occurrences.iter().max().copied().unwrap_or_default();
    let value = |measure, value| Value { measure, value, interval: None };
    vec![
        value(Measure::RepeatedReleases, repeated as f64 / (mean * count).max(1.0)),
        value(Measure::HubSkewness, skewness),
        value(Measure::LargestHub, largest.into()),
        value(Measure::NeverRecommended, never),
    ]
}
