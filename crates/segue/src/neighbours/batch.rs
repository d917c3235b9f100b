//! Many queries at once: in parallel, and those that are near each other in succession, since they visit the same parts
//! of the tree.
//!
//! A single query is answered by the thread that asks: rayon is not used, which would first make its pool, and which in a
//! forked child of a process that had one waits for threads that are not there.

use std::borrow::Cow;

use rayon::prelude::*;

use super::Neighbours;
use super::kernel::Kernels;
use super::metric::{MeasuredJob, Query};
use super::occupied::Occupied;
use super::rows::{Among, RowSet};
use super::scan::Threads;
use super::search::{Method, NearestLeaves, Search};
use super::top::{Neighbour, Wanted};
use crate::error::{Error, Result};
use crate::row::Row;

/// Queries per parallel task.
const BATCH: usize = 64;

/// One question of a batch.
#[derive(Debug, Clone)]
pub(super) struct Asked<'a> {
    pub(super) query: Cow<'a, [f32]>,
    /// See [`Query::exact`].
    pub(super) exact: &'a [f64],
    pub(super) except: Option<Row>,
    pub(super) wanted: Wanted,
}

impl Asked<'_> {
    pub(super) fn query(&self) -> Query<'_> {
        Query { vector: &self.query, exact: self.exact }
    }
}

impl Neighbours {
    /// The `k` nearest of each of `rows`, without the row itself, in the order of `rows`; empty for a row that does not
    /// exist. `within` limits what may be found.
    ///
    /// In parallel. Rows that are near each other are searched in succession, as they visit the same parts of the
    /// tree.
    pub fn neighbours_of(&self, rows: &[Row], k: usize, within: Option<&RowSet>) -> Vec<Vec<Neighbour>> {
        self.answer(self.order_of_rows(rows), (k, within), |at| {
            let row = *rows.get(at)?;
            let query = self.query_of(row)?;
            Some(Asked { query, exact: &[], except: Some(row), wanted: Wanted::Best(k) })
        })
    }

    /// The `k` vectors most similar to each of many queries that are no rows: `queries` has one after the other, each of
    /// the dimension of the vectors. In the order of the queries; `within` limits what may be found.
    ///
    /// Exact, each as [`nearest`](Self::nearest) finds them. In parallel, near queries in succession. An error names a
    /// query that is not finite.
    pub fn nearest_batch(
        &self,
        queries: &[f32],
        k: usize,
        within: Option<&RowSet>,
    ) -> Result<Vec<Vec<Neighbour>>> {
        let dimension = self.vectors.dimension();
        check(queries, dimension, "query")?;
        Ok(self.answer(self.order_of_queries(queries), (k, within), |at| {
            let query = Cow::Borrowed(vector(queries, dimension, at)?);
            Some(Asked { query, exact: &[], except: None, wanted: Wanted::Best(k) })
        }))
    }

    /// The numbers of rows in the order of their slots.
    pub(super) fn order_of_rows(&self, rows: &[Row]) -> Vec<usize> {
        let slots = self.slots();
        let slot = |at: &usize| rows.get(*at).and_then(|row| slots.get(row.index()));
        let mut order: Vec<usize> = (0..rows.len()).collect();
        if order.len() > 1 {
            order.par_sort_unstable_by_key(|at| (slot(at), *at));
        }
        order
    }

    /// The numbers of queries in the order of the leaves that they are nearest to.
    pub(super) fn order_of_queries(&self, queries: &[f32]) -> Vec<usize> {
        let dimension = self.vectors.dimension();
        let mut order: Vec<usize> = (0..queries.len() / dimension).collect();
        let Some(tree) = self.tree().filter(|_| order.len() > 1) else { return order };
        let nearest = |queries| {
            let search = Search::new(tree, &self.vectors, Method::Boxes);
            let mut nearest = NearestLeaves { search, queries, leaves: Vec::with_capacity(BATCH) };
            nearest.run_by(self.measure, Kernels::detect());
            nearest.leaves
        };
        let leaves: Vec<u32> = queries.par_chunks(BATCH * dimension).flat_map_iter(nearest).collect();
        order.par_sort_unstable_by_key(|at| (leaves.get(*at), *at));
        order
    }

