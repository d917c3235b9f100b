//! Aspects: what tracks are compared by, each of one or more dimensions of a vector.

use std::ops::Range;

use super::artists::Artists;
use super::feature::Feature;
use super::genres::{DIMENSIONS, GenreSpace, Listed};
use crate::catalogue::{Attribute, Catalogue, Features};
use crate::error::Result;

/// Something that tracks are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// A feature of the track: one dimension.
    Feature(Feature),
    /// Its key as a place on the circle of fifths, a minor key at that of its relative major: two dimensions.
    /// Keys that share most of their notes are near; a track without a key is in the middle.
    Key,
    /// Its genres and those of its artists, as [`GenreSpace`] places them.
    Genres,
    /// The mean of a feature over the tracks of its artists: one dimension.
    Artist(Feature),
}

use Attribute as A;

/// The names by which profiles and reasons know aspects.
const NAMED: [(&str, Aspect); 34] = [
    ("danceability", Aspect::Feature(Feature::Attribute(A::Danceability))),
    ("energy", Aspect::Feature(Feature::Attribute(A::Energy))),
    ("loudness", Aspect::Feature(Feature::Attribute(A::Loudness))),
    ("speechiness", Aspect::Feature(Feature::Attribute(A::Speechiness))),
    ("acousticness", Aspect::Feature(Feature::Attribute(A::Acousticness))),
    ("instrumentalness", Aspect::Feature(Feature::Attribute(A::Instrumentalness))),
    ("liveness", Aspect::Feature(Feature::Attribute(A::Liveness))),
    ("valence", Aspect::Feature(Feature::Attribute(A::Valence))),
    ("tempo", Aspect::Feature(Feature::Attribute(A::Tempo))),
    ("duration_ms", Aspect::Feature(Feature::Attribute(A::DurationMs))),
    ("popularity", Aspect::Feature(Feature::Attribute(A::Popularity))),
    ("mode", Aspect::Feature(Feature::Attribute(A::Mode))),
    ("key", Aspect::Feature(Feature::Attribute(A::Key))),
    ("time_signature", Aspect::Feature(Feature::Attribute(A::TimeSignature))),
    ("energy_valence", Aspect::Feature(Feature::EnergyValence)),
    ("tempo_loudness_ratio", Aspect::Feature(Feature::TempoLoudnessRatio)),
    ("explicit", Aspect::Feature(Feature::Explicit)),
    ("log_loudness", Aspect::Feature(Feature::Log(A::Loudness))),
    ("log_speechiness", Aspect::Feature(Feature::Log(A::Speechiness))),
    ("log_acousticness", Aspect::Feature(Feature::Log(A::Acousticness))),
    ("log_instrumentalness", Aspect::Feature(Feature::Log(A::Instrumentalness))),
    ("log_liveness", Aspect::Feature(Feature::Log(A::Liveness))),
    ("log_tempo", Aspect::Feature(Feature::Log(A::Tempo))),
    ("log_duration_ms", Aspect::Feature(Feature::Log(A::DurationMs))),
    ("key_in_fifths", Aspect::Key),
    ("genres", Aspect::Genres),
    ("artist_popularity", Aspect::Artist(Feature::Attribute(A::Popularity))),
    ("artist_danceability", Aspect::Artist(Feature::Attribute(A::Danceability))),
    ("artist_energy", Aspect::Artist(Feature::Attribute(A::Energy))),
    ("artist_acousticness", Aspect::Artist(Feature::Log(A::Acousticness))),
    ("artist_valence", Aspect::Artist(Feature::Attribute(A::Valence))),
    ("artist_explicit", Aspect::Artist(Feature::Explicit)),
    ("artist_speechiness", Aspect::Artist(Feature::Log(A::Speechiness))),
    ("artist_instrumentalness", Aspect::Artist(Feature::Log(A::Instrumentalness))),
];

