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
//! *Many dimensions.* Where a vector has more than [`MAX_TURNED`], only its leading axes are coded, those that gather
//! most of its length, and of the rest one number, its length: `x' = (A x, t)` with `t = |x - A'A x|`. By the inequality
//! of Cauchy and Schwarz
//!
//! ```text
//! q.x = A q . A x + (q - A'A q).(x - A'A x) <= q'.x'
//! ```
//!
//! so all of the above holds for `q'` and `x'` in place of `q` and `x`, without a rotation: what bounds `q'.x'` bounds
//! `q.x`. The rows of `A` are orthonormal only to within `d`, which bounds the norm of `A'A - 1` on their span. So the
//! products of the two parts of one with those of the other do not vanish, but are at most `d |q| |x|`, which is added
//! where codes are multiplied, and `t` is computed as `sqrt(|x|^2 - |A x|^2 + (2 d + s) |x|^2)`. `s`, [`TAIL_SLACK`], is
//! above the rounding error of the squared lengths: with `n` dimensions and `k` axes at most `2 sqrt(k) n u`, or 7.3e-12
//! for 2,048 and 255.
//!
//! *Rounding.* All of this is computed in `f64`; [`similarity`](super::similarity) itself differs from the true
//! `q.x` by rounding only. For vectors and queries of length about 1 these errors are below 1e-13, and the bounds
//! are widened by [`SLACK`]. What a bound discards is therefore truly less similar than `t`: never equal, so
//! ties are kept, and the total order decides them.

use std::ops::Range;

use rayon::prelude::*;

use super::Vectors;
use super::kernel::{DIMENSIONS, FARTHEST, Job, Kernel, Kernels, QueryBlock};
use crate::axes::{leading_axes, principal_axes};
use crate::blocks::{BLOCK, blocks};
use crate::row::Row;

/// How much bounds are widened for rounding, relative to the lengths involved.
const SLACK: f64 = 1e-9;
/// The similarity for which boxes prove most; a tenth more or less makes little difference.
const EXPECTED: f64 = 0.93;
/// The cells of the grid.
const CELLS: f64 = 255.0;
/// The axes along which a vector is turned at a time: enough for sums that do not wait for each other.
const TURNED: usize = 16;
/// With more dimensions than this only the leading axes are coded, and the length of the rest.
const MAX_TURNED: usize = 64;
/// With more dimensions than this the vectors are coded as they are: finding axes would take too long.
const MAX_REDUCED: usize = 2_048;
/// Of many dimensions so many leading axes are coded that they gather this share of all squared lengths, and with the
/// length of the rest fill whole blocks; but at most so many. With fewer, more vectors have to be compared; with more,
/// codes take longer to read. (89,740 embeddings of 384 dimensions: 127 axes 1.0 ms, 191 0.28, 255 0.22, 319 0.25;
/// vectors of 73 dimensions by the profile `segue`: 47 axes 0.73 of the time of all 73, and a tree in 0.6 of the time.)
const LEADING_SHARE: f64 = 0.95;
const MAX_LEADING: usize = 255;
/// The axes of many dimensions are found from about so many vectors.
const SAMPLE: usize = 8_192;
/// How much the squared length of what the axes leave out is increased for rounding, relative to that of the vector.
const TAIL_SLACK: f64 = 1e-11;

