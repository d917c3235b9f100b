//! `segue bench`: query latency and throughput on this machine, and the share of the catalogue that a query visits.
//!
//! Everything is measured in this process, after an untimed warm-up over all seeds. Single queries run one after the
//! other on one thread. For a batch the fastest run counts, since other load can only make it slower. Compare times
//! within one run only.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};
use segue::neighbours::{Among, Neighbours, SearchStats, oracle};
use segue::recommend::{Matching, SearchQuery};
use segue::{Index, Recommender, Row, Track};
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, count, pluralised};
use crate::source::{self, IndexArgs};
use crate::table::{Column, Table, printable};
use crate::value::at_least_one;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BenchArgs {
    /// How many tracks a query asks for
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "10", value_parser = at_least_one)]
    limit: usize,
    /// How many seeds to ask about at most: different ones, spread over the catalogue
    #[arg(long, value_name = "N", default_value = "2000", value_parser = at_least_one)]
    queries: usize,
    #[command(flatten)]
    index: IndexArgs,
}

const EXAMPLES: &str = "\
Examples:
  segue bench
  segue bench -i spotify.csv -k 50
  segue bench --queries 10000 --format json | jq .single_median_us

Numbers depend on the machine and on what else it does: repeat, and compare within one run.";

/// Timed runs of opening an index and of a batch.
const REPEATS: usize = 7;
/// The most seeds for timing scans of all tracks, few enough that no tree is built meanwhile; and the time after which
/// no further scan begins.
const SCANS: usize = 25;
const SCANS_TAKE: Duration = Duration::from_secs(2);
/// Tracks in a leaf of the tree.
const LEAF: usize = 16;

/// The JSON of `bench`. Fields may be added, but not removed or renamed.
#[derive(Debug, Serialize)]
struct Measured {
    index: String,
    profile: String,
    tracks: usize,
    dimension: usize,
    kernel: &'static str,
    threads: usize,
    k: usize,
    queries: usize,
    /// Query `i` has the seed `i * seed_stride mod tracks`.
    seed_stride: usize,
    /// `None` for a file that was indexed in memory.
    open_median_us: Option<f64>,
    vectors_bytes_per_track: f64,
    search_bytes_per_track: f64,
    single_min_us: f64,
    single_median_us: f64,
    single_p99_us: f64,
    visited_percent: f64,
    compared_percent: f64,
    compared_tracks: f64,
    batch_one_thread_us_per_query: f64,
    batch_one_thread_queries_per_s: f64,
    batch_all_threads_us_per_query: f64,
    batch_all_threads_queries_per_s: f64,
    /// Brute-force scan, which Segue uses without a tree: compares every vector and keeps the best `k`.
    scan_median_us: Option<f64>,
    /// The oracle of the tests: compares every vector and sorts them all.
    oracle_median_us: f64,
    /// The first search.
    search_first_us: f64,
    /// Ranked searches for the titles and artists of seeds.
    search_median_us: f64,
    search_p99_us: f64,
    /// The notebook's search for the titles of a few seeds, on all threads.
    search_contains_median_us: f64,
}

pub(crate) fn run(args: &BenchArgs, out: &Output) -> Outcome {
    if out.format == Format::Csv {
        return Err(Failure::usage("bench has no CSV; --format json is for programs"));
    }
    let recommender = source::open(&args.index, out)?;
    let measured = measure(args, &recommender)?;
    match out.format {
        Format::Json => out.json(&measured),
        _ => out.results(|stdout| {
            let Measured { tracks, dimension, profile, kernel, threads, k, queries, seed_stride, .. } =
                &measured;
            let index = printable(&measured.index);
            writeln!(stdout, "{}", out.bold(&format!("{index}: {}", pluralised(*tracks, "track"))))?;
            writeln!(stdout, "profile {profile}, {}", pluralised(*dimension, "dimension"))?;
            writeln!(stdout, "kernel {kernel}, {}", pluralised(*threads, "thread"))?;
            let seeds = format!("row i * {} mod {}", count(*seed_stride), count(*tracks));
            writeln!(stdout, "the {k} nearest of {}: {seeds}\n", pluralised(*queries, "seed"))?;
            writeln!(stdout, "{}", out.table(&times(&measured)))?;
            let Measured { visited_percent, compared_percent, compared_tracks, .. } = measured;
            writeln!(stdout, "a query scans the codes of {visited_percent:.2} % of the tracks,")?;
            writeln!(stdout, "and compares {compared_percent:.3} %: {compared_tracks:.1} tracks")?;
            let Measured { vectors_bytes_per_track, search_bytes_per_track, .. } = measured;
            writeln!(
                stdout,
                "bytes a track: {vectors_bytes_per_track:.1} of vectors, {search_bytes_per_track:.1} to search"
            )?;
            if let Some(open) = measured.open_median_us {
                writeln!(stdout, "opening the index takes {open:.0} us")?;
            }
            Ok(())
        }),
    }
}

