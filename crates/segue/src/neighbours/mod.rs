//! Exact nearest neighbours: by cosine similarity over unit vectors, and by other metrics over points of any length.
//!
//! [`Neighbours`] takes [`Vectors`] and returns ranked [`Neighbour`]s; [`Points`] takes values and a [`Metric`] and returns
//! rows and distances, by the same search. Nothing here knows what the vectors stand for. [`oracle`] is the naive implementation; every other one must give the same answers.
//!
//! The ranking is a total order: similarity descending, then row ascending. A similarity is defined by
//! [`similarity`] to the last bit, a distance of points by [`squared_distance`], so answers do not depend on the
//! machine or the number of threads.
//!
//! # How they are found
//!
//! ```text
//! query ─► frame ─► tree ─► leaves ─► tracks ─► the best k
//!          codes    boxes   codes     vectors
//! ```
//!
//! Filter and refine: the `tree` holds every vector a second time, quantised to one byte per dimension, near ones
//! together, with bounding boxes on several levels. A box or a code that is proved to be less similar than the `k`-th
//! best so far is pruned; what remains is compared exactly. Where only some rows may be found, boxes without them are not
//! visited (`occupied`). Several queries go down the tree together (`several`), compared by their soft maximum
//! ([`Queries`]); many are answered one by one, near ones in succession (`batch`). The proof is in `frame`, the limits that
//! follow for a query in `coded`, the construction of the tree in `plant`, its traversal in `search`, and the inner loops,
//! for each kind of processor, in `kernel`.

mod answers;
mod batch;
mod coded;
mod frame;
pub(crate) mod hubs;
mod kernel;
mod medoids;
mod metric;
mod nearby;
mod occupied;
pub mod oracle;
mod plant;
mod points;
#[cfg(test)]
mod points_suite;
#[cfg(test)]
mod precision_suite;
mod queries;
mod rows;
mod scaling;
mod scan;
mod search;
mod several;
#[cfg(test)]
mod suite;
mod top;
mod tree;
mod vectors;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use answers::Ranked;
pub(crate) use medoids::medoids;
pub use metric::{Metric, similarity, squared_distance};
pub use points::Points;
pub use queries::Queries;
pub use rows::{Among, Penalty, RowSet};
pub use search::SearchStats;
pub use top::Neighbour;
pub(crate) use tree::{Tree, TreeParts};
pub use vectors::Vectors;

use self::kernel::Kernels;
use self::metric::{Measure, Query};
use self::occupied::Occupied;
use self::scan::Threads;
use self::search::{Method, Search};
use self::several::SeveralSearch;
use self::top::Wanted;
use crate::error::Result;
use crate::made_once::MadeOnce;
use crate::progress::Progress;
use crate::row::Row;

/// The number of single queries that are answered by scans before a tree is planted.
const SCANS_BEFORE_PLANTING: usize = 32;
/// Searches sweep if the boxes leave more than this share of the leaves, for so many neighbours of so many vectors.
const SWEEP_FROM: f64 = 0.6;
const MEASURED: usize = 16;
const MEASURED_NEIGHBOURS: usize = 10;
/// A filtered search of the tree costs as much as a scan of `sqrt(FILTERED_SEARCH_COST k n)` allowed rows out of `n`.
const FILTERED_SEARCH_COST: usize = 8;

/// Vectors, and the search structure over them.
///
/// Cloning is cheap. Vectors from an index bring their tree; for others it is built by [`plant`](Self::plant), by
/// the first batch, or after 32 single queries.
///
/// ```
/// use segue::Row;
/// use segue::neighbours::{Among, Neighbours, Vectors};
///
/// let neighbours = Neighbours::new(Vectors::new(2, vec![1.0, 0.0, 0.0, 1.0, 0.8, 0.6]));
/// let nearest = neighbours.nearest(&[1.0, 0.0], 2, Among::all_but(Row(0)));
/// assert_eq!((nearest[0].row, nearest[1].row), (Row(2), Row(1)));
/// assert!((nearest[0].similarity - 0.8).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Neighbours {
    vectors: Vectors,
    measure: Measure,
    /// Holds `None` if the vectors can have no tree.
    tree: Arc<MadeOnce<Option<Tree>>>,
    /// The slot of every row in the tree; made when a batch first needs it.
    slots: Arc<MadeOnce<Vec<u32>>>,
    scans: Arc<AtomicUsize>,
    /// Whether searches sweep through all codes; measured when the tree is first searched, unless an index says it.
    sweeps: Arc<MadeOnce<bool>>,
}

impl Neighbours {
    /// Finds neighbours among these vectors.
    pub fn new(vectors: Vectors) -> Self {
        Self::by(Measure::Similarity, vectors)
    }

    fn measure(&self) -> Measure {
        self.measure
    }

    fn by(measure: Measure, vectors: Vectors) -> Self {
        let (tree, slots, scans, sweeps) = Default::default();
        Self { vectors, measure, tree, slots, scans, sweeps }
    }

