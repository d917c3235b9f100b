//! The exhaustive scan, which compares the query with every vector that may be found. Used if few rows are allowed,
//! for single queries over vectors without a tree, and as the baseline for the tree.

use rayon::prelude::*;

use super::Vectors;
use super::metric::{Measure, Query};
use super::queries::Queries;
use super::rows::Among;
use super::top::{Neighbour, TopK, Wanted};

/// Rows scanned by one thread at a time.
const SCAN_BLOCK: usize = 8192;

/// The threads that a scan may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Threads {
    /// That of the caller.
    One,
    /// Those of the rayon pool.
    All,
}

/// The vectors nearest to `query` of those that may be found; in parallel, unless fewer than [`SCAN_BLOCK`] are allowed.
pub(super) fn nearest(
    vectors: &Vectors,
    measure: Measure,
    query: Query<'_>,
    wanted: Wanted,
    among: Among<'_>,
) -> Vec<Neighbour> {
    nearest_by(Threads::All, vectors, measure, query, (wanted, among))
}

/// The same by one thread or all.
pub(super) fn nearest_by(
    threads: Threads,
    vectors: &Vectors,
    measure: Measure,
    query: Query<'_>,
    (wanted, among): (Wanted, Among<'_>),
) -> Vec<Neighbour> {
    most_similar(threads, vectors, |vector| measure.closeness(query, vector), wanted, among)
}

/// The `k` vectors most similar to several queries together.
pub(super) fn nearest_to_several(
    vectors: &Vectors,
    queries: &Queries,
    k: usize,
    among: Among<'_>,
) -> Vec<Neighbour> {
    most_similar(Threads::All, vectors, |vector| queries.similarity(vector), Wanted::Best(k), among)
}

fn most_similar(
    threads: Threads,
    vectors: &Vectors,
    similarity: impl Fn(&[f32]) -> f64 + Sync,
    wanted: Wanted,
    among: Among<'_>,
) -> Vec<Neighbour> {
    if let Some(within) = among.within.filter(|within| within.len() < SCAN_BLOCK) {
        let mut top = TopK::new(wanted);
        for row in within.iter().filter(|row| among.contains(*row)) {
            if let Some(vector) = vectors.get(row) {
                top.offer(Neighbour { row, similarity: among.left(row, similarity(vector)) });
            }
        }
        return top.take_ranked();
    }
    let of_block = |block: usize| {
        let mut top = TopK::new(wanted);
        let block = vectors.range(block * SCAN_BLOCK, SCAN_BLOCK);
        for (row, vector) in block.filter(|(row, _)| among.contains(*row)) {
            top.offer(Neighbour { row, similarity: among.left(row, similarity(vector)) });
        }
        top
    };
    let blocks = 0..vectors.len().div_ceil(SCAN_BLOCK);
    let none = || TopK::new(wanted);
    let mut top = match threads {
        Threads::One => blocks.map(of_block).fold(none(), TopK::merge),
        Threads::All => blocks.into_par_iter().map(of_block).reduce(none, TopK::merge),
    };
    top.take_ranked()
}
