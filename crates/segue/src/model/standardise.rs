//! Standardisation: every feature to mean 0 and deviation 1 over the catalogue.

use std::ops::Range;

use rayon::prelude::*;

use super::feature::{Feature, table};
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

    /// Standardises one track's features in place.
    pub(super) fn apply(&self, features: &mut [f64]) {
        for ((value, mean), deviation) in features.iter_mut().zip(&self.mean).zip(&self.deviation) {
            *value = (*value - mean) / deviation;
        }
    }

    pub(super) fn fit(features: &[Feature], catalogue: &Catalogue) -> Self {
        let rows = catalogue.len() as f64;
        let over_blocks = |column_sums: &(dyn Fn(&[f64]) -> Vec<Total> + Sync)| -> Vec<Total> {
            let per_block: Vec<Vec<Total>> = blocks(catalogue.len())
                .map(|rows: Range<usize>| column_sums(&table(features, catalogue, rows)))
                .collect();
            let mut totals = vec![Total::default(); features.len()];
            for block in &per_block {
                totals.iter_mut().zip(block).for_each(|(total, block)| total.merge(block));
            }
            totals
        };
        let sums = over_blocks(&|table| totals(table, features.len(), |_, value| value));
        // The mean of equal values need not come out as that value; taken from the range, it does.
        let mean: Vec<f64> = sums
            .iter()
            .map(|total| if total.is_constant() { total.least } else { total.sum() / rows })
            .collect();
        let squares = over_blocks(&|table| {
            totals(table, features.len(), |column, value| {
                let difference = value - mean.get(column).copied().unwrap_or_default();
                difference * difference
            })
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
    fn add(&mut self, value: f64) {
        self.add_to_sum(value);
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
    }

    fn add_to_sum(&mut self, value: f64) {
        let sum = self.sum + value;
        self.error +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    fn merge(&mut self, other: &Self) {
        self.add_to_sum(other.sum);
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

/// The totals of the columns of a table of rows, of a function of column and value.
fn totals(table: &[f64], columns: usize, map: impl Fn(usize, f64) -> f64) -> Vec<Total> {
    let mut totals = vec![Total::default(); columns];
    for row in table.chunks_exact(columns) {
        for ((column, total), value) in totals.iter_mut().enumerate().zip(row) {
            total.add(map(column, *value));
        }
    }
    totals
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
            let mut total = Total::default();
            values.iter().for_each(|value| total.add(*value));
            total
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
