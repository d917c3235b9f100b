//! The answers to many queries, as columns.

/// What was found for each query, the nearest first: the rows of all queries one after the other, their distances, and
/// where those of each query begin.
///
/// Answers of `k` neighbours all have the same number, so that the columns are matrices of shape `queries x k`; those of
/// a radius are the rows of a sparse matrix (CSR).
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    offsets: Vec<usize>,
    rows: Vec<u32>,
    distances: Vec<f64>,
}

impl Ranked {
    pub(super) fn of(answers: impl Iterator<Item = impl Iterator<Item = (u32, f64)>>) -> Self {
        let mut ranked = Self { offsets: vec![0], rows: Vec::new(), distances: Vec::new() };
        for answer in answers {
            for (row, distance) in answer {
                ranked.rows.push(row);
                ranked.distances.push(distance);
            }
            ranked.offsets.push(ranked.rows.len());
        }
        ranked
    }

    /// The number of queries.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there were no queries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows found for a query and their distances, the nearest first; `None` if there was no such query.
    pub fn get(&self, query: usize) -> Option<(&[u32], &[f64])> {
        let range = *self.offsets.get(query)?..*self.offsets.get(query + 1)?;
        Some((self.rows.get(range.clone())?, self.distances.get(range)?))
    }

    /// Where the rows of each query begin, and at the end how many there are in all.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The rows found for all queries.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The distances of [`Self::rows`].
    pub fn distances(&self) -> &[f64] {
        &self.distances
    }

    /// Offsets, rows and distances, without copying them.
    pub fn into_columns(self) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
        (self.offsets, self.rows, self.distances)
    }
}
