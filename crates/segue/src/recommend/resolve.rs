//! Which track a text or an entry of a playlist means.
//!
//! A text that a user typed is searched for, and the likeliest track taken ([`Recommender::resolve`]). An entry of a
//! playlist must name its track: what it says is tried in order, from its id to its title without decorations, and a
//! title counts only with an artist of the track, unless the entry names none ([`Recommender::resolve_entry`]).

use hashbrown::HashSet;
use rayon::prelude::*;
use serde::Serialize;

use super::Recommender;
use crate::catalogue::{Attribute, Row, TextField, artist_names};
use crate::error::{Error, Result};
use crate::fold::{key, key_of, words};
use crate::isrc::Isrc;
use crate::mention::{Mention, Reading, TrackRef, artist_names_in, readings};
use crate::progress::Progress;
use crate::search::{self, Effort, Field, Match};
use crate::songs::{Likeness, NamedTitle, is_mistyped};

/// The track that a text was resolved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// The track.
    pub row: Row,
    /// How many songs match as well as it does; 1 if it is the only one.
    pub candidates: usize,
    /// Whether the text is its id, or a whole title, artist or genre.
    pub exact: bool,
}

/// The track that an entry of a playlist was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundEntry {
    /// The track.
    pub row: Row,
    /// How it was found.
    pub by: FoundBy,
    /// How many works have the title, if the entry names no artist; it is then the most popular. 1 otherwise.
    pub candidates: usize,
}

/// How an entry of a playlist was found: the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FoundBy {
    /// By its id.
    Id,
    /// By its ISRC.
    Isrc,
    /// By title and artist as they are written.
    Name,
    /// By title and artist, without what was added to them: numbers, guests, editions, words about a video.
    Undecorated,
    /// By its title alone, as no artist is named.
    Title,
    /// By the words of title, artist and album, in any order.
    Words,
    /// By title and artist with typos.
    Typos,
}

impl FoundBy {
    /// All, the surest first.
    pub const ALL: [Self; 7] =
        [Self::Id, Self::Isrc, Self::Name, Self::Undecorated, Self::Title, Self::Words, Self::Typos];

    /// In words, after *found*: `by id`.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Id => "by id",
            Self::Isrc => "by ISRC",
            Self::Name => "by title and artist",
            Self::Undecorated => "by title and artist without additions",
            Self::Title => "by title alone",
            Self::Words => "by their words in any order",
            Self::Typos => "by title and artist with typos",
        }
    }
}

const SUGGESTIONS: usize = 3;
/// How many entries of a playlist are resolved without a pause.
const TURN: usize = 64;
/// Lists of words that are longer are not searched for.
const MOST_WORDS: usize = 12;
/// How many readings of an entry are tried with typos, and among how many tracks of an artist.
const MISTYPED_READINGS: usize = 4;
const MISTYPED_TRACKS: usize = 1000;

/// How much is tried for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tried {
    /// What costs little: the id, and titles and artists as they are written or decorated.
    Names,
    /// What is left then: words in any order, and typos.
    Rest,
}

impl Recommender {
    /// Resolves a text to a track: an id, a Spotify URI or URL, or words of its title, artists, album or genres. Of
    /// several that match equally well it is the most popular, then the first in the catalogue.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] or [`Error::NoMatch`] if there is none, [`Error::Index`] if the index is
    /// damaged.
    pub fn resolve(&self, text: &str) -> Result<Resolved> {
        self.resolve_with(text, Effort::Most)
    }

    /// Resolves an entry of a playlist to a track, by what it says, in this order: its id, its ISRC, its title and artist as they
    /// are written, those without decorations ([`FoundBy`]). A title counts only with one of the track's artists, unless none is
    /// named. Another recording (`Live`, `Remix`) is another track.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] or [`Error::NoMatch`] if there is none, [`Error::Index`] if the index is damaged.
    pub fn resolve_entry(&self, mention: &Mention) -> Result<FoundEntry> {
        for tried in [Tried::Names, Tried::Rest] {
            if let Some(found) = self.find_entry(mention, tried)? {
                return Ok(found);
            }
        }
        Err(self.unfound(mention))
    }

