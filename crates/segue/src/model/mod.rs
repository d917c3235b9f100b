//! The model: how tracks become vectors.
//!
//! A [`Profile`] names the features; fitting it to a catalogue adds the mean and deviation of each
//! ([`Standardiser`]); together they are a [`Model`], which makes one unit vector a track. Nothing here
//! knows how vectors are searched or stored.

mod feature;
mod profile;
mod standardise;

use std::ops::Range;

use rayon::prelude::*;

pub use feature::Feature;
pub use profile::Profile;
pub use standardise::Standardiser;

use crate::blocks::{BLOCK, blocks};
use crate::catalogue::Catalogue;
use crate::neighbours::Vectors;

/// A profile fitted to a catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    profile: Profile,
    standardiser: Standardiser,
}

impl Model {
    /// Takes the mean and deviation of every feature over the catalogue.
    ///
    /// Two passes over the catalogue, in parallel; the result does not depend on the number of threads.
    pub fn fit(profile: Profile, catalogue: &Catalogue) -> Self {
        let standardiser = Standardiser::fit(profile.features(), catalogue);
        Self { profile, standardiser }
    }

    /// A model from its parts; `None` if they do not fit together.
    pub fn from_parts(profile: Profile, standardiser: Standardiser) -> Option<Self> {
        let fits = standardiser.dimension() == profile.features().len();
        fits.then_some(Self { profile, standardiser })
    }

    /// The recipe.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The mean and deviation of every feature.
    pub fn standardiser(&self) -> &Standardiser {
        &self.standardiser
    }

    /// The number of features, and of the dimensions of a vector.
    pub fn dimension(&self) -> usize {
        self.profile.features().len()
    }

    /// One unit vector a track, in the order of the rows, in single precision.
    ///
    /// A track whose standardised features are all zero keeps the zero vector.
    pub fn vectors(&self, catalogue: &Catalogue) -> Vectors {
        let dimension = self.dimension();
        let mut values = vec![0f32; catalogue.len() * dimension];
        let blocks = blocks(catalogue.len());
        values.par_chunks_mut(BLOCK * dimension).zip(blocks).for_each(|(out, rows)| {
            let mut tile = Vec::new();
            let starts = rows.clone().step_by(TILE);
            for (out, start) in out.chunks_mut(TILE * dimension).zip(starts) {
                self.standardised(catalogue, start..(start + TILE).min(rows.end), &mut tile);
                let features = tile.chunks_exact_mut(dimension).zip(out.chunks_exact_mut(dimension));
                features.for_each(|(features, vector)| normalise(features, vector));
            }
        });
        Vectors::new(dimension, values)
    }

    /// Puts the standardised features of some rows, row after row, in place of what `table` held.
    fn standardised(&self, catalogue: &Catalogue, rows: Range<usize>, table: &mut Vec<f64>) {
        let dimension = self.dimension();
        table.resize(rows.len() * dimension, 0.0);
        let mut values = Vec::with_capacity(rows.len());
        for (column, feature) in self.profile.features().iter().enumerate() {
            feature.values(catalogue, rows.clone(), &mut values);
            self.standardiser.apply(column, &mut values);
            for (row, value) in table.chunks_exact_mut(dimension).zip(&values) {
                if let Some(place) = row.get_mut(column) {
                    *place = *value;
                }
            }
        }
    }
}

/// Rows that are turned from columns to vectors at a time: what is touched then fits the nearest cache.
const TILE: usize = 64;

/// Scales to unit length, or to zero what is zero.
fn normalise(features: &mut [f64], vector: &mut [f32]) {
    // Scaled by the largest first, so that no square over- or underflows.
    let largest = features.iter().fold(0f64, |largest, value| largest.max(value.abs()));
    if largest == 0.0 {
        vector.fill(0.0);
        return;
    }
    features.iter_mut().for_each(|value| *value /= largest);
    let length = features.iter().map(|value| value.powi(2)).sum::<f64>().sqrt();
    for (out, value) in vector.iter_mut().zip(features) {
        *out = (*value / length) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_vectors_have_length_one_at_any_scale() {
        for scale in [1e-300, 1.0, 1e300] {
            let mut vector = [0f32; 3];
            normalise(&mut [3.0 * scale, 0.0, -4.0 * scale], &mut vector);
            assert_eq!(vector, [0.6, 0.0, -0.8]);
        }
        let mut vector = [1f32; 2];
        normalise(&mut [0.0, 0.0], &mut vector);
        assert_eq!(vector, [0.0, 0.0]);
    }
}
