//! The search: down the tree, nearest boxes first, past everything that is proved to be less similar than
//! what has been found already.

use super::Vectors;
use super::batch::Asked;
use super::coded::CodedQuery;
use super::kernel::{Boxes, Kernel, Kernels, LANES, Lanes};
use super::metric::{Measure, MeasuredJob, Of, Query, ROUNDED_LENGTHS};
use super::occupied::Occupied;
use super::rows::{Among, RowSet};
use super::top::{Neighbour, TopK, Wanted};
use super::tree::Tree;
use crate::row::Row;

/// What a search looked at in the tree. Where a filtered search was abandoned for a scan, the scan is not
/// counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchStats {
    /// Nodes whose children's boxes were compared with the query.
    pub nodes: usize,
    /// Leaves whose codes were compared with the query.
    pub leaves: usize,
    /// Tracks whose vectors were compared with the query.
    pub tracks: usize,
}

/// So many leaves are scanned together. A scan of many is faster, but the leaves were chosen by what had been
/// found before it.
const TOGETHER: usize = 32;
/// Leaves scanned together while little has been found.
const FIRST: usize = 4;

/// Scanning a leaf is about as much work as comparing so many vectors that are allowed.
const SCANNED_A_LEAF: usize = 2;

/// How the tree is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// Down the boxes, the nearest first.
    Boxes,
    /// Through the codes of all leaves, one after the other, where boxes would prune little.
    Sweep,
}

/// One search, under way.
pub(super) struct Search<'a> {
    tree: &'a Tree,
    vectors: &'a Vectors,
    query: Query<'a>,
    coded: CodedQuery,
    among: Among<'a>,
    /// Where the rows are that may be found, if that is known.
    occupied: Option<&'a Occupied>,
    top: TopK,
    /// The greatest squared distance of a box that may hold what is still to be found, in steps of the grid.
    farthest: i32,
    /// The least product of a code that may be that of a track still to be found; where distances are ranked, the greatest
    /// squared distance.
    of_code: i32,
    stats: SearchStats,
    /// The search is abandoned when it has scanned more leaves than this.
    most_leaves: usize,
    method: Method,
    /// The leaf that a sweep has scanned first.
    begun: usize,
    /// Nodes that are to be visited, the next one last.
    waiting: Vec<Waiting>,
    /// Leaves that are to be scanned.
    leaves: Queue,
    /// Slots of tracks that are to be compared.
    slots: Queue,
    /// How close those tracks are.
    closeness: Vec<f64>,
}

#[derive(Clone, Copy, Default)]
struct Waiting {
    distance: i32,
    level: u32,
    node: u32,
}

/// Numbers that are added sixteen at a time, of which the last ones may not count.
#[derive(Default)]
struct Queue {
    numbers: Vec<u32>,
    len: usize,
}

impl Queue {
    /// Adds `first` plus the place of every bit of a mask.
    #[inline(always)]
    fn add<K: Kernel>(&mut self, kernel: K, mask: u16, first: u32) {
        if self.numbers.len() < self.len + LANES {
            self.numbers.resize(2 * (self.len + LANES), 0);
        }
        let spare = self.numbers.get_mut(self.len..).and_then(|spare| spare.first_chunk_mut());
        self.len += spare.map_or(0, |spare| kernel.pick(mask, first, spare));
    }

    /// Takes the numbers out; they stay readable until more are added.
    #[inline(always)]
    fn take(&mut self) -> &mut [u32] {
        let len = std::mem::take(&mut self.len);
        self.numbers.get_mut(..len).unwrap_or_default()
    }
}

impl<'a> Search<'a> {
    /// Searches for vectors of this tree; can be asked again and again.
    pub(super) fn new(tree: &'a Tree, vectors: &'a Vectors, method: Method) -> Self {
        Self {
            tree,
            vectors,
            query: Query::default(),
            coded: CodedQuery::default(),
            among: Among::default(),
            occupied: None,
            top: TopK::new(Wanted::Best(0)),
            farthest: i32::MAX,
            of_code: i32::MIN,
            stats: SearchStats::default(),
            most_leaves: usize::MAX,
            method,
            begun: 0,
            waiting: Vec::with_capacity(128),
            leaves: Queue::default(),
            slots: Queue::default(),
            closeness: Vec::with_capacity(256),
        }
    }

