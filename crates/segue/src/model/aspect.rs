//! Aspects: the named parts of a track's vector, each of one or more dimensions. A profile gives each a weight.

use std::ops::Range;

use super::artists::Artists;
use super::feature::Feature;
use super::genres::{DIMENSIONS, GenreSpace, Listed};
use crate::catalogue::{Attribute, Catalogue, Features};
use crate::error::Result;
use crate::schema::with_attributes;

/// Something that tracks are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aspect {
    /// A feature of the track: one dimension.
    Feature(Feature),
    /// Its key as cosine and sine of its angle on the circle of fifths: two dimensions. A minor key has the angle of
    /// its relative major, so keys that share most of their notes are near. A track without a key is at (0, 0).
    Key,
    /// Its genres and those of its artists, as [`GenreSpace`] places them.
    Genres,
    /// The mean of a feature over the tracks of its artists: one dimension.
    Artist(Feature),
}

use Attribute as A;

/// The names of the aspects that are made from an attribute: the attribute as it is; its logarithm, for those on a
/// logarithmic scale; and the mean over its artists' tracks, on that scale. `artist_plain` is the last one's name for
/// listeners.
struct Named {
    attribute: Attribute,
    plain: &'static str,
    log: Option<&'static str>,
    artist: &'static str,
    artist_plain: &'static str,
}

macro_rules! name_aspects {
    ($($(#[$doc:meta])* $variant:ident $name:literal $place:literal $kind:ident $range:expr, $scale:ident, $plain:literal;)*) => {
        const NAMED: [Named; Attribute::ALL.len()] = [$(Named {
            attribute: A::$variant,
            plain: $name,
            log: name_aspects!(@log $scale $name),
            artist: concat!("artist_", $name),
            artist_plain: concat!("the artist's ", $plain),
        }),*];
    };
    (@log log $name:literal) => { Some(concat!("log_", $name)) };
    (@log linear $name:literal) => { None };
}

with_attributes!(name_aspects);

/// The aspects that are not made from one attribute.
const OTHERS: [(&str, Aspect); 6] = [
    ("energy_valence", Aspect::Feature(Feature::EnergyValence)),
    ("tempo_loudness_ratio", Aspect::Feature(Feature::TempoLoudnessRatio)),
    ("explicit", Aspect::Feature(Feature::Explicit)),
    ("key_in_fifths", Aspect::Key),
    ("genres", Aspect::Genres),
    ("artist_explicit", Aspect::Artist(Feature::Explicit)),
];

impl Named {
    fn artist_feature(&self) -> Feature {
        self.log.map_or(Feature::Attribute(self.attribute), |_| Feature::Log(self.attribute))
    }
}

impl Aspect {
    /// All aspects with their names in profiles.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        let plain =
            NAMED.iter().map(|named| (named.plain, Self::Feature(Feature::Attribute(named.attribute))));
        let log =
            NAMED.iter().filter_map(|named| Some((named.log?, Self::Feature(Feature::Log(named.attribute)))));
        let artists = NAMED.iter().map(|named| (named.artist, Self::Artist(named.artist_feature())));
        plain.chain(log).chain(OTHERS).chain(artists)
    }

    /// The aspect of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|(known, _)| *known == name).map(|(_, aspect)| aspect)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::all().find(|(_, aspect)| *aspect == self).map_or("", |(name, _)| name)
    }

    /// How many dimensions of a vector it takes.
    pub const fn width(self) -> usize {
        match self {
            Self::Feature(_) | Self::Artist(_) => 1,
            Self::Key => 2,
            Self::Genres => DIMENSIONS,
        }
    }

    /// Its values for a track that is not in the catalogue; `None` if they are not known. The mean over the artist's
    /// tracks is taken to be the track's own value.
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
            Self::Genres => Some(genres.position(features.genres.iter().map(String::as_str)).to_vec()),
        }
    }

    /// The name shown to listeners.
    pub(crate) fn plain_name(self) -> &'static str {
        let of_artist = |attribute| NAMED.iter().find(|named| named.attribute == attribute);
        match self {
            Self::Feature(Feature::Attribute(attribute) | Feature::Log(attribute)) => attribute.plain_name(),
            Self::Feature(Feature::EnergyValence) => "cheerful energy",
            Self::Feature(Feature::TempoLoudnessRatio) => "tempo for its loudness",
            Self::Feature(Feature::Explicit) => "explicit lyrics",
            Self::Key => "key",
            Self::Genres => "genres",
            Self::Artist(Feature::Attribute(attribute) | Feature::Log(attribute)) => {
                of_artist(attribute).map_or("the artist's style", |named| named.artist_plain)
            }
            Self::Artist(_) => "the artist's style",
        }
    }

    /// Replaces the content of `columns`, one per dimension, by its values for each of `rows`.
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

/// The cosine and sine of a key (pitch class, negative for none) and mode (1 major, 0 minor) on the circle of fifths.
fn on_circle_of_fifths(key: f64, mode: f64) -> (f64, f64) {
    if key < 0.0 {
        return (0.0, 0.0);
    }
    // A minor shares the notes of C major, which lies three fifths before A major.
    let place = key * 7.0 + if mode > 0.5 { 0.0 } else { -3.0 };
    let angle = (place.rem_euclid(12.0) / 12.0) * std::f64::consts::TAU;
    (angle.cos(), angle.sin())
}

/// The data from which the values of aspects are computed.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) artists: Artists,
    pub(super) listed: Listed,
    pub(super) genres: GenreSpace,
}

impl<'a> Source<'a> {
    /// Collects the artists and genres of a catalogue, if the aspects need them.
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
