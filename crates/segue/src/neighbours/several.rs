//! The search for what is similar to several queries together: down the tree once, with all of them.
//!
//! A box or a code that proves bounds of the similarities to each query (see [`frame`](super::frame)) also bounds the
//! soft maximum, `(1 / b) ln sum_s w_s exp(b c_s)`, which grows with every `c_s`. The sum itself is compared, with all
//! `c_s` less by 1, so that it is at most 1: it is below `exp(b (t - 1))` only where the soft maximum is below `t`.
//!
//! # The bound of the sum
//!
//! What is computed of a box or a code for a query is a whole number `n`, and the bound of `c_s` is linear in it. So
//! with some `p` and `q` for each query, `w_s exp(b (c_s - 1))` is at most `2^(p + q n)`. For an exponent `m + f` of whole
//! `m` and `0 <= f < 1`, `2^m (1 + f)` is not less than `2^(m + f)`, by at most 6.2 % (0.0076 of similarity), and it is the
//! `f32` whose bits are `(m + f + 127) 2^23`: no exponential has to be computed (Schraudolph 1999). `f32` rounds each of the
//! few numbers involved by 2^-24 of it, for which exponents are increased ([`SLACK`]) and the sum that is to be reached
//! is decreased.

use super::Vectors;
use super::coded::{CodedQuery, Most};
use super::kernel::{Job, Kernel, Kernels, LANES, Lanes};
use super::occupied::Occupied;
use super::queries::Queries;
use super::rows::Among;
use super::search::nearest_first;
use super::top::{Neighbour, TopK, Wanted};
use super::tree::Tree;

/// What one unit of the exponent of an `f32` is in its bits, and the exponent whose bits are those of `2^0`.
const UNIT: f64 = 8_388_608.0;
const BIAS: f64 = 127.0;
/// How much exponents are increased for rounding, relative to the numbers involved.
const SLACK: f64 = 1.0 / 2_097_152.0;

/// Smaller sums prove nothing: the smallest `f32` are not as precise.
const SMALLEST: f64 = 1e-30;

/// One search, under way.
pub(super) struct SeveralSearch<'a> {
    tree: &'a Tree,
    vectors: &'a Vectors,
    queries: &'a Queries,
    coded: Vec<Coded>,
    among: Among<'a>,
    occupied: Option<&'a Occupied>,
    top: TopK,
    /// At least `k` rows that may be found are so similar.
    floor: f64,
    /// The sum that a bound has to reach.
    least: f32,
}

/// A query, and what its distances and products say of `w exp(b (c - 1))`.
struct Coded {
    query: CodedQuery,
    of_distance: Exponent,
    of_product: Exponent,
}

/// The bits of an `f32` that is not less than `w exp(b (c - 1))`, as a linear function of a number of the tree.
#[derive(Clone, Copy)]
struct Exponent {
    constant: f32,
    slope: f32,
    /// Those for `c = -1`, as no similarity is less.
    least: i32,
}

impl Exponent {
    /// `None` if the bound is beyond all bounds.
    fn new(share: f64, sharpness: f64, most: Most) -> Option<Self> {
        let scale = sharpness * std::f64::consts::LOG2_E;
        let (constant, slope) = ((most.constant - 1.0) * scale + share.log2(), most.slope * scale);
        let slack = SLACK * (BIAS + scale + constant.abs() + slope.abs() * most.largest);
        let least = (share.log2() - 2.0 * scale + BIAS + slack) * UNIT;
        let constant = (constant + BIAS + slack) * UNIT;
        let slope = slope * UNIT;
        let is_finite = (constant as f32).is_finite() && (slope as f32).is_finite();
        is_finite.then_some(Self { constant: constant as f32, slope: slope as f32, least: least as i32 })
    }

    /// Adds the powers for sixteen numbers.
    #[inline(always)]
    fn add(self, numbers: &Lanes, sums: &mut [f32; LANES]) {
        const MOST: i32 = f32::INFINITY.to_bits() as i32;
        let least = self.least.clamp(0, MOST);
        for (sum, number) in sums.iter_mut().zip(numbers) {
            // `as` saturates.
            let bits = (self.constant + self.slope * *number as f32) as i32;
            *sum += f32::from_bits(bits.clamp(least, MOST) as u32);
        }
    }
}

