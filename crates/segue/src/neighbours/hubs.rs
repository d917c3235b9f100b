//! Reduces hubness: scales down the vectors in dense regions.
//!
//! In many dimensions some vectors, the hubs, are among the nearest of far more others than their share, and some of
//! none (Radovanović, Nanopoulos and Ivanović 2010). Whether a vector is a hub shows in how near it is to others *for
//! them*: to a vector `q` whose own neighbours are far, it need not be very near. With `c(q)` the mean similarity of
//! `q` to its 4 nearest neighbours, `t(i)` the mean of `cos(q, i) / c(q)` over the 16 vectors `q` nearest to `i`, and `l`
//! the first percentile of `t`, the vector `i` is scaled by `sqrt(l / max(t(i), l))`, which makes it less similar to
//! everything. This is local scaling (Schnitzer, Flexer, Schedl and Widmer 2012), applied only to the vectors that are
//! found and not to the query, so that a search works on the scaled vectors as on any others.
//!
//! The neighbours are searched for in an evenly spaced sample of the vectors, and a few may be missed
//! ([`nearby`](super::nearby)): this is as good, and takes less time.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::metric::Measure;
use super::nearby::nearby;
use super::top::Wanted;
use super::{Among, Neighbour, Tree, Vectors, scan};
use crate::blocks::BLOCK;
use crate::error::{Result, unless_stopped};
use crate::progress::Progress;
use crate::row::Row;

/// The numbers of neighbours whose mean is `c`, and of those whose mean is `t`, of every fourth vector.
const NEIGHBOURS: usize = 4;
const REVERSE_NEIGHBOURS: usize = 16;
/// The sample has at least this many vectors, or all, and at least a quarter of them, but at most [`MAX_SAMPLE`].
const MIN_SAMPLE: usize = 20_000;
const MAX_SAMPLE: usize = 100_000;
const MAX_STEP: usize = 4;
/// `c` is at least this, so that a vector far from all others does not decide.
const MIN_CLOSENESS: f64 = 0.1;

/// Scales unit vectors to lengths of at most 1, the shorter the denser their surroundings; equal vectors to the same
/// length. In parallel; the cost is one search among at most [`MAX_SAMPLE`] vectors for each distinct vector.
///
/// # Errors
/// [`Error::Stopped`](crate::Error::Stopped).
pub(crate) fn levelled(vectors: &Vectors, progress: &dyn Progress) -> Result<Vectors> {
    let rows = vectors.len();
    let step = (rows / MIN_SAMPLE).clamp(1, MAX_STEP).max(rows.div_ceil(MAX_SAMPLE));
    // As many neighbours of the whole as in a sample of every fourth.
    let times = MAX_STEP / step.min(MAX_STEP);
    let own = |row: u32| (row as usize).is_multiple_of(step).then(|| Row(row / step as u32));
    let first = first_copies(vectors, |row| own(row).is_some());
    let is_searched = |row: &u32| first.get(*row as usize) == Some(row) || own(*row).is_some();
    let searched: Vec<u32> = (0..rows as u32).filter(is_searched).collect();
    unless_stopped(progress)?;
    let sample = sample(vectors, step);
    let found = neighbours_in(&sample, (vectors, &searched), own, REVERSE_NEIGHBOURS * times, progress)?;
    let mut near: Vec<&[Neighbour]> = vec![&[]; rows];
    for (row, found) in searched.iter().zip(&found) {
        if let Some(place) = near.get_mut(*row as usize) {
            *place = found;
        }
    }
    let closeness = |near: &&[Neighbour]| {
        let nearest = near.iter().take(NEIGHBOURS * times);
        mean(nearest.map(|neighbour| neighbour.similarity)).max(MIN_CLOSENESS)
    };
    let closeness: Vec<f64> = near.iter().step_by(step).map(closeness).collect();
    let nearness = |first: &u32| {
        let near = near.get(*first as usize).copied().unwrap_or_default();
        let of_its_own = |of: &Neighbour| Some(of.similarity / closeness.get(of.row.index())?);
        mean(near.iter().filter_map(of_its_own))
    };
    Ok(scaled(vectors, &first.iter().map(nearness).collect::<Vec<f64>>()))
}

