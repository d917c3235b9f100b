//! A query in a frame, and the limits beyond which the proofs in [`frame`](super::frame) discard boxes and codes.

use super::frame::{CELLS, Frame};
use super::kernel::{DIMENSIONS, FARTHEST, QueryBlock};
use super::metric::{Measure, Of, Similarity};

/// How much bounds are widened for rounding, relative to the lengths involved.
const SLACK: f64 = 1e-9;
/// The share of the greatest possible similarity, `|q| sqrt(s)`, for which boxes prove most; a tenth more or less makes
/// little difference.
const EXPECTED: f64 = 0.93;

/// A query in a frame.
#[derive(Debug, Clone, Default)]
pub(super) struct CodedQuery {
    pub(super) blocks: Vec<QueryBlock>,
    /// The sum of its factors, `b`.
    pub(super) sum: i32,
    /// `D^2 > distance.0 - distance.1 t`, in squared steps of the grid, proves a similarity below `t`.
    distance: (f64, f64),
    /// `B.c < product.0 + product.1 t` proves it.
    product: (f64, f64),
    /// `C < corner.0 + corner.1 t` proves it, with `C` the greatest product with a corner of a box.
    corner: (f64, f64),
    /// No product with a corner is greater.
    pub(super) most: i32,
    /// Where distances are ranked, and the other two are not used.
    apart: Apart,
}

/// What proves that a vector is farther than a distance: `sqrt(N) step > distance stretch + of_box`, with `N` the squared
/// distance of its box in steps of the grid; for that of its code, `of_code`.
#[derive(Debug, Clone, Copy, Default)]
struct Apart {
    step: f64,
    stretch: f64,
    of_box: f64,
    of_code: f64,
}

impl Frame {
    /// A query for this frame, by similarity.
    #[inline(always)]
    pub(super) fn query(&self, query: &[f32]) -> CodedQuery {
        self.query_by::<Similarity>(query)
    }

    /// A query for this frame. Inlined, so that it is compiled for the kernel's instructions.
    #[inline(always)]
    pub(super) fn query_by<M: Of>(&self, query: &[f32]) -> CodedQuery {
        let mut turned = vec![0.0; self.coded];
        self.turn(query, &mut turned);
        match M::MEASURE {
            Measure::Similarity | Measure::Product | Measure::Angle => {
                self.query_by_product::<M>(query, &turned)
            }
            Measure::Distance => self.query_by_distance(query, &turned),
        }
    }

    #[inline(always)]
    fn query_by_product<M: Of>(&self, query: &[f32], turned: &[f64]) -> CodedQuery {
        let squared = self.square_of(query, turned);
        let most = (squared * self.square).sqrt();
        // `v`
        let expected = EXPECTED * squared / most;
        let expected = if expected.is_normal() { expected } else { EXPECTED };
        let step = self.step();
        let largest = turned.iter().fold(0f64, |largest, value| largest.max(value.abs()));
        let unit = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let mut blocks = vec![QueryBlock::default(); self.blocks()];
        let (mut sum, mut length, mut left) = (0, 0.0, 0.0);
        for (block, turned) in blocks.iter_mut().zip(turned.chunks(DIMENSIONS)) {
            let places = block.up.as_flattened_mut().iter_mut().zip(block.down.as_flattened_mut());
            for (((up, down), factor), value) in places.zip(block.factors.as_flattened_mut()).zip(turned) {
                let place = (value / expected + self.radius) / step;
                // `as` saturates: a query beyond the grid is taken for its edge, which is nearer to all boxes.
                *up = (place + SLACK).ceil() as u8;
                *down = (place - SLACK).floor() as u8;
                let whole = (value / unit).round();
                *factor = whole as i8;
                sum += i32::from(*factor);
                length += (whole * unit) * (whole * unit);
                left += (value - whole * unit) * (value - whole * unit);
            }
        }
        let stretch = 1.0 + self.defect;
        let rest = (left * self.square * stretch).sqrt()
            + self.defect * most
            + SLACK * (1.0 + squared + self.square);
        let error = length.sqrt() * self.error + rest;
        let offset = (step / 2.0 - self.radius) * f64::from(sum);
        let distance = stretch / (step * step);
        CodedQuery {
            sum,
            distance: (
                ((squared / (expected * expected) + self.square) * (1.0 + SLACK) + SLACK) * distance,
                2.0 / expected * distance,
            ),
            product: (-(error / unit + offset) / step, 1.0 / (unit * step)),
            corner: ((self.radius * f64::from(sum) - rest / unit) / step, 1.0 / (unit * step)),
            most: if M::MEASURE == Measure::Product { most_at_corners(&blocks) } else { 0 },
            apart: Apart::default(),
            blocks,
        }
    }

