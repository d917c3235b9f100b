//! Exact nearest neighbours by cosine similarity over unit vectors.
//!
//! This is the seam between what asks for neighbours and how they are found: [`Vectors`] in, ranked
//! [`Neighbour`]s out. Nothing here knows what the vectors stand for. [`oracle`] is the plainest
//! implementation there can be; every other one must give the same answers.
//!
//! The ranking is a total order: similarity descending, then row ascending. A similarity is defined by
//! [`similarity`] to the last bit, so answers do not depend on the machine or the number of threads.

pub mod oracle;
mod top;
mod vectors;

use rayon::prelude::*;

pub use top::Neighbour;
pub use vectors::Vectors;

use self::top::Top;
use crate::catalogue::Row;

/// The lanes in which products are summed: enough for the widest registers, and the same everywhere.
const LANES: usize = 8;
/// Rows scanned by one thread at a time.
const BLOCK: usize = 8192;

/// The cosine of two unit vectors of one dimension, in [-1, 1]; 0 if one of them is zero.
///
/// Products of two `f32` are exact in `f64`. They are summed in eight lanes, dimension `i` in lane `i % 8`,
/// and the lanes pairwise: an order that vectorises and is the same on every machine. The error against the
/// cosine before rounding to `f32` is below 1.3e-7.
pub fn similarity(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0f64; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f64::from(*a) * f64::from(*b);
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += f64::from(*a) * f64::from(*b);
    }
    let [l0, l1, l2, l3, l4, l5, l6, l7] = lanes;
    let sum = ((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7));
    // Only damaged vectors can give NaN, which must not reach a comparison. Adding 0 turns -0 into 0, which
    // the total order would tell apart.
    if sum.is_nan() { -1.0 } else { sum.clamp(-1.0, 1.0) + 0.0 }
}

/// The `k` vectors most similar to `query`, all if there are fewer, without the row `except`.
///
/// One pass over all vectors, in parallel. `query` has the vectors' dimension.
pub fn nearest(vectors: &Vectors, query: &[f32], k: usize, except: Option<Row>) -> Vec<Neighbour> {
    let blocks = vectors.len().div_ceil(BLOCK);
    let top = (0..blocks)
        .into_par_iter()
        .map(|block| scan(vectors, block * BLOCK, BLOCK, query, k, except))
        .reduce(|| Top::new(0), Top::merge);
    top.into_ranked()
}

fn scan(vectors: &Vectors, start: usize, rows: usize, query: &[f32], k: usize, except: Option<Row>) -> Top {
    let mut top = Top::new(k);
    for (row, vector) in vectors.range(start, rows) {
        if Some(row) != except {
            top.offer(Neighbour { row, similarity: similarity(query, vector) });
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Vectors with all that makes ranking hard: duplicates, opposites, zeros, near-ties.
    fn vectors() -> impl Strategy<Value = Vectors> {
        (1usize..=64).prop_flat_map(|dimension| {
            let component = prop_oneof![3 => -1.0f32..1.0, 1 => Just(0.0), 1 => Just(1.0), 1 => Just(1e-30)];
            let vector = proptest::collection::vec(component, dimension);
            let pool = proptest::collection::vec(vector, 1..12);
            (pool, proptest::collection::vec((0usize..12, any::<bool>(), 0u8..8), 1..200)).prop_map(
                move |(pool, picks)| {
                    let mut values = Vec::new();
                    for (pick, negate, scale) in picks {
                        let vector = &pool[pick % pool.len()];
                        let length = vector.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
                        let sign = if negate { -1.0 } else { 1.0 };
                        let scale = if scale == 0 || length == 0.0 { 0.0 } else { sign / length };
                        values.extend(vector.iter().map(|x| (f64::from(*x) * scale) as f32));
                    }
                    Vectors::new(dimension, values)
                },
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn nearest_agrees_with_the_oracle(
            vectors in vectors(),
            seed in any::<prop::sample::Index>(),
            k in prop_oneof![Just(0usize), 1usize..10, Just(1000), Just(usize::MAX)],
        ) {
            let seed = Row(seed.index(vectors.len()) as u32);
            let query = vectors.get(seed).unwrap();
            let expected = oracle::nearest(&vectors, query, k, Some(seed));
            let found = nearest(&vectors, query, k, Some(seed));
            prop_assert_eq!(&found, &expected);
            prop_assert!(found.iter().all(|neighbour| neighbour.row != seed));
            prop_assert_eq!(found.len(), k.min(vectors.len() - 1));
        }

        #[test]
        fn similarity_is_the_plain_sum_in_f64(pair in (1usize..=64).prop_flat_map(|n| (
            proptest::collection::vec(-1.0f32..1.0, n), proptest::collection::vec(-1.0f32..1.0, n),
        ))) {
            let (a, b) = pair;
            let sum: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            prop_assert!((similarity(&a, &b) - sum.clamp(-1.0, 1.0)).abs() < 1e-12);
        }
    }

    #[test]
    fn blocks_do_not_show() {
        let rows = 3 * BLOCK + 17;
        let values: Vec<f32> =
            (0..rows).flat_map(|row| [(row % 89) as f32 / 89.0, 1.0, (row % 7) as f32]).collect();
        let vectors = Vectors::new(3, values);
        let query = [0.3, -0.5, 0.8];
        let all = oracle::nearest(&vectors, &query, rows, None);
        assert_eq!(nearest(&vectors, &query, rows, None), all);
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| nearest(&vectors, &query, 500, None));
            assert_eq!(found, all[..500]);
        }
    }

    #[test]
    fn damaged_vectors_are_ranked_last_and_never_panic() {
        let vectors = Vectors::new(1, vec![f32::NAN, 0.5, f32::INFINITY, -1.0]);
        let found = nearest(&vectors, &[1.0], 4, None);
        assert_eq!(found.iter().map(|neighbour| neighbour.row.0).collect::<Vec<_>>(), [2, 1, 0, 3]);
        assert!(found.iter().all(|neighbour| (-1.0..=1.0).contains(&neighbour.similarity)));
    }
}
