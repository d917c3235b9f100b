//! Standardisation (z-scores): scales every dimension to mean 0 and standard deviation 1 over the catalogue.

use std::ops::Range;

use rayon::prelude::*;

use super::aspect::{Aspect, Scaling, Source};
use crate::blocks::blocks;
use crate::catalogue::NumberColumn;

/// The mean and the population standard deviation (ddof 0) of every dimension of a profile's aspects.
///
/// A constant dimension has the deviation 1, so its standardised values are 0. The dimensions of
/// [`Aspect::Genres`] and of [`Aspect::Words`] have the mean 0 and share one deviation, the root mean square length of
/// their positions; those of a vector column share one deviation too, as its [`Scaling`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardiser {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Standardiser {
    /// A standardiser from its parts, one value per dimension; `None` if their lengths differ, a value is not
    /// finite, or a deviation is not positive.
    pub fn from_parts(mean: Vec<f64>, deviation: Vec<f64>) -> Option<Self> {
        let sound = mean.len() == deviation.len()
            && mean.iter().all(|value| value.is_finite())
            && deviation.iter().all(|value| value.is_finite() && *value > 0.0);
        sound.then_some(Self { mean, deviation })
    }

    /// The mean of every dimension, in the order of the profile.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The standard deviation of every dimension, in the order of the profile; all positive.
    pub fn deviation(&self) -> &[f64] {
        &self.deviation
    }

    pub(crate) fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// Standardises values of one dimension in place.
    pub(super) fn apply(&self, dimension: usize, values: &mut [f64]) {
        if let (Some(mean), Some(deviation)) = (self.mean.get(dimension), self.deviation.get(dimension)) {
            values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        }
    }

    /// Computes the mean and deviation of every dimension of the aspects, in parallel; the result does not depend on
    /// the number of threads.
    pub(super) fn fit(aspects: &[Aspect], source: &Source<'_>) -> Self {
        let of_block = |rows: Range<usize>| {
            let mut columns = Vec::new();
            let moments = aspects.iter().filter(|aspect| !is_raw(aspect)).flat_map(|aspect| {
                columns.resize_with(aspect.width(), Vec::new);
                aspect.values(source, rows.clone(), &mut columns);
                columns.iter().map(|column| Moments::of(column)).collect::<Vec<_>>()
            });
            moments.collect()
        };
        let blocks: Vec<Vec<Moments>> = blocks(source.catalogue.len()).map(of_block).collect();
        let of_dimension =
            |place| mean_and_deviation(blocks.iter().filter_map(move |block| block.get(place)));
        let mut fitted = Self { mean: Vec::new(), deviation: Vec::new() };
        let mut start = 0;
        for aspect in aspects {
            let width = aspect.width();
            if is_raw(aspect) {
                fitted.add_as_one(std::iter::repeat_n(0.0, width), 1.0);
                continue;
            }
            let moments = (start..start + width).map(of_dimension);
            start += width;
            match aspect {
                // Centring or scaling dimensions separately would change the angles between positions.
                Aspect::Genres | Aspect::Words => {
                    let square = |(mean, deviation): (f64, f64)| mean.powi(2) + deviation.powi(2);
                    let squares: f64 = moments.map(square).sum();
                    fitted.add_as_one(std::iter::repeat_n(0.0, width), squares.sqrt());
                }
                Aspect::Vector(vector) => {
                    let moments: Vec<(f64, f64)> = moments.collect();
                    let is_centred = vector.scaling == Scaling::Centred;
                    let centre = |mean: f64| if is_centred { mean } else { 0.0 };
                    let square =
                        |(mean, deviation): &(f64, f64)| (mean - centre(*mean)).powi(2) + deviation.powi(2);
                    let squares: f64 = moments.iter().map(square).sum();
                    fitted.add_as_one(moments.iter().map(|(mean, _)| centre(*mean)), squares.sqrt());
                }
                _ => {
                    for (mean, deviation) in moments {
                        fitted.mean.push(mean);
                        fitted.deviation.push(if deviation > 0.0 { deviation } else { 1.0 });
                    }
                }
            }
        }
        fitted
    }

    /// Adds the dimensions of an aspect that share one deviation, 1 if it is 0.
    fn add_as_one(&mut self, means: impl ExactSizeIterator<Item = f64>, deviation: f64) {
        let deviation = if deviation > 0.0 { deviation } else { 1.0 };
        self.deviation.extend(std::iter::repeat_n(deviation, means.len()));
        self.mean.extend(means);
    }
}

/// Whether an aspect is kept as it is, so that its moments need not be known.
fn is_raw(aspect: &Aspect) -> bool {
    matches!(aspect, Aspect::Vector(vector) if vector.scaling == Scaling::Raw)
}

/// The standard deviation of a column, without missing values; 1 if it is constant. Computed in parallel, as by
/// [`Standardiser::fit`].
pub(super) fn deviation(column: &NumberColumn, rows: usize) -> f64 {
    let of_block = |rows: Range<usize>| {
        let mut values = Vec::new();
        column.copy_to(rows, &mut values);
        values.retain(|value| !value.is_nan());
        (!values.is_empty()).then(|| Moments::of(&values))
    };
    let blocks: Vec<Moments> = blocks(rows).filter_map(of_block).collect();
    let (_, deviation) = mean_and_deviation(blocks.iter());
    if deviation > 0.0 { deviation } else { 1.0 }
}

