//! [`Points`]: nearest neighbours of points of any length, by any [`Metric`].

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use super::answers::Ranked;
use super::batch::{Asked, check, vector};
use super::metric::{Measure, Metric, Query};
use super::scaling::{exponent, length, magnitude, normalise, scale_alone};
use super::top::{Neighbour, Wanted};
use super::{Neighbours, Vectors};
use crate::blocks::{BLOCK, blocks};
use crate::error::{Error, Result};
use crate::row::Row;

/// What `f32` does not hold of a value may be this much, relative to the length of the longest point.
const NEGLIGIBLE: f64 = f32::MIN_POSITIVE as f64;

/// Queries that are placed by a parallel task.
const PLACED: usize = 64;

/// No point is longer, unless it is scaled to length 1.
const LONGEST: f64 = 0.5;

/// A point with a coordinate of this size is held well by `f32`, whatever the others are.
const NEVER_LOST: f32 = 1e-30;

/// Lengths that differ by no more than this are about the same.
const ABOUT_THE_SAME: f64 = 0.9;

/// Points, and the search for the nearest of them.
///
/// Values and queries are slices of `f32`, `f64` or another type that converts to `f64` without loss, one point after
/// the other (row-major, shape `points x dimension`). Points are numbered from 0; [`Row`] is the number of a point.
///
/// # Precision
///
/// The search works on `f32` of length 1 or less. How points become such vectors depends on the metric:
///
/// - *Cosine.* They are scaled to length 1 in `f64`, then rounded. The distance of two is half of the squared length of their
///   difference, which is `1 - x.y` for this length: so equal points have a distance of exactly 0, and those of the same
///   direction, which may be rounded differently, of less than `1e-13`. Rounding changes a distance `d` by up to
///   `2^-23 sqrt(2 d) + 2^-47`.
/// - *Inner product.* They are all scaled by the same power of two, a query by one of its own. This is exact for values
///   that `f32` holds, since only exponents change; products are scaled back.
/// - *Euclidean.* A central point is subtracted in `f64`, which changes no distance, and all are scaled by the same power of
///   two, queries too. So codes have to reach only as far as points differ, and what is rounded is how far a point is from
///   the centre, not from zero. If `f32` holds the values, a column is left as it is where it would not hold the
///   differences: so points of single precision are never rounded.
///
/// On the vectors, answers are exact. Rounding moves a point by at most `2^-24` of its length, for Euclidean distances of
/// its distance from the centre. It moves a query likewise, but for Euclidean distances: there a query is moved by `2^-53`
/// only, if no point was rounded, as with points of single precision, or if it is far beyond the farthest one. If points
/// were rounded, a query that is no farther is rounded as they are, so that a point is found at a distance of 0 by its own
/// values.
///
/// `f32` has a least number, so points of very different lengths cannot all be held: one that is about `2^-126` times as long
/// as another, for Euclidean distances as far from the centre, is refused if it would be moved by more than that.
///
/// # Example
///
/// ```
/// use segue::Row;
/// use segue::neighbours::{Metric, Points};
///
/// let points = Points::fit(Metric::Euclidean, 2, &[0.0, 0.0, 3.0, 4.0, 30.0, 40.0])?;
/// let nearest = points.nearest_batch(&[3.0, 4.0, 30.0, 41.0], 2)?;
/// assert_eq!(nearest.rows(), [1, 0, 2, 1]);
/// assert_eq!(nearest.distances()[..3], [0.0, 5.0, 1.0]);
///
/// let near = points.within_of(&[Row(0), Row(2)], 5.0)?;
/// assert_eq!((near.get(0), near.get(1)), (Some((&[1][..], &[5.0][..])), Some((&[][..], &[][..]))));
/// # Ok::<(), segue::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Points {
    metric: Metric,
    neighbours: Neighbours,
    /// A value `x` is stored as `(x 2^-first - centre) 2^-second`; cosines leave all this 0.
    first: i32,
    second: i32,
    /// Empty but for Euclidean distances.
    centre: Vec<f64>,
    /// Whether `f32` holds some of the differences from the centre only rounded.
    rounded: bool,
}

/// Queries as the search takes them.
#[derive(Default)]
pub(super) struct Placed {
    values: Vec<f32>,
    /// The same before they were rounded, for Euclidean distances.
    exact: Vec<f64>,
    /// The exponents of the powers of two by which distances are scaled back.
    exponents: Vec<i32>,
}

