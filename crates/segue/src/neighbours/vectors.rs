//! Vectors of the same dimension, one per row, contiguous in memory.

use arrow_buffer::ScalarBuffer;

use crate::row::Row;

/// Vectors of length 1 or less, row-major: shape `rows x dimension`, single precision.
///
/// The memory may be a mapped file; cloning is cheap.
#[derive(Debug, Clone)]
pub struct Vectors {
    dimension: usize,
    values: ScalarBuffer<f32>,
}

impl Vectors {
    /// Vectors of `dimension` components (0 counts as 1) over `values`; an incomplete vector at the end is ignored.
    pub fn new(dimension: usize, values: Vec<f32>) -> Self {
        Self::from_buffer(dimension, values.into())
    }

    /// Likewise, over memory that may be a mapped file.
    pub(crate) fn from_buffer(dimension: usize, values: ScalarBuffer<f32>) -> Self {
        Self { dimension: dimension.max(1), values }
    }

    /// The number of vectors.
    pub fn len(&self) -> usize {
        self.values.len() / self.dimension
    }

    /// Whether there are no vectors.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of components of each vector.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The vector of a row; `None` if there is no such row.
    pub fn get(&self, row: Row) -> Option<&[f32]> {
        self.values.get(row.index().checked_mul(self.dimension)?..)?.get(..self.dimension)
    }

    /// The components of all vectors, one vector after the other.
    pub fn as_slice(&self) -> &[f32] {
        self.values.get(..self.len() * self.dimension).unwrap_or_default()
    }

    /// Up to `rows` vectors from row `start` on.
    pub(super) fn range(&self, start: usize, rows: usize) -> impl Iterator<Item = (Row, &[f32])> {
        let values = self.values.get(start * self.dimension..).unwrap_or_default();
        let vectors = values.chunks_exact(self.dimension).take(rows);
        vectors.zip(start as u32..).map(|(vector, row)| (Row(row), vector))
    }

    pub(crate) fn values(&self) -> &ScalarBuffer<f32> {
        &self.values
    }
}
