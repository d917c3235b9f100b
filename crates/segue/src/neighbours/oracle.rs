//! The naive search that every other implementation must equal, bit for bit: the similarity of every vector,
//! then a full sort.

use super::{Neighbour, Queries, Vectors, similarity};
use crate::row::Row;

/// The result of [`super::Neighbours::nearest`], without `within` and penalties.
pub fn nearest(vectors: &Vectors, query: &[f32], k: usize, except: Option<Row>) -> Vec<Neighbour> {
    ranked(vectors, |vector| similarity(query, vector), k, except)
}

/// The result of [`super::Neighbours::nearest_to_several`], without `within` and penalties.
pub fn nearest_to_several(
    vectors: &Vectors,
    queries: &Queries,
    k: usize,
    except: Option<Row>,
) -> Vec<Neighbour> {
    ranked(vectors, |vector| queries.similarity(vector), k, except)
}

fn ranked(
    vectors: &Vectors,
    similarity: impl Fn(&[f32]) -> f64,
    k: usize,
    except: Option<Row>,
) -> Vec<Neighbour> {
    let mut all: Vec<Neighbour> = (0..vectors.len() as u32)
        .map(Row)
        .filter(|row| Some(*row) != except)
        .filter_map(|row| Some(Neighbour { row, similarity: similarity(vectors.get(row)?) }))
        .collect();
    all.sort_by(|a, b| b.cmp(a));
    all.truncate(k);
    all
}
