//! The names of what is known of a track: the columns of a catalogue, by kind.
//!
//! Nothing here knows how a column is stored or read.

use std::fmt;
use std::ops::RangeInclusive;

/// A numeric property of a track, as Spotify's audio features define them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// How suitable for dancing, 0 to 1.
    Danceability,
    /// Intensity and activity, 0 to 1.
    Energy,
    /// Overall loudness in decibels, mostly -60 to 0.
    Loudness,
    /// Presence of spoken words, 0 to 1.
    Speechiness,
    /// Confidence that it is acoustic, 0 to 1.
    Acousticness,
    /// Likelihood that it has no vocals, 0 to 1.
    Instrumentalness,
    /// Presence of an audience, 0 to 1.
    Liveness,
    /// Musical positiveness, 0 to 1.
    Valence,
    /// Beats a minute.
    Tempo,
    /// Length in milliseconds.
    DurationMs,
    /// Popularity, 0 to 100.
    Popularity,
    /// Major 1, minor 0.
    Mode,
    /// Pitch class, C 0 to B 11; -1 where none was detected.
    Key,
    /// Beats in a bar.
    TimeSignature,
}

impl Attribute {
    /// All attributes, in the order of the notebook's features.
    pub const ALL: [Self; 14] = [
        Self::Danceability,
        Self::Energy,
        Self::Loudness,
        Self::Speechiness,
        Self::Acousticness,
        Self::Instrumentalness,
        Self::Liveness,
        Self::Valence,
        Self::Tempo,
        Self::DurationMs,
        Self::Popularity,
        Self::Mode,
        Self::Key,
        Self::TimeSignature,
    ];

    /// The name of its column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Danceability => "danceability",
            Self::Energy => "energy",
            Self::Loudness => "loudness",
            Self::Speechiness => "speechiness",
            Self::Acousticness => "acousticness",
            Self::Instrumentalness => "instrumentalness",
            Self::Liveness => "liveness",
            Self::Valence => "valence",
            Self::Tempo => "tempo",
            Self::DurationMs => "duration_ms",
            Self::Popularity => "popularity",
            Self::Mode => "mode",
            Self::Key => "key",
            Self::TimeSignature => "time_signature",
        }
    }

    /// Whether its values are whole numbers, stored as `i32`; the others are stored as `f64`.
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::DurationMs | Self::Popularity | Self::Mode | Self::Key | Self::TimeSignature)
    }

    /// What its values can be, in Spotify's units; catalogues may have others, and are read all the same.
    pub const fn range(self) -> RangeInclusive<f64> {
        match self {
            Self::Key => -1.0..=11.0,
            Self::TimeSignature => 0.0..=11.0,
            Self::Popularity => 0.0..=100.0,
            Self::DurationMs => 0.0..=i32::MAX as f64,
            Self::Loudness => -100.0..=100.0,
            Self::Tempo => 0.0..=1000.0,
            Self::Danceability
            | Self::Energy
            | Self::Speechiness
            | Self::Acousticness
            | Self::Instrumentalness
            | Self::Liveness
            | Self::Valence
            | Self::Mode => 0.0..=1.0,
        }
    }
}

/// A text that describes a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The track's external name.
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

/// A column that a source of tracks is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// A text.
    Text(TextField),
    /// Whether the lyrics are explicit.
    Explicit,
    /// A number.
    Attribute(Attribute),
}

impl Column {
    /// The 20 columns of a catalogue, in the order in which they are stored.
    pub const ALL: [Self; 20] = [
        Self::Text(TextField::TrackId),
        Self::Text(TextField::TrackName),
        Self::Text(TextField::Artists),
        Self::Text(TextField::AlbumName),
        Self::Text(TextField::TrackGenre),
        Self::Attribute(Attribute::Popularity),
        Self::Attribute(Attribute::DurationMs),
        Self::Explicit,
        Self::Attribute(Attribute::Danceability),
        Self::Attribute(Attribute::Energy),
        Self::Attribute(Attribute::Loudness),
        Self::Attribute(Attribute::Mode),
        Self::Attribute(Attribute::Speechiness),
        Self::Attribute(Attribute::Acousticness),
        Self::Attribute(Attribute::Instrumentalness),
        Self::Attribute(Attribute::Liveness),
        Self::Attribute(Attribute::Valence),
        Self::Attribute(Attribute::Tempo),
        Self::Attribute(Attribute::TimeSignature),
        Self::Attribute(Attribute::Key),
    ];

    /// The column's name in the catalogue and in the notebook's file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text(field) => field.name(),
            Self::Explicit => "explicit",
            Self::Attribute(attribute) => attribute.name(),
        }
    }

    /// The column of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Whether the column only describes a track, so that a catalogue can do without it.
    pub const fn is_descriptive(self) -> bool {
        matches!(self, Self::Text(TextField::AlbumName | TextField::TrackGenre) | Self::Explicit)
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
        assert_eq!(Column::ALL.len(), TextField::ALL.len() + 1 + Attribute::ALL.len());
        assert_eq!(Column::named("genres"), None);
    }
}