/// How vectors become codes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    dimension: usize,
    /// The dimensions that are coded.
    coded: usize,
    /// Half the width of the grid: `r`.
    radius: f64,
    /// `d`.
    defect: f64,
    /// `s`.
    square: f64,
    /// `e`.
    error: f64,
    /// The number of axes, or 0 for no rotation.
    rows: usize,
    /// `A`, in groups of rows: each group column after column. What is missing of the last group is 0.
    axes: Vec<[f64; TURNED]>,
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
    /// Fits the frame to vectors, and computes their codes, one byte a dimension, row after row. A few passes over them, in
    /// parallel.
    pub(super) fn fit(vectors: &Vectors) -> (Self, Vec<u8>) {
        let dimension = vectors.dimension();
        let axes = match dimension {
            0..=MAX_TURNED => principal_axes(&second_moments(vectors, 1), dimension),
            _ if dimension <= MAX_REDUCED => {
                let step = vectors.len().div_ceil(SAMPLE).max(1);
                leading_axes(&second_moments(vectors, step), dimension, MAX_LEADING, LEADING_SHARE)
            }
            _ => Vec::new(),
        };
        let defect = defect(&axes, dimension);
        let mut frame = Self::with_axes(dimension, &axes, [1.0, defect, 0.0, 0.0]);
        let radius;
        [frame.square, radius] = frame.greatest(vectors, |vector, turned| {
            let largest = turned.iter().fold(0.0, |most, value| greater(most, value.abs()));
            [frame.square_of(vector, turned), largest]
        });
        // A little wider, so that the greatest value lies within the last cell.
        frame.radius = if radius > 0.0 { radius * (1.0 + 1e-6) } else { 1.0 };
        let mut codes = vec![0u8; vectors.len() * frame.coded];
        let parts = codes.par_chunks_mut(BLOCK * frame.coded).zip(blocks(vectors.len()));
        let errors = parts.map(|(codes, rows)| {
            let turned = frame.turned(vectors, rows);
            for (code, value) in codes.iter_mut().zip(&turned) {
                *code = frame.cell(*value);
            }
            // In every dimension the middle of a cell is half a step away at most; measured, it is less.
            let error = |(turned, codes): (&[f64], &[u8])| {
                square(turned.iter().zip(codes).map(|(value, code)| value - frame.middle(*code)))
            };
            turned
                .chunks_exact(frame.coded)
                .zip(codes.chunks_exact(frame.coded))
                .map(error)
                .fold(0.0, greater)
        });
        frame.error = errors.reduce(|| 0.0, greater).sqrt();
        (frame, codes)
    }

    /// A frame with axes that are given row after row.
    fn with_axes(dimension: usize, axes: &[f64], [radius, defect, square, error]: [f64; 4]) -> Self {
        let rows = axes.len() / dimension;
        let coded = if rows == 0 || rows == dimension { dimension } else { rows + 1 };
        let mut groups = vec![[0.0; TURNED]; rows.div_ceil(TURNED) * dimension];
        for (row, axis) in axes.chunks_exact(dimension).enumerate() {
            let group = groups.iter_mut().skip(row / TURNED * dimension);
            for (place, value) in group.filter_map(|column| column.get_mut(row % TURNED)).zip(axis) {
                *place = *value;
            }
        }
        Self { dimension, coded, radius, defect, square, error, rows, axes: groups }
    }

    /// A frame from the numbers that [`Self::to_numbers`] gave; `None` if there are not as many as needed.
    pub(super) fn from_numbers(dimension: usize, numbers: &[f64]) -> Option<Self> {
        let (numbers, axes) = numbers.split_first_chunk()?;
        let rows = axes.len().checked_div(dimension)?;
        let fits = rows == 0 || rows == dimension || (rows < dimension && dimension > MAX_TURNED);
        (fits && axes.len().is_multiple_of(dimension)).then(|| Self::with_axes(dimension, axes, *numbers))
    }

    /// All that the frame consists of, for storing it: some numbers, then the axes, row after row.
    pub(super) fn to_numbers(&self) -> Vec<f64> {
        let Self { radius, defect, square, error, axes, .. } = self;
        let row = |row: usize| {
            let group = axes.iter().skip(row / TURNED * self.dimension).take(self.dimension);
            group.filter_map(move |column| column.get(row % TURNED))
        };
        [*radius, *defect, *square, *error].iter().chain((0..self.rows).flat_map(row)).copied().collect()
    }

    /// The dimensions of a code.
    pub(super) fn coded(&self) -> usize {
        self.coded
    }

    /// The blocks of a code: its dimensions, padded to whole blocks.
    pub(super) fn blocks(&self) -> usize {
        self.coded.div_ceil(DIMENSIONS)
    }

    /// Some vectors along the axes, one after the other.
    fn turned(&self, vectors: &Vectors, rows: Range<usize>) -> Vec<f64> {
        let mut turning = Turning { frame: self, vectors, turned: vec![0.0; rows.len() * self.coded], rows };
        Kernels::detect().run(&mut turning);
        turning.turned
    }

    /// A query for this frame. Inlined, so that it is compiled for the kernel's instructions.
    #[inline(always)]
    pub(super) fn query(&self, query: &[f32]) -> CodedQuery {
        let mut turned = vec![0.0; self.coded];
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
        let squared = self.square_of(query, &turned);
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

    /// The greatest measures of a vector and the same vector turned.
    fn greatest(&self, vectors: &Vectors, measure: impl Fn(&[f32], &[f64]) -> [f64; 2] + Sync) -> [f64; 2] {
        let both = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [greater(a, c), greater(b, d)];
        let of_rows = |rows: Range<usize>| {
            let turned = self.turned(vectors, rows.clone());
            let vectors = vectors.range(rows.start, rows.len()).map(|(_, vector)| vector);
            let measures = vectors.zip(turned.chunks_exact(self.coded));
            measures.map(|(vector, turned)| measure(vector, turned)).fold([0.0; 2], both)
        };
        blocks(vectors.len()).map(of_rows).reduce(|| [0.0; 2], both)
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

    /// The squared length of a vector, of what is coded if that is less than all of it.
    #[inline(always)]
    fn square_of(&self, vector: &[f32], turned: &[f64]) -> f64 {
        match self.coded == self.dimension {
            true => square(vector.iter().map(|value| f64::from(*value))),
            false => square(turned.iter().copied()),
        }
    }

    /// The vector along the axes, and the length of what they leave out, if they do.
    #[inline(always)]
    fn turn(&self, vector: &[f32], turned: &mut [f64]) {
        if self.axes.is_empty() {
            for (turned, value) in turned.iter_mut().zip(vector) {
                *turned = f64::from(*value);
            }
            return;
        }
        let Some((along, tail)) = turned.split_at_mut_checked(self.rows) else { return };
        for (along, group) in along.chunks_mut(TURNED).zip(self.axes.chunks_exact(self.dimension)) {
            let mut sums = [0.0; TURNED];
            for (column, value) in group.iter().zip(vector) {
                let value = f64::from(*value);
                for (sum, axis) in sums.iter_mut().zip(column) {
                    *sum += axis * value;
                }
            }
            along.iter_mut().zip(sums).for_each(|(along, sum)| *along = sum);
        }
        if let [tail] = tail {
            let whole = square_in_lanes(vector);
            let left = (whole - square(along.iter().copied())).max(0.0);
            *tail = (left + (2.0 * self.defect + TAIL_SLACK) * whole).sqrt();
        }
    }
}

/// Turns some vectors, compiled for the instructions of this machine.
struct Turning<'a> {
    frame: &'a Frame,
    vectors: &'a Vectors,
    rows: Range<usize>,
    turned: Vec<f64>,
}

