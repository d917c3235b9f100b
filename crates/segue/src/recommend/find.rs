//! Text search for the faces ([`SearchQuery`]).

use hashbrown::HashMap;
use serde::Serialize;

use super::Recommender;
use crate::catalogue::{Row, Track};
use crate::error::Result;
use crate::search::{self, Effort};

/// How a text is matched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matching {
    /// Full-text search, the most likely tracks first.
    #[default]
    Ranked,
    /// Genre, title or artists contain the text, ignoring case; in catalogue order, as in the notebook.
    Contains,
    /// Genre, title or artists match the text as a regular expression (the syntax of the crate `regex`), ignoring
    /// case; in catalogue order.
    #[cfg(feature = "regex")]
    Regex,
}

/// A text search; by default for the first ten tracks.
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
    /// A full-text search for the first ten tracks that match `text`.
    ///
    /// Words may be in any order, in title, artists, album or genres; accents, case, width and punctuation are
    /// ignored, and the last word may be a prefix. `artist:`, `track:`, `album:` and `genre:` restrict a word to a
    /// field, quotes enclose a phrase, and `-` excludes a word. Every text is a valid query.
    pub fn new(text: &'a str) -> Self {
        Self { text, matching: Matching::default(), offset: 0, limit: 10, all_releases: false, facets: false }
    }

    /// Sets how the text is matched.
    #[must_use]
    pub fn matching(self, matching: Matching) -> Self {
        Self { matching, ..self }
    }

    /// Sets the maximum number of tracks on a page.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Skips the first `offset` tracks.
    #[must_use]
    pub fn offset(self, offset: usize) -> Self {
        Self { offset, ..self }
    }

    /// Lists every release of a song, not only the best. [`Matching::Contains`] and `Matching::Regex` always do.
    #[must_use]
    pub fn all_releases(self, all_releases: bool) -> Self {
        Self { all_releases, ..self }
    }

    /// Adds the counts of genres and artists over all matches; the cost is linear in their number.
    #[must_use]
    pub fn facets(self, facets: bool) -> Self {
        Self { facets, ..self }
    }
}

/// One page of search results; serialises to the JSON that all faces return. The texts `S` are as in [`Track`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SearchResults<S> {
    /// The text that was searched for.
    pub query: S,
    /// How many songs match on all pages; tracks, if all releases are listed.
    pub total: usize,
    /// A message to the user if the query was not searched as it was written, or nothing matched exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The tracks of this page.
    pub tracks: Vec<FoundTrack<S>>,
    /// The facets of all matches, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets<S>>,
}

impl SearchResults<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> SearchResults<String> {
        SearchResults {
            query: self.query.to_owned(),
            total: self.total,
            note: self.note,
            tracks: self.tracks.into_iter().map(FoundTrack::into_owned).collect(),
            facets: self.facets.map(Facets::into_owned),
        }
    }
}

impl FoundTrack<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> FoundTrack<String> {
        FoundTrack { row: self.row, track: self.track.into_owned(), other_releases: self.other_releases }
    }
}

impl Facets<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> Facets<String> {
        let owned = |counts: Vec<Count<&str>>| counts.into_iter().map(Count::into_owned).collect();
        Facets { genres: owned(self.genres), artists: owned(self.artists) }
    }
}

impl Count<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> Count<String> {
        Count { name: self.name.to_owned(), count: self.count }
    }
}

/// A track that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FoundTrack<S> {
    /// Its row in the catalogue.
    #[serde(skip)]
    pub row: Row,
    /// The track.
    #[serde(flatten)]
    pub track: Track<S>,
    /// How many other releases of the same song match; none for [`Matching::Contains`] and `Matching::Regex`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_releases: Option<usize>,
}

/// The genres and artists of all matches, the most frequent first, then by name; at most 50 of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Facets<S> {
    /// The genres that the tracks are listed under.
    pub genres: Vec<Count<S>>,
    /// The artists.
    pub artists: Vec<Count<S>>,
}

/// A value and its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Count<S> {
    /// The value.
    pub name: S,
    /// The number of songs or tracks that have it.
    pub count: usize,
}

/// The maximum number of values of a facet.
const MAX_FACETS: usize = 50;

impl Recommender {
    /// The tracks that match a query.
    ///
    /// [`Matching::Ranked`] uses the text index. An index in memory has none at first: its first searches scan all
    /// tracks, and after some of them a text index is built.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the index is damaged, [`crate::Error::Input`] if the text is not a valid regular expression but
    /// should be.
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
        let found = |(row, other_releases)| Ok(FoundTrack { row, track: self.track(row)?, other_releases });
        Ok(SearchResults {
            query: query.text,
            total,
            note,
            tracks: page.into_iter().map(found).collect::<Result<_>>()?,
            facets: query.facets.then(|| self.facets(&rows)).transpose()?,
        })
    }

    /// All genres of the catalogue with their numbers of tracks, by name; the cost is linear in the number of tracks.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the index is damaged.
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
}

fn most_frequent(counts: HashMap<&str, usize>) -> Vec<Count<&str>> {
    let mut counts: Vec<Count<&str>> =
        counts.into_iter().map(|(name, count)| Count { name, count }).collect();
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(b.name)));
    counts.truncate(MAX_FACETS);
    counts
}
