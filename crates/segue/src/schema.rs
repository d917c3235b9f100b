//! The schema of a catalogue: its columns, and the table of numeric attributes.
//!
//! Nothing here knows how a column is stored or read.

use std::fmt;
use std::ops::RangeInclusive;

/// The attributes, one per line: parsers, files, options and help are generated from this table.
///
/// In each line: the description; the variant; the name of its column; its position among the columns of the
/// notebook's file; its type, `whole` (`i32`) or `real` (`f64`); its usual range, in Spotify's units; the scale on
/// which equal steps sound alike, `linear` or `log`; the name shown to listeners. The order is that of the notebook's
/// features.
macro_rules! with_attributes {
    ($make:ident) => {
        $make! {
            /// How suitable for dancing, 0 to 1.
            Danceability "danceability" 8 real 0.0..=1.0, linear, "danceability";
            /// Intensity and activity, 0 to 1.
            Energy "energy" 9 real 0.0..=1.0, linear, "energy";
            /// Overall loudness in decibels, mostly -60 to 0.
            Loudness "loudness" 10 real -100.0..=100.0, log, "loudness";
            /// Presence of spoken words, 0 to 1.
            Speechiness "speechiness" 12 real 0.0..=1.0, log, "speechiness";
            /// Confidence that it is acoustic, 0 to 1.
            Acousticness "acousticness" 13 real 0.0..=1.0, log, "acousticness";
            /// Likelihood that it has no vocals, 0 to 1.
            Instrumentalness "instrumentalness" 14 real 0.0..=1.0, log, "instrumentalness";
            /// Presence of an audience, 0 to 1.
            Liveness "liveness" 15 real 0.0..=1.0, log, "liveness";
            /// Musical positiveness, 0 to 1.
            Valence "valence" 16 real 0.0..=1.0, linear, "valence";
            /// Beats a minute.
            Tempo "tempo" 17 real 0.0..=1000.0, log, "tempo";
            /// Length in milliseconds.
            DurationMs "duration_ms" 6 whole 0.0..=2_147_483_647.0, log, "length";
            /// Popularity, 0 to 100.
            Popularity "popularity" 5 whole 0.0..=100.0, linear, "popularity";
            /// Major 1, minor 0.
            Mode "mode" 11 whole 0.0..=1.0, linear, "mode";
            /// Pitch class, C 0 to B 11; -1 where none was detected.
            Key "key" 19 whole -1.0..=11.0, linear, "key";
            /// Beats in a bar.
            TimeSignature "time_signature" 18 whole 0.0..=11.0, linear, "time signature";
        }
    };
}
pub(crate) use with_attributes;

macro_rules! define_attributes {
    ($(
        #[doc = $doc:literal]
        $variant:ident $name:literal $place:literal $kind:ident $range:expr, $scale:ident, $plain:literal;
    )*) => {
        /// A numeric property of a track, as Spotify's audio features define them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Attribute {
            $(#[doc = $doc] $variant,)*
        }

        impl Attribute {
            /// All attributes, in the order of the notebook's features.
            pub const ALL: [Self; [$($place),*].len()] = [$(Self::$variant),*];

            /// Those that an analyser hears in the sound, of which an index needs at least one.
            pub const AUDIO: [Self; 9] = [
                Self::Danceability,
                Self::Energy,
                Self::Loudness,
                Self::Speechiness,
                Self::Acousticness,
                Self::Instrumentalness,
                Self::Liveness,
                Self::Valence,
                Self::Tempo,
            ];

            /// The name of its column.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The attribute whose column has this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|attribute| attribute.name() == name)
            }

            /// A one-sentence description.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }.trim()
            }

            /// The name shown to listeners: `length` for `duration_ms`.
            pub(crate) const fn plain_name(self) -> &'static str {
                match self { $(Self::$variant => $plain,)* }
            }

            /// Whether its values are whole numbers, stored as `i32`; the others are stored as `f64`.
            pub const fn is_whole(self) -> bool {
                match self { $(Self::$variant => define_attributes!(@is_whole $kind),)* }
            }

            /// The usual range of its values, in Spotify's units. Values outside it are read as well.
            pub const fn range(self) -> RangeInclusive<f64> {
                match self { $(Self::$variant => $range,)* }
            }

            /// Whether it is a share of 1 that is no choice between two: danceability, energy and the like.
            pub(crate) fn is_share(self) -> bool {
                Self::AUDIO.contains(&self) && self.range() == (0.0..=1.0)
            }

            /// Its position among the columns of the notebook's file, from 0.
            const fn place(self) -> usize {
                match self { $(Self::$variant => $place,)* }
            }
        }
    };
    (@is_whole whole) => { true };
    (@is_whole real) => { false };
}

with_attributes!(define_attributes);

/// A text column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextField {
    /// The track's external id.
    TrackId,
    /// The title.
    TrackName,
    /// The artists' names, joined by `;`.
    Artists,
    /// The album's title.
    AlbumName,
    /// The genre that the track was first listed under.
    TrackGenre,
}

impl TextField {
    /// All text fields, in the order of the catalogue's columns.
    pub const ALL: [Self; 5] =
        [Self::TrackId, Self::TrackName, Self::Artists, Self::AlbumName, Self::TrackGenre];

    /// The name of its column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrackId => "track_id",
            Self::TrackName => "track_name",
            Self::Artists => "artists",
            Self::AlbumName => "album_name",
            Self::TrackGenre => "track_genre",
        }
    }
}

/// A column of a catalogue that is read from the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// A text.
    Text(TextField),
    /// Whether the lyrics are explicit.
    Explicit,
    /// A number.
    Attribute(Attribute),
    /// The code of the recording, which no catalogue needs: it is stored only if some track has one.
    Isrc,
}

impl Column {
    /// The columns of a catalogue, in the order in which they are stored, which is that of the notebook's file; then the
    /// ISRC.
    // Evaluated at compile time, so the indexing cannot panic at run time.
    #[allow(clippy::indexing_slicing)]
    pub const ALL: [Self; TextField::ALL.len() + 1 + Attribute::ALL.len() + 1] = {
        let mut all = [Self::Explicit; _];
        let mut place = 0;
        while place < TextField::ALL.len() {
            all[place] = Self::Text(TextField::ALL[place]);
            place += 1;
        }
        let mut number = 0;
        while number < Attribute::ALL.len() {
            let attribute = Attribute::ALL[number];
            all[attribute.place()] = Self::Attribute(attribute);
            number += 1;
        }
        all[all.len() - 1] = Self::Isrc;
        all
    };

    /// The column's name in the catalogue and in the notebook's file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text(field) => field.name(),
            Self::Explicit => "explicit",
            Self::Attribute(attribute) => attribute.name(),
            Self::Isrc => "isrc",
        }
    }

    /// The column of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Whether the column only describes a track, so that a catalogue may lack it.
    pub const fn is_descriptive(self) -> bool {
        matches!(self, Self::Text(TextField::AlbumName | TextField::TrackGenre) | Self::Explicit | Self::Isrc)
    }
}

impl AsRef<str> for Attribute {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

impl From<Attribute> for String {
    /// The name of its column.
    fn from(attribute: Attribute) -> Self {
        attribute.name().to_owned()
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_listed_once_and_found_by_its_name() {
        for column in Column::ALL {
            assert_eq!(Column::named(column.name()), Some(column));
        }
        let explicit = Column::ALL.iter().filter(|column| **column == Column::Explicit).count();
        assert_eq!(explicit, 1, "every place is that of one column");
        assert_eq!(Column::named("genres"), None);
    }
}