/// The moments of a block of values of one dimension.
#[derive(Debug)]
struct Moments {
    count: f64,
    sum: Sum,
    /// The sum of the squared distances from the mean of these values.
    squares: f64,
    /// The value, if they are all the same.
    constant: Option<f64>,
}

impl Moments {
    fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        // Rounding can make the mean of equal values differ from them.
        let constant = values.first().copied().filter(|first| values.iter().all(|value| value == first));
        let sum = Sum::of(values);
        let mean = constant.unwrap_or(sum.value() / count);
        let mut squares = [0.0; LANES];
        in_lanes(values, &mut squares, |sum, value| *sum += (value - mean).powi(2));
        Self { count, sum, squares: squares.iter().sum(), constant }
    }
}

/// The mean and the deviation of all values from the moments of their parts (Chan, Golub and LeVeque 1983).
fn mean_and_deviation<'a>(parts: impl Iterator<Item = &'a Moments> + Clone) -> (f64, f64) {
    let first = parts.clone().next().and_then(|first| first.constant);
    let constant = first.filter(|_| parts.clone().all(|part| part.constant == first));
    if let Some(value) = constant {
        return (value, 0.0);
    }
    let (mut count, mut sum, mut squares) = (0.0, Sum::default(), Sum::default());
    for part in parts.clone() {
        count += part.count;
        sum.merge(part.sum);
    }
    let mean = sum.value() / count;
    for part in parts {
        let mean_of_part = part.constant.unwrap_or(part.sum.value() / part.count);
        squares.add(part.squares);
        squares.add(part.count * (mean_of_part - mean).powi(2));
    }
    (mean, (squares.value() / count).sqrt())
}

/// Independent accumulators, so that the loop vectorises.
const LANES: usize = 8;

/// Calls `take` with every value, value `i` in lane `i % LANES`.
#[inline(always)]
fn in_lanes<T>(values: &[f64], lanes: &mut [T; LANES], take: impl Fn(&mut T, f64)) {
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        lanes.iter_mut().zip(block).for_each(|(lane, value)| take(lane, *value));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, value)| take(lane, *value));
}

/// A compensated sum, which carries its rounding error along (Ogita, Rump and Oishi 2005).
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sum: f64,
    error: f64,
}

impl Sum {
    fn of(values: &[f64]) -> Self {
        let mut lanes = [Self::default(); LANES];
        in_lanes(values, &mut lanes, Self::add);
        lanes.into_iter().fold(Self::default(), |mut total, lane| {
            total.merge(lane);
            total
        })
    }

    /// Adds a value, and its rounding error, computed without a branch (Knuth's two-sum).
    #[inline(always)]
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let added = sum - self.sum;
        self.error += (self.sum - (sum - added)) + (value - added);
        self.sum = sum;
    }

    fn merge(&mut self, other: Self) {
        self.add(other.sum);
        self.error += other.error;
    }

    fn value(self) -> f64 {
        self.sum + self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_rounding_would_lose() {
        let mut values = [0.0; 4 * LANES];
        for (place, value) in [1.0, 1e100, 1.0, -1e100].into_iter().enumerate() {
            values[place * LANES] = value;
        }
        assert_eq!(Sum::of(&values).value(), 2.0);
    }

    /// The mean and the deviation from exact integer sums.
    fn exact(values: &[i32]) -> (f64, f64) {
        let count = values.len() as i128;
        let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
        let squares: i128 = values.iter().map(|value| i128::from(*value).pow(2)).sum();
        let count_squared = (count * count) as f64;
        (sum as f64 / count as f64, ((count * squares - sum * sum) as f64 / count_squared).sqrt())
    }

    #[test]
    fn moments_of_parts_make_those_of_the_whole() {
        let values: Vec<i32> = (0..5000).map(|at| 1_000_000 + at * 7919 % 1013).collect();
        let reals: Vec<f64> = values.iter().copied().map(f64::from).collect();
        for part in [1, 7, 8, 1024, 5000] {
            let parts: Vec<Moments> = reals.chunks(part).map(Moments::of).collect();
            let (mean, deviation) = mean_and_deviation(parts.iter());
            let (exact_mean, exact_deviation) = exact(&values);
            assert_eq!(mean, exact_mean, "parts of {part}");
            assert!((deviation / exact_deviation - 1.0).abs() < 1e-11, "parts of {part}: {deviation}");
        }
    }

    #[test]
    fn a_constant_feature_has_that_value_as_its_mean() {
        let moments = |parts: &[&[f64]]| {
            let parts: Vec<Moments> = parts.iter().map(|part| Moments::of(part)).collect();
            mean_and_deviation(parts.iter())
        };
        assert_eq!(moments(&[&[0.1; 3], &[0.1; 7]]), (0.1, 0.0));
        let (mean, deviation) = moments(&[&[0.1; 3], &[0.2; 3]]);
        assert!((mean - 0.15).abs() < 1e-15 && (deviation - 0.05).abs() < 1e-15, "{mean} {deviation}");
    }

    #[test]
    fn unsound_parts_are_refused() {
        assert!(Standardiser::from_parts(vec![0.0], vec![1.0]).is_some());
        for (mean, deviation) in [
            (vec![0.0], vec![]),
            (vec![f64::NAN], vec![1.0]),
            (vec![0.0], vec![0.0]),
            (vec![0.0], vec![f64::INFINITY]),
        ] {
            assert!(Standardiser::from_parts(mean, deviation).is_none());
        }
    }
}
