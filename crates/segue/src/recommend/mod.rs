//! The one meeting point of all faces: an index, and what can be asked of it.
//!
//! Every face (command line, service, bindings) only translates to and from [`Recommender`].

mod track_ref;

use rayon::prelude::*;
use serde::Serialize;

pub use track_ref::TrackRef;

use crate::catalogue::{Row, Track};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::neighbours::{Among, Neighbour};
use crate::search::{self, title::TitleMatch};

/// Answers questions about the tracks of an index.
#[derive(Debug)]
pub struct Recommender {
    index: Index,
}

/// What is asked for: tracks like a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    seed: Row,
    limit: usize,
}

impl Query {
    /// Ten tracks like `seed`.
    pub fn new(seed: Row) -> Self {
        Self { seed, limit: 10 }
    }

    /// At most so many tracks.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }
}

/// The answer to a [`Query`]; serialises to the JSON that all faces give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendations<'a> {
    /// The track that was asked about.
    pub seed: Track<'a>,
    /// The profile whose features were compared.
    pub profile: &'a str,
    /// The tracks most like it, the most similar first.
    pub recommendations: Vec<Recommendation<'a>>,
}

/// A recommended track.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation<'a> {
    /// Its place, from 1.
    pub rank: usize,
    /// The cosine similarity to the seed, -1 to 1, greater is closer.
    pub similarity: f64,
    /// The track.
    #[serde(flatten)]
    pub track: Track<'a>,
}

/// One page of what a search found; serialises to the JSON that all faces give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchResults<'a> {
    /// What was searched for.
    pub query: &'a str,
    /// How many tracks match, on all pages.
    pub total: usize,
    /// Those of this page.
    pub tracks: Vec<Track<'a>>,
}

impl Recommender {
    /// Answers from this index.
    pub fn new(index: Index) -> Self {
        Self { index }
    }

    /// The index that it answers from.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// All that is shown of a track.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged or has no such row.
    pub fn track(&self, row: Row) -> Result<Track<'_>> {
        self.index.catalogue().track(row)
    }

    /// The row of a track id; cost is logarithmic in the number of tracks.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] if there is none, [`Error::Index`] if the index is damaged.
    pub fn row(&self, id: &str) -> Result<Row> {
        self.index.row(id)?.ok_or_else(|| Error::UnknownTrack { id: id.to_owned(), tracks: self.index.len() })
    }

    /// The track that a person means by `text`: an id, a Spotify URI or URL, or a title, narrowed by
    /// `title - artist`; see [`search::title::find`] for which of several it is.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] or [`Error::NoMatch`] if there is none, [`Error::Index`] if the index is
    /// damaged.
    pub fn resolve(&self, text: &str) -> Result<TitleMatch> {
        match TrackRef::parse(text) {
            TrackRef::Id(id) => self.row(id).map(|row| TitleMatch { row, candidates: 1, exact: true }),
            TrackRef::Text(text) => {
                if let Some(row) = self.index.row(text)? {
                    return Ok(TitleMatch { row, candidates: 1, exact: true });
                }
                let found = search::title::find(self.index.catalogue(), text)?;
                found.ok_or_else(|| Error::NoMatch { text: text.to_owned(), tracks: self.index.len() })
            }
        }
    }

    /// The tracks whose genre, title or artists contain `query`, in catalogue order: `limit` of them from
    /// the one numbered `offset` on. See [`search::contains`].
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn search_containing<'a>(
        &'a self,
        query: &'a str,
        offset: usize,
        limit: usize,
    ) -> Result<SearchResults<'a>> {
        let rows = search::contains(self.index.catalogue(), query)?;
        let page = rows.iter().skip(offset).take(limit);
        let tracks = page.map(|row| self.track(*row)).collect::<Result<_>>()?;
        Ok(SearchResults { query, total: rows.len(), tracks })
    }

    /// The tracks most like the query's seed, without the seed itself.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged or has no such row.
    pub fn recommend(&self, query: &Query) -> Result<Recommendations<'_>> {
        let seed = self.track(query.seed)?;
        let neighbours = self.index.neighbours();
        let vector = neighbours.vectors().get(query.seed).unwrap_or_default();
        self.recommendations(seed, &neighbours.nearest(vector, query.limit, Among::all_but(query.seed)))
    }

    /// The answers to many queries, in their order, each as [`Self::recommend`] gives it; in parallel.
    pub fn recommend_batch(&self, queries: &[Query]) -> Vec<Result<Recommendations<'_>>> {
        self.index.neighbours().plant();
        queries.par_iter().map(|query| self.recommend(query)).collect()
    }

    fn recommendations<'a>(
        &'a self,
        seed: Track<'a>,
        neighbours: &[Neighbour],
    ) -> Result<Recommendations<'a>> {
        let recommendations = neighbours
            .iter()
            .zip(1..)
            .map(|(neighbour, rank)| {
                let track = self.track(neighbour.row)?;
                Ok(Recommendation { rank, similarity: neighbour.similarity, track })
            })
            .collect::<Result<_>>()?;
        Ok(Recommendations { seed, profile: self.index.model().profile().name(), recommendations })
    }
}
