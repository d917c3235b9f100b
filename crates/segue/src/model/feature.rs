//! Features: attributes of a track, and what is derived from them.

use std::ops::Range;

use crate::catalogue::{Attribute, Catalogue};

/// One number that stands for an aspect of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// An attribute as it is.
    Attribute(Attribute),
    /// `energy * valence`.
    EnergyValence,
    /// `tempo / (|loudness| + 1e-6)`, in beats a minute per decibel.
    TempoLoudnessRatio,
}

impl Feature {
    /// The feature's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attribute(attribute) => attribute.name(),
            Self::EnergyValence => "energy_valence",
            Self::TempoLoudnessRatio => "tempo_loudness_ratio",
        }
    }

    /// Puts the feature of each of `rows` in place of what `out` held.
    pub(super) fn values(self, catalogue: &Catalogue, rows: Range<usize>, out: &mut Vec<f64>) {
        let mut pair = |first, second, combine: fn(f64, f64) -> f64| {
            catalogue.numbers(first).copy_to(rows.clone(), out);
            let mut others = Vec::new();
            catalogue.numbers(second).copy_to(rows.clone(), &mut others);
            for (value, other) in out.iter_mut().zip(others) {
                *value = combine(*value, other);
            }
        };
        match self {
            Self::Attribute(attribute) => catalogue.numbers(attribute).copy_to(rows, out),
            Self::EnergyValence => {
                pair(Attribute::Energy, Attribute::Valence, |energy, valence| energy * valence)
            }
            Self::TempoLoudnessRatio => {
                pair(Attribute::Tempo, Attribute::Loudness, |tempo, loudness| {
                    tempo / (loudness.abs() + 1e-6)
                });
            }
        }
    }
}