    #[inline(always)]
    fn query_by_distance(&self, query: &[f32], turned: &[f64]) -> CodedQuery {
        let step = self.step();
        let mut blocks = vec![QueryBlock::default(); self.blocks()];
        let mut left = 0.0;
        for (block, turned) in blocks.iter_mut().zip(turned.chunks(DIMENSIONS)) {
            let places = block.up.as_flattened_mut().iter_mut().zip(block.down.as_flattened_mut());
            for (((up, down), cell), value) in places.zip(block.cells.as_flattened_mut()).zip(turned) {
                let value = self.on_grid(*value);
                let place = (value + self.radius) / step;
                *up = (place + SLACK).ceil() as u8;
                *down = (place - SLACK).floor() as u8;
                *cell = self.cell(value);
                let error = value - self.middle(*cell);
                left += error * error;
            }
        }
        let lengths = self.square_of(query, turned).sqrt() + self.square.sqrt();
        let of_tails = if self.coded == self.dimension { 0.0 } else { (2.0 * self.tail_slack()).sqrt() };
        let of_box = lengths * (of_tails + SLACK);
        let of_code = of_box + (left.sqrt() + self.error) * (1.0 + SLACK);
        let stretch = (1.0 + 4.0 * self.defect) * (1.0 + SLACK);
        CodedQuery { blocks, apart: Apart { step, stretch, of_box, of_code }, ..CodedQuery::default() }
    }
}

/// A bound of similarities that is linear in a whole number: `constant + slope * number`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    pub(super) constant: f64,
    pub(super) slope: f64,
    /// No number is greater in size.
    pub(super) largest: f64,
}

impl CodedQuery {
    /// The greatest similarity of a track in a box at a squared distance, in steps of the grid.
    pub(super) fn most_at_distance(&self) -> Most {
        let (constant, slope) = self.distance;
        let largest = self.dimensions() * f64::from(FARTHEST).powi(2);
        Most { constant: constant / slope, slope: -1.0 / slope, largest }
    }

    /// The greatest similarity of a track whose code has a product.
    pub(super) fn most_of_product(&self) -> Most {
        let (constant, slope) = self.product;
        let largest = self.dimensions() * CELLS * f64::from(i8::MAX);
        Most { constant: -constant / slope, slope: 1.0 / slope, largest }
    }

    /// A box whose greatest product with a corner is less than [`Self::most`] by more than this holds only less similar
    /// tracks.
    #[inline(always)]
    pub(super) fn farthest_corner(&self, similarity: f64) -> i32 {
        let (constant, slope) = self.corner;
        let least = constant + slope * similarity;
        if least.is_nan() { i32::MAX } else { self.most.saturating_sub(least.ceil() as i32) }
    }

    /// Widens what is proved about distances, for a query that is this far from the one that was coded: by the inequality of
    /// the triangle, a vector is farther from the one than from the other by no more.
    #[inline(always)]
    pub(super) fn widen(&mut self, by: f64) {
        self.apart.of_box += by * self.apart.stretch;
        self.apart.of_code += by * self.apart.stretch;
    }

    /// Limits for vectors at so great a squared distance: boxes at a greater one than the first, in steps of the grid, and
    /// codes at a greater one than the second, are farther.
    #[inline(always)]
    pub(super) fn farthest_at(&self, squared: f64) -> (i32, i32) {
        let Apart { step, stretch, of_box, of_code } = self.apart;
        let distance = squared.sqrt() * stretch;
        let (of_box, of_code) = ((distance + of_box) / step, (distance + of_code) / step);
        // Lengths beyond all bounds prove nothing.
        match of_code.is_nan() {
            true => (i32::MAX, i32::MAX),
            false => ((of_box * of_box) as i32, (of_code * of_code) as i32),
        }
    }

    fn dimensions(&self) -> f64 {
        (self.blocks.len() * DIMENSIONS) as f64
    }

    /// A box at a greater squared distance than this, in steps of the grid, holds only less similar tracks.
    pub(super) fn farthest(&self, similarity: f64) -> i32 {
        let (constant, slope) = self.distance;
        let farthest = constant - slope * similarity;
        // Lengths beyond all bounds prove nothing.
        if farthest.is_nan() { i32::MAX } else { farthest.floor() as i32 }
    }

    /// A code with a smaller product than this is that of a less similar track.
    pub(super) fn least(&self, similarity: f64) -> i32 {
        let (constant, slope) = self.product;
        let least = constant + slope * similarity;
        if least.is_nan() { i32::MIN } else { least.ceil() as i32 }
    }
}

/// No corner of a box has a greater product with a query than this.
#[inline(always)]
fn most_at_corners(blocks: &[QueryBlock]) -> i32 {
    let mut most = 0;
    for block in blocks {
        for factor in block.factors.as_flattened() {
            most += i32::from(*factor).max(0) * CELLS as i32;
        }
    }
    most
}
