//! The layout: two coordinates for every vector, near ones near each other.
//!
//! ```text
//! vectors ─► graph ─────► start ──────────► descent ─────────► square
//!            nearest 15   principal axes,   attraction along   into the unit square
//!                         smoothed          links, repulsion
//! ```
//!
//! The objective is of the family of LargeVis (Tang, Liu, Zhang and Mei 2016) and UMAP (McInnes, Healy and Melville
//! 2018): vectors that are linked in the graph of nearest neighbours attract each other, and all repel each other, by the
//! heavy-tailed kernel `1 / (1 + d^2)` of t-SNE (van der Maaten and Hinton 2008). Why such objectives are one family, and
//! what the strength of the repulsion does, is said by Böhm, Berens and Kobak ("Attraction-repulsion spectrum in neighbor
//! embeddings", 2022).
//!
//! The result has the same bits on every machine and for any number of threads: every vector reads the positions of the
//! round before and writes its own, its forces are summed in a fixed order, by `+ - * /` and square roots only, and random
//! choices are hashes of what is chosen for.
//!
//! [`TrackMap`] is the result, with the order by which parts of it are found. Nothing here knows what the vectors stand for.

mod descent;
mod graph;
mod square;
mod start;
#[cfg(test)]
mod suite;
mod track_map;

pub(crate) use track_map::MapParts;
pub use track_map::{Tile, TrackMap};

use self::graph::Graph;
use crate::error::Result;
use crate::neighbours::Neighbours;
use crate::progress::Progress;

/// The position of a vector in the plane.
pub(crate) type Place = [f32; 2];

/// A place in the unit square for every vector, in the order of the rows.
///
/// In parallel. The cost is that of the neighbours of every vector, and of 500 rounds over the links of all; memory is linear in
/// the number of vectors.
///
/// # Errors
/// [`Error::Stopped`](crate::Error::Stopped).
pub(crate) fn lay_out(neighbours: &Neighbours, progress: &dyn Progress) -> Result<Vec<Place>> {
    // Near vectors are near each other in the tree, so in its order most of what a vector reads is in the cache.
    let rows = neighbours.rows_by_nearness();
    let graph = Graph::find(neighbours, &rows, progress)?;
    let mut places = start::places(neighbours.vectors(), &rows, &graph, progress)?;
    descent::descend(&graph, &mut places, progress)?;
    square::fit(&mut places);
    let mut by_row = vec![[0.5; 2]; rows.len()];
    for (row, place) in rows.iter().zip(places) {
        if let Some(by_row) = by_row.get_mut(*row as usize) {
            *by_row = place;
        }
    }
    Ok(by_row)
}
