//! What is near: the metrics, and the two numbers that define them to the last bit.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use super::kernel::{Job, Kernel, Kernels};
use crate::error::{Error, Result};

/// The lanes in which products are summed: enough for the widest registers, and the same on every machine.
const LANES: usize = 8;

/// How points are compared. Its name is `cosine`, `euclidean` or `inner_product`.
///
/// Distances follow the convention of scikit-learn and FAISS: a smaller one is nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// `1 - x.y / (|x| |y|)`, 0 to 2; 1 if one of the two is zero, whose angles are undefined.
    Cosine,
    /// `|x - y|`, the length of the difference.
    Euclidean,
    /// `-x.y`, of any sign. It is no metric in the strict sense: a point need not be the nearest to itself.
    InnerProduct,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 3] = [Self::Cosine, Self::Euclidean, Self::InnerProduct];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosine => "cosine",
            Self::Euclidean => "euclidean",
            Self::InnerProduct => "inner_product",
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Metric {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let wanted = || format!("one of the metrics {}", Self::ALL.map(Self::name).join(", "));
        Self::ALL
            .into_iter()
            .find(|metric| metric.name() == name)
            .ok_or_else(|| Error::Value { wanted: wanted(), found: name.to_owned() })
    }
}

/// What a search ranks by, and what its boxes prove it from. The greater is the closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// The product of vectors of about the same length.
    Similarity,
    /// The product of vectors of any lengths.
    Product,
    /// Minus the squared distance.
    Distance,
    /// Minus the cosine distance of vectors of length 1, or zero: see [`cosine_distance`].
    Angle,
}

/// No product of two vectors of length 1, as `f32` rounds them, is less than 1 minus their [`cosine_distance`] and this:
/// half of their squared lengths is off by at most `2^-23`.
pub(super) const ROUNDED_LENGTHS: f64 = 1.25e-7;

impl Measure {
    /// How close a vector is to a query.
    #[inline(always)]
    pub(super) fn closeness(self, query: Query<'_>, vector: &[f32]) -> f64 {
        match self {
            Self::Similarity | Self::Product => similarity(query.vector, vector),
            Self::Distance => -query.squared_distance(vector),
            Self::Angle => 0.0 - cosine_distance(query.vector, vector),
        }
    }
}

/// A query.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Query<'a> {
    /// What boxes and codes are compared with, and vectors too unless there are `exact` values.
    pub(super) vector: &'a [f32],
    /// The same in double precision, or empty. Only for distances: those between points close to each other, far from zero,
    /// are less than what single precision rounds.
    pub(super) exact: &'a [f64],
}

impl<'a> From<&'a [f32]> for Query<'a> {
    fn from(vector: &'a [f32]) -> Self {
        Self { vector, exact: &[] }
    }
}

impl Query<'_> {
    #[inline(always)]
    pub(super) fn squared_distance(self, vector: &[f32]) -> f64 {
        if self.exact.is_empty() {
            squared_distance(self.vector, vector)
        } else {
            squared(self.exact, vector)
        }
    }

    /// How far the vector is from the exact values.
    #[inline(always)]
    pub(super) fn rounded_by(self) -> f64 {
        squared(self.exact, self.vector).sqrt()
    }
}

/// A measure as a type, for code that is compiled for each.
pub(super) trait Of {
    const MEASURE: Measure;
}

pub(super) struct Similarity;
pub(super) struct Product;
pub(super) struct Distance;
pub(super) struct Angle;

impl Of for Similarity {
    const MEASURE: Measure = Measure::Similarity;
}

impl Of for Product {
    const MEASURE: Measure = Measure::Product;
}

impl Of for Angle {
    const MEASURE: Measure = Measure::Angle;
}

impl Of for Distance {
    const MEASURE: Measure = Measure::Distance;
}

/// Work that is compiled once for every kernel and measure.
pub(super) trait MeasuredJob: Sized {
    /// Does it; see [`Job::run`].
    fn run<K: Kernel, M: Of>(&mut self, kernel: K);