    /// With a tree, and whether searches sweep through all its codes, if that is known.
    pub(crate) fn with_tree(vectors: Vectors, tree: Tree, sweeps: Option<bool>) -> Self {
        let sweeps = Arc::new(sweeps.map(MadeOnce::from).unwrap_or_default());
        Self { tree: Arc::new(MadeOnce::from(Some(tree))), sweeps, ..Self::new(vectors) }
    }

    /// Whether searches sweep through all codes instead of descending the boxes: it is measured on a few of the vectors
    /// how many leaves the boxes leave. Boxes prune little in many dimensions.
    pub fn sweeps(&self) -> bool {
        *self.sweeps.get_or_make(|| {
            let Some(tree) = self.tree() else { return false };
            let mut search = Search::new(tree, &self.vectors, Method::Boxes);
            let step = self.vectors.len().div_ceil(MEASURED).max(1);
            let rows = (0..self.vectors.len() as u32).step_by(step).map(Row);
            let measured = rows.len();
            for row in rows {
                let query = self.vectors.get(row).unwrap_or_default();
                if query.iter().all(|value| value.is_finite()) {
                    let wanted = Wanted::Best(MEASURED_NEIGHBOURS);
                    search.nearest(Kernels::detect(), query.into(), wanted, Among::all_but(row), None);
                }
            }
            let leaves = self.vectors.len().div_ceil(kernel::LANES) * measured;
            search.stats().leaves as f64 > SWEEP_FROM * leaves as f64
        })
    }

    /// The vectors.
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// Builds the tree if there is none. In parallel; the cost is `n log n` for `n` vectors.
    pub fn plant(&self) {
        _ = self.tree();
    }

    pub(crate) fn tree(&self) -> Option<&Tree> {
        self.tree.get_or_make(|| Tree::plant(&self.vectors, self.measure)).as_ref()
    }

    pub(crate) fn tree_unless_stopped(&self, progress: &dyn Progress) -> Result<Option<&Tree>> {
        let plant = || Tree::plant_unless_stopped(&self.vectors, self.measure, progress);
        Ok(self.tree.get_or_try_make(plant)?.as_ref())
    }

    /// Checks that the tree, if there is one, fits the vectors; the error says what does not.
    pub(crate) fn check_tree(&self) -> std::result::Result<(), String> {
        self.tree.get().into_iter().flatten().try_for_each(|tree| tree.check(&self.vectors))
    }

    /// The `k` vectors most similar to `query` of those that may be found, the best first; all if there are fewer.
    ///
    /// Exact. The cost grows far more slowly than the number of vectors, unless they are nearly equal or have very many
    /// dimensions. `query` need not have length 1. If its dimension is not that of the vectors, the result is empty.
    pub fn nearest(&self, query: &[f32], k: usize, among: Among<'_>) -> Vec<Neighbour> {
        self.nearest_with_stats(query, k, among).0
    }

    /// The result of [`Self::nearest`], and how much was visited to find it.
    pub fn nearest_with_stats(
        &self,
        query: &[f32],
        k: usize,
        among: Among<'_>,
    ) -> (Vec<Neighbour>, SearchStats) {
        if query.len() != self.vectors.dimension() {
            return Default::default();
        }
        let mut search = self.is_worth_planting(1, k, among).then(|| self.search()).flatten();
        let occupied = match search.is_some() && !self.is_small(k, among) {
            true => self.occupied(among.within),
            false => None,
        };
        let found =
            self.find(&mut search, query.into(), (Wanted::Best(k), among), occupied.as_ref(), Threads::All);
        let stats = search.map(|search| search.stats()).filter(|stats| stats.nodes > 0);
        let scanned = SearchStats { tracks: among.count(self.vectors.len()), ..SearchStats::default() };
        (found, stats.unwrap_or(scanned))
    }

    /// The `k` vectors most similar to several queries together (see [`Queries`]), as [`Self::nearest`] finds those of
    /// one.
    ///
    /// Exact. The cost grows with the number of queries, and the more the farther they are apart.
    pub fn nearest_to_several(&self, queries: &Queries, k: usize, among: Among<'_>) -> Vec<Neighbour> {
        if let [only] = queries.vectors() {
            return self.nearest(only, k, among);
        }
        if queries.vectors().is_empty()
            || queries.vectors().iter().any(|query| query.len() != self.vectors.dimension())
        {
            return Vec::new();
        }
        let scan = || scan::nearest_to_several(&self.vectors, queries, k, among);
        let is_provable = queries.vectors().iter().flatten().all(|value| value.is_finite());
        if !is_provable
            || self.is_small(k, among)
            || !self.is_worth_planting(queries.vectors().len(), k, among)
        {
            return scan();
        }
        let Some(tree) = self.tree() else { return scan() };
        let centre = queries.centre();
        let occupied = self.occupied(among.within);
        let wanted = (Wanted::Best(k), among);
        let near =
            self.find(&mut self.search(), centre.as_slice().into(), wanted, occupied.as_ref(), Threads::All);
        let similarities = near.iter().filter_map(|near| {
            let similarity = queries.similarity(self.vectors.get(near.row)?);
            Some(among.left(near.row, similarity))
        });
        // So similar are those near the centre, which are not the best, but as many.
        let floor =
            if near.len() == k { similarities.fold(f64::INFINITY, f64::min) } else { f64::NEG_INFINITY };
        let Some(mut search) = SeveralSearch::new(tree, &self.vectors, queries, among, occupied.as_ref())
        else {
            return scan();
        };
        let found = search.nearest(Kernels::detect(), k, floor);
        // A damaged tree may lack tracks; the scan then finds them.
        if found.len() == k.min(among.count(self.vectors.len())) { found } else { scan() }
    }

