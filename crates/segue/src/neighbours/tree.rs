//! The tree: codes of tracks in an order in which near tracks are near, and boxes around them on several levels.
//!
//! The rows of the catalogue are put into *slots*. Sixteen slots make a leaf, sixteen leaves a node of level 0,
//! sixteen nodes a node of the level above, up to one root: all full but the last of a level, so that
//! positions are computed, not stored. A leaf holds the codes of its tracks, a node the boxes of its children, both
//! as the [kernels](super::kernel) want them: one lane a track or child. At 16 dimensions this takes 22.2 bytes a
//! track.

use arrow_buffer::{Buffer, ScalarBuffer};

use super::frame::Frame;
use super::kernel::{Block, Boxes, LANES};
use crate::row::Row;

/// The search structure over the vectors of a catalogue. Its memory may be mapped files; cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(super) frame: Frame,
    parts: TreeParts,
    levels: Vec<Level>,
}

/// What a tree consists of, beside its frame.
#[derive(Debug, Clone)]
pub(crate) struct TreeParts {
    /// The row in each slot.
    pub(crate) rows: ScalarBuffer<u32>,
    /// The blocks of each leaf.
    pub(crate) codes: Buffer,
    /// The boxes of the children of each node. Level 0 comes first.
    pub(crate) boxes: Buffer,
}

/// The nodes of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    first: usize,
    nodes: usize,
    /// The children of all of them together.
    children: usize,
}

/// The levels over so many rows, that of the leaves' parents first.
fn levels(rows: usize) -> Vec<Level> {
    let mut levels = Vec::new();
    let (mut first, mut children) = (0, rows.div_ceil(LANES));
    while children > 0 && (levels.is_empty() || children > 1) {
        let nodes = children.div_ceil(LANES);
        levels.push(Level { first, nodes, children });
        first += nodes;
        children = nodes;
    }
    levels
}

impl Tree {
    /// A tree from its parts and the numbers of its frame; `None` if their sizes do not fit together.
    pub(crate) fn from_parts(dimension: usize, frame: &[f64], parts: TreeParts) -> Option<Self> {
        Self::new(Frame::from_numbers(dimension, frame)?, parts)
    }

    pub(super) fn new(frame: Frame, parts: TreeParts) -> Option<Self> {
        let levels = levels(parts.rows.len());
        let leaves = parts.rows.len().div_ceil(LANES);
        let nodes: usize = levels.iter().map(|level| level.nodes).sum();
        let bytes = |count: usize, size: usize| count.checked_mul(frame.blocks())?.checked_mul(size);
        let fits = parts.codes.len() == bytes(leaves, size_of::<Block>())?
            && parts.boxes.len() == bytes(nodes, size_of::<Boxes>())?;
        fits.then_some(Self { frame, parts, levels })
    }

    /// What the tree consists of, and the numbers of its frame.
    pub(crate) fn parts(&self) -> (&TreeParts, Vec<f64>) {
        (&self.parts, self.frame.to_numbers())
    }

    pub(super) fn levels(&self) -> usize {
        self.levels.len()
    }

    /// The boxes of a node's children, and which of the sixteen there are.
    #[inline]
    pub(super) fn node(&self, level: usize, node: usize) -> (&[Boxes], u16) {
        let Some(Level { first, children, .. }) = self.levels.get(level) else {
            return (&[], 0);
        };
        let there = children.saturating_sub(node * LANES);
        (stretch(as_boxes(&self.parts.boxes), first + node, self.frame.blocks()), first_lanes(there))
    }

    /// The codes of a leaf's tracks. In the last leaf there may be lanes without a track, whose slots hold no row.
    #[inline(always)]
    pub(super) fn leaf(&self, leaf: usize) -> &[Block] {
        stretch(as_blocks(&self.parts.codes), leaf, self.frame.blocks())
    }

    /// The number of leaves.
    pub(super) fn leaves(&self) -> usize {
        self.parts.rows.len().div_ceil(LANES)
    }

    /// How many tracks a leaf has: sixteen, unless it is the last.
    #[inline]
    pub(super) fn tracks(&self, leaf: usize) -> usize {
        self.parts.rows.len().saturating_sub(leaf * LANES).min(LANES)
    }

    /// The row in a slot.
    #[inline]
    pub(super) fn row(&self, slot: usize) -> Option<Row> {
        self.parts.rows.get(slot).copied().map(Row)
    }

    /// The row in each slot.
    pub(super) fn rows(&self) -> &[u32] {
        &self.parts.rows
    }

    /// The slot of every row; `u32::MAX` for rows that a damaged tree lacks.
    pub(super) fn slots(&self) -> Vec<u32> {
        let mut slots = vec![u32::MAX; self.rows().len()];
        for (row, slot) in self.rows().iter().zip(0..) {
            if let Some(place) = slots.get_mut(*row as usize) {
                *place = slot;
            }
        }
        slots
    }

    /// The bytes of its parts.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.rows()) + self.parts.codes.len() + self.parts.boxes.len()
    }
}

/// A mask of so many lanes.
#[inline]
pub(super) fn first_lanes(lanes: usize) -> u16 {
    if lanes >= LANES { u16::MAX } else { (1 << lanes) - 1 }
}

/// Stretch number `at` of `count` each; nothing where that is beyond the end.
#[inline]
fn stretch<T>(all: &[T], at: usize, count: usize) -> &[T] {
    all.get(at * count..).and_then(|rest| rest.get(..count)).unwrap_or_default()
}

#[inline]
fn as_blocks(bytes: &[u8]) -> &[Block] {
    bytes.as_chunks().0.as_chunks().0
}

#[inline]
fn as_boxes(bytes: &[u8]) -> &[Boxes] {
    as_blocks(bytes).as_chunks().0
}
