//! From words to tracks: what a face can search for, and the track that a person means.

use hashbrown::HashMap;
use serde::Serialize;

use super::Recommender;
use crate::catalogue::{Row, Track};
use crate::error::{Error, Result};
use crate::mention::{Mention, TrackRef};
use crate::search::{self, Effort, Match};

/// How tracks match a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matching {
    /// By their words, the most likely first.
    #[default]
    Ranked,
    /// Genre, title or artists contain the text, letter case aside; in catalogue order, as in the notebook.
    Contains,
    /// Likewise, but the text is a regular expression, in the syntax of the crate `regex`.
    #[cfg(feature = "regex")]
    Regex,
}

/// What is searched for: ten tracks that match a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchQuery<'a> {
    text: &'a str,
    matching: Matching,
    offset: usize,
    limit: usize,
    all_releases: bool,
    facets: bool,
}

impl<'a> SearchQuery<'a> {
    /// Ten tracks that match `text` by their words.
    ///
    /// Words are found in any order, in title, artists, album or genres, whatever their accents, case, width
    /// and punctuation; the last may be unfinished. `artist:`, `track:`, `album:` and `genre:` say where a
    /// word is to be, quotes that words follow one another, and `-` that there is no such word. Every text is
    /// a query.
    pub fn new(text: &'a str) -> Self {
        Self { text, matching: Matching::default(), offset: 0, limit: 10, all_releases: false, facets: false }
    }

    /// Tracks that match in another way.
    #[must_use]
    pub fn matching(self, matching: Matching) -> Self {
        Self { matching, ..self }
    }

    /// At most so many tracks.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Without the first so many.
    #[must_use]
    pub fn offset(self, offset: usize) -> Self {
        Self { offset, ..self }
    }

    /// Every release of a song, not only the best. Only [`Matching::Ranked`] tells songs apart.
    #[must_use]
    pub fn all_releases(self, all_releases: bool) -> Self {
        Self { all_releases, ..self }
    }

    /// With the genres and artists of all that is found; costs a look at each.
    #[must_use]
    pub fn facets(self, facets: bool) -> Self {
        Self { facets, ..self }
    }
}

/// One page of what a search found; serialises to the JSON that all faces give. Its texts `S` are as those of a
/// [`Track`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SearchResults<S> {
    /// What was searched for.
    pub query: S,
    /// How many songs match, or tracks where all releases count, on all pages.
    pub total: usize,
    /// What was not taken as it may have been meant, or how it was taken instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Those of this page.
    pub tracks: Vec<FoundTrack<S>>,
    /// What all that was found is made of, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets<S>>,
}

impl SearchResults<&str> {
    /// The same, with its texts copied, to be kept when the index is gone.
    pub fn into_owned(self) -> SearchResults<String> {
        let counts = |counts: Vec<Count<&str>>| {
            let owned = |count: Count<&str>| Count { name: count.name.to_owned(), count: count.count };
            counts.into_iter().map(owned).collect()
        };
        let owned = |found: FoundTrack<&str>| FoundTrack {
            track: found.track.into_owned(),
            other_releases: found.other_releases,
        };
        SearchResults {
            query: self.query.to_owned(),
            total: self.total,
            note: self.note,
            tracks: self.tracks.into_iter().map(owned).collect(),
            facets: self
                .facets
                .map(|facets| Facets { genres: counts(facets.genres), artists: counts(facets.artists) }),
        }
    }
}

/// A track that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FoundTrack<S> {
    /// The track.
    #[serde(flatten)]
    pub track: Track<S>,
    /// How many other releases of the same song match, where songs are told apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_releases: Option<usize>,
}

/// The genres and artists of what was found, the most frequent first, then by name; at most 50 of
/// each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facets<S> {
    /// The genres that the tracks are listed under.
    pub genres: Vec<Count<S>>,
    /// The artists.
    pub artists: Vec<Count<S>>,
}

/// A value and how many of what was found have it: songs, or tracks where all releases count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count<S> {
    /// The value.
    pub name: S,
    /// The number.
    pub count: usize,
}

/// The track that a person meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// The track.
    pub row: Row,
    /// How many songs match as well as it does; 1 if it is the only one.
    pub candidates: usize,
    /// Whether it was named by its id, or by a whole title, artist or genre.
    pub exact: bool,
}

/// So many values of a facet are given.
const MOST_FACETS: usize = 50;
/// So many titles are suggested where none matches.
const SUGGESTIONS: usize = 3;