fn times(measured: &Measured) -> Table {
    let mut table = Table::new([
        Column::fixed("queries"),
        Column::number("us a query"),
        Column::number("queries a second"),
    ]);
    let mut row = |what: &str, micros: f64| {
        let rate = count((1e6 / micros) as u64);
        table.row([what.to_owned(), format!("{micros:.2}"), rate]);
    };
    row("one by one, one thread: fastest", measured.single_min_us);
    row("one by one, one thread: median", measured.single_median_us);
    row("one by one, one thread: 99 % within", measured.single_p99_us);
    row("in a batch, one thread", measured.batch_one_thread_us_per_query);
    row(
        &format!("in a batch, {}", pluralised(measured.threads, "thread")),
        measured.batch_all_threads_us_per_query,
    );
    if let Some(scan) = measured.scan_median_us {
        row("scan of all, one thread: median", scan);
    }
    row("naive oracle, one thread: median", measured.oracle_median_us);
    row("first search", measured.search_first_us);
    row("search, title and artist: median", measured.search_median_us);
    row("search, title and artist: 99 % within", measured.search_p99_us);
    row("search, title as a substring: median", measured.search_contains_median_us);
    table
}

fn measure(args: &BenchArgs, recommender: &Recommender) -> Result<Measured, Failure> {
    let index = recommender.index();
    let space = index.space(args.index.profile_name())?;
    let neighbours = space.neighbours();
    let (tracks, dimension) = (index.len(), neighbours.vectors().dimension());
    if tracks == 0 {
        return Err(Failure::Message("there is no track to ask about".into()));
    }
    neighbours.plant();
    let stride = seed_stride(tracks);
    let seeds = seeds(tracks, args.queries);
    let one = ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.map_err(|error| Failure::Message(format!("cannot start a thread: {error}")))?;
    let k = args.limit;

    let stats = one.install(|| total_stats(neighbours, &seeds, k));
    let single = one.install(|| each(&seeds, |seed| ask(neighbours, seed, k)));
    let batch = || drop(black_box(neighbours.neighbours_of(&seeds, k, None)));
    let batch_one = one.install(|| fastest(&repeated(batch)));
    let batch_all = fastest(&repeated(batch));
    let scan = one.install(|| scan(neighbours, &seeds, k));
    let naive = one.install(|| check_against_oracle(neighbours, &seeds, k))?;

    let searches = searches(recommender, &seeds, &one)?;

    let queries = seeds.len() as f64;
    let share = |looked_at: usize| looked_at as f64 / queries / tracks as f64 * 100.0;
    let vectors = tracks * dimension * size_of::<f32>();
    Ok(Measured {
        index: args.index.index.display().to_string(),
        profile: space.name().to_owned(),
        tracks,
        dimension,
        kernel: Neighbours::kernel(),
        threads: rayon::current_num_threads(),
        k,
        queries: seeds.len(),
        seed_stride: stride,
        open_median_us: open_median(args)?.map(rounded),
        vectors_bytes_per_track: rounded(vectors as f64 / tracks as f64),
        search_bytes_per_track: rounded(neighbours.bytes().saturating_sub(vectors) as f64 / tracks as f64),
        single_min_us: rounded(fastest(&single)),
        single_median_us: rounded(median(&single)),
        single_p99_us: rounded(quantile(&single, 99, 100)),
        visited_percent: rounded(share(stats.leaves.saturating_mul(LEAF)).min(100.0)),
        compared_percent: rounded(share(stats.tracks)),
        compared_tracks: rounded(stats.tracks as f64 / queries),
        batch_one_thread_us_per_query: rounded(batch_one / queries),
        batch_one_thread_queries_per_s: rounded(1e6 * queries / batch_one),
        batch_all_threads_us_per_query: rounded(batch_all / queries),
        batch_all_threads_queries_per_s: rounded(1e6 * queries / batch_all),
        scan_median_us: scan.map(rounded),
        oracle_median_us: rounded(naive),
        search_first_us: rounded(searches.first),
        search_median_us: rounded(median(&searches.ranked)),
        search_p99_us: rounded(quantile(&searches.ranked, 99, 100)),
        search_contains_median_us: rounded(median(&searches.contains)),
    })
}