impl<'a> SeveralSearch<'a> {
    /// Searches for vectors of this tree. `None` if nothing can be proved about such queries.
    pub(super) fn new(
        tree: &'a Tree,
        vectors: &'a Vectors,
        queries: &'a Queries,
        among: Among<'a>,
        occupied: Option<&'a Occupied>,
    ) -> Option<Self> {
        let coded = |(query, share): (&[f32], f64)| {
            let query = tree.frame.query(query);
            let of_distance = Exponent::new(share, queries.sharpness(), query.most_at_distance())?;
            let of_product = Exponent::new(share, queries.sharpness(), query.most_of_product())?;
            Some(Coded { query, of_distance, of_product })
        };
        let coded = queries.weighted().map(coded).collect::<Option<Vec<_>>>()?;
        let (top, floor, least) = (TopK::new(Wanted::Best(0)), f64::NEG_INFINITY, 0.0);
        Some(Self { tree, vectors, queries, coded, among, occupied, top, floor, least })
    }

    /// The `k` rows most similar to all queries together. At least `k` rows that may be found are known to be as similar
    /// as `floor`, if that is not minus infinity.
    pub(super) fn nearest(&mut self, kernels: Kernels, k: usize, floor: f64) -> Vec<Neighbour> {
        self.top.restart(Wanted::Best(k));
        self.floor = floor;
        self.tighten();
        kernels.run(self);
        self.top.take_ranked()
    }

    /// Takes the limit from what has been found.
    fn tighten(&mut self) {
        let least = self.top.prune().max(self.floor);
        // An infinite one, for `k = 0`, is reached by nothing; it is not more than 1 otherwise.
        let sum = libm::exp(self.queries.sharpness() * (least - 1.0));
        let rounding = (self.coded.len() + 4) as f64 * f64::from(f32::EPSILON);
        self.least = if sum < SMALLEST { 0.0 } else { (sum * (1.0 - rounding).max(0.0)) as f32 };
    }

    /// Which children of a node may hold what is still to be found, and the bounds of their sums.
    #[inline(always)]
    fn near<K: Kernel>(&self, kernel: K, level: usize, node: usize) -> (u16, [f32; LANES]) {
        let (boxes, there) = self.tree.node(level, node);
        let there = there & self.occupied.map_or(u16::MAX, |occupied| occupied.children(level, node));
        let mut sums = [0f32; LANES];
        for coded in &self.coded {
            coded.of_distance.add(&kernel.distances(boxes, &coded.query.blocks), &mut sums);
        }
        (there & at_least(kernel, &sums, self.least), sums)
    }

    #[inline(always)]
    fn scan<K: Kernel>(&mut self, kernel: K, leaf: usize) {
        let codes = self.tree.leaf(leaf);
        let mut sums = [0f32; LANES];
        for coded in &self.coded {
            let products = kernel.products(codes, &coded.query.blocks, coded.query.sum);
            coded.of_product.add(&products, &mut sums);
        }
        let mut likely = at_least(kernel, &sums, self.least)
            & self.occupied.map_or(u16::MAX, |occupied| occupied.tracks(leaf));
        while likely != 0 {
            let slot = leaf * LANES + likely.trailing_zeros() as usize;
            likely &= likely - 1;
            let Some(row) = self.tree.row(slot).filter(|row| self.among.contains(*row)) else { continue };
            // A damaged tree may name a row that there is not.
            let Some(vector) = self.vectors.get(row) else { continue };
            let similarity = self.queries.similarity(vector);
            self.top.offer(Neighbour { row, similarity: self.among.left(row, similarity) });
        }
    }
}

impl Job for SeveralSearch<'_> {
    #[inline(always)]
    fn run<K: Kernel>(&mut self, kernel: K) {
        // Nodes that are to be visited, the next one last, with the bounds of their sums.
        let mut waiting = vec![(f32::INFINITY, self.tree.levels(), 0)];
        while let Some((sum, level, node)) = waiting.pop() {
            if sum < self.least {
                continue;
            }
            let Some(level) = level.checked_sub(1) else {
                self.scan(kernel, node);
                self.tighten();
                continue;
            };
            let (near, sums) = self.near(kernel, level, node);
            // Greater sums have greater bits, which fit where distances are smaller.
            let keys = sums.map(|sum| ((f32::INFINITY.to_bits() - sum.to_bits()) >> 5) as i32);
            let lanes = nearest_first(&keys, near);
            for lane in lanes.get(..near.count_ones() as usize).unwrap_or_default().iter().rev() {
                let sum = sums.get(*lane as usize).copied().unwrap_or_default();
                waiting.push((sum, level, node * LANES + *lane as usize));
            }
        }
    }
}