    /// Does work by a measure with the best code for it.
    fn run_by(&mut self, measure: Measure, kernels: Kernels) {
        match measure {
            Measure::Similarity => kernels.run(&mut By::<_, Similarity>(self, PhantomData)),
            Measure::Product => kernels.run(&mut By::<_, Product>(self, PhantomData)),
            Measure::Distance => kernels.run(&mut By::<_, Distance>(self, PhantomData)),
            Measure::Angle => kernels.run(&mut By::<_, Angle>(self, PhantomData)),
        }
    }
}

struct By<'j, J, M>(&'j mut J, PhantomData<M>);

impl<J: MeasuredJob, M: Of> Job for By<'_, J, M> {
    #[inline(always)]
    fn run<K: Kernel>(&mut self, kernel: K) {
        self.0.run::<K, M>(kernel);
    }
}

/// The cosine of two unit vectors of the same dimension, in [-1, 1]; 0 if one of them is zero.
///
/// Products of two `f32` are exact in `f64`. They are summed in eight lanes, dimension `i` in lane `i % 8`,
/// and the lanes pairwise: an order that vectorises and is the same on every machine. The error against the
/// cosine before rounding to `f32` is below 1.3e-7.
#[inline(always)]
pub fn similarity(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0f64; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f64::from(*a) * f64::from(*b);
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += f64::from(*a) * f64::from(*b);
    }
    let sum = pairwise(lanes);
    // Only damaged vectors can give NaN, which must not reach a comparison. Adding 0 turns -0 into 0, which
    // the total order would tell apart.
    if sum.is_nan() { -1.0 } else { sum.clamp(-1.0, 1.0) + 0.0 }
}

/// The squared Euclidean distance of two vectors of the same dimension, summed as [`similarity`] is; infinite instead of
/// NaN.
///
/// Its relative error is that of rounding in `f64`: below `(n + 3) 2^-53` in `n` dimensions.
#[inline(always)]
pub fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    squared(a, b)
}

/// 1 minus the cosine of two vectors of length 1, in [0, 2]; 1 if one of them is zero.
///
/// For `|a| = |b| = 1` it is half of `|a - b|^2 = 2 - 2 a.b`, which unlike `1 - a.b` is 0 for equal vectors however their
/// lengths were rounded, and precise for nearly equal ones.
#[inline(always)]
pub(super) fn cosine_distance(a: &[f32], b: &[f32]) -> f64 {
    let half = squared_distance(a, b) / 2.0;
    // Half of 1: at an angle of 60 degrees, or from zero.
    if (half - 0.5).abs() < 1e-6 && (is_zero(a) || is_zero(b)) || half == 0.0 && is_zero(a) {
        return 1.0;
    }
    half.min(2.0)
}

fn is_zero(vector: &[f32]) -> bool {
    vector.iter().all(|value| *value == 0.0)
}

#[inline(always)]
fn squared<V: Copy + Into<f64>>(a: &[V], b: &[f32]) -> f64 {
    let mut lanes = [0f64; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            let difference = Into::<f64>::into(*a) - f64::from(*b);
            *lane += difference * difference;
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        let difference = Into::<f64>::into(*a) - f64::from(*b);
        *lane += difference * difference;
    }
    let sum = pairwise(lanes);
    if sum.is_nan() { f64::INFINITY } else { sum }
}

#[inline(always)]
fn pairwise([l0, l1, l2, l3, l4, l5, l6, l7]: [f64; LANES]) -> f64 {
    ((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_told_by_their_names() {
        for metric in Metric::ALL {
            assert_eq!(metric.to_string().parse::<Metric>().unwrap(), metric);
        }
        let error = "l2".parse::<Metric>().unwrap_err().to_string();
        assert_eq!(error, "one of the metrics cosine, euclidean, inner_product was wanted, found \"l2\"");
    }
}
