//! [`Occupied`]: where in a tree the rows are that a search may find. Often they lie together, since filters go by
//! what vectors are made of.

use super::kernel::LANES;
use super::rows::RowSet;
use super::tree::Tree;

/// For each leaf, and for each node of each level, a mask of what in it has a row that may be found.
#[derive(Debug)]
pub(super) struct Occupied {
    /// Those of the leaves first, then those of the nodes, the leaves' parents first.
    levels: Vec<Vec<u16>>,
}

impl Occupied {
    /// Looks up the slots of the rows of a set.
    pub(super) fn of(tree: &Tree, slots: &[u32], within: &RowSet) -> Self {
        let mut leaves = vec![0u16; tree.leaves()];
        for slot in within.iter().filter_map(|row| slots.get(row.index())) {
            if let Some(mask) = leaves.get_mut(*slot as usize / LANES) {
                *mask |= 1 << (*slot as usize % LANES);
            }
        }
        let mut levels = vec![leaves];
        for _ in 0..tree.levels() {
            let children = levels.last().into_iter().flat_map(|masks| masks.chunks(LANES));
            levels.push(children.map(which_are_set).collect());
        }
        Self { levels }
    }

    /// Which tracks of a leaf may be found.
    #[inline(always)]
    pub(super) fn tracks(&self, leaf: usize) -> u16 {
        self.mask(0, leaf)
    }

    /// Which children of a node have tracks that may be found.
    #[inline(always)]
    pub(super) fn children(&self, level: usize, node: usize) -> u16 {
        self.mask(level + 1, node)
    }

    #[inline(always)]
    fn mask(&self, level: usize, at: usize) -> u16 {
        self.levels.get(level).and_then(|masks| masks.get(at)).copied().unwrap_or_default()
    }
}

fn which_are_set(masks: &[u16]) -> u16 {
    (0..).zip(masks).fold(0, |set, (lane, mask)| set | u16::from(*mask != 0) << lane)
}

#[cfg(test)]
mod tests {
    use super::super::kernel::Kernels;
    use super::super::metric::Measure;
    use super::super::rows::Among;
    use super::super::search::{Method, Search};
    use super::super::suite::{noise, unit};
    use super::super::top::Wanted;
    use super::*;
    use crate::row::Row;

    #[test]
    fn leaves_without_allowed_rows_are_not_scanned() {
        let vectors = unit(3, &noise(5, 3 * 20_000));
        let tree = Tree::plant(&vectors, Measure::Similarity).unwrap();
        let within = RowSet::of(vectors.len(), |row| vectors.get(row).unwrap()[0] > 0.8);
        let occupied = Occupied::of(&tree, &tree.slots(), &within);
        let allowed = |leaf: usize| tree.rows().chunks(LANES).nth(leaf).unwrap().iter().map(|row| Row(*row));
        for leaf in 0..tree.leaves() {
            let bits = (0..)
                .zip(allowed(leaf))
                .fold(0, |bits, (lane, row)| bits | u16::from(within.contains(row)) << lane);
            assert_eq!(occupied.tracks(leaf), bits);
            assert_eq!(occupied.children(0, leaf / LANES) >> (leaf % LANES) & 1, u16::from(bits != 0));
        }
        // From the other side of the sphere, almost everything is nearer than what is allowed.
        let among = Among { within: Some(&within), ..Among::default() };
        for method in [Method::Boxes, Method::Sweep] {
            let leaves = |occupied| {
                let mut search = Search::new(&tree, &vectors, method);
                search.nearest(
                    Kernels::detect(),
                    [-1.0, 0.0, 0.0].as_slice().into(),
                    Wanted::Best(10),
                    among,
                    occupied,
                );
                search.stats().leaves
            };
            assert!(2 * leaves(Some(&occupied)) < leaves(None), "{method:?}");
        }
    }
}