/// Which sums are at least `limit`, none of which is negative or NaN: then their bits are ordered as they are.
#[inline(always)]
fn at_least<K: Kernel>(kernel: K, sums: &[f32; LANES], limit: f32) -> u16 {
    let mut bits = [0; LANES];
    bits.iter_mut().zip(sums).for_each(|(bits, sum)| *bits = sum.to_bits() as i32);
    kernel.at_least(&bits, limit.to_bits() as i32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::metric::Measure;
    use super::super::suite::{Steps, hard_vectors, noise, unit};
    use super::super::{Neighbours, RowSet, oracle, scan};
    use super::*;
    use crate::row::Row;

    fn expected(vectors: &Vectors, queries: &Queries, k: usize, among: Among<'_>) -> Vec<Neighbour> {
        let mut all = oracle::nearest_to_several(vectors, queries, usize::MAX, None);
        all.retain(|neighbour| among.contains(neighbour.row));
        all.iter_mut().for_each(|one| one.similarity = among.left(one.row, one.similarity));
        all.sort_by(|a, b| b.cmp(a));
        all.truncate(k);
        all
    }

    fn check(vectors: &Vectors, queries: &Queries, k: usize, among: Among<'_>) {
        let expected = expected(vectors, queries, k, among);
        let bits =
            |all: &[Neighbour]| all.iter().map(|one| (one.row, one.similarity.to_bits())).collect::<Vec<_>>();
        let same = |found: Vec<Neighbour>, way: &str| {
            assert_eq!(bits(&found), bits(&expected), "{way}, k = {k}, {} queries", queries.vectors().len());
        };
        same(scan::nearest_to_several(vectors, queries, k, among), "scan");
        let tree = Tree::plant(vectors, Measure::Similarity).unwrap();
        let occupied = among.within.map(|within| Occupied::of(&tree, &tree.slots(), within));
        let floor =
            expected.last().filter(|_| expected.len() == k).map_or(f64::NEG_INFINITY, |last| last.similarity);
        for kernels in Kernels::all() {
            let mut search = SeveralSearch::new(&tree, vectors, queries, among, occupied.as_ref()).unwrap();
            same(search.nearest(kernels, k, f64::NEG_INFINITY), kernels.name());
            same(search.nearest(kernels, k, floor), "with the tightest floor");
        }
        let neighbours = Neighbours::new(vectors.clone());
        same(neighbours.nearest_to_several(queries, k, among), "before planting");
        neighbours.plant();
        same(neighbours.nearest_to_several(queries, k, among), "after planting");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn every_way_agrees_with_the_oracle(
            vectors in hard_vectors(),
            seeds in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..9), 2..14),
            k in prop_oneof![Just(0usize), 1usize..10, 1usize..60, Just(1000), Just(usize::MAX)],
            allowed in prop_oneof![Just(None), (0u32..12).prop_map(Some)],
        ) {
            let seeds = seeds.iter().map(|(seed, weight)| {
                (vectors.get(Row(seed.index(vectors.len()) as u32)).unwrap().to_vec(), f64::from(*weight))
            });
            let queries = Queries::new(seeds);
            let within = allowed.map(|share| RowSet::of(vectors.len(), |row| row.0 * 7 % 12 <= share));
            let among = Among { except: Some(Row(0)), within: within.as_ref(), penalty: None };
            check(&vectors, &queries, k, among);
            check(&vectors, &queries, k, Among { penalty: Some(&Steps), ..among });
        }

        #[test]
        fn vectors_and_queries_of_any_length_are_found_exactly(
            seed in 0u64..1000,
            scale in prop_oneof![Just(1e-30f32), Just(1e-3), Just(1.0), Just(3.0), Just(1e6)],
            of_vectors in prop_oneof![Just(0.3f32), Just(1.0), Just(40.0)],
            dimension in 1usize..40,
        ) {
            let values = noise(seed, 300 * dimension);
            let vectors = Vectors::new(dimension, values.iter().map(|x| x * of_vectors).collect::<Vec<f32>>());
            let queries = noise(seed + 1, 5 * dimension);
            let queries = queries.chunks(dimension).map(|query| query.iter().map(|x| x * scale).collect());
            check(&vectors, &Queries::new(queries.zip([1.0, 0.2, 5.0, 1e-9, 1.0])), 7, Among::default());
        }
    }

    #[test]
    fn many_queries_are_no_trouble() {
        let vectors = unit(8, &noise(1, 8 * 2_000));
        let queries = Queries::new((0..500).map(|at| (vectors.get(Row(at)).unwrap().to_vec(), 1.0)));
        check(&vectors, &queries, 10, Among::default());
    }
}
