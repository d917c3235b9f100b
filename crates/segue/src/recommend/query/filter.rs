//! The filter of a query: which tracks may be recommended.

use std::ops::{Bound, RangeBounds};

use crate::catalogue::Row;

/// Which tracks may be recommended. All conditions must hold; [`Filter::default`] has none.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Filter {
    /// Ranges of numeric columns, by their names: minimum and maximum, both inclusive. All ranges of one column must
    /// hold; a track without a value is in none.
    pub ranges: Vec<(String, f64, f64)>,
    /// One of these genres.
    pub genres: Vec<String>,
    /// None of these genres.
    pub without_genres: Vec<String>,
    /// One of these artists.
    pub artists: Vec<String>,
    /// None of these artists.
    pub without_artists: Vec<String>,
    /// None of these words in title or album, as whole words, whatever their case and accents. A text of several words
    /// excludes the tracks that have all of them in one of both.
    pub without_words: Vec<String>,
    /// Explicit (`true`), or known not to be explicit (`false`).
    pub explicit: Option<bool>,
    /// None of these tracks.
    pub without: Vec<Row>,
    /// A tempo within this many per cent, 0 to 50, of that of the first seed track with a positive weight, or of its
    /// half or double.
    pub tempo_within: Option<f64>,
    /// A key that mixes with that of the same seed: on the Camelot wheel the same, a neighbour, or the relative key.
    pub harmonic: bool,
}

impl Filter {
    /// Requires a value in this range, in the unit of the column: `0.5..`, `..=0.8`, `90.0..110.0`. The column is given
    /// by its name or as a known [`Attribute`](crate::Attribute).
    #[must_use]
    pub fn range(mut self, column: impl Into<String>, range: impl RangeBounds<f64>) -> Self {
        let least = match range.start_bound() {
            Bound::Included(least) => *least,
            Bound::Excluded(below) => below.next_up(),
            Bound::Unbounded => f64::NEG_INFINITY,
        };
        let most = match range.end_bound() {
            Bound::Included(most) => *most,
            Bound::Excluded(above) => above.next_down(),
            Bound::Unbounded => f64::INFINITY,
        };
        self.ranges.push((column.into(), least, most));
        self
    }

    /// Requires this genre, or another that is added by this method.
    #[must_use]
    pub fn genre(mut self, name: impl Into<String>) -> Self {
        self.genres.push(name.into());
        self
    }

    /// Excludes the tracks of a genre.
    #[must_use]
    pub fn without_genre(mut self, name: impl Into<String>) -> Self {
        self.without_genres.push(name.into());
        self
    }

    /// Requires this artist, or another that is added by this method.
    #[must_use]
    pub fn artist(mut self, name: impl Into<String>) -> Self {
        self.artists.push(name.into());
        self
    }

    /// Excludes the tracks of an artist.
    #[must_use]
    pub fn without_artist(mut self, name: impl Into<String>) -> Self {
        self.without_artists.push(name.into());
        self
    }

    /// Excludes the tracks with this word in their title or album: whole, whatever its case and accents.
    #[must_use]
    pub fn without_word(mut self, word: impl Into<String>) -> Self {
        self.without_words.push(word.into());
        self
    }

    /// Requires explicit lyrics (`true`), or lyrics known not to be explicit (`false`).
    #[must_use]
    pub fn explicit(self, explicit: impl Into<Option<bool>>) -> Self {
        Self { explicit: explicit.into(), ..self }
    }

    /// Excludes a track.
    #[must_use]
    pub fn without(mut self, row: Row) -> Self {
        self.without.push(row);
        self
    }

    /// Requires a tempo within `percent` per cent, 0 to 50, of that of the first seed track with a positive weight, or
    /// of its half or double.
    #[must_use]
    pub fn tempo_within(self, percent: impl Into<Option<f64>>) -> Self {
        Self { tempo_within: percent.into(), ..self }
    }

    /// Sets whether the key must mix with that of the first seed track with a positive weight.
    #[must_use]
    pub fn harmonic(self, harmonic: bool) -> Self {
        Self { harmonic, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Attribute;

    #[test]
    fn an_open_end_of_a_range_is_the_number_beside_it() {
        let range = |range: (Bound<f64>, Bound<f64>)| {
            let (_, least, most) = Filter::default().range(Attribute::Energy, range).ranges[0];
            (least, most)
        };
        assert_eq!(range((Bound::Unbounded, Bound::Included(0.5))), (f64::NEG_INFINITY, 0.5));
        let (least, most) = range((Bound::Excluded(0.25), Bound::Excluded(0.5)));
        assert!(least > 0.25 && least < 0.25 + 1e-15 && most < 0.5 && most > 0.5 - 1e-15);
    }
}