    /// Resolves the entries of a playlist in parallel, each as [`Self::resolve_entry`] does. The results are in their order:
    /// the track, or the error [`Error::UnknownTrack`] or [`Error::NoMatch`] if the catalogue does not have it.
    ///
    /// First all are looked up by what they say, then those that were not found by their words and with typos, which takes
    /// longer. Once `progress` is stopped, the result of those that are not found yet is [`Error::Stopped`].
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn resolve_entries(
        &self,
        mentions: &[&Mention],
        progress: &dyn Progress,
    ) -> Result<Vec<Result<FoundEntry>>> {
        let find = |mention: &Mention, tried| match progress.is_stopped() {
            true => Ok(Err(Error::Stopped)),
            false => self.find_entry(mention, tried).map(|found| found.ok_or_else(|| self.unfound(mention))),
        };
        let mut found: Vec<Result<FoundEntry>> = Vec::with_capacity(mentions.len());
        // By parts, between which others get their turn in the pool.
        for part in mentions.chunks(TURN) {
            let part = part.par_iter().map(|mention| find(mention, Tried::Names));
            found.extend(part.collect::<Result<Vec<_>>>()?);
        }
        let mut unfound: Vec<(&Mention, &mut Result<FoundEntry>)> = mentions
            .iter()
            .copied()
            .zip(&mut found)
            .filter(|(_, found)| matches!(found, Err(Error::NoMatch { .. })))
            .collect();
        for part in unfound.chunks_mut(TURN) {
            part.par_iter_mut().try_for_each(|(mention, found)| {
                **found = find(mention, Tried::Rest)?;
                Ok::<_, Error>(())
            })?;
        }
        Ok(found)
    }

    /// The error for an entry that was not found.
    fn unfound(&self, mention: &Mention) -> Error {
        let tracks = self.index.len();
        match &mention.id {
            Some(id) if mention.title.is_none() && mention.words.is_none() => {
                Error::UnknownTrack { id: id.clone(), tracks }
            }
            _ => Error::NoMatch { text: mention.to_string(), tracks, nearest: Vec::new() },
        }
    }