impl Aspect {
    /// All aspects, by name.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        NAMED.into_iter()
    }

    /// The aspect of that name.
    pub fn named(name: &str) -> Option<Self> {
        NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, aspect)| aspect)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        NAMED.into_iter().find(|(_, aspect)| *aspect == self).map_or("", |(name, _)| name)
    }

    /// How many dimensions of a vector it takes.
    pub const fn width(self) -> usize {
        match self {
            Self::Feature(_) | Self::Artist(_) => 1,
            Self::Key => 2,
            Self::Genres => DIMENSIONS,
        }
    }

    /// Its values for a track that is not in the catalogue; `None` if they are not known. The other tracks of its
    /// artists are taken to be like it.
    pub(super) fn of_features(self, features: &Features, genres: &GenreSpace) -> Option<Vec<f64>> {
        let known = |wanted| {
            let found = features.attributes.iter().find(|(attribute, _)| *attribute == wanted);
            found.map(|(_, value)| *value)
        };
        match self {
            Self::Feature(feature) | Self::Artist(feature) => {
                feature.of_known(known, features.explicit).map(|value| vec![value])
            }
            Self::Key => {
                let (cosine, sine) = on_circle_of_fifths(known(A::Key)?, known(A::Mode).unwrap_or(1.0));
                Some(vec![cosine, sine])
            }
            Self::Genres if features.genres.is_empty() => None,
            Self::Genres => Some(genres.place(features.genres.iter().map(String::as_str)).to_vec()),
        }
    }

    /// How a listener would call it.
    pub(crate) fn plain_name(self) -> &'static str {
        match self {
            Self::Feature(Feature::Attribute(attribute) | Feature::Log(attribute)) => match attribute {
                A::DurationMs => "length",
                A::TimeSignature => "time signature",
                other => other.name(),
            },
            Self::Feature(Feature::EnergyValence) => "cheerful energy",
            Self::Feature(Feature::TempoLoudnessRatio) => "tempo for its loudness",
            Self::Feature(Feature::Explicit) => "explicit lyrics",
            Self::Key => "key",
            Self::Genres => "genres",
            Self::Artist(feature) => match feature {
                Feature::Attribute(A::Popularity) => "the artist's popularity",
                Feature::Attribute(A::Danceability) => "the artist's danceability",
                Feature::Attribute(A::Energy) => "the artist's energy",
                Feature::Attribute(A::Valence) => "the artist's valence",
                Feature::Log(A::Acousticness) => "the artist's acousticness",
                Feature::Log(A::Speechiness) => "the artist's speechiness",
                Feature::Log(A::Instrumentalness) => "the artist's instrumentalness",
                _ => "the artist's style",
            },
        }
    }

    /// Puts its values for each of `rows` in place of what the columns held: a column a dimension.
    pub(super) fn values(self, source: &Source<'_>, rows: Range<usize>, columns: &mut [Vec<f64>]) {
        match (self, columns) {
            (Self::Feature(feature), [column]) => feature.values(source.catalogue, rows, column),
            (Self::Artist(feature), [column]) => source.artists.means(feature, rows, column),
            (Self::Key, [cosines, sines]) => {
                source.catalogue.numbers(A::Key).copy_to(rows.clone(), cosines);
                source.catalogue.numbers(A::Mode).copy_to(rows, sines);
                for (cosine, sine) in cosines.iter_mut().zip(sines) {
                    (*cosine, *sine) = on_circle_of_fifths(*cosine, *sine);
                }
            }
            (Self::Genres, columns) => source.genres.values(source, rows, columns),
            _ => {}
        }
    }
}

/// Where a key (pitch class, or negative for none) and a mode (1 major, 0 minor) lie on the circle of fifths.
fn on_circle_of_fifths(key: f64, mode: f64) -> (f64, f64) {
    if key < 0.0 {
        return (0.0, 0.0);
    }
    // C major and A minor share their notes: a minor key lies three fifths after its namesake.
    let place = key * 7.0 + if mode > 0.5 { 0.0 } else { -3.0 };
    let angle = (place.rem_euclid(12.0) / 12.0) * std::f64::consts::TAU;
    (angle.cos(), angle.sin())
}

/// What the values of a catalogue's tracks are taken from.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) artists: Artists,
    pub(super) listed: Listed,
    pub(super) genres: GenreSpace,
}

impl<'a> Source<'a> {
    /// Looks at a catalogue's artists and genres as far as aspects need them.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(super) fn of(
        catalogue: &'a Catalogue,
        aspects: impl Iterator<Item = Aspect> + Clone,
    ) -> Result<Self> {
        let with_genres = aspects.clone().any(|aspect| aspect == Aspect::Genres);
        let of_artists = aspects.filter_map(|aspect| match aspect {
            Aspect::Artist(feature) => Some(feature),
            _ => None,
        });
        let artists = match with_genres || of_artists.clone().next().is_some() {
            true => Artists::of_catalogue(catalogue, of_artists)?,
            false => Artists::default(),
        };
        let (listed, genres) = match with_genres {
            true => Listed::of(catalogue, &artists)?,
            false => Default::default(),
        };
        Ok(Self { catalogue, artists, listed, genres })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aspect_has_a_name_of_its_own() {
        for (name, aspect) in Aspect::all() {
            assert_eq!((Aspect::named(name), aspect.name()), (Some(aspect), name));
        }
    }

    #[test]
    fn related_keys_are_near_on_the_circle_of_fifths() {
        let at = |key, mode| on_circle_of_fifths(key, mode);
        let distance = |a: (f64, f64), b: (f64, f64)| ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt();
        let (c, a_minor, g, b, f_sharp) =
            (at(0.0, 1.0), at(9.0, 0.0), at(7.0, 1.0), at(11.0, 1.0), at(6.0, 1.0));
        assert!(distance(c, a_minor) < 1e-12);
        assert!(distance(c, g) < distance(c, b) && distance(c, b) < distance(c, f_sharp));
        assert!((distance(c, f_sharp) - 2.0).abs() < 1e-12);
        assert_eq!(at(-1.0, 1.0), (0.0, 0.0));
    }
}
