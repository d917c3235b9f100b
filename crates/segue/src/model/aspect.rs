//! Aspects: the named parts of a track's vector, each of one or more dimensions. A profile gives each a weight.

use std::ops::Range;
use std::sync::Arc;

use super::artists::Artists;
use super::feature::{Feature, Ranks, Transform};
use super::genres::{DIMENSIONS, GenreSpace, Listed};
use super::words::{self, WordSpace};
use crate::catalogue::ingest::matches_pattern;
use crate::catalogue::{Attribute, Catalogue, Column, Features, TextField};
use crate::error::Result;
use crate::schema::with_attributes;

/// Something that tracks are compared by.
#[derive(Debug, Clone, PartialEq)]
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
    /// How well known its artists are: the cube of the mean, over its artists, of the popularity of the most popular track
    /// of each. One dimension.
    Fame,
    /// The words that its artists use in the titles of tracks and albums, as an embedding: 25 dimensions.
    Words,
    /// A numeric column that comes round after a period, such as an hour of the day after 24: cosine and sine of its
    /// angle, two dimensions.
    Circle(Arc<str>, f64),
    /// A vector column: as many dimensions as it has components.
    Vector(VectorAspect),
}

/// A vector column as an aspect.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VectorAspect {
    /// The name of the column.
    pub column: Arc<str>,
    /// The number of its components; 0 in a profile that is not fitted to a catalogue yet.
    pub dimension: usize,
    /// How its values are scaled.
    pub scaling: Scaling,
    /// Whether it is the mean over the tracks of the artists.
    pub of_artists: bool,
}

/// How a vector column is scaled. All its components get one factor, so that the angles between vectors stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scaling {
    /// To a root mean square length of 1, so that it counts as much as one standardised feature.
    Scaled,
    /// Less the mean vector first: what all tracks have in common does not count.
    Centred,
    /// Kept as it is.
    Raw,
}

impl Scaling {
    pub(super) const ALL: [(&'static str, Self); 3] =
        [("", Self::Scaled), ("centred", Self::Centred), ("raw", Self::Raw)];
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
const OTHERS: [(&str, Aspect); 8] = [
    ("energy_valence", Aspect::Feature(Feature::EnergyValence)),
    ("tempo_loudness_ratio", Aspect::Feature(Feature::TempoLoudnessRatio)),
    ("explicit", Aspect::Feature(Feature::Explicit)),
    ("key_in_fifths", Aspect::Key),
    ("genres", Aspect::Genres),
    ("artist_explicit", Aspect::Artist(Feature::Explicit)),
    ("artist_fame", Aspect::Fame),
    ("artist_words", Aspect::Words),
];

impl Named {
    fn artist_feature(&self) -> Feature {
        self.log.map_or(Feature::Attribute(self.attribute), |_| Feature::Log(self.attribute))
    }
}

impl Aspect {
    /// The known aspects with their names in profiles.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        let plain =
            NAMED.iter().map(|named| (named.plain, Self::Feature(Feature::Attribute(named.attribute))));
        let log =
            NAMED.iter().filter_map(|named| Some((named.log?, Self::Feature(Feature::Log(named.attribute)))));
        let artists = NAMED.iter().map(|named| (named.artist, Self::Artist(named.artist_feature())));
        plain.chain(log).chain(OTHERS).chain(artists)
    }

    /// The known aspect of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|(known, _)| *known == name).map(|(_, aspect)| aspect)
    }

    /// How many dimensions of a vector it takes; 0 for a vector column in a profile that is not fitted yet.
    pub fn width(&self) -> usize {
        match self {
            Self::Feature(_) | Self::Artist(_) | Self::Fame => 1,
            Self::Key | Self::Circle(..) => 2,
            Self::Genres => DIMENSIONS,
            Self::Words => words::DIMENSIONS,
            Self::Vector(vector) => vector.dimension,
        }
    }

    /// Its values for a track that is not in the catalogue; `None` if they are not known. The mean over the artist's
    /// tracks is taken to be the track's own value.
    pub(super) fn of_features(
        &self,
        features: &Features,
        genres: &GenreSpace,
        catalogue: &Catalogue,
    ) -> Option<Vec<f64>> {
        let known = |wanted: &str| {
            let found = features.attributes.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| *value)
        };
        match self {
            Self::Feature(feature) | Self::Artist(feature) => {
                feature.of_known(known, features.explicit, catalogue).map(|value| vec![value])
            }
            Self::Key => {
                let mode = known(A::Mode.name()).unwrap_or(1.0);
                let (cosine, sine) = on_circle_of_fifths(known(A::Key.name())?, mode);
                Some(vec![cosine, sine])
            }
            Self::Genres if features.genres.is_empty() => None,
            Self::Genres => Some(genres.position(features.genres.iter().map(String::as_str)).to_vec()),
            Self::Circle(name, period) => {
                let (cosine, sine) = on_circle(known(name)?, *period);
                Some(vec![cosine, sine])
            }
            Self::Fame => known(A::Popularity.name()).map(|popularity| vec![popularity.powi(3)]),
            Self::Words | Self::Vector(_) => None,
        }
    }

