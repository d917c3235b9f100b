//! The frame: how vectors become codes of one byte a dimension, and what codes prove about similarities and distances.
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
//! is near `t / s`, so it is the share of the greatest product, `|q| sqrt(s)`, that neighbours are expected to have
//! (`EXPECTED`), over `s`. `D` is bounded from below in whole steps of the grid, by rounding `A p` up where a box lies
//! above it and down where one lies below.
//!
//! *The corners of a box.* Where vectors have very different lengths, that multiplier says little about the short ones,
//! and the largest product with a corner proves more. With `A q = p + f` as below, `p = g b`,
//!
//! ```text
//! q.x <= p.y + f.y + d |q| |x| <= p.c + |f| sqrt((1 + d) s) + d |q| sqrt(s),   c_i = u_i where b_i > 0, else l_i
//! p.c = g (h B.C - r sum(b)),   B.C the scalar product of the whole numbers, C the corner in steps of the grid
//! ```
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
//! *Distances.* Where the squared distance `|q - x|^2` is ranked, nothing has to be known of lengths. Let `z = q - x`. A
//! rotation keeps its length, so `|A z| <= sqrt(1 + d) |z|`. And to move every coordinate into `[-r, r]`, which lengthens no
//! difference, lets the grid be as narrow as is good for most vectors: those beyond its edge lie, for all that codes say,
//! on it. ([`WIDE`] says how narrow.) So, with `D` the distance of the moved `A q` from a box of moved `A x`,
//!
//! ```text
//! D <= |A q - A x| <= sqrt(1 + d) |q - x|
//! ```
//!
//! and all of the box is farther than `t` wherever `D > sqrt(1 + d) t`. For a single code, let `n` be the middle of the
//! cells of the moved `A q`, `a` its distance from there, and `e` the largest such distance of a moved `A x` from the
//! middle `m` of its cells, as above. By the triangle inequality
//!
//! ```text
//! |n - m| <= |A q - A x| + a + e <= sqrt(1 + d) |q - x| + a + e
//! ```
//!
//! and `|n - m|` is `h` times the length of the difference of the two codes. (The product of codes bounds distances too,
//! by `|q|^2 - 2 q.x + |x|^2`, but needs `|x|^2` of every track, and its error grows with `|q|`.) With many dimensions,
//! `x' = (A x, t)`. Let `w(x) = x - A'A x`, so `z = A'A z + w(z)`. The rows of `A` are orthonormal to within `d`, so
//!
//! ```text
//! |z|^2 = |A'A z|^2 + 2 (A'A z).w(z) + |w(z)|^2 >= (1 - 3 d) |A z|^2 + |w(z)|^2   and
//! |w(z)| = |w(q) - w(x)| >= | |w(q)| - |w(x)| |
//! ```
//!
//! `t` is not `|w(x)|`, but greater by up to `sqrt(2 (2 d + s)) |x|`, with `s` the [`TAIL_SLACK`]: its square was increased
//! by no more than twice what is added for rounding. So `|q' - x'| <= (1 + 2 d) |q - x| + sqrt(2 (2 d + s)) (|q| + |x|)`.
//!
//! *Angles.* Where cosine distances of vectors of length 1 are ranked, what is compared is half of the squared distance,
//! `|q - x|^2 / 2 = (|q|^2 + |x|^2) / 2 - q.x`. As `f32` rounds lengths, their squares are within `2^-23` of 1. So a vector at
//! a distance of at most `a` has a product of at least `1 - a - 2^-23` with the query, and the proofs about products apply
//! for that. (The product with a vector of zero is 0, and its distance is defined as 1.)
//!
//! *Rounding.* All of this is computed in `f64`; [`similarity`](super::similarity) itself differs from the true
//! `q.x` by rounding only, and so does [`squared_distance`](super::squared_distance) from the true one. For vectors and queries of length about 1 these errors are below 1e-13, and the bounds
//! are widened by `SLACK`; those of distances, which may be of any size, relative to `|q| + sqrt(s)`. What a bound discards is therefore truly less similar than `t`: never equal, so
//! ties are kept, and the total order decides them.

use std::ops::Range;

use rayon::prelude::*;

use super::Vectors;
use super::kernel::{DIMENSIONS, Job, Kernel, Kernels};
use super::metric::Measure;
use crate::axes::{leading_axes, principal_axes};
use crate::blocks::{BLOCK, blocks};
use crate::row::Row;

/// Where distances are ranked, the grid reaches to so many times the root mean square along the first axis, or to the
/// greatest value if that is nearer: a few vectors far out shall not make the cells of all others wide. (89,740
/// tracks of 16 standardised features, 2,000 queries: 2 19.2 ms, 3 20.2, 4 20.9, 6 22.7, 10 28.7, without limit 35.4.)
const WIDE: f64 = 2.5;
/// The cells of the grid.
pub(super) const CELLS: f64 = 255.0;
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
    /// What the codes are to prove.
    pub(super) measure: Measure,
    pub(super) dimension: usize,
    /// The dimensions that are coded.
    pub(super) coded: usize,
    /// Half the width of the grid: `r`.
    pub(super) radius: f64,
    /// `d`.
    pub(super) defect: f64,
    /// `s`.
    pub(super) square: f64,
    /// `e`.
    pub(super) error: f64,
    /// The number of axes, or 0 for no rotation.
    rows: usize,
    /// `A`, in groups of rows: each group column after column. What is missing of the last group is 0.
    axes: Vec<[f64; TURNED]>,
}