    /// The rows nearest to `query`; nothing if that took more than a scan of the allowed rows, which
    /// happens where those lie far from the query.
    pub(super) fn nearest(
        &mut self,
        kernels: Kernels,
        query: Query<'a>,
        wanted: Wanted,
        among: Among<'a>,
        occupied: Option<&'a Occupied>,
    ) -> Option<Vec<Neighbour>> {
        (self.query, self.among, self.occupied) = (query, among, occupied);
        let most = among.within.map_or(usize::MAX, |within| within.len() / SCANNED_A_LEAF);
        self.most_leaves = self.stats.leaves.saturating_add(most);
        self.top.restart(wanted);
        self.run_by(self.tree.frame.measure, kernels);
        let found = self.top.take_ranked();
        (self.stats.leaves <= self.most_leaves).then_some(found)
    }

    /// The rows nearest to each query, which are searched for by sweeping the leaves once for all queries: their codes stay
    /// in the cache from one query to the next.
    pub(super) fn sweep_all(
        kernels: Kernels,
        searches: &mut [Self],
        asked: &'a [Asked<'a>],
        within: Option<&'a RowSet>,
        occupied: Option<&'a Occupied>,
    ) -> Vec<Vec<Neighbour>> {
        for (search, asked) in searches.iter_mut().zip(asked) {
            (search.query, search.among) =
                (asked.query(), Among { except: asked.except, within, penalty: None });
            (search.occupied, search.most_leaves) = (occupied, usize::MAX);
            search.top.restart(asked.wanted);
        }
        let searches = searches.get_mut(..asked.len()).unwrap_or_default();
        if let Some(first) = searches.first() {
            let measure = first.tree.frame.measure;
            Together(searches).run_by(measure, kernels);
        }
        searches.iter_mut().map(|search| search.top.take_ranked()).collect()
    }

    /// What all searches together have looked at.
    pub(super) fn stats(&self) -> SearchStats {
        self.stats
    }

    /// Lets the near children of a node wait, the nearest to be the next.
    #[inline(always)]
    fn wait(&mut self, level: u32, first: u32, distances: &Lanes, near: u16) {
        let lanes = nearest_first(distances, near);
        for lane in lanes.get(..near.count_ones() as usize).unwrap_or_default().iter().rev() {
            let distance = distances.get(*lane as usize).copied().unwrap_or_default();
            self.waiting.push(Waiting { distance, level, node: first + lane });
        }
    }

    /// Scans the leaves that were chosen, and compares the tracks of them that may be similar enough.
    #[inline(always)]
    fn scan<K: Kernel, M: Of>(&mut self, kernel: K) {
        let leaves = self.leaves.take();
        self.stats.leaves += leaves.len();
        for leaf in leaves {
            let codes = self.tree.leaf(*leaf as usize);
            let likely = match M::MEASURE {
                Measure::Similarity | Measure::Product | Measure::Angle => {
                    let products = kernel.products(codes, &self.coded.blocks, self.coded.sum);
                    kernel.at_least(&products, self.of_code)
                }
                Measure::Distance => {
                    kernel.at_most(&kernel.differences(codes, &self.coded.blocks), self.of_code)
                }
            };
            let allowed = self.occupied.map_or(u16::MAX, |occupied| occupied.tracks(*leaf as usize));
            self.slots.add(kernel, likely & allowed, *leaf * LANES as u32);
        }
        let slots = self.slots.take();
        let mut allowed = 0;
        for at in 0..slots.len() {
            let slot = slots.get(at).copied().unwrap_or_default();
            let Some(row) = self.tree.row(slot as usize) else { continue };
            kernel.prefetch(self.vectors.get(row).unwrap_or_default());
            // Without a branch: a row that is not allowed is written over by the next.
            if let Some(place) = slots.get_mut(allowed) {
                *place = row.0;
            }
            allowed += usize::from(self.among.contains(row));
        }
        let rows = slots.get(..allowed).unwrap_or_default();
        self.stats.tracks += rows.len();
        if self.closeness.len() < rows.len() {
            self.closeness.resize(rows.len(), 0.0);
        }
        // Never kept: a damaged tree has named it.
        const NONE: f64 = f64::NAN;
        for (place, row) in self.closeness.iter_mut().zip(rows) {
            *place = match self.vectors.get(Row(*row)) {
                Some(vector) => M::MEASURE.closeness(self.query, vector),
                None => NONE,
            };
        }
        let least = self.top.threshold();
        for (closeness, row) in self.closeness.iter().zip(rows) {
            // A penalty makes nothing better.
            if *closeness >= least {
                let row = Row(*row);
                self.top.offer(Neighbour { row, similarity: self.among.left(row, *closeness) });
            }
        }
        self.tighten::<M>();
    }

    /// Takes the limits from what has been found.
    #[inline(always)]
    fn tighten<M: Of>(&mut self) {
        let least = self.top.prune();
        // A similarity is -1 at least: nothing is less similar than that.
        (self.farthest, self.of_code) = match M::MEASURE {
            Measure::Similarity if least > -1.0 => (self.coded.farthest(least), self.coded.least(least)),
            Measure::Product if least > -1.0 => (self.coded.farthest_corner(least), self.coded.least(least)),
            Measure::Angle if least > -2.0 => {
                let least = 1.0 + least - ROUNDED_LENGTHS;
                (self.coded.farthest(least), self.coded.least(least))
            }
            Measure::Similarity | Measure::Product | Measure::Angle => (i32::MAX, i32::MIN),
            Measure::Distance if least > f64::NEG_INFINITY => self.coded.farthest_at(-least),
            Measure::Distance => (i32::MAX, i32::MAX),
        };
    }
}

