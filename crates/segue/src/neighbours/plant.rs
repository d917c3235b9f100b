//! Planting a tree: putting near tracks into near slots, and boxes around them.
//!
//! The rows are halved again and again across the dimension in which their codes vary most, at a multiple of the
//! largest subtree that fits, so that all subtrees are full but the last. Everything is decided on whole numbers and
//! total orders, and nothing depends on the number of threads.

use arrow_buffer::Buffer;
use rayon::prelude::*;

use super::Vectors;
use super::frame::Frame;
use super::kernel::{Block, Boxes, DIMENSIONS, GROUP, LANES};
use super::metric::Measure;
use super::tree::{Tree, TreeParts};
use crate::error::{Result, unless_stopped};
use crate::progress::Progress;

/// 255 * 128 for every dimension fits an `i32`.
const MAX_DIMENSIONS: usize = 65_536;
/// How many rows are looked at to find the dimension in which a set of rows varies most.
const SAMPLE: usize = 1024;
/// Sets of fewer rows are halved by one thread.
const SEQUENTIAL: usize = 4096;

impl Tree {
    /// Plants the tree over vectors; `None` if they have so many dimensions that a product of codes would not fit
    /// 32 bits. In parallel; cost is `n log n` for `n` vectors.
    pub(super) fn plant(vectors: &Vectors, measure: Measure) -> Option<Self> {
        Self::plant_unless_stopped(vectors, measure, &()).unwrap_or_default()
    }

    pub(super) fn plant_unless_stopped(
        vectors: &Vectors,
        measure: Measure,
        progress: &dyn Progress,
    ) -> Result<Option<Self>> {
        if vectors.dimension() > MAX_DIMENSIONS {
            return Ok(None);
        }
        unless_stopped(progress)?;
        let (frame, codes) = Frame::fit(vectors, measure);
        let codes = Codes { dimension: frame.coded(), values: &codes };
        let mut keyed: Vec<u64> = (0..vectors.len() as u64).collect();
        halve(codes, &mut keyed, largest_subtree(vectors.len()), progress)?;
        unless_stopped(progress)?;
        keyed.par_chunks_mut(LANES).for_each(|leaf| {
            leaf.iter_mut().for_each(|key| *key = row(*key).into());
            leaf.sort_unstable();
        });
        let rows: Vec<u32> = keyed.par_iter().map(|key| row(*key)).collect();
        let leaves = leaves(codes, &rows, frame.blocks());
        let boxes = boxes(&leaves, rows.len(), frame.blocks());
        let codes = Buffer::from_vec(leaves.into_flattened().into_flattened());
        let boxes = Buffer::from_vec(boxes.into_flattened().into_flattened().into_flattened());
        Ok(Self::new(frame, TreeParts { rows: rows.into(), codes, boxes }))
    }
}

impl Tree {
    /// Checks that the tree is over just these vectors, and that all that its boxes and codes prove is true.
    pub(super) fn check(&self, vectors: &Vectors) -> std::result::Result<(), String> {
        let (parts, _) = self.parts();
        let (frame, codes) = Frame::fit(vectors, self.frame.measure);
        if self.frame != frame {
            return Err("the frame is not that of the vectors".into());
        }
        let mut slots = vec![false; vectors.len()];
        for row in parts.rows.iter() {
            match slots.get_mut(*row as usize) {
                Some(met @ false) => *met = true,
                Some(true) => return Err(format!("row {row} has two slots")),
                None => return Err(format!("there is no row {row}")),
            }
        }
        let codes = Codes { dimension: frame.coded(), values: &codes };
        let leaves = leaves(codes, &parts.rows, frame.blocks());
        if *parts.codes != *leaves.as_flattened().as_flattened() {
            return Err("a code is not that of its vector".into());
        }
        let boxes = boxes(&leaves, parts.rows.len(), frame.blocks());
        if *parts.boxes != *boxes.as_flattened().as_flattened().as_flattened() {
            return Err("a box does not fit what is in it".into());
        }
        Ok(())
    }
}

/// The codes of the rows, row after row.
#[derive(Clone, Copy)]
struct Codes<'a> {
    dimension: usize,
    values: &'a [u8],
}

impl<'a> Codes<'a> {
    fn row(self, row: u32) -> &'a [u8] {
        self.values
            .get(row as usize * self.dimension..)
            .and_then(|rest| rest.get(..self.dimension))
            .unwrap_or_default()
    }

    fn get(self, row: u32, dimension: usize) -> u8 {
        self.row(row).get(dimension).copied().unwrap_or_default()
    }
}

/// The row of a key: the lower half; the upper half orders keys.
fn row(key: u64) -> u32 {
    key as u32
}

/// The rows of the largest full subtree that is smaller than a tree of so many.
fn largest_subtree(rows: usize) -> usize {
    let mut subtree = LANES;
    while subtree * LANES < rows {
        subtree *= LANES;
    }
    subtree
}