impl Frame {
    /// Fits the frame to vectors, and computes their codes, one byte a dimension, row after row. A few passes over them, in
    /// parallel.
    pub(super) fn fit(vectors: &Vectors, measure: Measure) -> (Self, Vec<u8>) {
        let dimension = vectors.dimension();
        let step = if dimension <= MAX_TURNED { 1 } else { vectors.len().div_ceil(SAMPLE).max(1) };
        let moments = if dimension <= MAX_REDUCED { second_moments(vectors, step) } else { Vec::new() };
        let axes = match dimension {
            0..=MAX_TURNED => principal_axes(&moments, dimension),
            _ if dimension <= MAX_REDUCED => leading_axes(&moments, dimension, MAX_LEADING, LEADING_SHARE),
            _ => Vec::new(),
        };
        let defect = defect(&axes, dimension);
        let mut frame = Self::with_axes(measure, dimension, &axes, [1.0, defect, 0.0, 0.0]);
        let mut radius;
        [frame.square, radius] = frame.greatest(vectors, |vector, turned| {
            let largest = turned.iter().fold(0.0, |most, value| greater(most, value.abs()));
            [frame.square_of(vector, turned), largest]
        });
        if measure == Measure::Distance && !axes.is_empty() {
            let square = along_first(&axes, &moments, dimension) / vectors.len().div_ceil(step).max(1) as f64;
            radius = radius.min(WIDE * square.sqrt());
        }
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
                square(
                    turned.iter().zip(codes).map(|(value, code)| frame.on_grid(*value) - frame.middle(*code)),
                )
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
    fn with_axes(
        measure: Measure,
        dimension: usize,
        axes: &[f64],
        [radius, defect, square, error]: [f64; 4],
    ) -> Self {
        let rows = axes.len() / dimension;
        let coded = if rows == 0 || rows == dimension { dimension } else { rows + 1 };
        let mut groups = vec![[0.0; TURNED]; rows.div_ceil(TURNED) * dimension];
        for (row, axis) in axes.chunks_exact(dimension).enumerate() {
            let group = groups.iter_mut().skip(row / TURNED * dimension);
            for (place, value) in group.filter_map(|column| column.get_mut(row % TURNED)).zip(axis) {
                *place = *value;
            }
        }
        Self { measure, dimension, coded, radius, defect, square, error, rows, axes: groups }
    }

    /// A frame from the numbers that [`Self::to_numbers`] gave; `None` if there are not as many as needed. Only those that
    /// rank by product are stored.
    pub(super) fn from_numbers(dimension: usize, numbers: &[f64]) -> Option<Self> {
        let (numbers, axes) = numbers.split_first_chunk()?;
        let rows = axes.len().checked_div(dimension)?;
        let measure = Measure::Similarity;
        let fits = rows == 0 || rows == dimension || (rows < dimension && dimension > MAX_TURNED);
        (fits && axes.len().is_multiple_of(dimension))
            .then(|| Self::with_axes(measure, dimension, axes, *numbers))
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

    /// A turned value, or the nearest one that the grid covers.
    #[inline(always)]
    pub(super) fn on_grid(&self, value: f64) -> f64 {
        value.max(-self.radius).min(self.radius)
    }

    pub(super) fn step(&self) -> f64 {
        2.0 * self.radius / CELLS
    }

    /// The cell that a turned value lies in.
    pub(super) fn cell(&self, value: f64) -> u8 {
        // `as` saturates, and takes NaN for 0.
        ((value + self.radius) / self.step()).floor().min(CELLS - 1.0) as u8
    }

    pub(super) fn middle(&self, cell: u8) -> f64 {
        (f64::from(cell) + 0.5) * self.step() - self.radius
    }

    /// The squared length of a vector, of what is coded if that is less than all of it.
    #[inline(always)]
    pub(super) fn square_of(&self, vector: &[f32], turned: &[f64]) -> f64 {
        match self.coded == self.dimension {
            true => square(vector.iter().map(|value| f64::from(*value))),
            false => square(turned.iter().copied()),
        }
    }

    /// The vector along the axes, and the length of what they leave out, if they do.
    #[inline(always)]
    pub(super) fn turn(&self, vector: &[f32], turned: &mut [f64]) {
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
            *tail = (left + self.tail_slack() * whole).sqrt();
        }
    }

    /// What is added to the squared length of a tail, relative to that of the vector.
    #[inline(always)]
    pub(super) fn tail_slack(&self) -> f64 {
        2.0 * self.defect + TAIL_SLACK
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

/// What the first of some axes gathers of the second moments.
fn along_first(axes: &[f64], moments: &[f64], dimension: usize) -> f64 {
    let first = axes.get(..dimension).unwrap_or_default();
    let product = |moments: &[f64]| first.iter().zip(moments).map(|(a, b)| a * b).sum::<f64>();
    first.iter().zip(moments.chunks_exact(dimension)).map(|(value, moments)| value * product(moments)).sum()
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
