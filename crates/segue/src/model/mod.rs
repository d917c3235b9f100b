//! The model: how tracks become vectors.
//!
//! A [`Profile`] names the aspects and their weights. Fitting it to a catalogue adds the mean and deviation of every
//! dimension ([`Standardiser`]) and the embedding of its genres ([`GenreSpace`]); together they are a [`Model`].
//! Nothing here knows how vectors are searched or stored.
//!
//! ```text
//! profile ─► aspects ─► columns ─► standardised, weighted ─► unit vectors ─► levelled (hubs)
//! ```

mod artists;
mod aspect;
mod aspect_name;
mod built_in;
mod feature;
mod genres;
mod position;
mod profile;
mod profile_file;
mod standardise;
mod words;

use std::ops::Range;

use rayon::prelude::*;

#[cfg(feature = "playlists")]
pub(crate) use artists::Artists;
pub use aspect::{Aspect, Scaling, VectorAspect};
pub use built_in::Lack;
pub use feature::{Feature, Transform};
pub use genres::GenreSpace;
pub use profile::Profile;
pub use standardise::Standardiser;

use self::aspect::Source;
use self::feature::Ranks;
use crate::blocks::{BLOCK, blocks};
use crate::catalogue::{Catalogue, Features, NumberColumn, Row};
use crate::error::Result;
use crate::neighbours::Vectors;

/// A profile fitted to a catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    profile: Profile,
    standardiser: Standardiser,
    genres: GenreSpace,
}

impl Model {
    /// Computes the mean and deviation of every dimension over the catalogue, and one unit vector per track, in the
    /// order of the rows, in single precision.
    ///
    /// A track whose standardised values are all zero has the zero vector. Two passes over the catalogue, in
    /// parallel; the result does not depend on the number of threads.
    ///
    /// ```
    /// # let mut csv = Vec::new();
    /// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
    /// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
    /// use segue::{Model, Profile};
    ///
    /// let (model, vectors) = Model::fit(Profile::classic(), &catalogue)?;
    /// assert_eq!((model.dimension(), vectors.len()), (16, 300));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`crate::Error::Profile`] if the catalogue lacks a column of the profile, or values of it,
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub fn fit(profile: Profile, catalogue: &Catalogue) -> Result<(Self, Vectors)> {
        let profile = profile.resolve(catalogue)?;
        let aspects = profile.bare_aspects();
        let source = Source::of(catalogue, &aspects)?;
        let standardiser = Standardiser::fit(&aspects, &source);
        let model = Self { profile, standardiser, genres: source.genres.clone() };
        let vectors = model.vectors(&source);
        Ok((model, vectors))
    }

