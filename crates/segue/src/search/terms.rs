//! The index terms of tracks, by field.
//!
//! [`Terms`] is the interface by which a search looks them up. [`TermScan`] implements it by a scan of all
//! tracks: it needs no files, and is the oracle for `text_index`, which is faster.

use rayon::prelude::*;

use crate::blocks::BLOCK;
use crate::catalogue::{Catalogue, Row, TextField, artist_names};
use crate::error::Result;
use crate::fold::{Word, key, key_of, words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The words of the title; likewise for the next three.
    Title,
    Artists,
    Album,
    Genres,
    /// The whole title as a [`key`]; also the title without additions in brackets or after a dash.
    WholeTitle,
    /// The whole name of an artist as a key; also without a leading "the".
    WholeArtist,
    WholeGenre,
}

impl Field {
    pub(super) const ALL: [Self; 7] = [
        Self::Title,
        Self::Artists,
        Self::Album,
        Self::Genres,
        Self::WholeTitle,
        Self::WholeArtist,
        Self::WholeGenre,
    ];
}

/// Looks up the rows that have a term.
pub(crate) trait Terms: Send + Sync {
    fn rows(&self) -> usize;

    /// The rows that have a term in a field, in order.
    fn with_term(&self, field: Field, term: &str, take: &mut dyn FnMut(u32)) -> Result<()>;

    /// The rows that have a term in a field that starts with `prefix`, unordered, some more than once.
    fn with_prefix(&self, field: Field, prefix: &str, take: &mut dyn FnMut(u32)) -> Result<()>;

    /// The rows that have a term in one of `fields` within the edit distance `distance`, 1 or 2, unordered, some more
    /// than once. An edit inserts, deletes or replaces a letter, or transposes two neighbours.
    fn with_typos(
        &self,
        fields: &[Field],
        term: &str,
        distance: u8,
        take: &mut dyn FnMut(Field, u32),
    ) -> Result<()>;
}

/// The terms of a row's fields, separated by spaces.
#[derive(Debug)]
pub(super) struct TrackTerms([String; Field::ALL.len()]);

impl TrackTerms {
    pub(super) fn new(catalogue: &Catalogue, row: Row) -> Result<Self> {
        let title = catalogue.required_text(TextField::TrackName, row)?;
        let artists = catalogue.required_text(TextField::Artists, row)?;
        let album = catalogue.text(TextField::AlbumName, row)?.unwrap_or_default();
        let genres = catalogue.genres(row)?;
        let mut all: [String; Field::ALL.len()] = Default::default();
        let [title_terms, artist_terms, album_terms, genre_terms, whole_title, whole_artist, whole_genre] =
            &mut all;

        let title_words = words(title);
        add_terms(&title_words, title_terms);
        add_terms(&words(album), album_terms);
        let title_key = key_of(&title_words);
        let core = core(title);
        let core_key = if core.len() < title.len() { key(core) } else { String::new() };
        add(whole_title, &title_key);
        if core_key != title_key {
            add(whole_title, &core_key);
        }
        for artist in artist_names(artists) {
            let words = words(artist);
            add_terms(&words, artist_terms);
            let key = key_of(&words);
            add(whole_artist, &key);
            match words.split_first() {
                Some((first, rest)) if !rest.is_empty() && first.joined() == "the" => {
                    add(whole_artist, &key_of(rest));
                }
                _ => {}
            }
        }
        for genre in genres {
            let words = words(genre);
            add_terms(&words, genre_terms);
            add(whole_genre, &key_of(&words));
        }
        Ok(Self(all))
    }

    /// The terms of a field; some more than once.
    pub(super) fn terms(&self, field: Field) -> impl Iterator<Item = &str> {
        self.0.get(field as usize).into_iter().flat_map(|terms| terms.split_ascii_whitespace())
    }
}

fn add(text: &mut String, term: &str) {
    if !term.is_empty() {
        text.push_str(term);
        text.push(' ');
    }
}

fn add_terms(words: &[Word], text: &mut String) {
    words.iter().for_each(|word| word.terms(|term| add(text, term)));
}