impl<'a> Search<'a> {
    #[inline(always)]
    fn begin<M: Of>(&mut self) {
        self.coded = self.tree.frame.query_by::<M>(self.query.vector);
        if !self.query.exact.is_empty() {
            self.coded.widen(self.query.rounded_by());
        }
        self.tighten::<M>();
    }

    /// How far the children of a node are from the query; only for comparison.
    #[inline(always)]
    fn distances<K: Kernel, M: Of>(&self, kernel: K, boxes: &[Boxes]) -> Lanes {
        match M::MEASURE {
            Measure::Similarity | Measure::Distance | Measure::Angle => {
                kernel.distances(boxes, &self.coded.blocks)
            }
            Measure::Product => {
                let mut lanes = kernel.corners(boxes, &self.coded.blocks, self.coded.sum);
                for lane in &mut lanes {
                    *lane = self.coded.most - *lane;
                }
                lanes
            }
        }
    }

    /// Which children of a node may have rows that may be found.
    #[inline(always)]
    fn occupied_children(&self, level: usize, node: usize) -> u16 {
        self.occupied.map_or(u16::MAX, |occupied| occupied.children(level, node))
    }

    /// The leaf that is reached by the nearest box on every level.
    #[inline(always)]
    fn nearest_leaf<K: Kernel, M: Of>(&mut self, kernel: K) -> usize {
        let mut node = 0;
        for level in (0..self.tree.levels()).rev() {
            let (boxes, there) = self.tree.node(level, node);
            let distances = self.distances::<K, M>(kernel, boxes);
            let [first, ..] = nearest_first(&distances, there);
            self.stats.nodes += 1;
            node = node * LANES + first as usize;
        }
        node
    }

    /// Begins a sweep by the nearest leaf, so that little of the others is compared; returns its number.
    #[inline(always)]
    fn begin_sweep<K: Kernel, M: Of>(&mut self, kernel: K) -> usize {
        self.begin::<M>();
        let node = self.nearest_leaf::<K, M>(kernel);
        self.begun = node;
        self.leaves.add(kernel, 1, node as u32);
        self.scan::<K, M>(kernel);
        node
    }

    /// Scans the stretch of leaves with this number.
    #[inline(always)]
    fn sweep<K: Kernel, M: Of>(&mut self, kernel: K, stretch: usize) {
        let first = stretch * TOGETHER;
        let end = (first + TOGETHER).min(self.tree.leaves());
        for leaf in (first..end).step_by(LANES) {
            let there = end - leaf;
            let mask: u16 = if there >= LANES { u16::MAX } else { (1 << there) - 1 };
            let begun = self.begun.wrapping_sub(leaf);
            let begun = if begun < LANES { 1 << begun } else { 0 };
            let mask = mask & self.occupied_children(0, leaf / LANES);
            self.leaves.add(kernel, mask & !begun, leaf as u32);
        }
        self.scan::<K, M>(kernel);
    }
}