impl Job for Turning<'_> {
    #[inline(always)]
    fn run<K: Kernel>(&mut self, _: K) {
        let vectors = self.vectors.range(self.rows.start, self.rows.len());
        for ((_, vector), turned) in vectors.zip(self.turned.chunks_exact_mut(self.frame.coded)) {
            self.frame.turn(vector, turned);
        }
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

fn square(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum()
}

/// The greater one, and infinity instead of NaN, so that nothing is proved about such vectors.
fn greater(a: f64, b: f64) -> f64 {
    if b.is_nan() { f64::INFINITY } else { a.max(b) }
}

/// The squared length of a vector, summed in eight lanes.
#[inline(always)]
fn square_in_lanes(vector: &[f32]) -> f64 {
    let mut lanes = [0f64; 8];
    let (eights, rest) = vector.as_chunks::<8>();
    for eight in eights {
        for (lane, value) in lanes.iter_mut().zip(eight) {
            *lane += f64::from(*value) * f64::from(*value);
        }
    }
    lanes.iter().sum::<f64>() + square(rest.iter().map(|value| f64::from(*value)))
}

/// The sums of products of every two components over every `step`-th vector.
fn second_moments(vectors: &Vectors, step: usize) -> Vec<f64> {
    let dimension = vectors.dimension();
    let blocks: Vec<Vec<f64>> = blocks(vectors.len().div_ceil(step))
        .map(|numbers| {
            let mut moments = Moments { vectors, numbers, step, sums: vec![0.0; dimension * dimension] };
            Kernels::detect().run(&mut moments);
            moments.sums
        })
        .collect();
    let mut total = vec![0.0; dimension * dimension];
    for block in blocks {
        total.iter_mut().zip(block).for_each(|(total, sum)| *total += sum);
    }
    total
}

/// Sums the products of every two components over some of every `step`-th vectors, compiled for the instructions of this
/// machine.
struct Moments<'a> {
    vectors: &'a Vectors,
    numbers: Range<usize>,
    step: usize,
    sums: Vec<f64>,
}

impl Job for Moments<'_> {
    #[inline(always)]
    fn run<K: Kernel>(&mut self, _: K) {
        let dimension = self.vectors.dimension();
        for number in self.numbers.clone() {
            let vector = self.vectors.get(Row((number * self.step) as u32)).unwrap_or_default();
            for (sums, a) in self.sums.chunks_exact_mut(dimension).zip(vector) {
                for (sum, b) in sums.iter_mut().zip(vector) {
                    *sum += f64::from(*a) * f64::from(*b);
                }
            }
        }
    }
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