    fn find_entry(&self, mention: &Mention, tried: Tried) -> Result<Option<FoundEntry>> {
        let readings = readings(mention);
        match tried {
            Tried::Names => {
                for id in [&mention.id, &mention.words].into_iter().flatten() {
                    if let Some(row) = self.index.row(id)? {
                        return Ok(Some(FoundEntry { row, by: FoundBy::Id, candidates: 1 }));
                    }
                }
                if let Some(row) = self.with_isrc(mention)? {
                    return Ok(Some(FoundEntry { row, by: FoundBy::Isrc, candidates: 1 }));
                }
                for reading in &readings {
                    if let Some(found) = self.read_as(reading, mention)? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            Tried::Rest => {
                if let Some(row) = self.by_words(mention)? {
                    return Ok(Some(FoundEntry { row, by: FoundBy::Words, candidates: 1 }));
                }
                for reading in
                    readings.iter().filter(|reading| !reading.artists.is_empty()).take(MISTYPED_READINGS)
                {
                    if let Some(row) = self.mistyped(reading)? {
                        return Ok(Some(FoundEntry { row, by: FoundBy::Typos, candidates: 1 }));
                    }
                }
                Ok(None)
            }
        }
    }

    /// The most popular track with the ISRC of a mention, or the first of several. A catalogue may have ISRCs as ids.
    fn with_isrc(&self, mention: &Mention) -> Result<Option<Row>> {
        let words = mention.words.as_deref();
        let Some(isrc) = mention.isrc.or_else(|| words.and_then(Isrc::parse)) else { return Ok(None) };
        let rows = self.index.catalogue().rows_with_isrc(isrc)?;
        match rows.iter().copied().min_by_key(|row| std::cmp::Reverse(self.popularity(*row))) {
            Some(row) => Ok(Some(row)),
            None => self.index.row(isrc.as_str()),
        }
    }

    /// The best track that a reading names.
    fn read_as(&self, reading: &Reading, mention: &Mention) -> Result<Option<FoundEntry>> {
        let mut rows = self.rows_with(Field::WholeTitle, title_keys(&reading.title))?;
        if rows.is_empty() {
            return Ok(None);
        }
        let is_alone = reading.artists.is_empty();
        let artists = ArtistKeys::of(&reading.artists);
        rows.sort_unstable();
        rows.dedup();
        let title = NamedTitle::read(&reading.title);
        let albums = [&mention.album].into_iter().flatten().chain(&mention.folders);
        let albums: Vec<String> = albums.map(|album| key(album)).collect();
        let mut found: Vec<(Likeness, usize, bool, std::cmp::Reverse<i64>, Row)> = Vec::new();
        for row in rows.into_iter().map(Row) {
            let rank = match is_alone {
                true => 0,
                false => match artists.rank(self.index.catalogue().required_text(TextField::Artists, row)?) {
                    Some(rank) => rank,
                    None => continue,
                },
            };
            let named = NamedTitle::read(self.index.catalogue().required_text(TextField::TrackName, row)?);
            // Alone, a title must be whole: what would be left out may be the name of another artist.
            let likeness =
                title.likeness(&named).filter(|likeness| !is_alone || *likeness < Likeness::Subtitle);
            let Some(likeness) = likeness else { continue };
            let album = key(self.index.catalogue().text(TextField::AlbumName, row)?.unwrap_or_default());
            if reading.album.as_ref().is_some_and(|wanted| key(wanted) != album) {
                continue;
            }
            let is_other_album = !albums.contains(&album);
            found.push((likeness, rank, is_other_album, std::cmp::Reverse(self.popularity(row)), row));
        }
        let Some((likeness, _, _, _, row)) = found.iter().min().copied() else { return Ok(None) };
        let by = match likeness {
            _ if is_alone => FoundBy::Title,
            Likeness::Whole if reading.is_as_written => FoundBy::Name,
            _ => FoundBy::Undecorated,
        };
        let candidates = match is_alone {
            true => {
                let songs = self.index.songs()?;
                let works =
                    found.iter().filter(|other| other.0 == likeness).map(|other| songs.work_of(other.4));
                works.collect::<HashSet<Row>>().len()
            }
            false => 1,
        };
        Ok(Some(FoundEntry { row, by, candidates }))
    }

    /// The rows that have one of some terms in a field.
    fn rows_with(&self, field: Field, terms: Vec<String>) -> Result<Vec<u32>> {
        let mut rows = Vec::new();
        for term in terms {
            self.index.terms()?.with_term(field, &term, &mut |row| rows.push(row))?;
        }
        Ok(rows)
    }

    fn popularity(&self, row: Row) -> i64 {
        let column = self.index.catalogue().numbers(Attribute::Popularity);
        // Unknown popularity counts as 0: the cast of NaN.
        column.and_then(|column| column.get(row.index())).unwrap_or_default() as i64
    }

    /// The track that has all words of a mention, and whose title and one of whose artists they contain.
    fn by_words(&self, mention: &Mention) -> Result<Option<Row>> {
        let text = match (&mention.words, &mention.title, &mention.artist) {
            (Some(words), _, None) => words.clone(),
            (_, Some(title), Some(artist)) => format!("{title} {artist}"),
            (_, Some(title), None) => title.clone(),
            _ => return Ok(None),
        };
        let said: HashSet<String> = words(&text).iter().map(|word| word.joined()).collect();
        if !(2..=MOST_WORDS).contains(&said.len()) {
            return Ok(None);
        }
        // The space ends the last word, which could be a prefix otherwise.
        let query = said.iter().map(|word| format!("{word} ")).collect::<String>();
        let catalogue = self.index.catalogue();
        let (terms, songs) = (self.index.terms()?, self.index.songs()?);
        let mut found = search::search(catalogue, terms, songs, &query, false, Effort::None)?;
        let all = |text: &str| {
            let words = words(text);
            !words.is_empty() && words.iter().all(|word| said.contains(&word.joined()))
        };
        for hit in found.page(0, SUGGESTIONS) {
            let title = catalogue.required_text(TextField::TrackName, hit.row)?;
            let artists = catalogue.required_text(TextField::Artists, hit.row)?;
            let album = catalogue.text(TextField::AlbumName, hit.row)?.unwrap_or_default();
            let known: HashSet<String> = [title, artists, album]
                .iter()
                .flat_map(|text| words(&text.replace(';', " ")))
                .map(|word| word.joined())
                .collect();
            if all(title) && artist_names(artists).any(all) && said.is_subset(&known) {
                return Ok(Some(hit.row));
            }
        }
        Ok(None)
    }

    /// The track that a reading names with typos in the title or in the artist, not in both.
    fn mistyped(&self, reading: &Reading) -> Result<Option<Row>> {
        let catalogue = self.index.catalogue();
        let artists = ArtistKeys::of(&reading.artists);
        let title = NamedTitle::read(&reading.title);
        let first = first_letter(&reading.title);
        let mut best: Option<(i64, Row)> = None;
        let mut consider = |row: Row| {
            let popularity = self.popularity(row);
            if best.is_none_or(|(most, _)| popularity > most) {
                best = Some((popularity, row));
            }
        };
        let mut by =
            self.rows_with(Field::WholeArtist, artists.0.iter().map(|(key, _)| key.clone()).collect())?;
        by.truncate(MISTYPED_TRACKS);
        for row in by.into_iter().map(Row) {
            let text = catalogue.required_text(TextField::TrackName, row)?;
            if first_letter(text) == first && title.is_like_with_typos(&NamedTitle::read(text)) {
                consider(row);
            }
        }
        let mut titled = self.rows_with(Field::WholeTitle, title_keys(&reading.title))?;
        titled.truncate(MISTYPED_TRACKS);
        for row in titled.into_iter().map(Row) {
            let names = catalogue.required_text(TextField::Artists, row)?;
            let is_near = artist_names(names).any(|name| {
                let name = artist_key(name);
                artists.0.iter().any(|(wanted, _)| is_mistyped(wanted, &name))
            });
            let named = NamedTitle::read(catalogue.required_text(TextField::TrackName, row)?);
            if is_near && title.likeness(&named).is_some() {
                consider(row);
            }
        }
        Ok(best.map(|(_, row)| row))
    }

    fn resolve_with(&self, text: &str, effort: Effort) -> Result<Resolved> {
        let by_id = |row| Resolved { row, candidates: 1, exact: true };
        let text = match TrackRef::parse(text) {
            TrackRef::Id(id) => return self.row(id).map(by_id),
            TrackRef::Text(text) => text,
        };
        if let Some(row) = self.index.row(text)? {
            return Ok(by_id(row));
        }
        let catalogue = self.index.catalogue();
        let no_match = |nearest| Error::NoMatch { text: text.to_owned(), tracks: self.index.len(), nearest };
        if !search::names_something(text) {
            return Err(no_match(Vec::new()));
        }
        let (terms, songs) = (self.index.terms()?, self.index.songs()?);
        let mut found = search::search(catalogue, terms, songs, text, false, effort)?;
        let (best, candidates) = (found.best(), found.alike());
        let hits = found.page(0, SUGGESTIONS);
        match (hits.first(), best) {
            (Some(hit), Some(best)) if best > Match::Some => {
                Ok(Resolved { row: hit.row, candidates, exact: best >= Match::Whole })
            }
            _ => {
                let name = |row| {
                    let track = self.track(row)?;
                    Ok(format!("{:?} by {}", track.track_name, track.artists.join(", ")))
                };
                Err(no_match(hits.iter().map(|hit| name(hit.row)).collect::<Result<_>>()?))
            }
        }
    }
}

/// The keys of artists that a reading names, each with 0 for a whole text and 1 for a part of it.
struct ArtistKeys(Vec<(String, usize)>);

impl ArtistKeys {
    fn of(texts: &[String]) -> Self {
        let mut keys: Vec<(String, usize)> = Vec::new();
        for text in texts {
            for (at, name) in artist_names_in(text).into_iter().enumerate() {
                let key = artist_key(name);
                if !key.is_empty() && keys.iter().all(|(known, _)| *known != key) {
                    keys.push((key, at.min(1)));
                }
            }
        }
        Self(keys)
    }

    /// How they name one of the artists of a track: the least number; `None` if they do not.
    fn rank(&self, artists: &str) -> Option<usize> {
        let of = |name: &str| {
            let name = artist_key(name);
            self.0.iter().find(|(key, _)| *key == name).map(|(_, rank)| *rank)
        };
        artist_names(artists).filter_map(of).min()
    }
}

/// The name of an artist as a key, without `the`.
fn artist_key(name: &str) -> String {
    let words = words(name);
    match words.split_first() {
        Some((first, rest)) if !rest.is_empty() && first.joined() == "the" => key_of(rest),
        _ => key_of(&words),
    }
}

/// The keys under which a title is indexed: the whole, and what stands before each addition.
fn title_keys(title: &str) -> Vec<String> {
    const ADDITIONS: [&str; 9] = [" - ", " – ", " — ", " (", " [", " feat", " ft", " / ", ": "];
    const MOST_KEYS: usize = 5;
    let starts = ADDITIONS.iter().flat_map(|addition| title.match_indices(addition).map(|(at, _)| at));
    let mut ends: Vec<usize> = starts.filter(|at| *at > 0).collect();
    ends.sort_unstable();
    let mut keys = vec![key(title)];
    for end in ends.into_iter().take(MOST_KEYS) {
        let key = key(title.get(..end).unwrap_or_default());
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn first_letter(text: &str) -> Option<char> {
    let letter = text.chars().find(|letter| letter.is_alphanumeric())?;
    letter.to_lowercase().next()
}
