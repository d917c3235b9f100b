//! Standardisation: every feature to mean 0 and deviation 1 over the catalogue.

use std::ops::Range;

use rayon::prelude::*;

use super::feature::Feature;
use crate::blocks::blocks;
use crate::catalogue::Catalogue;

/// The mean and the population standard deviation (ddof 0) of every feature.
///
/// A feature that is the same for every track keeps the scale 1, so it is 0 for all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardiser {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Standardiser {
    /// A standardiser from its parts, one value a feature; `None` if their lengths differ, a value is not
    /// finite, or a deviation is not positive.
    pub fn from_parts(mean: Vec<f64>, deviation: Vec<f64>) -> Option<Self> {
        let sound = mean.len() == deviation.len()
            && mean.iter().all(|value| value.is_finite())
            && deviation.iter().all(|value| value.is_finite() && *value > 0.0);
        sound.then_some(Self { mean, deviation })
    }

    /// The mean of every feature, in the order of the profile.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The standard deviation of every feature, in the order of the profile; all positive.
    pub fn deviation(&self) -> &[f64] {
        &self.deviation
    }

    pub(crate) fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// Standardises values of one feature in place.
    pub(super) fn apply(&self, feature: usize, values: &mut [f64]) {
        if let (Some(mean), Some(deviation)) = (self.mean.get(feature), self.deviation.get(feature)) {
            values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        }
    }

    pub(super) fn fit(features: &[Feature], catalogue: &Catalogue) -> Self {
        let rows = catalogue.len() as f64;
        // Block by block, feature by feature: the order in which everything is summed.
        let over_blocks = |total: &(dyn Fn(usize, &[f64]) -> Total + Sync)| -> Vec<Total> {
            let of_block = |rows: Range<usize>| {
                let mut values = Vec::new();
                let totals = features.iter().enumerate().map(|(place, feature)| {
                    feature.values(catalogue, rows.clone(), &mut values);
                    total(place, &values)
                });
                totals.collect()
            };
            let per_block: Vec<Vec<Total>> = blocks(catalogue.len()).map(of_block).collect();
            let mut totals = vec![Total::default(); features.len()];
            for block in &per_block {
                totals.iter_mut().zip(block).for_each(|(total, block)| total.merge(block));
            }
            totals
        };
        let sums = over_blocks(&|_, values| {
            let (least, greatest) = range(values);
            Total { least, greatest, ..Total::of(values.iter().copied()) }
        });
        // The mean of equal values need not come out as that value; taken from the range, it does.
        let mean: Vec<f64> = sums
            .iter()
            .map(|total| if total.is_constant() { total.least } else { total.sum() / rows })
            .collect();
        let squares = over_blocks(&|feature, values| {
            let mean = mean.get(feature).copied().unwrap_or_default();
            Total::of(values.iter().map(|value| {
                let difference = value - mean;
                difference * difference
            }))
        });
        let deviation = squares
            .iter()
            .map(|total| (total.sum() / rows).sqrt())
            .map(|deviation| if deviation > 0.0 { deviation } else { 1.0 })
            .collect();
        Self { mean, deviation }
    }
}

/// A sum that carries its rounding error along (Neumaier 1974), and the range of what was added.
#[derive(Debug, Clone)]
struct Total {
    sum: f64,
    error: f64,
    least: f64,
    greatest: f64,
}

impl Default for Total {
    fn default() -> Self {
        Self { sum: 0.0, error: 0.0, least: f64::INFINITY, greatest: f64::NEG_INFINITY }
    }
}

impl Total {
    /// The sum of some values; their range is left open.
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut total = Self::default();
        values.for_each(|value| total.add(value));
        total
    }

    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.error +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    fn merge(&mut self, other: &Self) {
        self.add(other.sum);
        self.error += other.error;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }

    fn sum(&self) -> f64 {
        self.sum + self.error
    }

    fn is_constant(&self) -> bool {
        self.least == self.greatest
    }
}

/// The least and the greatest of some values, taken in lanes: one after another, each would wait for the last.
fn range(values: &[f64]) -> (f64, f64) {
    let (mut least, mut greatest) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
    let (lanes, rest) = values.as_chunks::<8>();
    for values in lanes {
        least.iter_mut().zip(values).for_each(|(least, value)| *least = least.min(*value));
        greatest.iter_mut().zip(values).for_each(|(greatest, value)| *greatest = greatest.max(*value));
    }
    let all = |lanes: [f64; 8]| lanes.into_iter().chain(rest.iter().copied());
    (all(least).fold(f64::INFINITY, f64::min), all(greatest).fold(f64::NEG_INFINITY, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_rounding_would_lose() {
        let mut total = Total::default();
        for value in [1.0, 1e100, 1.0, -1e100] {
            total.add(value);
        }
        assert_eq!(total.sum(), 2.0);
    }

    #[test]
    fn what_is_merged_is_as_constant_as_its_parts() {
        let total = |values: &[f64]| {
            let (least, greatest) = range(values);
            Total { least, greatest, ..Total::of(values.iter().copied()) }
        };
        for (more, constant) in [(&[0.1; 7][..], true), (&[0.1, 0.2], false), (&[], true)] {
            let mut merged = Total::default();
            merged.merge(&total(&[0.1; 3]));
            merged.merge(&total(more));
            assert_eq!(merged.is_constant(), constant);
            assert_eq!((merged.least, merged.sum()), (0.1, total(&[&[0.1; 3], more].concat()).sum()));
        }
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
