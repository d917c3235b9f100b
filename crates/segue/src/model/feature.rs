//! Features: numbers computed from the attributes of a track.

use std::ops::Range;

use crate::catalogue::{Attribute, Catalogue};

/// A number computed from the attributes of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// An attribute as it is.
    Attribute(Attribute),
    /// An attribute on a logarithmic scale, `ln(value + offset)`, for those with many small and few large values.
    /// Loudness, which is negative, is `-ln(5 - loudness)`.
    Log(Attribute),
    /// `energy * valence`.
    EnergyValence,
    /// `tempo / (|loudness| + 1e-6)`, in beats per minute per decibel.
    TempoLoudnessRatio,
    /// 1 if the lyrics are explicit, 0 if not or if it is not known.
    Explicit,
}

impl Feature {
    /// Replaces the content of `out` by the feature of each of `rows`.
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
            Self::Log(attribute) => {
                catalogue.numbers(attribute).copy_to(rows, out);
                out.iter_mut().for_each(|value| *value = logarithm(attribute, *value));
            }
            Self::EnergyValence => {
                pair(Attribute::Energy, Attribute::Valence, |energy, valence| energy * valence)
            }
            Self::TempoLoudnessRatio => {
                pair(Attribute::Tempo, Attribute::Loudness, |tempo, loudness| {
                    tempo / (loudness.abs() + 1e-6)
                });
            }
            Self::Explicit => {
                out.clear();
                out.extend(rows.map(|row| f64::from(catalogue.is_explicit(row))));
            }
        }
    }

    /// The feature of a track of which some attributes may be unknown; `None` if it needs one of those.
    pub(super) fn of_known(
        self,
        attribute: impl Fn(Attribute) -> Option<f64>,
        explicit: Option<bool>,
    ) -> Option<f64> {
        match self {
            Self::Attribute(own) => attribute(own),
            Self::Log(own) => Some(logarithm(own, attribute(own)?)),
            Self::EnergyValence => Some(attribute(Attribute::Energy)? * attribute(Attribute::Valence)?),
            Self::TempoLoudnessRatio => {
                Some(attribute(Attribute::Tempo)? / (attribute(Attribute::Loudness)?.abs() + 1e-6))
            }
            Self::Explicit => explicit.map(f64::from),
        }
    }
}

/// An attribute on its logarithmic scale. The offset is where the scale turns from linear to logarithmic, about the
/// smallest audible difference.
fn logarithm(attribute: Attribute, value: f64) -> f64 {
    let offset = match attribute {
        Attribute::Loudness => return -((-value).max(0.0) + 5.0).ln(),
        Attribute::Instrumentalness => 0.003,
        Attribute::Liveness => 0.05,
        Attribute::Tempo => 20.0,
        Attribute::DurationMs => 1_000.0,
        _ => 0.02,
    };
    (value.max(0.0) + offset).ln()
}