impl Recommender {
    /// The tracks that match a query.
    ///
    /// The first ranked search of an index reads its text index once. One in memory has none: its first
    /// searches look at every track, and after some of them a text index is made.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged, [`Error::Input`] if the text should be a regular expression
    /// and is none.
    pub fn search<'a>(&'a self, query: &SearchQuery<'a>) -> Result<SearchResults<&'a str>> {
        let catalogue = self.index.catalogue();
        let in_order = |rows: Vec<Row>| {
            let page = rows.iter().skip(query.offset).take(query.limit);
            let page: Vec<(Row, Option<usize>)> = page.map(|row| (*row, None)).collect();
            (rows.len(), rows, page, None)
        };
        let (total, rows, page, note) = match query.matching {
            Matching::Ranked => {
                let mut found = search::search(
                    catalogue,
                    self.index.terms()?,
                    self.index.songs()?,
                    query.text,
                    query.all_releases,
                    Effort::Most,
                )?;
                let page = found.page(query.offset, query.limit);
                let page = page.into_iter().map(|hit| (hit.row, Some(hit.others))).collect();
                let rows = if query.facets { found.rows().collect() } else { Vec::new() };
                (found.len(), rows, page, found.note)
            }
            Matching::Contains => in_order(search::contains(catalogue, query.text)?),
            #[cfg(feature = "regex")]
            Matching::Regex => in_order(search::matches(catalogue, query.text)?),
        };
        let found = |(row, other_releases)| Ok(FoundTrack { track: self.track(row)?, other_releases });
        Ok(SearchResults {
            query: query.text,
            total,
            note,
            tracks: page.into_iter().map(found).collect::<Result<_>>()?,
            facets: query.facets.then(|| self.facets(&rows)).transpose()?,
        })
    }

    /// All genres of the catalogue with the number of their tracks, by name; costs a look at each track.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn genres(&self) -> Result<Vec<Count<&str>>> {
        let mut counts = HashMap::new();
        for row in self.index.catalogue().rows() {
            for genre in self.index.catalogue().genres(row)? {
                *counts.entry(genre).or_default() += 1;
            }
        }
        let mut counts: Vec<Count<&str>> =
            counts.into_iter().map(|(name, count)| Count { name, count }).collect();
        counts.sort_unstable_by_key(|count| count.name);
        Ok(counts)
    }

    fn facets(&self, rows: &[Row]) -> Result<Facets<&str>> {
        let catalogue = self.index.catalogue();
        let (mut genres, mut artists) = (HashMap::new(), HashMap::new());
        for row in rows {
            for genre in catalogue.genres(*row)? {
                *genres.entry(genre).or_default() += 1;
            }
            for artist in catalogue.artists(*row)? {
                *artists.entry(artist).or_default() += 1;
            }
        }
        Ok(Facets { genres: most_frequent(genres), artists: most_frequent(artists) })
    }

    /// The track that a person means by `text`: an id, a Spotify URI or URL, or words of its title, artists,
    /// album or genres. Of several that match alike it is the most popular one, then the first of the
    /// catalogue.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] or [`Error::NoMatch`] if there is none, [`Error::Index`] if the index is
    /// damaged.
    pub fn resolve(&self, text: &str) -> Result<Resolved> {
        self.resolve_with(text, Effort::Most)
    }

    /// The track that an entry of a playlist means: by its id, or by its title and artist as [`Self::resolve`] finds it.
    /// A word may have one typo, and nothing is suggested: that would take long for the many entries of a long list.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] or [`Error::NoMatch`] if there is none, [`Error::Index`] if the index is damaged.
    pub fn resolve_entry(&self, mention: &Mention) -> Result<Row> {
        let by_words = |text: &str| self.resolve_with(text, Effort::Little).map(|found| found.row);
        match mention {
            Mention::Id(id) => self.row(id),
            Mention::Text(text) => by_words(text),
            Mention::Named { title, artist: Some(artist) } => by_words(&format!("{title} {artist}")),
            Mention::Named { title, artist: None } => by_words(title),
        }
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

fn most_frequent(counts: HashMap<&str, usize>) -> Vec<Count<&str>> {
    let mut counts: Vec<Count<&str>> =
        counts.into_iter().map(|(name, count)| Count { name, count }).collect();
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(b.name)));
    counts.truncate(MOST_FACETS);
    counts
}
