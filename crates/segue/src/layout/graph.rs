//! The graph of nearest neighbours, in which every vector is linked with its nearest and with those it is nearest to.

use crate::error::{Result, unless_stopped};
use crate::neighbours::Neighbours;
use crate::progress::{Progress, Stage};
use crate::row::Row;

/// Each vector is linked with so many of its nearest.
const NEIGHBOURS: usize = 15;
/// Vectors whose neighbours are searched for together.
const CHUNK: usize = 1 << 13;

/// An undirected graph. Vertices are numbered in the order of the rows that it was made for; the links of each are
/// ascending.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Where the links of each vertex begin, and the end of the last.
    starts: Vec<usize>,
    ends: Vec<u32>,
}

impl Graph {
    /// Links the vectors of `rows`, which are all of them, with their nearest. Vectors that are not at all similar, as the
    /// zero vector is to none, are not linked.
    pub(super) fn find(neighbours: &Neighbours, rows: &[u32], progress: &dyn Progress) -> Result<Self> {
        progress.start(Stage::Neighbours, Some(rows.len() as u64));
        let mut vertices = vec![u32::MAX; rows.len()];
        for (vertex, row) in (0..).zip(rows) {
            if let Some(place) = vertices.get_mut(*row as usize) {
                *place = vertex;
            }
        }
        let (mut counts, mut nearest) = (Vec::with_capacity(rows.len()), Vec::new());
        for rows in rows.chunks(CHUNK) {
            unless_stopped(progress)?;
            let rows: Vec<Row> = rows.iter().copied().map(Row).collect();
            for found in neighbours.neighbours_of(&rows, NEIGHBOURS, None) {
                let before = nearest.len();
                let similar = found.iter().filter(|found| found.similarity > 0.0);
                nearest.extend(similar.filter_map(|found| vertices.get(found.row.index())));
                counts.push(nearest.len() - before);
            }
            progress.advance(rows.len() as u64);
        }
        unless_stopped(progress)?;
        Ok(Self::undirected(&counts, &nearest))
    }

    /// The graph in which the vertices are linked that `nearest` names for one another: `counts` for each, one after the
    /// other.
    fn undirected(counts: &[usize], nearest: &[u32]) -> Self {
        let vertices = counts.len();
        let sources = || (0..).zip(counts).flat_map(|(source, count)| std::iter::repeat_n(source, *count));
        let mut degrees = counts.to_vec();
        for end in nearest {
            if let Some(degree) = degrees.get_mut(*end as usize) {
                *degree += 1;
            }
        }
        let mut starts = Vec::with_capacity(vertices + 1);
        let mut total = 0;
        for degree in &degrees {
            starts.push(total);
            total += degree;
        }
        starts.push(total);
        // Both directions of every link; those of a vertex in two ascending runs.
        let mut ends = vec![0u32; total];
        let mut next = starts.clone();
        let mut put = |vertex: u32, end: u32| {
            if let Some(place) = next.get_mut(vertex as usize) {
                if let Some(slot) = ends.get_mut(*place) {
                    *slot = end;
                }
                *place += 1;
            }
        };
        for (source, end) in sources().zip(nearest) {
            put(*end, source);
            put(source, *end);
        }
        // Mutual neighbours are linked once.
        let mut graph = Self { starts: Vec::with_capacity(vertices + 1), ends: Vec::with_capacity(total) };
        graph.starts.push(0);
        for range in starts.windows(2) {
            let [start, end] = range else { continue };
            let links = ends.get_mut(*start..*end).unwrap_or_default();
            links.sort_unstable();
            let mut last = None;
            for link in links.iter() {
                if last != Some(*link) {
                    graph.ends.push(*link);
                }
                last = Some(*link);
            }
            graph.starts.push(graph.ends.len());
        }
        graph
    }

    /// The vertices that one is linked with.
    #[inline(always)]
    pub(super) fn links(&self, vertex: usize) -> &[u32] {
        match self.starts.get(vertex..).and_then(|starts| starts.first_chunk()) {
            Some([start, end]) => self.ends.get(*start..*end).unwrap_or_default(),
            None => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neighbours::{Among, Vectors};

    #[test]
    fn a_vector_is_linked_with_its_nearest_and_with_those_it_is_nearest_to() {
        let graph = Graph::undirected(&[2, 1, 1, 0], &[1, 2, 0, 1]);
        let links: Vec<&[u32]> = (0..5).map(|vertex| graph.links(vertex)).collect();
        assert_eq!(links, [&[1, 2][..], &[0, 2], &[0, 1], &[], &[]]);
        assert_eq!(Graph::undirected(&[], &[]).links(0), &[0u32; 0]);
    }

    #[test]
    fn links_are_those_of_the_neighbours_whatever_the_order_of_the_rows() {
        let mut random = crate::random::SplitMix64(5);
        let mut value = || (random.next() >> 40) as f32 / (1 << 23) as f32 - 1.0;
        let neighbours = Neighbours::new(Vectors::new(3, (0..600).map(|_| value()).collect()));
        let rows: Vec<u32> = (0..200).rev().collect();
        let graph = Graph::find(&neighbours, &rows, &()).unwrap();
        let nearest = |row: u32| {
            let query = neighbours.query_of(Row(row)).unwrap();
            let found = neighbours.nearest(&query, NEIGHBOURS, Among::all_but(Row(row)));
            found
                .into_iter()
                .filter(|found| found.similarity > 0.0)
                .map(|found| found.row.0)
                .collect::<Vec<_>>()
        };
        for (vertex, &row) in rows.iter().enumerate() {
            let mut expected: Vec<u32> = (0..200)
                .filter(|other| {
                    *other != row && (nearest(row).contains(other) || nearest(*other).contains(&row))
                })
                .map(|row| 199 - row)
                .collect();
            expected.sort_unstable();
            assert_eq!(graph.links(vertex), expected, "row {row}");
        }
    }
}
