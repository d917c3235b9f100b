//! Reduces hubness: scales down the vectors in dense regions.
//!
//! In many dimensions some vectors, the hubs, are among the nearest of far more others than their share, and some of
//! none (Radovanović, Nanopoulos and Ivanović 2010). With `r` the mean similarity of a vector to its nearest
//! neighbours, and `r0` the first percentile of `r`, the vector is scaled by `sqrt(r0 / max(r, r0))`, which makes it
//! less similar to everything. This is local scaling (Schnitzer, Flexer, Schedl and Widmer 2012), applied only to the
//! vectors that are found and not to the query, so that a search works on the scaled vectors as on any others.
//!
//! The nearest are searched for in an evenly spaced sample of the vectors, which is as good and takes less time.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::{Among, Neighbours, Vectors};
use crate::row::Row;

/// The number of neighbours whose mean similarity is `r`: this, divided by the step of the sample, but at least
/// [`MIN_NEIGHBOURS`].
const NEIGHBOURS: usize = 16;
const MIN_NEIGHBOURS: usize = 4;
/// The sample has at least this many vectors, or all, and at least a quarter of them, but at most [`MAX_SAMPLE`].
const MIN_SAMPLE: usize = 20_000;
const MAX_SAMPLE: usize = 100_000;
/// Rows per parallel task, at least.
const CHUNK: usize = 256;

/// Scales unit vectors to lengths of at most 1, the shorter the denser their surroundings. In parallel; the cost is
/// one search among at most [`MAX_SAMPLE`] vectors for each distinct vector.
pub(crate) fn levelled(vectors: &Vectors) -> Vectors {
    let rows = vectors.len();
    let step = (rows / MIN_SAMPLE).clamp(1, NEIGHBOURS / MIN_NEIGHBOURS).max(rows.div_ceil(MAX_SAMPLE));
    let k = (NEIGHBOURS / step).max(MIN_NEIGHBOURS);
    let values = vectors.range(0, rows).step_by(step).flat_map(|(_, vector)| vector.iter().copied());
    let references = Neighbours::new(Vectors::new(vectors.dimension(), values.collect::<Vec<f32>>()));
    references.plant();
    let own = |row: usize| row.is_multiple_of(step).then(|| Row((row / step) as u32));
    let vector = |row: usize| vectors.get(Row(row as u32)).unwrap_or_default();
    let closeness = |row: usize| {
        let near = references.nearest(vector(row), k, Among { except: own(row), ..Among::default() });
        near.iter().map(|neighbour| neighbour.similarity).sum::<f64>() / near.len().max(1) as f64
    };
    // Equal vectors have equal neighbours, and a search near many equal vectors can prune none of them. So each
    // distinct vector is searched for once, and once more if copies are in the sample, which leave themselves out.
    let by_vector = |a: &usize, b: &usize| {
        let components = vector(*a).iter().zip(vector(*b));
        let order = components.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        order.unwrap_or(Ordering::Equal).then_with(|| own(*a).is_some().cmp(&own(*b).is_some()))
    };
    let mut order: Vec<usize> = (0..rows).collect();
    order.par_sort_by(by_vector);
    let mut first: Vec<usize> = (0..rows).collect();
    for equal in order.chunk_by(|a, b| by_vector(a, b).is_eq()) {
        for row in equal {
            if let (Some(first), Some(of_all)) = (first.get_mut(*row), equal.first()) {
                *first = *of_all;
            }
        }
    }
    let searched = |row: usize| if first.get(row) == Some(&row) { closeness(row) } else { f64::NAN };
    let searched: Vec<f64> = (0..rows).into_par_iter().with_min_len(CHUNK).map(searched).collect();
    let closeness: Vec<f64> = first.iter().filter_map(|row| searched.get(*row).copied()).collect();
    let mut sorted = closeness.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let least = sorted.get(rows / 100).copied().unwrap_or_default();
    let scaled = vectors.range(0, rows).zip(closeness).flat_map(|((_, vector), closeness)| {
        let scale = if least > 0.0 { (least / closeness.max(least)).sqrt() } else { 1.0 };
        vector.iter().map(move |value| (f64::from(*value) * scale) as f32)
    });
    Vectors::new(vectors.dimension(), scaled.collect::<Vec<f32>>())
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
        let levelled = levelled(&vectors);
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
            assert_eq!(levelled(&Vectors::new(2, vec![0f32; 2 * rows])).values().len(), 2 * rows);
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
        let closeness = |row: u32| {
            let others = (0..700).filter(|other| *other != row);
            let mut similar: Vec<f64> = others.map(|other| similarity(vector(row), vector(other))).collect();
            similar.sort_by(|a, b| b.total_cmp(a));
            similar[..NEIGHBOURS].iter().sum::<f64>() / NEIGHBOURS as f64
        };
        let closeness: Vec<f64> = (0..700).map(closeness).collect();
        let mut sorted = closeness.clone();
        sorted.sort_by(f64::total_cmp);
        let levelled = levelled(&vectors);
        for (row, closeness) in (0..700).zip(closeness) {
            let scale = (sorted[7] / closeness.max(sorted[7])).sqrt();
            let wanted: Vec<f32> =
                vector(row).iter().map(|value| (f64::from(*value) * scale) as f32).collect();
            assert_eq!(levelled.get(Row(row)).unwrap(), wanted, "{row}");
        }
    }

    #[test]
    fn the_number_of_threads_does_not_matter() {
        let of = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| levelled(&crowded()).values().to_vec())
        };
        assert_eq!(of(1), of(3));
    }
}
