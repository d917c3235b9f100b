//! The frame: how vectors become codes of one byte a dimension, and what codes prove about similarities.
//!
//! # The codes
//!
//! A vector `x` is turned to the principal axes of the catalogue, `y = A x`, which gathers its length in the
//! first dimensions, so that boxes around near tracks are small. `y` is then laid on a grid of 255 cells a
//! dimension that covers `[-r, r]`: with the step `h = 2 r / 255`, the code of `y_i` is the cell
//! `c_i = floor((y_i + r) / h)`. So `y_i` lies in the cell, between `c_i h - r` and `(c_i + 1) h - r`, and not
//! farther than about `h / 2` from its middle `m_i = (c_i + 1/2) h - r`.
//!
//! # What they prove
//!
//! Three numbers are measured over the catalogue when the frame is fitted: `d`, the greatest row sum of
//! `|A A' - 1|`, the defect of `A` as a rotation (about 1e-15), which bounds the norm of `A'A - 1` (Gershgorin);
//! `s`, the largest squared length of a vector (1 for unit vectors); `e`, the largest `|y - m|`.
//!
//! *A box.* The codes of some tracks lie between `l_i` and `u_i` in every dimension, so their `y` lie in a box.
//! Let `p = q / v` for some `v > 0`, and `D` the distance of `A p` from that box. For a track `x` in it,
//!
//! ```text
//! 2 p.x = |p|^2 + |x|^2 - |p - x|^2   and   |p - x|^2 >= |A (p - x)|^2 / (1 + d) >= D^2 / (1 + d)
//! so  q.x = v p.x <= (v / 2) (|p|^2 + s - D^2 / (1 + d))
//! ```
//!
//! which is below a similarity `t` wherever `D^2 > (1 + d) (|p|^2 + s - 2 t / v)`. This is far tighter than the
//! largest scalar product with a corner of the box, since it knows that vectors have a length: corners stick out
//! of the sphere. Any `v` is right; it is the multiplier of the constraint `|x|^2 <= s`, and proves most where it
//! is near `t`, so it is the similarity that neighbours are [`EXPECTED`] to have. `D` is bounded from below in
//! whole steps of the grid, by rounding `A p` up where a box lies above it and down where one lies below.
//!
//! *A code.* With `A q = p + f`, where `p = g b` has whole numbers `b` of one byte, the middle `m` of a track's
//! cells proves
//!
//! ```text
//! q.x <= (A q).y + d |q| |x| = p.m + p.(y - m) + f.y + d |q| |x|
//!     <= p.m + |p| e + |f| sqrt((1 + d) s) + d |q| sqrt(s)
//! p.m = g (h B.c + (h / 2 - r) sum(b)),   B.c the scalar product of the whole numbers
//! ```
//!
//! *Rounding.* All of this is computed in `f64`; [`similarity`](super::similarity) itself differs from the true
//! `q.x` by rounding only. For vectors and queries of length about 1 these errors are below 1e-13, and the bounds
//! are widened by [`SLACK`]. What a bound discards is therefore truly less similar than `t`: never equal, so
//! ties are kept, and the total order decides them.

use std::ops::Range;

use rayon::prelude::*;

use super::Vectors;
use super::kernel::{DIMENSIONS, QueryBlock};
use crate::axes::principal_axes;
use crate::blocks::blocks;

/// How much bounds are widened for rounding, relative to the lengths involved.
const SLACK: f64 = 1e-9;
/// The similarity for which boxes prove most; a tenth more or less makes little difference.
const EXPECTED: f64 = 0.93;
/// The cells of the grid.
const CELLS: f64 = 255.0;
/// With more dimensions than this the vectors are not turned: it would cost more than it gains.
const MAX_TURNED: usize = 128;

/// How vectors become codes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    dimension: usize,
    /// Half the width of the grid: `r`.
    radius: f64,
    /// `d`.
    defect: f64,
    /// `s`.
    square: f64,
    /// `e`.
    error: f64,
    /// `A`, row after row, or empty for no rotation.
    axes: Vec<f64>,
}

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
}

impl Frame {
    /// Fits the frame to vectors; two passes over them, in parallel.
    pub(super) fn fit(vectors: &Vectors) -> Self {
        let dimension = vectors.dimension();
        let axes = if dimension <= MAX_TURNED {
            principal_axes(&second_moments(vectors), dimension)
        } else {
            Vec::new()
        };
        let mut frame =
            Self { dimension, radius: 1.0, defect: defect(&axes, dimension), square: 0.0, error: 0.0, axes };
        frame.square =
            frame.greatest(vectors, |vector, _| square(vector.iter().map(|value| f64::from(*value))));
        let radius = frame
            .greatest(vectors, |_, turned| turned.iter().fold(0.0, |most, value| greater(most, value.abs())));
        // A little wider, so that the greatest value lies within the last cell.
        frame.radius = if radius > 0.0 { radius * (1.0 + 1e-6) } else { 1.0 };
        // In every dimension the middle of a cell is half a step away at most; measured, it is less.
        let error = frame.greatest(vectors, |_, turned| {
            square(turned.iter().map(|value| value - frame.middle(frame.cell(*value))))
        });
        frame.error = error.sqrt();
        frame
    }

    /// A frame from the numbers that [`Self::to_numbers`] gave; `None` if there are not as many as needed.
    pub(super) fn from_numbers(dimension: usize, numbers: &[f64]) -> Option<Self> {
        let (&[radius, defect, square, error], axes) = numbers.split_first_chunk()?;
        let fits = axes.is_empty() || Some(axes.len()) == dimension.checked_mul(dimension);
        fits.then(|| Self { dimension, radius, defect, square, error, axes: axes.to_vec() })
    }

