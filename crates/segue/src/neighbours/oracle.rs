//! The naive search that every other implementation must equal, bit for bit: the similarity of every vector,
//! then a full sort.

use super::{Neighbour, Vectors, similarity};
use crate::row::Row;

/// The result of [`super::Neighbours::nearest`], without `within` and penalties.
pub fn nearest(vectors: &Vectors, query: &[f32], k: usize, except: Option<Row>) -> Vec<Neighbour> {
    let mut all: Vec<Neighbour> = (0..vectors.len() as u32)
        .map(Row)
        .filter(|row| Some(*row) != except)
        .filter_map(|row| Some(Neighbour { row, similarity: similarity(query, vectors.get(row)?) }))
        .collect();
    all.sort_by(|a, b| b.cmp(a));
    all.truncate(k);
    all
}
