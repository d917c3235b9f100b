//! Reduces hubness: scales down the vectors in dense regions.
//!
//! In many dimensions some vectors, the hubs, are among the nearest of far more others than their share, and some of
//! none (Radovanović, Nanopoulos and Ivanović 2010). Whether a vector is a hub shows in how near it is to others *for
//! them*: to a vector `q` whose own neighbours are far, it need not be very near. With `c(q)` the mean similarity of
//! `q` to its nearest neighbours, `t(i)` the mean of the greatest `cos(q, i) / c(q)` over all `q`, and `l` the first
//! percentile of `t`, the vector `i` is scaled by `(l / max(t(i), l))^0.55`, which makes it less similar to everything.
//! This is local scaling (Schnitzer, Flexer, Schedl and Widmer 2012), applied only to the vectors that are found and
//! not to the query, so that a search works on the scaled vectors as on any others.
//!
//! The `q` are an evenly spaced sample of the vectors, which is as good and takes less time.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::{Among, Neighbours, Vectors};
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
const EXPONENT: f64 = 0.55;
/// Rows per parallel task, at least.
const CHUNK: usize = 256;

/// Scales unit vectors to lengths of at most 1, the shorter the denser their surroundings. In parallel; the cost is
/// one search among at most [`MAX_SAMPLE`] vectors for each distinct vector.
pub(crate) fn levelled(vectors: &Vectors) -> Vectors {
    let rows = vectors.len();
    let step = (rows / MIN_SAMPLE).clamp(1, MAX_STEP).max(rows.div_ceil(MAX_SAMPLE));
    // As many neighbours of the whole as in a sample of every fourth.
    let times = MAX_STEP / step.min(MAX_STEP);
    let sampled = || vectors.range(0, rows).step_by(step).map(|(_, vector)| vector);
    let own = |row: usize| row.is_multiple_of(step).then(|| Row((row / step) as u32));
    let sample = Vectors::new(vectors.dimension(), sampled().flatten().copied().collect::<Vec<f32>>());
    let itself = |row: usize| Some(Row(row as u32));
    let closeness = mean_of_nearest(&sample, itself, &Neighbours::new(sample.clone()), NEIGHBOURS * times);
    let closeness: Vec<f64> = closeness.into_iter().map(|mean| mean.max(MIN_CLOSENESS)).collect();
    // In units of the least, so that no vector becomes longer than 1. With one more component all have that length, and
    // the bounds of the search are tight, which suppose it; that of a query is 0, so products stay as they are.
    let unit = closeness.iter().copied().min_by(f64::total_cmp).unwrap_or(1.0);
    let scaled = sampled().zip(&closeness).flat_map(|(vector, closeness)| {
        let scale = unit / closeness;
        let square: f64 = vector.iter().map(|value| (f64::from(*value) * scale).powi(2)).sum();
        let missing = (1.0 - square).max(0.0).sqrt();
        vector.iter().map(move |value| f64::from(*value) * scale).chain([missing]).map(|value| value as f32)
    });
    let scaled = Vectors::new(vectors.dimension() + 1, scaled.collect::<Vec<f32>>());
    let queries = vectors.range(0, rows).flat_map(|(_, vector)| vector.iter().copied().chain([0.0]));
    let queries = Vectors::new(vectors.dimension() + 1, queries.collect::<Vec<f32>>());
    let nearness = mean_of_nearest(&queries, own, &Neighbours::new(scaled), REVERSE_NEIGHBOURS * times);
    let mut sorted = nearness.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let least = sorted.get(rows / 100).copied().unwrap_or_default();
    let levelled = vectors.range(0, rows).zip(nearness).flat_map(|((_, vector), nearness)| {
        let scale = if least > 0.0 { (least / nearness.max(least)).powf(EXPONENT) } else { 1.0 };
        vector.iter().map(move |value| (f64::from(*value) * scale) as f32)
    });
    Vectors::new(vectors.dimension(), levelled.collect::<Vec<f32>>())
}

/// For every vector the mean similarity to the `k` nearest of `others`, without `own`, which says where among them it
/// is itself.
fn mean_of_nearest(
    vectors: &Vectors,
    own: impl Fn(usize) -> Option<Row> + Sync,
    others: &Neighbours,
    k: usize,
) -> Vec<f64> {
    others.plant();
    let rows = vectors.len();
    let vector = |row: usize| vectors.get(Row(row as u32)).unwrap_or_default();
    let mean = |row: usize| {
        let near = others.nearest(vector(row), k, Among { except: own(row), ..Among::default() });
        near.iter().map(|neighbour| neighbour.similarity).sum::<f64>() / near.len().max(1) as f64
    };
    // Equal vectors have equal neighbours, and a search near many equal vectors can prune none of them. So each
    // distinct vector is searched for once, as one that is not in the sample if there is such a copy.
    let by_vector = |a: &usize, b: &usize| {
        let components = vector(*a).iter().zip(vector(*b));
        components.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    let mut order: Vec<usize> = (0..rows).collect();
    order.par_sort_by(|a, b| by_vector(a, b).then_with(|| own(*a).is_some().cmp(&own(*b).is_some())));
    let mut first: Vec<usize> = (0..rows).collect();
    for equal in order.chunk_by(|a, b| by_vector(a, b).is_eq()) {
        for row in equal {
            if let (Some(first), Some(of_all)) = (first.get_mut(*row), equal.first()) {
                *first = *of_all;
            }
        }
    }
    let searched = |row: usize| if first.get(row) == Some(&row) { mean(row) } else { f64::NAN };
    let searched: Vec<f64> = (0..rows).into_par_iter().with_min_len(CHUNK).map(searched).collect();
    first.iter().filter_map(|row| searched.get(*row).copied()).collect()
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
        let products = |row: u32| -> Vec<(u32, f64)> {
            let others = (0..700).filter(|other| *other != row);
            others.map(|other| (other, similarity(vector(row), vector(other)))).collect()
        };
        let mean = |mut values: Vec<f64>, k: usize| {
            values.sort_by(|a, b| b.total_cmp(a));
            values[..k].iter().sum::<f64>() / k as f64
        };
        let of = |row| mean(products(row).into_iter().map(|(_, product)| product).collect(), 16);
        let own: Vec<f64> = (0..700).map(of).collect();
        let of =
            |row| mean(products(row).into_iter().map(|(q, product)| product / own[q as usize]).collect(), 64);
        let closeness: Vec<f64> = (0..700).map(of).collect();
        let mut sorted = closeness.clone();
        sorted.sort_by(f64::total_cmp);
        let levelled = levelled(&vectors);
        for (row, closeness) in (0..700).zip(closeness) {
            let scale = (sorted[7] / closeness.max(sorted[7])).powf(EXPONENT);
            for (found, value) in levelled.get(Row(row)).unwrap().iter().zip(vector(row)) {
                assert!((f64::from(*found) - f64::from(*value) * scale).abs() < 1e-6, "{row}");
            }
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