    /// All that the frame consists of, for storing it.
    pub(super) fn to_numbers(&self) -> Vec<f64> {
        let Self { radius, defect, square, error, axes, .. } = self;
        [*radius, *defect, *square, *error].iter().chain(axes).copied().collect()
    }

    /// The blocks of a code: its dimensions, padded to whole blocks.
    pub(super) fn blocks(&self) -> usize {
        self.dimension.div_ceil(DIMENSIONS)
    }

    /// The codes of a vector, one byte a dimension.
    pub(super) fn code(&self, vector: &[f32], turned: &mut [f64], code: &mut [u8]) {
        self.turn(vector, turned);
        for (code, value) in code.iter_mut().zip(turned) {
            *code = self.cell(*value);
        }
    }

    /// A query for this frame. Inlined, so that it is compiled for the kernel's instructions.
    #[inline(always)]
    pub(super) fn query(&self, query: &[f32]) -> CodedQuery {
        let mut turned = vec![0.0; self.dimension];
        self.turn(query, &mut turned);
        let step = self.step();
        let largest = turned.iter().fold(0f64, |largest, value| largest.max(value.abs()));
        let unit = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let mut blocks = vec![QueryBlock::default(); self.blocks()];
        let (mut sum, mut length, mut left) = (0, 0.0, 0.0);
        for (block, turned) in blocks.iter_mut().zip(turned.chunks(DIMENSIONS)) {
            let places = block.up.as_flattened_mut().iter_mut().zip(block.down.as_flattened_mut());
            for (((up, down), factor), value) in places.zip(block.factors.as_flattened_mut()).zip(turned) {
                let place = (value / EXPECTED + self.radius) / step;
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
        let squared = square(query.iter().map(|value| f64::from(*value)));
        let stretch = 1.0 + self.defect;
        let error = length.sqrt() * self.error
            + (left * self.square * stretch).sqrt()
            + self.defect * (squared * self.square).sqrt()
            + SLACK * (1.0 + squared + self.square);
        let offset = (step / 2.0 - self.radius) * f64::from(sum);
        let distance = stretch / (step * step);
        CodedQuery {
            blocks,
            sum,
            distance: (
                ((squared / (EXPECTED * EXPECTED) + self.square) * (1.0 + SLACK) + SLACK) * distance,
                2.0 / EXPECTED * distance,
            ),
            product: (-(error / unit + offset) / step, 1.0 / (unit * step)),
        }
    }

    /// The greatest measure of a vector and the same vector turned.
    fn greatest(&self, vectors: &Vectors, measure: impl Fn(&[f32], &[f64]) -> f64 + Sync) -> f64 {
        let of_rows = |rows: Range<usize>| {
            let mut turned = vec![0.0; self.dimension];
            let vectors = vectors.range(rows.start, rows.len()).map(|(_, vector)| {
                self.turn(vector, &mut turned);
                measure(vector, &turned)
            });
            vectors.fold(0.0, greater)
        };
        blocks(vectors.len()).map(of_rows).reduce(|| 0.0, greater)
    }

    fn step(&self) -> f64 {
        2.0 * self.radius / CELLS
    }

    /// The cell that a turned value lies in.
    fn cell(&self, value: f64) -> u8 {
        // `as` saturates, and takes NaN for 0.
        ((value + self.radius) / self.step()).floor().min(CELLS - 1.0) as u8
    }

    fn middle(&self, cell: u8) -> f64 {
        (f64::from(cell) + 0.5) * self.step() - self.radius
    }

    /// The vector along the axes.
    #[inline(always)]
    fn turn(&self, vector: &[f32], turned: &mut [f64]) {
        if self.axes.is_empty() {
            for (turned, value) in turned.iter_mut().zip(vector) {
                *turned = f64::from(*value);
            }
            return;
        }
        for (turned, axis) in turned.iter_mut().zip(self.axes.chunks_exact(self.dimension)) {
            *turned = axis.iter().zip(vector).map(|(axis, value)| axis * f64::from(*value)).sum();
        }
    }
}

impl CodedQuery {
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

fn square(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum()
}

/// The greater one, and infinity instead of NaN, so that nothing is proved about such vectors.
fn greater(a: f64, b: f64) -> f64 {
    if b.is_nan() { f64::INFINITY } else { a.max(b) }
}

/// The sums of products of every two components over all vectors.
fn second_moments(vectors: &Vectors) -> Vec<f64> {
    let dimension = vectors.dimension();
    let blocks: Vec<Vec<f64>> = blocks(vectors.len())
        .map(|rows| {
            let mut sums = vec![0.0; dimension * dimension];
            for (_, vector) in vectors.range(rows.start, rows.len()) {
                for (sums, a) in sums.chunks_exact_mut(dimension).zip(vector) {
                    for (sum, b) in sums.iter_mut().zip(vector) {
                        *sum += f64::from(*a) * f64::from(*b);
                    }
                }
            }
            sums
        })
        .collect();
    let mut total = vec![0.0; dimension * dimension];
    for block in blocks {
        total.iter_mut().zip(block).for_each(|(total, sum)| *total += sum);
    }
    total
}

/// How far axes are from a rotation: the greatest row sum of `|A A' - 1|`, doubled for rounding.
fn defect(axes: &[f64], dimension: usize) -> f64 {
    let rows = || axes.chunks_exact(dimension).enumerate();
    rows()
        .map(|(first, a)| {
            rows()
                .map(|(second, b)| {
                    let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                    (product - if first == second { 1.0 } else { 0.0 }).abs()
                })
                .sum::<f64>()
        })
        .fold(0.0, greater)
        * 2.0
}
