//! The best of what is offered, in a total order.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::catalogue::Row;

/// A row and how similar it is to what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour {
    /// The row.
    pub row: Row,
    /// The cosine similarity, -1 to 1, greater is closer; never NaN.
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

/// Keeps the best `k` neighbours that it is offered.
pub(super) struct Top {
    k: usize,
    /// The worst on top.
    kept: BinaryHeap<Reverse<Neighbour>>,
}

impl Top {
    pub(super) fn new(k: usize) -> Self {
        Self { k, kept: BinaryHeap::new() }
    }

    #[inline]
    pub(super) fn offer(&mut self, neighbour: Neighbour) {
        if self.kept.len() < self.k {
            self.kept.push(Reverse(neighbour));
        } else if let Some(mut worst) = self.kept.peek_mut()
            && neighbour > worst.0
        {
            worst.0 = neighbour;
        }
    }

    pub(super) fn merge(mut self, mut other: Self) -> Self {
        if self.k < other.k {
            std::mem::swap(&mut self, &mut other);
        }
        other.kept.into_iter().for_each(|Reverse(neighbour)| self.offer(neighbour));
        self
    }

    /// What was kept, the best first.
    pub(super) fn into_ranked(self) -> Vec<Neighbour> {
        let mut ranked: Vec<Neighbour> = self.kept.into_iter().map(|Reverse(neighbour)| neighbour).collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        ranked
    }
}