    /// The vector of a row scaled to length 1, to be used as a query; copied only if its length differs from 1 by more
    /// than rounding. `None` if there is no such row.
    pub fn query_of(&self, row: Row) -> Option<Cow<'_, [f32]>> {
        let vector = self.vectors.get(row)?;
        let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        if length == 0.0 || (length - 1.0).abs() < 1e-6 {
            return Some(Cow::Borrowed(vector));
        }
        Some(Cow::Owned(vector.iter().map(|value| (f64::from(*value) / length) as f32).collect()))
    }

    fn search(&self) -> Option<Search<'_>> {
        let method = if self.sweeps() { Method::Sweep } else { Method::Boxes };
        self.tree().map(|tree| Search::new(tree, &self.vectors, method))
    }

    /// Searches the tree, or scans where that is cheaper or the only way.
    fn find<'a>(
        &'a self,
        search: &mut Option<Search<'a>>,
        query: Query<'a>,
        (wanted, among): (Wanted, Among<'a>),
        occupied: Option<&'a Occupied>,
        threads: Threads,
    ) -> Vec<Neighbour> {
        // The bounds do not hold for NaN and infinities.
        let is_provable =
            query.vector.iter().all(|value| value.is_finite()) && !self.is_small(wanted.most(), among);
        if let Some(search) = search.as_mut().filter(|_| is_provable) {
            let found = search.nearest(Kernels::detect(), query, wanted, among, occupied);
            // A damaged tree may lack tracks; the scan then finds them.
            let all = among.count(self.vectors.len());
            let is_whole = |found: &Vec<_>| wanted.count(all).is_none_or(|count| found.len() == count);
            if let Some(found) = found.filter(is_whole) {
                return found;
            }
        }
        scan::nearest_by(threads, &self.vectors, self.measure, query, (wanted, among))
    }

    /// Whether there is a tree, or one should be planted before so many more queries.
    fn is_worth_planting(&self, queries: usize, k: usize, among: Among<'_>) -> bool {
        self.tree.get().is_some()
            || !self.is_small(k, among) && {
                let before = self.scans.fetch_add(queries, Ordering::Relaxed);
                before <= SCANS_BEFORE_PLANTING && before.saturating_add(queries) > SCANS_BEFORE_PLANTING
            }
    }

    /// Whether so few rows are allowed that scanning them is cheaper than searching the tree, which visits the more
    /// tracks the fewer are allowed.
    fn is_small(&self, k: usize, among: Among<'_>) -> bool {
        among.within.is_some_and(|within| {
            let detour = FILTERED_SEARCH_COST.saturating_mul(k).saturating_mul(self.vectors.len());
            within.len().saturating_mul(within.len()) <= detour
        })
    }

    fn slots(&self) -> &[u32] {
        self.slots.get_or_make(|| self.tree().map(Tree::slots).unwrap_or_default())
    }

    /// All rows, in an order in which similar ones are mostly near each other: that of the tree, which is planted if there is
    /// none.
    pub(crate) fn rows_by_nearness(&self) -> Vec<u32> {
        let rows = self.tree().map(Tree::rows).filter(|rows| rows.len() == self.vectors.len());
        let in_order = || (0..self.vectors.len() as u32).collect();
        // A damaged tree may lack rows.
        let is_whole = |rows: &&[u32]| !self.slots().contains(&u32::MAX) && rows.len() == self.slots().len();
        rows.filter(is_whole).map_or_else(in_order, <[u32]>::to_vec)
    }

    /// Where the rows of a set are in the tree. `None` if that is not worth knowing: if there is no tree, or most rows
    /// are allowed, so that almost every leaf has one.
    fn occupied(&self, within: Option<&RowSet>) -> Option<Occupied> {
        let within = within.filter(|within| within.len() <= self.vectors.len() / 2)?;
        self.tree().map(|tree| Occupied::of(tree, self.slots(), within))
    }

    /// The size in bytes of the vectors, and of the tree if there is one.
    pub fn bytes(&self) -> usize {
        let tree = self.tree.get().into_iter().flatten().map(Tree::bytes).sum::<usize>();
        let slots = self.slots.get().map_or(0, |slots| size_of_val(slots.as_slice()));
        size_of_val::<[f32]>(self.vectors.values()) + tree + slots
    }

    /// The instructions that searches use on this machine: `portable`, `AVX2`, `AVX-512 VNNI`, `NEON`.
    pub fn kernel() -> &'static str {
        Kernels::detect().name()
    }
}