impl Placed {
    /// The only query.
    pub(super) fn query(&self) -> Query<'_> {
        Query { vector: &self.values, exact: &self.exact }
    }

    /// Its exponent.
    pub(super) fn exponent(&self) -> i32 {
        self.exponents.first().copied().unwrap_or_default()
    }

    fn append(&mut self, mut other: Self) {
        self.values.append(&mut other.values);
        self.exact.append(&mut other.exact);
        self.exponents.append(&mut other.exponents);
    }
}

impl Points {
    /// Prepares a search among points of `dimension` values each.
    ///
    /// In parallel. The cost is that of copying the values and of `n log n` for a tree over `n` points. An error says what
    /// is refused: 0 dimensions, an incomplete point at the end, a value that is not finite, more than 2^32 - 1 points, and
    /// a point that would be lost beside another about `2^126` times as long (see [Precision](Self#precision)).
    pub fn fit<V>(metric: Metric, dimension: usize, values: &[V]) -> Result<Self>
    where
        V: Copy + Into<f64> + Sync,
    {
        let refuse = |problem: String| Err(Error::Query { problem });
        if dimension == 0 {
            return refuse("points of 0 dimensions: at least 1 was expected".into());
        }
        check(values, dimension, "point")?;
        if values.len() / dimension >= u32::MAX as usize {
            return refuse(format!("{} points: less than 2^32 - 1 were expected", values.len() / dimension));
        }
        let none = Neighbours::new(Vectors::new(dimension, Vec::new()));
        let mut points =
            Self { metric, neighbours: none, first: 0, second: 0, centre: Vec::new(), rounded: false };
        if metric != Metric::Cosine {
            points.first =
                exponent(values.par_iter().map(|value| magnitude(*value)).reduce(|| 0.0, f64::max));
            points.second = exponent(points.greatest_length(values));
            if metric == Metric::Euclidean {
                points.centre = points.central(values);
                points.second = exponent(points.greatest_length(values));
            }
            // Rounding shall not make a length greater than `LONGEST`.
            points.second += 1;
        }
        let mut placed = vec![0f32; values.len()];
        let vectors = placed.par_chunks_mut(dimension).zip(values.par_chunks(dimension));
        vectors.with_min_len(BLOCK).for_each(|(placed, point)| match metric {
            Metric::Cosine => normalise(point, placed),
            _ => points.scale(point, placed),
        });
        points.check_lost(values, &placed)?;
        points.rounded = metric == Metric::Euclidean && {
            let vectors = placed.par_chunks(dimension).zip(values.par_chunks(dimension));
            vectors.with_min_len(BLOCK).any(|(placed, point)| points.is_rounded(point, placed))
        };
        points.neighbours = points.measured(Vectors::new(dimension, placed));
        points.neighbours.plant();
        Ok(points)
    }