/// Times of searches in microseconds; lists are ascending.
struct Searches {
    first: f64,
    ranked: Vec<f64>,
    contains: Vec<f64>,
}

/// Searches for the titles and first artists of the seeds, and for the titles of a few as substrings.
fn searches(recommender: &Recommender, seeds: &[Row], one: &ThreadPool) -> Result<Searches, Failure> {
    let (mut texts, mut titles) = (Vec::new(), Vec::new());
    for seed in seeds {
        let Track { track_name, artists, .. } = recommender.track(*seed)?;
        texts.push(format!("{track_name} {}", artists.first().copied().unwrap_or_default()));
        titles.push(track_name);
    }
    let mut failure = None;
    let mut time = |query: SearchQuery<'_>| {
        let start = Instant::now();
        let found = black_box(recommender.search(&query));
        let taken = micros(start);
        failure = failure.take().or(found.err());
        taken
    };
    let first = time(SearchQuery::new(texts.first().map_or("", String::as_str)));
    // Warm-up: an index in memory builds its text index after some searches.
    texts.iter().for_each(|text| _ = time(SearchQuery::new(text)));
    let ranked = one.install(|| texts.iter().map(|text| time(SearchQuery::new(text))).collect());
    let contains =
        titles.iter().take(SCANS).map(|title| time(SearchQuery::new(title).matching(Matching::Contains)));
    let contains = ascending(contains.collect());
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(Searches { first, ranked: ascending(ranked), contains }),
    }
}

/// Distinct rows spread over a catalogue of `tracks`: row `i * seed_stride(tracks) mod tracks` for query `i`.
fn seeds(tracks: usize, queries: usize) -> Vec<Row> {
    let (stride, tracks) = (seed_stride(tracks) as u64, tracks as u64);
    let queries = (queries as u64).min(tracks);
    (0..queries).map(|i| Row((i * stride % tracks) as u32)).collect()
}