    /// The name shown to listeners.
    pub(crate) fn plain_name(&self) -> String {
        let of_artist = |attribute| NAMED.iter().find(|named| named.attribute == attribute);
        let known = match self {
            Self::Feature(Feature::Attribute(attribute) | Feature::Log(attribute)) => attribute.plain_name(),
            Self::Feature(Feature::EnergyValence) => "cheerful energy",
            Self::Feature(Feature::TempoLoudnessRatio) => "tempo for its loudness",
            Self::Feature(Feature::Explicit) => "explicit lyrics",
            Self::Key => "key",
            Self::Genres => "genres",
            Self::Fame => "the artist's fame",
            Self::Words => "words in titles",
            Self::Artist(Feature::Attribute(attribute) | Feature::Log(attribute)) => {
                of_artist(*attribute).map_or("the artist's style", |named| named.artist_plain)
            }
            Self::Feature(Feature::Column(name, _)) | Self::Circle(name, _) => name,
            Self::Artist(Feature::Column(name, _)) => return format!("the artist's {name}"),
            Self::Vector(VectorAspect { column, of_artists, .. }) => {
                let column = stem(column);
                return if *of_artists { format!("the artist's {column}") } else { column.to_owned() };
            }
            Self::Artist(_) => "the artist's style",
        };
        known.to_owned()
    }

    /// The numeric column that it is made from by a name or a pattern, if it is.
    pub(super) fn column_name(&self) -> Option<&Arc<str>> {
        match self {
            Self::Feature(Feature::Column(name, _))
            | Self::Artist(Feature::Column(name, _))
            | Self::Circle(name, _) => Some(name),
            _ => None,
        }
    }

    /// The same of another column.
    pub(super) fn with_column(&self, name: &str) -> Self {
        match self {
            Self::Feature(Feature::Column(_, transform)) => {
                Self::Feature(Feature::Column(name.into(), *transform))
            }
            Self::Artist(Feature::Column(_, transform)) => {
                Self::Artist(Feature::Column(name.into(), *transform))
            }
            Self::Circle(_, period) => Self::Circle(name.into(), *period),
            other => other.clone(),
        }
    }

    /// The same with vectors of so many components, if it is a vector column.
    pub(crate) fn of_dimension(self, dimension: usize) -> Self {
        match self {
            Self::Vector(vector) => Self::Vector(VectorAspect { dimension, ..vector }),
            other => other,
        }
    }

    /// Whether another aspect is the same of a column that this one's name or pattern stands for.
    pub(super) fn stands_for(&self, other: &Self) -> bool {
        let names =
            |ours: &str, theirs: &str| ours.eq_ignore_ascii_case(theirs) || matches_pattern(theirs, ours);
        match (self, other) {
            (Self::Vector(ours), Self::Vector(theirs)) => {
                names(&ours.column, &theirs.column)
                    && (ours.scaling, ours.of_artists) == (theirs.scaling, theirs.of_artists)
            }
            _ => match (self.column_name(), other.column_name()) {
                (Some(ours), Some(theirs)) => names(ours, theirs) && self.with_column(theirs) == *other,
                _ => self == other,
            },
        }
    }

    /// The known attributes that it is made from.
    pub(super) fn attributes(&self) -> Vec<Attribute> {
        match self {
            Self::Feature(feature) | Self::Artist(feature) => feature.attributes(),
            Self::Key => vec![A::Key, A::Mode],
            Self::Fame => vec![A::Popularity],
            Self::Genres | Self::Words | Self::Circle(..) | Self::Vector(_) => Vec::new(),
        }
    }

    /// The known columns that it is made from, without those of which it makes do with what there is.
    pub(super) fn columns(&self) -> Vec<Column> {
        match self {
            Self::Feature(Feature::Explicit) | Self::Artist(Feature::Explicit) => vec![Column::Explicit],
            Self::Genres => vec![Column::Text(TextField::TrackGenre)],
            other => {
                let named = other.column_name().and_then(|name| Attribute::named(name));
                other.attributes().into_iter().chain(named).map(Column::Attribute).collect()
            }
        }
    }

