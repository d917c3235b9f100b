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
            let mut tile = Tile::default();
            let starts = rows.clone().step_by(TILE);
            for (out, start) in out.chunks_mut(TILE * dimension).zip(starts) {
                self.standardised(catalogue, start..(start + TILE).min(rows.end), &mut tile);
                tile.normalise(out);
            }
        });
        Vectors::new(dimension, values)
    }

    /// Puts the standardised features of some rows in place of what the tile held.
    fn standardised(&self, catalogue: &Catalogue, rows: Range<usize>, tile: &mut Tile) {
        tile.columns.resize_with(self.dimension(), Vec::new);
        for (place, (feature, values)) in self.profile.features().iter().zip(&mut tile.columns).enumerate() {
            feature.values(catalogue, rows.clone(), values);
            self.standardiser.apply(place, values);
        }
    }
}

/// Rows that are turned from columns to vectors at a time: what is touched then fits the nearest cache.
const TILE: usize = 64;

/// The features of some rows, feature after feature: so each step of the arithmetic goes over many rows at
/// once.
#[derive(Debug, Default)]
struct Tile {
    columns: Vec<Vec<f64>>,
}

impl Tile {
    /// Scales every row to unit length, or to zero what is zero, and puts row after row into `out`.
    fn normalise(&mut self, out: &mut [f32]) {
        // Scaled by the largest first, so that no square over- or underflows.
        let mut largest = [0f64; TILE];
        for column in &self.columns {
            largest.iter_mut().zip(column).for_each(|(largest, value)| *largest = largest.max(value.abs()));
        }
        let mut squares = [0f64; TILE];
        for column in &mut self.columns {
            for ((value, largest), squares) in column.iter_mut().zip(&largest).zip(&mut squares) {
                *value /= largest;
                *squares += value.powi(2);
            }
        }
        let length = squares.map(f64::sqrt);
        let dimension = self.columns.len();
        for (place, column) in self.columns.iter().enumerate() {
            let places = out.iter_mut().skip(place).step_by(dimension);
            for (((out, value), length), largest) in places.zip(column).zip(&length).zip(&largest) {
                *out = if *largest > 0.0 { (value / length) as f32 } else { 0.0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_vectors_have_length_one_at_any_scale() {
        for scale in [1e-300, 1.0, 1e300] {
            let columns = [3.0, 0.0, -4.0].map(|value| vec![value * scale, 0.0]);
            let mut out = [1f32; 6];
            Tile { columns: columns.to_vec() }.normalise(&mut out);
            assert_eq!(out, [0.6, 0.0, -0.8, 0.0, 0.0, 0.0]);
        }
    }
}