    /// How points are compared.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The number of values of each point.
    pub fn dimension(&self) -> usize {
        self.neighbours.vectors().dimension()
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.neighbours.vectors().len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The size in bytes of the points and the tree over them.
    pub fn bytes(&self) -> usize {
        self.neighbours.bytes()
    }

    /// The `k` points nearest to each query; all if there are fewer. The shape is `queries x min(k, points)`.
    ///
    /// The order is total: by distance (before its root is taken), then by row. Exact on the values as they are stored (see
    /// [`Metric`] for the distances, [`Points`] for the precision). In parallel on the current rayon pool, whose size does
    /// not change the answer; a single query is answered by the calling thread alone. The cost of a query grows far more
    /// slowly than the number of points, unless they have very many dimensions or hardly differ. An error names the first
    /// query that is not finite, or so far away from the points that its distance cannot be computed.
    pub fn nearest_batch<V>(&self, queries: &[V], k: usize) -> Result<Ranked>
    where
        V: Copy + Into<f64> + Sync,
    {
        let placed = self.place(queries)?;
        Ok(self.answer(&placed, |_| Wanted::Best(k), f64::INFINITY))
    }

    /// The `k` points nearest to each of `rows`, without the row itself, in the order of `rows`. The shape is
    /// `rows x min(k, points - 1)`. Otherwise as [`Self::nearest_batch`]; an error names a row that does not exist.
    pub fn neighbours_of(&self, rows: &[Row], k: usize) -> Result<Ranked> {
        self.answer_rows(rows, Wanted::Best(k), f64::INFINITY)
    }

    /// All points within a distance of each query, the nearest first, then by row. The radius belongs to it: what is found
    /// has a distance of at most `radius`. Otherwise as [`Self::nearest_batch`]; a radius of NaN is an error, a negative one
    /// has a meaning for inner products only.
    pub fn within<V>(&self, queries: &[V], radius: f64) -> Result<Ranked>
    where
        V: Copy + Into<f64> + Sync,
    {
        check_radius(radius)?;
        let placed = self.place(queries)?;
        Ok(self.answer(&placed, |exponent| Wanted::From(self.closeness(radius, exponent)), radius))
    }

    /// All points within a distance of each of `rows`, without the row itself, as [`Self::within`].
    pub fn within_of(&self, rows: &[Row], radius: f64) -> Result<Ranked> {
        check_radius(radius)?;
        self.answer_rows(rows, Wanted::From(self.closeness(radius, self.exponent())), radius)
    }

    /// The vectors of points, and what their search goes by.
    fn measured(&self, vectors: Vectors) -> Neighbours {
        let measure = match self.metric {
            Metric::Cosine => Measure::Angle,
            Metric::Euclidean => Measure::Distance,
            Metric::InnerProduct => {
                let length = |point: &[f32]| length(point.iter().map(|value| f64::from(*value)));
                let lengths = vectors.values().par_chunks(self.dimension()).map(length);
                let (shortest, longest) = lengths
                    .map(|length| (length, length))
                    .reduce(|| (f64::INFINITY, 0.0), |(a, b), (c, d)| (a.min(c), b.max(d)));
                if shortest >= ABOUT_THE_SAME * longest { Measure::Similarity } else { Measure::Product }
            }
        };
        Neighbours::by(measure, vectors)
    }

    fn answer(&self, queries: &Placed, wanted: impl Fn(i32) -> Wanted + Sync, radius: f64) -> Ranked {
        let order = self.neighbours.order_of_queries(&queries.values);
        let found = self.neighbours.answer(order, (usize::MAX, None), |at| {
            let query = Cow::Borrowed(vector(&queries.values, self.dimension(), at)?);
            let exact = vector(&queries.exact, self.dimension(), at).unwrap_or_default();
            Some(Asked { query, exact, except: None, wanted: wanted(*queries.exponents.get(at)?) })
        });
        self.ranked(&found, queries.exponents.iter().copied(), radius)
    }

    fn answer_rows(&self, rows: &[Row], wanted: Wanted, radius: f64) -> Result<Ranked> {
        if let Some(row) = rows.iter().find(|row| row.index() >= self.len()) {
            let problem = format!("row {} does not exist: there are {} points", row.0, self.len());
            return Err(Error::Query { problem });
        }
        let found = self.neighbours.answer(self.neighbours.order_of_rows(rows), (usize::MAX, None), |at| {
            let row = *rows.get(at)?;
            let query = Cow::Borrowed(self.neighbours.vectors().get(row)?);
            Some(Asked { query, exact: &[], except: Some(row), wanted })
        });
        Ok(self.ranked(&found, std::iter::repeat(self.exponent()), radius))
    }

    /// What was found, with distances of at most `radius`.
    fn ranked(&self, found: &[Vec<Neighbour>], exponents: impl Iterator<Item = i32>, radius: f64) -> Ranked {
        Ranked::of(found.iter().zip(exponents).map(|(found, exponent)| {
            let distances = found.iter().map(move |one| (one.row.0, self.distance(one.similarity, exponent)));
            distances.take_while(move |(_, distance)| *distance <= radius)
        }))
    }

    /// The exponent of the power of two by which the points were scaled down.
    pub(super) fn exponent(&self) -> i32 {
        self.first + self.second
    }

    pub(super) fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// The distance of what the search has found so close to a query with this exponent.
    pub(super) fn distance(&self, closeness: f64, exponent: i32) -> f64 {
        match self.metric {
            Metric::Cosine => 0.0 - closeness,
            Metric::Euclidean => libm::scalbn((-closeness).max(0.0).sqrt(), self.exponent()),
            // Not -0.
            Metric::InnerProduct => 0.0 - libm::scalbn(closeness, self.exponent() + exponent),
        }
    }

    /// So close to a query with this exponent is all that has a distance of at most `radius`, and perhaps a little more:
    /// the next number takes in what [`Self::distance`] rounds down.
    fn closeness(&self, radius: f64, exponent: i32) -> f64 {
        match self.metric {
            Metric::Cosine => -radius,
            Metric::Euclidean if radius < 0.0 => f64::INFINITY,
            Metric::Euclidean => {
                let radius = libm::scalbn(radius.next_up(), -self.exponent());
                -radius * radius * (1.0 + 4.0 * f64::EPSILON)
            }
            Metric::InnerProduct => libm::scalbn((-radius).next_down(), -self.exponent() - exponent),
        }
    }

    /// Queries as vectors; an error names one that cannot be answered.
    fn place<V: Copy + Into<f64> + Sync>(&self, queries: &[V]) -> Result<Placed> {
        let dimension = self.dimension();
        check(queries, dimension, "query")?;
        let mut placed = Placed::default();
        if queries.len() <= dimension {
            placed = self.placed(queries);
        } else {
            let parts = queries.par_chunks(PLACED * dimension).map(|queries| self.placed(queries));
            parts.collect::<Vec<_>>().into_iter().for_each(|part| placed.append(part));
        }
        match placed.values.iter().position(|value| !value.is_finite()) {
            None => Ok(placed),
            Some(at) => {
                let number = at / dimension;
                let problem = format!(
                    "query {number} is more than 2^126 times as far from the points as they are from each other"
                );
                Err(Error::Query { problem })
            }
        }
    }

    /// Some queries as vectors, which are infinite if they are too far away.
    pub(super) fn placed<V: Copy + Into<f64>>(&self, queries: &[V]) -> Placed {
        let dimension = self.dimension();
        let mut placed = Placed { exponents: vec![0; queries.len() / dimension], ..Placed::default() };
        if self.metric == Metric::Euclidean {
            placed.exact = queries.chunks_exact(dimension).flat_map(|query| self.scaled(query)).collect();
            placed.values = placed.exact.iter().map(|value| *value as f32).collect();
            let vectors = placed.exact.chunks_exact_mut(dimension).zip(placed.values.chunks_exact(dimension));
            for (exact, values) in vectors.filter(|_| self.rounded) {
                if length(exact.iter().copied()) <= LONGEST {
                    exact.iter_mut().zip(values).for_each(|(exact, value)| *exact = f64::from(*value));
                }
            }
            return placed;
        }
        placed.values.resize(queries.len(), 0.0);
        let vectors = placed.values.chunks_exact_mut(dimension).zip(queries.chunks_exact(dimension));
        for ((values, query), exponent) in vectors.zip(&mut placed.exponents) {
            match self.metric {
                Metric::Cosine => normalise(query, values),
                _ => *exponent = scale_alone(query, values),
            }
        }
        placed
    }

    /// Writes a point on the scale of all.
    fn scale<V: Copy + Into<f64>>(&self, point: &[V], placed: &mut [f32]) {
        placed.iter_mut().zip(self.scaled(point)).for_each(|(placed, value)| *placed = value as f32);
    }

    /// Refuses points so short, beside the longest, that `f32` would hold little or nothing of them.
    fn check_lost<V: Copy + Into<f64> + Sync>(&self, values: &[V], placed: &[f32]) -> Result<()> {
        if self.metric == Metric::Cosine {
            return Ok(());
        }
        let vectors = values.par_chunks(self.dimension()).zip(placed.par_chunks(self.dimension()));
        let is_lost = |(point, placed)| self.is_lost(point, placed);
        let Some(at) = vectors.with_min_len(BLOCK).position_first(is_lost) else { return Ok(()) };
        let greatest = |values: &[V]| {
            let all = values.iter().map(|value| Into::<f64>::into(*value)).enumerate();
            all.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0))).unwrap_or_default()
        };
        let (dimension, value) = greatest(vector(values, self.dimension(), at).unwrap_or_default());
        let (place, beside) = greatest(values);
        let problem = format!(
            "point {at} has {value:?} in dimension {dimension}, which single precision loses beside {beside:?} in point {}",
            place / self.dimension()
        );
        Err(Error::Query { problem })
    }

    /// Whether rounding has moved a point by more than `2^-24` of its length: it was below the normal numbers of `f32`, or
    /// of `f64`.
    fn is_lost<V: Copy + Into<f64>>(&self, point: &[V], placed: &[f32]) -> bool {
        if placed.iter().any(|value| value.abs() >= NEVER_LOST) {
            return false;
        }
        let greatest = |values: &mut dyn Iterator<Item = f64>| values.map(f64::abs).fold(0.0, f64::max);
        let largest = greatest(&mut self.scaled(point));
        if largest == 0.0 {
            // It is the centre, or zero, or was scaled to zero.
            let value = greatest(&mut point.iter().map(|value| (*value).into()));
            return value != 0.0 && !libm::scalbn(value, -self.first).is_normal();
        }
        let by = -exponent(largest);
        let error = self.scaled(point).zip(placed).map(|(value, placed)| value - f64::from(*placed));
        let error = length(error.map(|value| libm::scalbn(value, by)));
        error
            > 1.000_001 * f64::from(f32::EPSILON) / 2.0
                * length(self.scaled(point).map(|value| libm::scalbn(value, by)))
    }

    /// Whether a point that was placed is not what it was before.
    fn is_rounded<V: Copy + Into<f64>>(&self, point: &[V], placed: &[f32]) -> bool {
        self.scaled(point).zip(placed).any(|(value, placed)| value != f64::from(*placed))
    }

    fn scaled<V: Copy + Into<f64>>(&self, point: &[V]) -> impl Iterator<Item = f64> {
        self.less_centre(point).map(|value| libm::scalbn(value, -self.second))
    }

    fn less_centre<V: Copy + Into<f64>>(&self, point: &[V]) -> impl Iterator<Item = f64> {
        let centre = self.centre.iter().copied().chain(std::iter::repeat(0.0));
        point.iter().zip(centre).map(|(value, centre)| libm::scalbn((*value).into(), -self.first) - centre)
    }

    fn greatest_length<V: Copy + Into<f64> + Sync>(&self, values: &[V]) -> f64 {
        let square = |point| self.less_centre(point).map(|value| value * value).sum::<f64>();
        values.par_chunks(self.dimension()).map(square).reduce(|| 0.0, f64::max).sqrt()
    }

    /// What is to be subtracted: the point nearest to the mean, or 0 in columns whose values `f32` holds while it does not
    /// hold the differences.
    fn central<V: Copy + Into<f64> + Sync>(&self, values: &[V]) -> Vec<f64> {
        let mean = self.mean(values);
        let square = |point| -> f64 {
            let difference = |(value, mean): (f64, &f64)| (value - mean) * (value - mean);
            self.less_centre(point).zip(&mean).map(difference).sum()
        };
        let squares = values.par_chunks(self.dimension()).enumerate().map(|(at, point)| (square(point), at));
        let nearest = squares.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some(point) = nearest.and_then(|(_, at)| vector(values, self.dimension(), at)) else {
            return Vec::new();
        };
        let mut centre: Vec<f64> = self.less_centre(point).collect();
        let holds_values = self.holds(values, &vec![0.0; centre.len()]);
        if holds_values.iter().all(|holds| *holds) {
            let holds_differences = self.holds(values, &centre);
            for (centre, _) in centre.iter_mut().zip(holds_differences).filter(|(_, holds)| !holds) {
                *centre = 0.0;
            }
        }
        centre
    }

    /// Whether `f32` holds the values of each column less its part of the centre, on a scale on which no point is longer
    /// than about 1.
    fn holds<V: Copy + Into<f64> + Sync>(&self, values: &[V], centre: &[f64]) -> Vec<bool> {
        let holds = |value: f64| (f64::from(value as f32) - value).abs() <= NEGLIGIBLE;
        let of_rows = |rows: Range<usize>| {
            let mut all = vec![true; centre.len()];
            for point in rows.filter_map(|row| vector(values, centre.len(), row)) {
                for ((all, value), centre) in all.iter_mut().zip(self.less_centre(point)).zip(centre) {
                    *all &= holds(libm::scalbn(value - centre, -self.second));
                }
            }
            all
        };
        let both = |a: Vec<bool>, b: Vec<bool>| a.into_iter().zip(b).map(|(a, b)| a && b).collect();
        blocks(values.len() / centre.len()).map(of_rows).reduce(|| vec![true; centre.len()], both)
    }

    /// The mean of the values in every dimension, on the first scale.
    fn mean<V: Copy + Into<f64> + Sync>(&self, values: &[V]) -> Vec<f64> {
        let dimension = self.dimension();
        let rows = values.len() / dimension;
        let sums: Vec<Vec<f64>> = blocks(rows)
            .map(|rows| {
                let mut sums = vec![0.0; dimension];
                for point in rows.filter_map(|row| vector(values, dimension, row)) {
                    sums.iter_mut().zip(self.less_centre(point)).for_each(|(sum, value)| *sum += value);
                }
                sums
            })
            .collect();
        let mut mean = vec![0.0; dimension];
        for sums in sums {
            mean.iter_mut().zip(sums).for_each(|(mean, sum)| *mean += sum / rows as f64);
        }
        mean
    }
}

fn check_radius(radius: f64) -> Result<()> {
    match radius.is_nan() {
        true => Err(Error::Query { problem: "a radius of NaN: a number was expected".into() }),
        false => Ok(()),
    }
}
