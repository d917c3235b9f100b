//! The naive search that every other implementation must equal, bit for bit: the similarity of every vector,
//! then a full sort.

use super::metric::Query;
use super::{Neighbour, Points, Queries, Vectors, similarity};
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

/// All points but one, ranked by their distance to a query: the result of [`Points::nearest_batch`](super::Points::nearest_batch)
/// is the first of them, that of [`Points::within`](super::Points::within) those of a distance of at most the radius.
pub fn ranked_points<V: Copy + Into<f64>>(
    points: &Points,
    query: &[V],
    except: Option<Row>,
) -> Vec<(Row, f64)> {
    let placed = points.placed(query);
    ranked_by(points, placed.query(), placed.exponent(), except)
}

/// The same for one of the points.
pub fn ranked_others(points: &Points, row: Row) -> Vec<(Row, f64)> {
    let vector = points.neighbours().vectors().get(row).unwrap_or_default();
    ranked_by(points, vector.into(), points.exponent(), Some(row))
}

fn ranked_by(points: &Points, query: Query<'_>, exponent: i32, except: Option<Row>) -> Vec<(Row, f64)> {
    let measure = points.neighbours().measure();
    let closeness = |vector: &[f32]| measure.closeness(query, vector);
    let ranked = ranked(points.neighbours().vectors(), closeness, usize::MAX, except);
    ranked.into_iter().map(|one| (one.row, points.distance(one.similarity, exponent))).collect()
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