    /// Replaces the content of `columns`, one per dimension, by its values for each of `rows`.
    pub(super) fn values(&self, source: &Source<'_>, rows: Range<usize>, columns: &mut [Vec<f64>]) {
        let copy = |attribute, rows: &Range<usize>, out: &mut Vec<f64>| {
            source
                .catalogue
                .numbers(attribute)
                .into_iter()
                .for_each(|column| column.copy_to(rows.clone(), out));
        };
        match (self, columns) {
            (Self::Feature(feature), [column]) => {
                feature.values(source.catalogue, &source.ranks, rows, column);
            }
            (Self::Artist(feature), [column]) => source.artists.means(feature, rows, column),
            (Self::Fame, [column]) => {
                source.artists.peaks(rows, column);
                column.iter_mut().for_each(|peak| *peak = peak.powi(3));
            }
            (Self::Words, columns) => source.words.values(&source.artists, rows, columns),
            (Self::Key, [cosines, sines]) => {
                copy(A::Key, &rows, cosines);
                copy(A::Mode, &rows, sines);
                for (cosine, sine) in cosines.iter_mut().zip(sines) {
                    (*cosine, *sine) = on_circle_of_fifths(*cosine, *sine);
                }
            }
            (Self::Circle(name, period), [cosines, sines]) => {
                let column = Feature::Column(Arc::clone(name), Transform::Identity);
                column.values(source.catalogue, &source.ranks, rows, cosines);
                sines.clone_from(cosines);
                for (cosine, sine) in cosines.iter_mut().zip(sines) {
                    (*cosine, *sine) = on_circle(*cosine, *period);
                }
            }
            (Self::Genres, columns) => source.genres.values(source, rows, columns),
            (Self::Vector(vector), columns) if vector.of_artists => {
                source.artists.mean_vectors(&vector.column, rows, columns);
            }
            (Self::Vector(vector), columns) => match source.catalogue.vectors(&vector.column) {
                Some(vectors) => vectors.copy_to(rows, columns),
                None => columns.iter_mut().for_each(Vec::clear),
            },
            _ => {}
        }
    }
}

/// A pattern without its star: `mfcc` for `mfcc_*`.
pub(super) fn stem(pattern: &str) -> &str {
    match pattern.split_once('*') {
        Some((stem, _)) if !stem.is_empty() => stem.trim_end_matches(['_', '-', '.', ' ', '[']),
        _ => pattern,
    }
}

/// The cosine and sine of a value that comes round after a period.
fn on_circle(value: f64, period: f64) -> (f64, f64) {
    let angle = (value.rem_euclid(period) / period) * std::f64::consts::TAU;
    (angle.cos(), angle.sin())
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
    words: WordSpace,
    ranks: Ranks,
}

impl<'a> Source<'a> {
    /// Collects the artists and genres of a catalogue, if the aspects need them.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(super) fn of(catalogue: &'a Catalogue, aspects: &[Aspect]) -> Result<Self> {
        let [with_genres, with_fame, with_words] =
            [Aspect::Genres, Aspect::Fame, Aspect::Words].map(|aspect| aspects.contains(&aspect));
        let of_artists = aspects.iter().filter_map(|aspect| match aspect {
            Aspect::Artist(feature) => Some(feature.clone()),
            _ => None,
        });
        let of_artists: Vec<Feature> = of_artists.collect();
        let vectors_of_artists = aspects.iter().filter_map(|aspect| match aspect {
            Aspect::Vector(vector) if vector.of_artists => Some(&vector.column),
            _ => None,
        });
        let features = aspects.iter().filter_map(|aspect| match aspect {
            Aspect::Feature(feature) | Aspect::Artist(feature) => Some(feature),
            _ => None,
        });
        let ranks = Ranks::of(catalogue, features);
        let is_needed = with_genres
            || with_fame
            || with_words
            || !of_artists.is_empty()
            || vectors_of_artists.clone().next().is_some();
        let mut artists = match is_needed {
            true => Artists::of_catalogue(catalogue, of_artists, &ranks)?,
            false => Artists::default(),
        };
        vectors_of_artists.for_each(|column| artists.add_vectors(catalogue, column));
        if with_fame {
            artists.add_peaks(catalogue);
        }
        let (listed, genres) = match with_genres {
            true => Listed::of(catalogue, &artists)?,
            false => Default::default(),
        };
        let words = match with_words {
            true => WordSpace::of(catalogue, &artists)?,
            false => WordSpace::default(),
        };
        Ok(Self { catalogue, artists, listed, genres, words, ranks })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aspect_has_a_name_of_its_own() {
        for (name, aspect) in Aspect::all() {
            assert_eq!((Aspect::named(name), aspect.name().as_str()), (Some(aspect), name));
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
