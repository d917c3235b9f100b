//! Features: numbers computed from the attributes of a track.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalogue::{Attribute, Catalogue};

/// A number computed from the attributes of a track.
#[derive(Debug, Clone, PartialEq)]
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
    /// Any numeric column, by its name, transformed.
    Column(Arc<str>, Transform),
}

/// What is done to the values of a numeric column before they are standardised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transform {
    /// Nothing.
    Identity,
    /// `sign(x) ln(1 + |x|)`, for values of which many are small and few large.
    Log,
    /// `sign(x) sqrt(|x|)`.
    Sqrt,
    /// `x^3`, which sets large values apart.
    Cube,
    /// The share of the tracks that have a smaller value, those with the same counting half: 0 to 1.
    Rank,
}

impl Transform {
    /// All but [`Self::Identity`], which has no name.
    const NAMED: [(&'static str, Self); 4] =
        [("log", Self::Log), ("sqrt", Self::Sqrt), ("cube", Self::Cube), ("rank", Self::Rank)];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, transform)| transform)
    }

    /// Its name; `None` for [`Self::Identity`].
    pub fn name(self) -> Option<&'static str> {
        Self::NAMED.into_iter().find(|(_, transform)| *transform == self).map(|(name, _)| name)
    }

    /// Transforms one value; `sorted` are all values of the column, ascending, for [`Self::Rank`].
    fn apply(self, value: f64, sorted: &[f64]) -> f64 {
        match self {
            Self::Identity => value,
            Self::Log => value.abs().ln_1p().copysign(value),
            Self::Sqrt => value.abs().sqrt().copysign(value),
            Self::Cube => value * value * value,
            Self::Rank => {
                let less = sorted.partition_point(|other| *other < value);
                let not_greater = sorted.partition_point(|other| *other <= value);
                (less + not_greater) as f64 / (2 * sorted.len().max(1)) as f64
            }
        }
    }
}

/// The sorted values of the columns that features compare by rank.
#[derive(Debug, Default)]
pub(super) struct Ranks(Vec<(Arc<str>, Vec<f64>)>);

impl Ranks {
    pub(super) fn of<'a>(catalogue: &Catalogue, features: impl Iterator<Item = &'a Feature>) -> Self {
        let mut ranks: Vec<(Arc<str>, Vec<f64>)> = Vec::new();
        for feature in features {
            if let Feature::Column(name, Transform::Rank) = feature
                && !ranks.iter().any(|(known, _)| known == name)
            {
                let mut values = Vec::new();
                copy_numeric(catalogue, name, 0..catalogue.len(), &mut values);
                values.par_sort_unstable_by(f64::total_cmp);
                ranks.push((Arc::clone(name), values));
            }
        }
        Self(ranks)
    }

    fn sorted(&self, name: &str) -> &[f64] {
        let found = self.0.iter().find(|(known, _)| **known == *name);
        found.map_or(&[], |(_, values)| values)
    }
}

/// Replaces the content of `out` by values of a numeric column; empties it if there is no such column.
fn copy_numeric(catalogue: &Catalogue, name: &str, rows: Range<usize>, out: &mut Vec<f64>) {
    match catalogue.numeric(name) {
        Ok(column) => column.copy_to(rows, out),
        Err(_) => out.clear(),
    }
}

impl Feature {
    /// The known attributes that it is computed from.
    pub(super) fn attributes(&self) -> Vec<Attribute> {
        match self {
            Self::Attribute(attribute) | Self::Log(attribute) => vec![*attribute],
            Self::EnergyValence => vec![Attribute::Energy, Attribute::Valence],
            Self::TempoLoudnessRatio => vec![Attribute::Tempo, Attribute::Loudness],
            Self::Explicit | Self::Column(..) => Vec::new(),
        }
    }

    /// Replaces the content of `out` by the feature of each of `rows`; empties it if the catalogue lacks a column.
    pub(super) fn values(
        &self,
        catalogue: &Catalogue,
        ranks: &Ranks,
        rows: Range<usize>,
        out: &mut Vec<f64>,
    ) {
        let copy = |attribute, rows, out: &mut Vec<f64>| match catalogue.numbers(attribute) {
            Some(column) => column.copy_to(rows, out),
            None => out.clear(),
        };
        let mut pair = |first, second, combine: fn(f64, f64) -> f64| {
            copy(first, rows.clone(), out);
            let mut others = Vec::new();
            copy(second, rows.clone(), &mut others);
            for (value, other) in out.iter_mut().zip(others) {
                *value = combine(*value, other);
            }
        };
        match self {
            Self::Attribute(attribute) => copy(*attribute, rows, out),
            Self::Log(attribute) => {
                copy(*attribute, rows, out);
                out.iter_mut().for_each(|value| *value = logarithm(*attribute, *value));
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
            Self::Column(name, transform) => {
                copy_numeric(catalogue, name, rows, out);
                let sorted = ranks.sorted(name);
                out.iter_mut().for_each(|value| *value = transform.apply(*value, sorted));
            }
        }
    }

    /// The feature of a track of which some numbers may be unknown; `None` if it needs one of those.
    pub(super) fn of_known(
        &self,
        number: impl Fn(&str) -> Option<f64>,
        explicit: Option<bool>,
        catalogue: &Catalogue,
    ) -> Option<f64> {
        let attribute = |attribute: Attribute| number(attribute.name());
        match self {
            Self::Attribute(own) => attribute(*own),
            Self::Log(own) => Some(logarithm(*own, attribute(*own)?)),
            Self::EnergyValence => Some(attribute(Attribute::Energy)? * attribute(Attribute::Valence)?),
            Self::TempoLoudnessRatio => {
                Some(attribute(Attribute::Tempo)? / (attribute(Attribute::Loudness)?.abs() + 1e-6))
            }
            Self::Explicit => explicit.map(f64::from),
            Self::Column(name, transform) => {
                let ranks = Ranks::of(catalogue, std::iter::once(self));
                Some(transform.apply(number(name)?, ranks.sorted(name)))
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_keep_the_order_and_the_sign() {
        let sorted = [-2.0, 0.0, 0.0, 1.0, 8.0];
        for (transform, expected) in [
            (Transform::Identity, [-2.0, 0.0, 0.0, 1.0, 8.0]),
            (Transform::Log, [-(3f64.ln()), 0.0, 0.0, 2f64.ln(), 9f64.ln()]),
            (Transform::Sqrt, [-(2f64.sqrt()), 0.0, 0.0, 1.0, 8f64.sqrt()]),
            (Transform::Cube, [-8.0, 0.0, 0.0, 1.0, 512.0]),
            (Transform::Rank, [0.1, 0.4, 0.4, 0.7, 0.9]),
        ] {
            for (value, expected) in sorted.iter().zip(expected) {
                let found = transform.apply(*value, &sorted);
                assert!((found - expected).abs() < 1e-12, "{transform:?} {value}: {found}");
            }
        }
    }
}
