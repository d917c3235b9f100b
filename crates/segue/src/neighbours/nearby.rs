//! Nearly the nearest neighbours of very many vectors: of the true ones a few may be missed.
//!
//! The leaves of a tree are taken for clusters, as an inverted file has them (Jégou, Douze and Schmid 2011): the code of
//! a query is multiplied with the mean code of every leaf, then with the codes in the leaves whose means are most
//! similar, and the vectors of the best are compared exactly. An exact search takes longer, since it must also look
//! wherever a neighbour *may* be. Everything is decided on whole numbers and total orders, and nothing depends on the
//! number of threads.

use rayon::prelude::*;

use super::coded::CodedQuery;
use super::kernel::{Block, Job, Kernel, Kernels, LANES, Lanes};
use super::plant::{mean_code, put};
use super::top::Neighbour;
use super::tree::{Tree, first_lanes};
use super::{Vectors, similarity};
use crate::error::{Result, unless_stopped};
use crate::progress::Progress;
use crate::row::Row;

/// So many leaves are scanned for a query, or all, or one of so many if that is more. (In the 1,403 leaves of every fourth
/// vector of the profile `segue`: hubs levelled by what 64 leaves find keep a skewness of 0.62, 96 0.585, all 0.572.)
const MIN_LEAVES: usize = 96;
const ONE_LEAF_OF: usize = 16;
/// Queries that are multiplied with the means of leaves together, while these are in the cache.
const TOGETHER: usize = 8;
/// Queries per parallel task.
const TASK: usize = 512;

/// For some rows of `queries` about the `k` nearest of `vectors`, over which the tree is, the best first; in the order of
/// the rows. `own` says which of `vectors` is the query itself, and is not to be found.
pub(super) fn nearby(
    tree: &Tree,
    vectors: &Vectors,
    (queries, rows): (&Vectors, &[u32]),
    own: impl Fn(u32) -> Option<Row> + Sync,
    k: usize,
    progress: &dyn Progress,
) -> Result<Vec<Vec<Neighbour>>> {
    let means = means(tree);
    let leaves = MIN_LEAVES.max(tree.leaves() / ONE_LEAF_OF);
    let of_rows = |rows: &[u32]| {
        unless_stopped(progress)?;
        let found = Vec::with_capacity(rows.len());
        let mut task = Task { tree, vectors, queries, rows, means: &means, leaves, own: &own, k, found };
        Kernels::detect().run(&mut task);
        Ok(task.found)
    };
    let found: Vec<Vec<Vec<Neighbour>>> = rows.par_chunks(TASK).map(of_rows).collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The mean codes of all leaves, a leaf in each lane.
fn means(tree: &Tree) -> Vec<Block> {
    let mut means = vec![[[0; _]; _]; tree.leaves().div_ceil(LANES) * tree.frame.blocks()];
    for (at, means) in means.chunks_mut(tree.frame.blocks()).enumerate() {
        for lane in 0..LANES {
            let leaf = at * LANES + lane;
            for (mean, codes) in means.iter_mut().zip(tree.leaf(leaf)) {
                put(mean, lane, &mean_code(codes, tree.tracks(leaf)));
            }
        }
    }
    means
}

/// Searches for the neighbours of some rows.
struct Task<'a, O> {
    tree: &'a Tree,
    vectors: &'a Vectors,
    queries: &'a Vectors,
    rows: &'a [u32],
    means: &'a [Block],
    leaves: usize,
    own: &'a O,
    k: usize,
    found: Vec<Vec<Neighbour>>,
}

impl<O: Fn(u32) -> Option<Row>> Job for Task<'_, O> {
    #[inline(always)]
    fn run<K: Kernel>(&mut self, kernel: K) {
        let mut products: Vec<Vec<i32>> = vec![Vec::new(); TOGETHER];
        let mut near = Vec::new();
        // One more than wanted: the query itself may be among them.
        let mut best = Best { k: self.k + 1, keys: Vec::new(), least: i32::MIN };
        for rows in self.rows.chunks(TOGETHER) {
            let vector = |row: &u32| self.queries.get(Row(*row)).unwrap_or_default();
            let coded: Vec<CodedQuery> = rows.iter().map(|row| self.tree.frame.query(vector(row))).collect();
            products.iter_mut().for_each(Vec::clear);
            for means in self.means.chunks_exact(self.tree.frame.blocks()) {
                for (query, products) in coded.iter().zip(&mut products) {
                    products.extend_from_slice(&kernel.products(means, &query.blocks, query.sum));
                }
            }
            for ((row, query), products) in rows.iter().zip(&coded).zip(&mut products) {
                products.truncate(self.tree.leaves());
                greatest(products, self.leaves, &mut near);
                for leaf in &near {
                    let codes = self.tree.leaf(*leaf as usize);
                    let there = first_lanes(self.tree.tracks(*leaf as usize));
                    let products = kernel.products(codes, &query.blocks, query.sum);
                    let likely = kernel.at_least(&products, best.least) & there;
                    best.offer(&products, likely, leaf * LANES as u32);
                }
                let own = (self.own)(*row);
                let mut found = Vec::with_capacity(best.k);
                for slot in best.take() {
                    let Some(other) = self.tree.row(slot as usize).filter(|other| Some(*other) != own) else {
                        continue;
                    };
                    let similarity = similarity(vector(row), self.vectors.get(other).unwrap_or_default());
                    found.push(Neighbour { row: other, similarity });
                }
                found.sort_unstable_by(|a, b| b.cmp(a));
                found.truncate(self.k);
                self.found.push(found);
            }
        }
    }
}

