//! The computation of the measures.

use hashbrown::{HashMap, HashSet};
use serde::Serialize;

use super::TestPlaylist;
use super::artists::ArtistSeeds;
use super::audio::AudioSpace;
use super::bootstrap::mean_and_interval;
use super::compare::{ByPlaylist, Comparison, compare_all};
use super::lists::{EvalContext, Ranker};
use super::measures::{Evaluation, Measure, Value};
use super::popularity::PopularityParts;
use crate::catalogue::Row;
use crate::error::Result;
use crate::index::Index;
use crate::songs::Kinds;

/// The maximum size of the sample of the catalogue.
const SAMPLE: usize = 3_000;
const SHORT: usize = 10;
const LONG: usize = 50;
const CONTINUED: usize = 100;
/// About as many tracks as are heard at a sitting.
const HEARD: usize = 20;

/// What [`evaluate`] measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Evaluated {
    /// The bounds of head, middle and tail; `None` if the popularity of no song is known.
    pub popularity: Option<PopularityParts>,
    /// The number of artists who are in enough playlists to be seeds.
    pub artist_seeds: usize,
    /// The values of each profile or baseline.
    pub evaluations: Vec<Evaluation>,
    /// Each profile compared with each that follows it, by the precision at 10.
    pub comparisons: Vec<Comparison>,
}

/// Measures profiles and baselines on playlists; `done` is called after each.
///
/// The cost per ranker is that of two lists for every song of the playlists and for every artist of several playlists,
/// and of the ten nearest of every track.
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
/// for evaluation in evaluate(&index, &playlists, &rankers, |_| ())?.evaluations {
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
) -> Result<Evaluated> {
    let context = EvalContext::new(index)?;
    let audio = AudioSpace::of(index);
    let popularity = PopularityParts::of(&context, playlists);
    let artists = ArtistSeeds::of(&context, playlists);
    let (mut evaluations, mut by_playlist) = (Vec::new(), Vec::new());
    for ranker in rankers {
        let plain = lists_of(&context, *ranker, playlists, false);
        let mut values = of_playlists(&context, *ranker, playlists, &plain, &audio, popularity.as_ref());
        if let Ranker::Profile(space) = ranker {
            let groups = hits(&context, playlists, &plain, SHORT);
            by_playlist.push(ByPlaylist { profile: space.name().to_owned(), groups });
        }
        values.extend(of_artists(&context, *ranker, &artists));
        values.extend(of_sample(&context, *ranker, &audio)?);
        values.extend(of_catalogue(&context, *ranker));
        let evaluation = Evaluation { profile: ranker.name().to_owned(), values };
        done(&evaluation);
        evaluations.push(evaluation);
    }
    let comparisons = compare_all(Measure::PrecisionAt10, &by_playlist);
    Ok(Evaluated { popularity, artist_seeds: artists.len(), evaluations, comparisons })
}

/// The measures with artists as seeds; none if no artist is in enough playlists.
fn of_artists(context: &EvalContext<'_>, ranker: Ranker<'_>, artists: &ArtistSeeds) -> Vec<Value> {
    if artists.len() == 0 {
        return Vec::new();
    }
    let mut values = vec![mean(Measure::ArtistSeeds, &artists.like_artist(context, ranker))];
    if let Ranker::Profile(space) = ranker {
        values.push(mean(Measure::ArtistCentres, &artists.like_centre(context, space)));
    }
    values
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
    hits_of_seeds(context, playlists, lists, k, |_| true)
}

/// The same over those songs that `is_seed` admits.
fn hits_of_seeds(
    context: &EvalContext<'_>,
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
    k: usize,
    is_seed: impl Fn(Row) -> bool,
) -> Vec<(f64, f64)> {
    let songs = context.songs;
    let of_playlist = |playlist: &TestPlaylist| {
        let wanted: HashSet<Row> = playlist.rows.iter().map(|row| songs.song_of(*row)).collect();
        // Whole numbers first, so that equal precisions are equal to the last bit.
        let (mut hits, mut seeds) = (0, 0);
        for (_, list) in lists_within(playlist, lists).filter(|(row, _)| is_seed(*row)) {
            hits += list.iter().take(k).filter(|row| wanted.contains(&songs.song_of(**row))).count();
            seeds += 1;
        }
        (hits as f64 / k as f64, f64::from(seeds))
    };
    playlists.iter().map(of_playlist).collect()
}

/// The lists whose seeds are songs of a playlist.
fn lists_within<'a>(
    playlist: &'a TestPlaylist,
    lists: &'a HashMap<Row, Vec<Row>>,
) -> impl Iterator<Item = (Row, &'a [Row])> {
    playlist.rows.iter().filter_map(|row| Some((*row, lists.get(row)?.as_slice())))
}

/// For every playlist, the sum of the distances of its songs from the first of their lists, and their number.
fn distances(
    audio: &AudioSpace,
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
) -> Vec<(f64, f64)> {
    playlists.iter().map(|playlist| audio.sum_to_lists(lists_within(playlist, lists))).collect()
}

/// For every playlist, the number of neighbouring places with the same first artist, and of all neighbouring places.
fn repetitions(
    context: &EvalContext<'_>,
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
) -> Vec<(f64, f64)> {
    let first = |row: &Row| context.artists.of(*row).first();
    let of_playlist = |playlist: &TestPlaylist| {
        let (mut same, mut places) = (0.0, 0.0);
        for (_, list) in lists_within(playlist, lists) {
            let list = list.get(..HEARD).unwrap_or(list);
            for (one, next) in list.iter().zip(list.iter().skip(1)) {
                same += f64::from(first(one).is_some() && first(one) == first(next));
                places += 1.0;
            }
        }
        (same, places)
    };
    playlists.iter().map(of_playlist).collect()
}