/// Finds the nearest leaf of every query, one after the other in memory.
pub(super) struct NearestLeaves<'a> {
    pub(super) search: Search<'a>,
    pub(super) queries: &'a [f32],
    pub(super) leaves: Vec<u32>,
}

impl MeasuredJob for NearestLeaves<'_> {
    #[inline(always)]
    fn run<K: Kernel, M: Of>(&mut self, kernel: K) {
        for query in self.queries.chunks_exact(self.search.vectors.dimension()) {
            self.search.coded = self.search.tree.frame.query_by::<M>(query);
            self.leaves.push(self.search.nearest_leaf::<K, M>(kernel) as u32);
        }
    }
}

/// Searches that sweep the leaves together.
struct Together<'s, 'a>(&'s mut [Search<'a>]);

impl MeasuredJob for Together<'_, '_> {
    #[inline(always)]
    fn run<K: Kernel, M: Of>(&mut self, kernel: K) {
        let (mut start, mut stretches) = (0, 0);
        for search in self.0.iter_mut() {
            start = search.begin_sweep::<K, M>(kernel) / TOGETHER;
            stretches = search.tree.leaves().div_ceil(TOGETHER);
        }
        for stretch in (start..stretches).chain(0..start) {
            for search in self.0.iter_mut() {
                if search.stats.leaves <= search.most_leaves {
                    search.sweep::<K, M>(kernel, stretch);
                }
            }
        }
    }
}

impl MeasuredJob for Search<'_> {
    #[inline(always)]
    fn run<K: Kernel, M: Of>(&mut self, kernel: K) {
        if self.method == Method::Sweep {
            return Together(std::slice::from_mut(self)).run::<K, M>(kernel);
        }
        self.begin::<M>();
        if let Some(level) = self.tree.levels().checked_sub(1) {
            self.waiting.push(Waiting { distance: 0, level: level as u32, node: 0 });
        }
        while let Some(Waiting { distance, level, node }) = self.waiting.pop() {
            if distance > self.farthest {
                continue;
            }
            if self.stats.leaves > self.most_leaves {
                self.waiting.clear();
                break;
            }
            let (boxes, there) = self.tree.node(level as usize, node as usize);
            let distances = self.distances::<K, M>(kernel, boxes);
            self.stats.nodes += 1;
            let near = kernel.at_most(&distances, self.farthest) & there;
            let near = near & self.occupied_children(level as usize, node as usize);
            let first = node * LANES as u32;
            if level > 0 {
                self.wait(level - 1, first, &distances, near);
            } else if self.farthest < i32::MAX {
                self.leaves.add(kernel, near, first);
                if self.leaves.len >= TOGETHER {
                    self.scan::<K, M>(kernel);
                }
            } else {
                let lanes = nearest_first(&distances, near);
                for lane in lanes.get(..near.count_ones() as usize).unwrap_or_default() {
                    self.leaves.add(kernel, 1, first + lane);
                    if self.farthest == i32::MAX || self.leaves.len >= FIRST {
                        self.scan::<K, M>(kernel);
                    }
                }
                self.scan::<K, M>(kernel);
            }
        }
        self.scan::<K, M>(kernel);
    }
}

/// The lanes of a mask, the nearest first, then the others.
#[inline(always)]
pub(super) fn nearest_first(distances: &Lanes, mask: u16) -> [u32; LANES] {
    // Without a branch: the rank of a lane is the number of keys below its own. The order only saves work, so
    // it does not matter that very great distances count as equal.
    const GREATEST: i32 = (1 << 26) - 1;
    let mut keys = [0i32; LANES];
    for (lane, (key, distance)) in (0i32..).zip(keys.iter_mut().zip(distances)) {
        let other = i32::from(!mask) >> lane & 1;
        *key = other << 30 | (*distance).min(GREATEST) << 4 | lane;
    }
    let mut ranks = [0i32; LANES];
    for other in keys {
        for (rank, key) in ranks.iter_mut().zip(&keys) {
            *rank += i32::from(other < *key);
        }
    }
    let mut lanes = [0; LANES];
    for (lane, rank) in (0..).zip(ranks) {
        if let Some(place) = lanes.get_mut(rank as usize % LANES) {
            *place = lane;
        }
    }
    lanes
}