/// The smallest integer above `0.618 * tracks` that is coprime to `tracks`: its multiples modulo `tracks` visit every
/// row once, and the first few are far apart. `bench/peers` uses the same rows for other libraries.
fn seed_stride(tracks: usize) -> usize {
    let above = tracks * 618 / 1000 + 1;
    (above..).find(|stride| greatest_common_divisor(*stride, tracks) == 1).unwrap_or(1)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn ask(neighbours: &Neighbours, seed: Row, k: usize) -> SearchStats {
    let query = neighbours.vectors().get(seed).unwrap_or_default();
    let (found, stats) = neighbours.nearest_with_stats(query, k, Among::all_but(seed));
    black_box(found);
    stats
}

/// The sums over all seeds.
fn total_stats(neighbours: &Neighbours, seeds: &[Row], k: usize) -> SearchStats {
    let mut sum = SearchStats::default();
    for seed in seeds {
        let stats = ask(neighbours, *seed, k);
        sum.leaves += stats.leaves;
        sum.tracks += stats.tracks;
    }
    sum
}

/// The time for each seed in microseconds, ascending.
fn each<T>(seeds: &[Row], mut ask: impl FnMut(Row) -> T) -> Vec<f64> {
    let time = |seed: &Row| {
        let start = Instant::now();
        black_box(ask(*seed));
        micros(start)
    };
    ascending(seeds.iter().map(time).collect())
}

/// The times of [`REPEATS`] runs in microseconds, ascending, after one untimed run.
fn repeated(mut run: impl FnMut()) -> Vec<f64> {
    run();
    let time = |_| {
        let start = Instant::now();
        run();
        micros(start)
    };
    ascending((0..REPEATS).map(time).collect())
}

/// The median time of brute-force scans, on vectors without a tree; `None` if a tree was used after all.
fn scan(neighbours: &Neighbours, seeds: &[Row], k: usize) -> Option<f64> {
    let flat = Neighbours::new(neighbours.vectors().clone());
    let (mut times, begun) = (Vec::new(), Instant::now());
    for seed in seeds.iter().take(SCANS) {
        let start = Instant::now();
        let stats = ask(&flat, *seed, k);
        times.push(micros(start));
        if stats.nodes + stats.leaves > 0 {
            return None;
        }
        if begun.elapsed() > SCANS_TAKE {
            break;
        }
    }
    Some(median(&ascending(times)))
}

/// The median time of the naive oracle. An error if its results differ from those of the search.
fn check_against_oracle(neighbours: &Neighbours, seeds: &[Row], k: usize) -> Result<f64, Failure> {
    let (mut times, begun) = (Vec::new(), Instant::now());
    for seed in seeds.iter().take(SCANS) {
        let query = neighbours.vectors().get(*seed).unwrap_or_default();
        let start = Instant::now();
        let wanted = oracle::nearest(neighbours.vectors(), query, k, Some(*seed));
        times.push(micros(start));
        if neighbours.nearest(query, k, Among::all_but(*seed)) != wanted {
            let row = seed.0;
            return Err(Failure::Message(format!(
                "this is a bug: the neighbours of row {row} are not exact"
            )));
        }
        if begun.elapsed() > SCANS_TAKE {
            break;
        }
    }
    Ok(median(&ascending(times)))
}

/// The median time to open the index; `None` for a file of tracks.
fn open_median(args: &BenchArgs) -> Result<Option<f64>, Failure> {
    let path = &args.index.index;
    if source::is_input(path) {
        return Ok(None);
    }
    let mut outcome = Ok(());
    let times = repeated(|| {
        if let Err(error) = Index::open(path) {
            outcome = Err(error);
        }
    });
    Ok(outcome.map(|()| Some(median(&times)))?)
}

fn micros(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e6
}

/// Rounded to three decimals, about the resolution of the clock.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn ascending(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_unstable_by(f64::total_cmp);
    times
}

fn fastest(ascending: &[f64]) -> f64 {
    quantile(ascending, 0, 1)
}

fn median(ascending: &[f64]) -> f64 {
    quantile(ascending, 1, 2)
}

/// The `part / whole` quantile of ascending values; 0 if there are none.
fn quantile(ascending: &[f64], part: usize, whole: usize) -> f64 {
    let last = ascending.len().saturating_sub(1);
    ascending.get(last * part / whole).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_different_rows_all_over_the_catalogue() {
        for tracks in [1usize, 2, 3, 10, 97, 100, 4096, 89_740] {
            let seeds = seeds(tracks, usize::MAX);
            let mut rows: Vec<u32> = seeds.iter().map(|row| row.0).collect();
            rows.sort_unstable();
            assert_eq!(rows, (0..tracks as u32).collect::<Vec<_>>());
        }
        let some: Vec<u32> = seeds(1000, 4).iter().map(|row| row.0).collect();
        assert_eq!((seed_stride(1000), some), (619, vec![0, 619, 238, 857]));
    }

    #[test]
    fn quantiles_of_few_values_are_some_of_them() {
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[1.0, 2.0, 3.0]), 2.0);
        assert_eq!(quantile(&[1.0, 2.0], 99, 100), 1.0);
        assert_eq!(quantile(&[], 1, 2), 0.0);
    }
}