/// A title without additions: `Hello` for `Hello (Live)`, `Hello - Remastered 2011`, `Hello feat. Somebody`.
fn core(title: &str) -> &str {
    const ADDITIONS: [&str; 6] = [" - ", " (", " [", " feat. ", " ft. ", " / "];
    let end = ADDITIONS.iter().filter_map(|addition| title.find(addition)).filter(|at| *at > 0).min();
    end.and_then(|end| title.get(..end)).unwrap_or(title)
}

/// The terms of all tracks, track by track.
#[derive(Debug)]
pub(crate) struct TermScan(Vec<TrackTerms>);

impl TermScan {
    /// Folds the texts of a catalogue, in parallel.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(crate) fn new(catalogue: &Catalogue) -> Result<Self> {
        let rows = (0..catalogue.len() as u32).into_par_iter().with_min_len(BLOCK);
        Ok(Self(rows.map(|row| TrackTerms::new(catalogue, Row(row))).collect::<Result<_>>()?))
    }

    /// The rows that have a term in a field for which `is_wanted` holds.
    fn having(&self, field: Field, is_wanted: impl Fn(&str) -> bool + Sync) -> Vec<u32> {
        let has = |track: &TrackTerms| track.terms(field).any(&is_wanted);
        let rows = self.0.par_iter().with_min_len(BLOCK).zip(0..self.0.len() as u32);
        rows.filter(|(track, _)| has(track)).map(|(_, row)| row).collect()
    }
}

impl Terms for TermScan {
    fn rows(&self) -> usize {
        self.0.len()
    }

    fn with_term(&self, field: Field, term: &str, take: &mut dyn FnMut(u32)) -> Result<()> {
        self.having(field, |known| known == term).into_iter().for_each(take);
        Ok(())
    }

    fn with_prefix(&self, field: Field, prefix: &str, take: &mut dyn FnMut(u32)) -> Result<()> {
        self.having(field, |known| known.starts_with(prefix)).into_iter().for_each(take);
        Ok(())
    }

    fn with_typos(
        &self,
        fields: &[Field],
        term: &str,
        distance: u8,
        take: &mut dyn FnMut(Field, u32),
    ) -> Result<()> {
        let letters: Vec<char> = term.chars().collect();
        for field in fields {
            let rows =
                self.having(*field, |known| typos(&letters, known, distance.into()) <= distance.into());
            rows.into_iter().for_each(|row| take(*field, row));
        }
        Ok(())
    }
}

/// The optimal string alignment distance of two terms, but at most `most + 1`: edits as in [`Terms::with_typos`],
/// with no substring edited twice.
fn typos(a: &[char], b: &str, most: usize) -> usize {
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut least = (get(&last, j + 1) + 1)
                .min(get(&row, j) + 1)
                .min(get(&last, j) + usize::from(letter != other));
            let is_swapped = |i: usize, j: usize| a.get(i) == Some(other) && b.get(j) == Some(letter);
            if let (Some(i), Some(j)) = (i.checked_sub(1), j.checked_sub(1))
                && is_swapped(i, j)
            {
                least = least.min(get(&before, j) + 1);
            }
            row.push(least);
        }
        (before, last) = (last, row);
    }
    get(&last, b.len()).min(most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_counted_once_for_letters_that_changed_places() {
        let count = |a: &str, b: &str| typos(&a.chars().collect::<Vec<_>>(), b, 2);
        for (a, b, expected) in [
            ("queen", "queen", 0),
            ("quen", "queen", 1),
            ("queeen", "queen", 1),
            ("qieen", "queen", 1),
            ("qeuen", "queen", 1),
            ("rapsodi", "rhapsody", 2),
            ("abc", "xyz", 3),
            ("", "ab", 2),
            ("ab", "abcde", 3),
        ] {
            assert_eq!(count(a, b), expected, "{a} {b}");
            assert_eq!(count(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn the_core_of_a_title_is_what_others_share() {
        for (title, expected) in [
            ("Hello", "Hello"),
            ("Hello - Live", "Hello"),
            ("Hello (Remix) [2011]", "Hello"),
            ("(Sittin' On) the Dock", "(Sittin' On) the Dock"),
            ("Hello feat. X", "Hello"),
        ] {
            assert_eq!(core(title), expected);
        }
    }
}
