//! Selection of the best `k` neighbours, in a total order.

use std::cmp::Ordering;

use crate::row::Row;

/// A row and its similarity to the query.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour {
    /// The row.
    pub row: Row,
    /// The cosine similarity, -1 to 1, greater is closer; minus the penalty, if the search had one. Never NaN.
    pub similarity: f64,
}

impl Ord for Neighbour {
    /// The better neighbour is the greater: the more similar, then the one in the lower row.
    fn cmp(&self, other: &Self) -> Ordering {
        self.similarity.total_cmp(&other.similarity).then_with(|| other.row.cmp(&self.row))
    }
}

impl PartialOrd for Neighbour {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Neighbour {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Neighbour {}

/// What a search is to find.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// The best, so many of them.
    Best(usize),
    /// All that are at least so close.
    From(f64),
}

impl Wanted {
    /// How many are found of so many rows; `None` if that depends on where they are.
    pub(super) fn count(self, rows: usize) -> Option<usize> {
        match self {
            Self::Best(k) => Some(k.min(rows)),
            Self::From(_) => None,
        }
    }

    /// No more than so many are found.
    pub(super) fn most(self) -> usize {
        self.most_and_threshold().0
    }

    fn most_and_threshold(self) -> (usize, f64) {
        match self {
            Self::Best(k) => (k, f64::NEG_INFINITY),
            Self::From(least) => (usize::MAX, least),
        }
    }
}

/// Keeps the best `k` of the neighbours offered, or all from a threshold on.
///
/// Neighbours are collected in a buffer, which is pruned to the best `k` whenever it is full. This takes fewer
/// unpredictable branches than a heap.
#[derive(Debug)]
pub(super) struct TopK {
    k: usize,
    keys: Vec<Key>,
    /// The threshold: the `k`-th best similarity at the last pruning, or the one that is given.
    threshold: f64,
}

/// A neighbour as an integer that sorts as the neighbour does.
type Key = u128;

fn key(neighbour: Neighbour) -> Key {
    // As in `f64::total_cmp`: flip all bits of negative numbers, the sign of positive ones.
    let bits = neighbour.similarity.to_bits();
    let bits = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    Key::from(bits) << 32 | Key::from(!neighbour.row.0)
}

fn neighbour(key: Key) -> Neighbour {
    let bits = (key >> 32) as u64;
    let bits = if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits };
    Neighbour { row: Row(!(key as u32)), similarity: f64::from_bits(bits) }
}

impl TopK {
    pub(super) fn new(wanted: Wanted) -> Self {
        let (k, threshold) = wanted.most_and_threshold();
        Self { k, keys: Vec::new(), threshold }
    }

    /// Offers a neighbour; each row may be offered once.
    #[inline(always)]
    pub(super) fn offer(&mut self, neighbour: Neighbour) {
        if neighbour.similarity >= self.threshold {
            self.keys.push(key(neighbour));
            if self.keys.len() / 4 > self.k.max(64) {
                self.prune();
            }
        }
    }

    /// The threshold of the last pruning: what is less similar is not among the best.
    #[inline(always)]
    pub(super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Discards all but the best `k`, and returns the new threshold: minus infinity while there are fewer than `k`,
    /// infinity if `k` is 0.
    pub(super) fn prune(&mut self) -> f64 {
        let Some(last) = self.k.checked_sub(1) else {
            self.keys.clear();
            self.threshold = f64::INFINITY;
            return self.threshold;
        };
        // If there are `k` and a threshold is set, nothing was added since the last pruning.
        if self.keys.len() > self.k || (self.keys.len() == self.k && self.threshold == f64::NEG_INFINITY) {
            let (_, worst, _) = self.keys.select_nth_unstable_by(last, |a, b| b.cmp(a));
            self.threshold = neighbour(*worst).similarity;
            self.keys.truncate(self.k);
        }
        self.threshold
    }

    /// The best of both, which want the same.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        self.keys.append(&mut other.keys);
        self.prune();
        self
    }

    /// Clears the selection, for another search.
    pub(super) fn restart(&mut self, wanted: Wanted) {
        self.keys.clear();
        (self.k, self.threshold) = wanted.most_and_threshold();
    }

    /// Removes the best `k` and returns them, the best first.
    pub(super) fn take_ranked(&mut self) -> Vec<Neighbour> {
        self.prune();
        self.keys.sort_unstable_by(|a, b| b.cmp(a));
        // A damaged tree may have offered a row twice.
        self.keys.dedup();
        self.keys.drain(..).map(neighbour).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_neighbours_do_and_lead_back_to_them() {
        let similarities = [-1.0, -0.5, -1e-300, 0.0, 1e-300, 0.25, 1.0];
        let all = similarities.iter().flat_map(|similarity| {
            [0, 1, u32::MAX].map(|row| Neighbour { row: Row(row), similarity: *similarity })
        });
        let all: Vec<Neighbour> = all.collect();
        for a in &all {
            assert_eq!(neighbour(key(*a)), *a);
            for b in &all {
                assert_eq!(key(*a).cmp(&key(*b)), a.cmp(b));
            }
        }
    }
}