/// For every playlist, the number of tracks in the first places of its songs' lists that `counts` tells by the seed and
/// the tracks before, and of all these places.
fn listed(
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
    counts: impl Fn(Row, &[Row], Row) -> bool,
) -> Vec<(f64, f64)> {
    let of_playlist = |playlist: &TestPlaylist| {
        let (mut counted, mut places) = (0.0, 0.0);
        for (seed, list) in lists_within(playlist, lists) {
            for (at, row) in list.iter().take(HEARD).enumerate() {
                counted += f64::from(counts(seed, list.get(..at).unwrap_or_default(), *row));
                places += 1.0;
            }
        }
        (counted, places)
    };
    playlists.iter().map(of_playlist).collect()
}

/// The number of tracks that are another version of the seed or of one before them.
fn repeated_versions(
    context: &EvalContext<'_>,
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
) -> Vec<(f64, f64)> {
    let work = |row: Row| context.songs.work_of(row);
    listed(playlists, lists, |seed, before, row| {
        work(seed) == work(row) || before.iter().any(|other| work(*other) == work(row))
    })
}

/// The number of songs of a season that are listed for others.
fn out_of_season(
    context: &EvalContext<'_>,
    playlists: &[TestPlaylist],
    lists: &HashMap<Row, Vec<Row>>,
) -> Vec<(f64, f64)> {
    let is_seasonal = |row: Row| context.songs.kinds_of(row).has(Kinds::SEASONAL);
    listed(playlists, lists, |seed, _, row| is_seasonal(row) && !is_seasonal(seed))
}

fn of_playlists(
    context: &EvalContext<'_>,
    ranker: Ranker<'_>,
    playlists: &[TestPlaylist],
    plain: &HashMap<Row, Vec<Row>>,
    audio: &AudioSpace,
    popularity: Option<&PopularityParts>,
) -> Vec<Value> {
    let filtered = lists_of(context, ranker, playlists, true);
    let mut values = vec![
        mean(Measure::PrecisionAt10, &hits(context, playlists, plain, SHORT)),
        mean(Measure::PrecisionAt50, &hits(context, playlists, plain, LONG)),
        mean(Measure::ArtistFilteredPrecisionAt10, &hits(context, playlists, &filtered, SHORT)),
        mean(Measure::ArtistFilteredPrecisionAt50, &hits(context, playlists, &filtered, LONG)),
        mean(Measure::PlaylistSonicDistance, &distances(audio, playlists, plain)),
        mean(Measure::SameArtistInARow, &repetitions(context, playlists, plain)),
        mean(Measure::RepeatedVersions, &repeated_versions(context, playlists, plain)),
        mean(Measure::OutOfSeason, &out_of_season(context, playlists, plain)),
    ];
    values.extend(popularity.into_iter().flat_map(|parts| {
        PopularityParts::MEASURES.into_iter().filter_map(|measure| {
            let is_seed = |row| parts.measure(context.popularity(row)) == Some(measure);
            let groups = hits_of_seeds(context, playlists, plain, SHORT, is_seed);
            // Where many songs are equally popular, a part may be empty.
            groups.iter().any(|(_, seeds)| *seeds > 0.0).then(|| mean(measure, &groups))
        })
    }));
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

#[cfg(test)]
mod tests {
    use super::super::fixture::{Song, index, rows, titled};
    use super::*;

    #[test]
    fn versions_and_songs_of_a_season_are_counted() {
        let titles = ["Hurt", "Hurt - Live", "Let It Snow", "Hello", "Hello (X Remix)", "Last Christmas"];
        let rows_of_a = titles.map(|title| format!("{title},A"));
        let index = titled(&rows_of_a.each_ref().map(String::as_str));
        let context = EvalContext::new(&index).unwrap();
        let playlists = [TestPlaylist { rows: rows([0, 2]) }, TestPlaylist { rows: rows([3]) }];
        let lists: HashMap<Row, Vec<Row>> =
            [(Row(0), rows([1, 3, 4, 2])), (Row(2), rows([0, 1, 5])), (Row(3), rows([0]))].into();
        // Another version of the seed, of Hello and of Hurt.
        assert_eq!(repeated_versions(&context, &playlists, &lists), [(3.0, 7.0), (0.0, 1.0)]);
        assert_eq!(out_of_season(&context, &playlists, &lists), [(1.0, 7.0), (0.0, 1.0)]);
    }

    #[test]
    fn repetitions_and_distances_are_counted_for_each_playlist() {
        let index = index(&[
            Song("A", 10.0, 0.0, 0.0),
            Song("A;B", 20.0, 1.0, 90.0),
            Song("B", 30.0, 0.0, 180.0),
            Song("B;A", 40.0, 1.0, 270.0),
        ]);
        let context = EvalContext::new(&index).unwrap();
        let playlists = [TestPlaylist { rows: rows([0, 2]) }, TestPlaylist { rows: rows([1]) }];
        let lists: HashMap<Row, Vec<Row>> =
            [(Row(0), rows([1, 2, 3])), (Row(2), rows([0, 1, 3])), (Row(1), rows([2]))].into();
        // B;A follows B, A;B follows A: the first of several artists counts.
        assert_eq!(repetitions(&context, &playlists, &lists), [(2.0, 4.0), (0.0, 0.0)]);
        // Energies of 0 and 1 are two standard deviations apart; eight of the nine attributes are not measured.
        let found = distances(&AudioSpace::of(&index), &playlists, &lists);
        for ((sum, count), (apart, of)) in found.into_iter().zip([(4.0, 6.0), (1.0, 1.0)]) {
            assert_eq!(count, of);
            assert!((sum - apart * 2.0 / 9.0).abs() < 1e-6, "{sum}");
        }
    }
}