/// Replaces the content of `places` by where the greatest numbers are, ascending: `count` of them, or up to a quarter more,
/// or all.
#[inline(always)]
fn greatest(numbers: &[i32], count: usize, places: &mut Vec<u32>) {
    let most = count + count / 4;
    // At least `count` numbers are `low` or more, and fewer are `high` or more.
    let (mut low, mut high) = (i64::from(i32::MAX), i64::from(i32::MIN));
    for number in numbers {
        low = low.min(i64::from(*number));
        high = high.max(i64::from(*number) + 1);
    }
    let mut found = numbers.len();
    while found > most && high - low > 1 {
        let middle = low.midpoint(high);
        let mut above = 0;
        for number in numbers {
            above += u32::from(*number >= middle as i32);
        }
        if above as usize >= count {
            (low, found) = (middle, above as usize);
        } else {
            high = middle;
        }
    }
    // Without a branch: what is too small is written over by the next.
    places.clear();
    places.resize(numbers.len(), 0);
    let mut len = 0;
    for (place, number) in (0..).zip(numbers) {
        if let Some(free) = places.get_mut(len) {
            *free = place;
        }
        len += usize::from(*number >= low as i32);
    }
    places.truncate(len.min(most));
}

/// Keeps the slots with the `k` greatest products, of equal ones the first.
struct Best {
    k: usize,
    /// Products, made unsigned, and the slots, with inverted bits so that a lower one is greater.
    keys: Vec<u64>,
    /// What has a smaller product is not among the best.
    least: i32,
}

impl Best {
    /// Offers some lanes of a leaf, whose first slot is given.
    #[inline(always)]
    fn offer(&mut self, products: &Lanes, mut lanes: u16, first: u32) {
        while lanes != 0 {
            let lane = lanes.trailing_zeros();
            lanes &= lanes - 1;
            let product = products.get(lane as usize).copied().unwrap_or_default();
            self.keys.push(u64::from(product as u32 ^ 1 << 31) << 32 | u64::from(!(first + lane)));
        }
        if self.keys.len() > 3 * self.k {
            self.prune();
        }
    }

    fn prune(&mut self) {
        if let Some(last) = self.k.checked_sub(1).filter(|last| self.keys.len() > last + 1) {
            let (_, worst, _) = self.keys.select_nth_unstable_by(last, |a, b| b.cmp(a));
            self.least = ((*worst >> 32) as u32 ^ 1 << 31) as i32;
            self.keys.truncate(self.k);
        }
    }

    /// Takes the best out, in no order, and begins anew.
    fn take(&mut self) -> impl Iterator<Item = u32> {
        self.prune();
        self.least = i32::MIN;
        self.keys.drain(..).map(|key| !(key as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::super::metric::Measure;
    use super::super::oracle;
    use super::*;
    use crate::random::SplitMix64;

    fn random(rows: usize, dimension: usize) -> Vectors {
        let mut random = SplitMix64(7);
        let mut values = Vec::new();
        for _ in 0..rows {
            let vector: Vec<f64> = (0..dimension).map(|_| random.below(2_001) as f64 - 1_000.0).collect();
            let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
            values.extend(vector.iter().map(|value| (value / length) as f32));
        }
        Vectors::new(dimension, values)
    }

    #[test]
    fn where_all_leaves_are_scanned_only_codes_are_in_the_way() {
        for (rows, dimension) in [(1, 3), (17, 3), (500, 5), (1_000, 20), (700, 60)] {
            let vectors = random(rows, dimension);
            let tree = Tree::plant(&vectors, Measure::Similarity).unwrap();
            let wanted: Vec<u32> = (0..rows as u32).step_by(3).collect();
            let found = nearby(&tree, &vectors, (&vectors, &wanted), |row| Some(Row(row)), 5, &()).unwrap();
            assert_eq!(found.len(), wanted.len());
            for (row, found) in wanted.iter().zip(found) {
                let row = Row(*row);
                let expected = oracle::nearest(&vectors, vectors.get(row).unwrap(), 5, Some(row));
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(&expected) {
                    assert!(found.row != row && expected.similarity - found.similarity < 0.05, "{row:?}");
                }
            }
        }
    }

    #[test]
    fn most_neighbours_are_found_where_few_leaves_are_scanned() {
        let vectors = random(20_000, 8);
        let tree = Tree::plant(&vectors, Measure::Similarity).unwrap();
        let wanted: Vec<u32> = (0..20_000).step_by(100).collect();
        let found = nearby(&tree, &vectors, (&vectors, &wanted), |row| Some(Row(row)), 10, &()).unwrap();
        let mut same = 0;
        for (row, found) in wanted.iter().zip(found) {
            let expected = oracle::nearest(&vectors, vectors.get(Row(*row)).unwrap(), 10, Some(Row(*row)));
            same += expected.iter().filter(|expected| found.contains(expected)).count();
        }
        assert!(same > 9 * 10 * wanted.len() / 10, "{same}");
    }

    #[test]
    fn the_greatest_numbers_are_found_and_equal_ones_bounded() {
        let mut places = Vec::new();
        let numbers: Vec<i32> = (0..1_000).map(|at| (at * 617) % 1_000 - 500).collect();
        greatest(&numbers, 100, &mut places);
        assert!((100..=125).contains(&places.len()) && places.is_sorted());
        let least = places.iter().map(|place| numbers[*place as usize]).min().unwrap();
        assert_eq!(numbers.iter().filter(|number| **number >= least).count(), places.len());
        for (numbers, count) in [(vec![3; 1_000], 125), (vec![3; 7], 7), (vec![i32::MIN, i32::MAX], 2)] {
            greatest(&numbers, 100, &mut places);
            assert_eq!(places.len(), count);
        }
    }
}