/// Puts keys into the order of slots, unless it is stopped; `subtree` is how many rows a child's subtree holds.
fn halve(codes: Codes<'_>, keys: &mut [u64], mut subtree: usize, progress: &dyn Progress) -> Result<()> {
    while keys.len() <= subtree {
        if subtree == LANES {
            return Ok(());
        }
        subtree /= LANES;
    }
    let dimension = widest(codes, keys);
    for key in keys.iter_mut() {
        *key = u64::from(codes.get(row(*key), dimension)) << 32 | u64::from(row(*key));
    }
    let middle = keys.len().div_ceil(subtree) / 2 * subtree;
    keys.select_nth_unstable(middle);
    let parallel = keys.len() > SEQUENTIAL;
    if parallel {
        unless_stopped(progress)?;
    }
    let (left, right) = keys.split_at_mut(middle);
    let mut left = || halve(codes, left, subtree, progress);
    let mut right = || halve(codes, right, subtree, progress);
    if parallel {
        let (left, right) = rayon::join(left, right);
        left.and(right)
    } else {
        left().and_then(|()| right())
    }
}

/// The dimension in which the codes of a sample of rows vary most.
fn widest(codes: Codes<'_>, keys: &[u64]) -> usize {
    let mut moments = vec![(0u64, 0u64); codes.dimension];
    let sample = keys.iter().step_by(keys.len().div_ceil(SAMPLE));
    let size = sample.len() as u64;
    for key in sample {
        for ((sum, squares), code) in moments.iter_mut().zip(codes.row(row(*key))) {
            let code = u64::from(*code);
            *sum += code;
            *squares += code * code;
        }
    }
    // The variance, times the square of the size.
    let spread = |(sum, squares): &(u64, u64)| size * squares - sum * sum;
    let widest = moments.iter().enumerate().rev().max_by_key(|(_, moments)| spread(moments));
    widest.map_or(0, |(dimension, _)| dimension)
}

/// The blocks of all leaves, the code of a track in each lane.
fn leaves(codes: Codes<'_>, rows: &[u32], blocks: usize) -> Vec<Block> {
    let mut leaves = vec![[[0; _]; _]; rows.len().div_ceil(LANES) * blocks];
    leaves.par_chunks_mut(blocks).zip(rows.par_chunks(LANES)).for_each(|(leaf, rows)| {
        for (lane, row) in rows.iter().enumerate() {
            for (block, code) in leaf.iter_mut().zip(codes.row(*row).chunks(DIMENSIONS)) {
                put(block, lane, code);
            }
        }
    });
    leaves
}

/// Writes the sixteen dimensions of a lane; what is not given stays 0.
pub(super) fn put(block: &mut Block, lane: usize, bytes: &[u8]) {
    for (group, bytes) in block.iter_mut().zip(bytes.chunks(GROUP)) {
        let places = group.iter_mut().skip(lane * GROUP);
        places.zip(bytes).for_each(|(place, byte)| *place = *byte);
    }
}

/// Sixteen dimensions of a lane.
fn get(block: &Block, lane: usize) -> [u8; DIMENSIONS] {
    let mut bytes = [0; DIMENSIONS];
    let values = block.iter().flat_map(|group| group.iter().skip(lane * GROUP).take(GROUP));
    bytes.iter_mut().zip(values).for_each(|(byte, value)| *byte = *value);
    bytes
}

/// The mean of the codes in the first lanes, at most all.
pub(super) fn mean_code(block: &Block, lanes: usize) -> [u8; DIMENSIONS] {
    let mut sums = [0; DIMENSIONS];
    for lane in 0..lanes {
        sums.iter_mut().zip(get(block, lane)).for_each(|(sum, code)| *sum += usize::from(code));
    }
    sums.map(|sum| ((sum + lanes / 2) / lanes.max(1)) as u8)
}

/// The lower and the upper corner of one block of dimensions of a box.
type Corners = [[u8; DIMENSIONS]; 2];

/// The corners of what lies in the first lanes of blocks of lower and of upper corners.
fn around(lower: &Block, upper: &Block, lanes: usize) -> Corners {
    let mut corners = [[u8::MAX; DIMENSIONS], [0; DIMENSIONS]];
    let [low, high] = &mut corners;
    for lane in 0..lanes.min(LANES) {
        low.iter_mut().zip(get(lower, lane)).for_each(|(low, value)| *low = value.min(*low));
        high.iter_mut().zip(get(upper, lane)).for_each(|(high, value)| *high = value.max(*high));
    }
    corners
}

/// The boxes of all nodes, level 0 first.
fn boxes(leaves: &[Block], rows: usize, blocks: usize) -> Vec<Boxes> {
    let around_codes = |(at, codes): (usize, &Block)| {
        let [lower, mut upper] = around(codes, codes, rows - at / blocks * LANES);
        // A cell reaches up to where the next one begins.
        upper.iter_mut().for_each(|upper| *upper = upper.saturating_add(1));
        [lower, upper]
    };
    let mut children: Vec<Corners> = leaves.par_iter().enumerate().map(around_codes).collect();
    let mut all = Vec::new();
    while !children.is_empty() {
        let count = children.len() / blocks;
        let mut level = vec![[[[0; _]; _]; 2]; count.div_ceil(LANES) * blocks];
        for (boxes, siblings) in level.chunks_mut(blocks).zip(children.chunks(LANES * blocks)) {
            for (lane, child) in siblings.chunks(blocks).enumerate() {
                for ([lower, upper], [low, high]) in boxes.iter_mut().zip(child) {
                    put(lower, lane, low);
                    put(upper, lane, high);
                }
            }
        }
        let around_boxes =
            |(at, [lower, upper]): (usize, &Boxes)| around(lower, upper, count - at / blocks * LANES);
        children = match count.div_ceil(LANES) {
            1 => Vec::new(),
            _ => level.par_iter().enumerate().map(around_boxes).collect(),
        };
        all.append(&mut level);
    }
    all
}