    /// Answers the questions with the numbers in `order`, in that order, none of which wants more than `most`; the answers
    /// are in the order of the numbers.
    pub(super) fn answer<'a>(
        &'a self,
        order: Vec<usize>,
        (most, within): (usize, Option<&'a RowSet>),
        ask: impl Fn(usize) -> Option<Asked<'a>> + Sync,
    ) -> Vec<Vec<Neighbour>> {
        let among = Among { within, ..Among::default() };
        let occupied = if self.is_small(most, among) { None } else { self.occupied(within) };
        let threads = if order.len() > 1 { Threads::All } else { Threads::One };
        let answer = |part: &[usize]| {
            let asked: Vec<Option<Asked<'_>>> = part.iter().map(|at| ask(*at)).collect();
            if let Some(found) = self.sweep_together(&asked, within, occupied.as_ref()) {
                return found;
            }
            let mut search = self.search();
            let found = asked.iter().map(|asked| {
                let asked = asked.as_ref()?;
                let among = Among { except: asked.except, ..among };
                let wanted = (asked.wanted, among);
                Some(self.find(&mut search, asked.query(), wanted, occupied.as_ref(), threads))
            });
            found.map(Option::unwrap_or_default).collect()
        };
        let found: Vec<Vec<Vec<Neighbour>>> = match threads {
            Threads::One => order.chunks(BATCH).map(answer).collect(),
            Threads::All => order.par_chunks(BATCH).map(answer).collect(),
        };
        let mut all = vec![Vec::new(); order.len()];
        for (at, found) in order.into_iter().zip(found.into_iter().flatten()) {
            if let Some(place) = all.get_mut(at) {
                *place = found;
            }
        }
        all
    }

    /// The answers by one sweep for all questions; `None` if searches of this tree do not sweep, or if there is a question
    /// that a sweep cannot answer.
    fn sweep_together(
        &self,
        asked: &[Option<Asked<'_>>],
        within: Option<&RowSet>,
        occupied: Option<&Occupied>,
    ) -> Option<Vec<Vec<Neighbour>>> {
        let tree = self.tree().filter(|_| self.sweeps())?;
        let asked: Vec<Asked<'_>> = asked.iter().cloned().collect::<Option<_>>()?;
        let among = |asked: &Asked<'_>| Among { except: asked.except, within, penalty: None };
        let can_sweep = |asked: &Asked<'_>| {
            asked.query.iter().all(|value| value.is_finite())
                && !self.is_small(asked.wanted.most(), among(asked))
        };
        if !asked.iter().all(can_sweep) {
            return None;
        }
        let mut searches: Vec<Search<'_>> =
            asked.iter().map(|_| Search::new(tree, &self.vectors, Method::Sweep)).collect();
        let found = Search::sweep_all(Kernels::detect(), &mut searches, &asked, within, occupied);
        let is_whole = |(found, asked): (&Vec<Neighbour>, &Asked<'_>)| {
            let all = among(asked).count(self.vectors.len());
            asked.wanted.count(all).is_none_or(|count| found.len() == count)
        };
        found.iter().zip(&asked).all(is_whole).then_some(found)
    }
}

/// Vector number `at` of many, one after the other.
pub(super) fn vector<V>(values: &[V], dimension: usize, at: usize) -> Option<&[V]> {
    values.get(at.checked_mul(dimension)?..)?.get(..dimension)
}

/// Checks that values are whole vectors, all finite; `what` one is called, for the error.
pub(super) fn check<V: Copy + Into<f64> + Sync>(values: &[V], dimension: usize, what: &str) -> Result<()> {
    let refuse = |problem| Err(Error::Query { problem });
    if !values.len().is_multiple_of(dimension) {
        let count = values.len();
        return refuse(format!("{count} values are no multiple of {dimension}, the dimension of a {what}"));
    }
    let is_refused = |value: &V| !Into::<f64>::into(*value).is_finite();
    let refused = match values.len() > dimension {
        false => values.iter().position(is_refused),
        true => values.par_iter().with_min_len(1 << 14).position_first(is_refused),
    };
    match refused {
        None => Ok(()),
        Some(at) => {
            let value: f64 = values.get(at).copied().map_or(f64::NAN, Into::into);
            let (number, place) = (at / dimension, at % dimension);
            refuse(format!("{what} {number} has {value} in dimension {place}; a finite number was expected"))
        }
    }
}