/// Every `step`-th vector.
fn sample(vectors: &Vectors, step: usize) -> Vectors {
    let mut values = Vec::with_capacity(vectors.len().div_ceil(step) * vectors.dimension());
    let sampled = vectors.range(0, vectors.len()).step_by(step);
    sampled.for_each(|(_, vector)| values.extend_from_slice(vector));
    Vectors::new(vectors.dimension(), values)
}

/// For each row the first of those with an equal vector, where those come first that are not in the sample. Equal vectors
/// have equal neighbours, and where one of many equal ones is searched for, the copies in the sample are among them.
fn first_copies(vectors: &Vectors, is_in_sample: impl Fn(u32) -> bool + Sync) -> Vec<u32> {
    let vector = |row: u32| vectors.get(Row(row)).unwrap_or_default();
    let by_vector = |(a_head, a): &(u64, u32), (b_head, b): &(u64, u32)| {
        let components = || vector(*a).iter().zip(vector(*b));
        let by_component = || components().map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        a_head.cmp(b_head).then_with(|| by_component().unwrap_or(Ordering::Equal))
    };
    // Most comparisons are decided by the first two components, which are stored with the row.
    let head = |row: u32| match vector(row) {
        [first, second, ..] => u64::from(first.to_bits()) << 32 | u64::from(second.to_bits()),
        _ => 0,
    };
    let mut order: Vec<(u64, u32)> = (0..vectors.len() as u32).map(|row| (head(row), row)).collect();
    let place = |(_, row): &(u64, u32)| (is_in_sample(*row), *row);
    order.par_sort_unstable_by(|a, b| by_vector(a, b).then_with(|| place(a).cmp(&place(b))));
    let mut firsts: Vec<u32> = (0..vectors.len() as u32).collect();
    for equal in order.chunk_by(|a, b| by_vector(a, b).is_eq()) {
        for (_, row) in equal {
            if let (Some(place), Some((_, first))) = (firsts.get_mut(*row as usize), equal.first()) {
                *place = *first;
            }
        }
    }
    firsts
}

/// The `k` vectors of the sample that are nearest to each of some rows, or nearly; the best first, without its own.
fn neighbours_in(
    sample: &Vectors,
    (vectors, rows): (&Vectors, &[u32]),
    own: impl Fn(u32) -> Option<Row> + Sync,
    k: usize,
    progress: &dyn Progress,
) -> Result<Vec<Vec<Neighbour>>> {
    match Tree::plant_unless_stopped(sample, Measure::Similarity, progress)? {
        Some(tree) => nearby(&tree, sample, (vectors, rows), own, k, progress),
        None => {
            let scan = |row: &u32| {
                unless_stopped(progress)?;
                let among = Among { except: own(*row), ..Among::default() };
                let query = vectors.get(Row(*row)).unwrap_or_default();
                Ok(scan::nearest(sample, Measure::Similarity, query.into(), Wanted::Best(k), among))
            };
            rows.par_iter().map(scan).collect()
        }
    }
}

/// The mean; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    sum / count.max(1) as f64
}