    /// The standardised values of every track before weighting, for training, which tries many weights.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(crate) fn standardised(&self, catalogue: &Catalogue) -> Result<Standardised> {
        let source = Source::of(catalogue, &self.profile.bare_aspects())?;
        let (mut columns, mut tile) = (vec![Vec::new(); self.dimension()], Tile::default());
        let model = Self { profile: self.profile.unweighted(), ..self.clone() };
        for start in (0..catalogue.len()).step_by(BLOCK) {
            model.weighted(&source, start..(start + BLOCK).min(catalogue.len()), &mut tile);
            for (column, values) in columns.iter_mut().zip(&tile.columns) {
                column.extend(values.iter().map(|value| *value as f32));
            }
        }
        Ok(Standardised { columns })
    }

    /// A model from its parts; `None` if they do not fit together.
    pub(crate) fn from_parts(
        profile: Profile,
        standardiser: Standardiser,
        genres: GenreSpace,
    ) -> Option<Self> {
        let fits = standardiser.dimension() == profile.dimension();
        fits.then_some(Self { profile, standardiser, genres })
    }

    /// The profile that was fitted.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The mean and deviation of every dimension.
    pub fn standardiser(&self) -> &Standardiser {
        &self.standardiser
    }

    /// The positions of genres; empty if the profile does not compare them.
    pub fn genres(&self) -> &GenreSpace {
        &self.genres
    }

    /// The number of dimensions of a vector.
    pub fn dimension(&self) -> usize {
        self.profile.dimension()
    }

    /// The aspects, and which dimensions of a vector each takes.
    pub fn dimensions(&self) -> impl Iterator<Item = (&Aspect, Range<usize>)> {
        self.profile.aspects().iter().scan(0, |start, (aspect, _)| {
            let dimensions = *start..*start + aspect.width();
            *start = dimensions.end;
            Some((aspect, dimensions))
        })
    }

    /// By how many standard deviations a track lies above the mean in a feature, which takes the given dimension; `None`
    /// for other aspects, and for features by rank, which depend on all tracks.
    pub(crate) fn score(
        &self,
        aspect: &Aspect,
        dimension: usize,
        row: Row,
        catalogue: &Catalogue,
    ) -> Option<f64> {
        let Aspect::Feature(feature) = aspect else { return None };
        if matches!(feature, Feature::Column(_, Transform::Rank)) {
            return None;
        }
        let (row, mut value) = (row.index(), Vec::new());
        feature.values(catalogue, &Ranks::default(), row..row + 1, &mut value);
        self.standardiser.apply(dimension, &mut value);
        value.pop().filter(|score| score.is_finite())
    }

    /// The unit vector, of [`Self::dimension`] components, of a track that is not in the catalogue. Unknown values
    /// count as average.
    pub(crate) fn vector(&self, features: &Features, catalogue: &Catalogue) -> Vec<f32> {
        self.unit_vector(|aspect| aspect.of_features(features, &self.genres, catalogue))
    }

    /// The vector columns that the profile compares, with their numbers of components.
    pub fn vector_columns(&self) -> Vec<(&str, usize)> {
        let mut columns: Vec<(&str, usize)> = Vec::new();
        for (aspect, _) in self.profile.aspects() {
            if let Aspect::Vector(vector) = aspect
                && !columns.iter().any(|(known, _)| *known == &*vector.column)
            {
                columns.push((&vector.column, vector.dimension));
            }
        }
        columns
    }

    /// The unit vector of a track of which one vector is known, that of `column`. Unknown values count as average, and
    /// the mean over the artist's tracks is taken to be the track's own vector.
    pub(crate) fn vector_of(&self, column: &str, components: &[f32]) -> Vec<f32> {
        self.unit_vector(|aspect| match aspect {
            Aspect::Vector(vector) if &*vector.column == column => {
                Some(components.iter().copied().map(f64::from).collect())
            }
            _ => None,
        })
    }

    /// The unit vector of a track of which `known` gives the values of some aspects.
    fn unit_vector(&self, known: impl Fn(&Aspect) -> Option<Vec<f64>>) -> Vec<f32> {
        let mut values = vec![0f64; self.dimension()];
        let weights = self.profile.aspects().iter().map(|(_, weight)| *weight);
        for ((aspect, dimensions), weight) in self.dimensions().zip(weights) {
            let places = values.get_mut(dimensions.clone()).unwrap_or_default();
            if let Some(known) = known(aspect) {
                for ((place, value), dimension) in places.iter_mut().zip(known).zip(dimensions) {
                    let mut value = [value];
                    self.standardiser.apply(dimension, &mut value);
                    *place = value.into_iter().sum::<f64>() * weight;
                }
            }
        }
        let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        values.into_iter().map(|value| (value * scale) as f32).collect()
    }

    fn vectors(&self, source: &Source<'_>) -> Vectors {
        let dimension = self.dimension();
        let mut values = vec![0f32; source.catalogue.len() * dimension];
        let blocks = blocks(source.catalogue.len());
        values.par_chunks_mut(BLOCK * dimension).zip(blocks).for_each(|(out, rows)| {
            let mut tile = Tile::default();
            let starts = rows.clone().step_by(TILE);
            for (out, start) in out.chunks_mut(TILE * dimension).zip(starts) {
                self.weighted(source, start..(start + TILE).min(rows.end), &mut tile);
                tile.normalise(out);
            }
        });
        Vectors::new(dimension, values)
    }

    /// Replaces the content of the tile by the standardised, weighted values of some rows.
    fn weighted(&self, source: &Source<'_>, rows: Range<usize>, tile: &mut Tile) {
        tile.columns.resize_with(self.dimension(), Vec::new);
        let weights = self.profile.aspects().iter().map(|(_, weight)| *weight);
        for ((aspect, dimensions), weight) in self.dimensions().zip(weights) {
            let columns = tile.columns.get_mut(dimensions.clone()).unwrap_or_default();
            aspect.values(source, rows.clone(), columns);
            for (column, dimension) in columns.iter_mut().zip(dimensions) {
                self.standardiser.apply(dimension, column);
                if weight != 1.0 {
                    column.iter_mut().for_each(|value| *value *= weight);
                }
            }
        }
    }
}

/// Standardised values of every track, one column per dimension.
#[derive(Debug)]
pub(crate) struct Standardised {
    columns: Vec<Vec<f32>>,
}

impl Standardised {
    /// Unit vectors under other weights, one per aspect of `model`, in their order.
    pub(crate) fn vectors(&self, model: &Model, weights: &[f64]) -> Vectors {
        let dimension = self.columns.len();
        let of_dimension: Vec<f64> = model
            .dimensions()
            .zip(weights)
            .flat_map(|((aspect, _), weight)| std::iter::repeat_n(*weight, aspect.width()))
            .collect();
        let rows = self.columns.first().map_or(0, Vec::len);
        let mut values = vec![0f32; rows * dimension];
        values.par_chunks_mut(BLOCK * dimension).zip(blocks(rows)).for_each(|(out, rows)| {
            let mut tile = Tile::default();
            let starts = rows.clone().step_by(TILE);
            for (out, start) in out.chunks_mut(TILE * dimension).zip(starts) {
                let part = start..(start + TILE).min(rows.end);
                let columns = self.columns.iter().zip(&of_dimension).map(|(column, weight)| {
                    let column = column.get(part.clone()).unwrap_or_default();
                    column.iter().map(|value| f64::from(*value) * weight).collect()
                });
                tile.columns = columns.collect();
                tile.normalise(out);
            }
        });
        Vectors::new(dimension, values)
    }
}

/// The standard deviation of a numeric column over a catalogue, without missing values; 1 if it is constant.
pub(crate) fn deviation(column: &NumberColumn, rows: usize) -> f64 {
    standardise::deviation(column, rows)
}

/// Rows transposed from columns to vectors at a time; a tile fits the L1 cache.
const TILE: usize = 64;

/// The values of some rows, one column per dimension, so that the arithmetic vectorises over rows.
#[derive(Debug, Default)]
struct Tile {
    columns: Vec<Vec<f64>>,
}

impl Tile {
    /// Scales every row to unit length, unless it is zero, and writes them to `out`, row-major.
    fn normalise(&mut self, out: &mut [f32]) {
        // Scaled by the largest component first, so that the sum of squares neither overflows nor underflows.
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