/// Scales every vector by its nearness to others.
fn scaled(vectors: &Vectors, nearness: &[f64]) -> Vectors {
    let mut sorted = nearness.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let least = sorted.get(sorted.len() / 100).copied().unwrap_or_default();
    let (dimension, mut values) = (vectors.dimension(), vectors.values().to_vec());
    let parts = values.par_chunks_mut(BLOCK * dimension).zip(nearness.par_chunks(BLOCK));
    parts.for_each(|(values, nearness)| {
        for (vector, nearness) in values.chunks_mut(dimension).zip(nearness) {
            let scale = if least > 0.0 { (least / nearness.max(least)).sqrt() } else { 1.0 };
            vector.iter_mut().for_each(|value| *value = (f64::from(*value) * scale) as f32);
        }
    });
    Vectors::new(dimension, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neighbours::similarity;

    /// Vectors on a circle, most of them in a small part of it.
    fn crowded() -> Vectors {
        let angle = |at: usize| if at < 300 { at as f64 * 1e-4 } else { at as f64 * 0.02 };
        let values = (0..400).flat_map(|at| [angle(at).cos() as f32, angle(at).sin() as f32]);
        Vectors::new(2, values.collect::<Vec<f32>>())
    }

    #[test]
    fn vectors_in_a_crowd_are_made_shorter_and_no_direction_changes() {
        let vectors = crowded();
        let levelled = levelled(&vectors, &()).unwrap();
        let length =
            |row| levelled.get(Row(row)).unwrap().iter().map(|value| value * value).sum::<f32>().sqrt();
        assert!(length(150) < length(370) && length(370) <= 1.0 + 1e-6);
        for row in 0..400 {
            let (before, after) = (vectors.get(Row(row)).unwrap(), levelled.get(Row(row)).unwrap());
            assert!((before[0] * after[1] - before[1] * after[0]).abs() < 1e-6);
        }
    }

    #[test]
    fn few_vectors_and_zero_vectors_are_no_trouble() {
        for rows in [0, 1, 3] {
            assert_eq!(
                levelled(&Vectors::new(2, vec![0f32; 2 * rows]), &()).unwrap().values().len(),
                2 * rows
            );
        }
    }

    #[test]
    fn equal_vectors_are_levelled_as_if_each_were_searched_for() {
        // Some vectors once, some twice, one very often.
        let rows = (0..700).map(|row| if row < 300 { row } else { row % 7 * row % 400 });
        let one = crowded();
        let values = rows.flat_map(|row| one.get(Row(row)).unwrap().to_vec());
        let vectors = Vectors::new(2, values.collect::<Vec<f32>>());
        let vector = |row: u32| vectors.get(Row(row)).unwrap();
        let products = |row: u32| -> Vec<(u32, f64)> {
            let others = (0..700).filter(|other| *other != row);
            let mut products: Vec<(u32, f64)> =
                others.map(|other| (other, similarity(vector(row), vector(other)))).collect();
            products.sort_by(|a, b| b.1.total_cmp(&a.1));
            products
        };
        let mean = |values: &[(u32, f64)], of: &dyn Fn(u32, f64) -> f64| {
            values.iter().map(|(q, product)| of(*q, *product)).sum::<f64>() / values.len() as f64
        };
        let own: Vec<f64> = (0..700).map(|row| mean(&products(row)[..16], &|_, product| product)).collect();
        let of = |row| mean(&products(row)[..64], &|q, product| product / own[q as usize]);
        let closeness: Vec<f64> = (0..700).map(of).collect();
        let mut sorted = closeness.clone();
        sorted.sort_by(f64::total_cmp);
        let levelled = levelled(&vectors, &()).unwrap();
        for (row, closeness) in (0..700).zip(closeness) {
            let scale = (sorted[7] / closeness.max(sorted[7])).sqrt();
            for (found, value) in levelled.get(Row(row)).unwrap().iter().zip(vector(row)) {
                // Neighbours are chosen by codes of one byte a dimension.
                assert!((f64::from(*found) - f64::from(*value) * scale).abs() < 1e-3, "{row}");
            }
        }
        for (row, other) in (0..700).flat_map(|row| (0..row).map(move |other| (row, other))) {
            let [is_equal, stays_equal] =
                [&vectors, &levelled].map(|vectors| vectors.get(Row(row)) == vectors.get(Row(other)));
            assert_eq!(is_equal, stays_equal, "{row} {other}");
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let of = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| levelled(&crowded(), &()).unwrap().values().to_vec())
        };
        assert_eq!(of(1), of(3));
    }
}
