//! The one meeting point of all faces: an index, and what can be asked of it.
//!
//! Every face (command line, service, bindings) only translates to and from [`Recommender`].

mod find;
mod track_ref;

use rayon::prelude::*;
use serde::Serialize;

pub use find::{Count, Facets, FoundTrack, Matching, Resolved, SearchQuery, SearchResults};
pub use track_ref::TrackRef;

use crate::catalogue::{Row, Track};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::neighbours::{Among, Neighbour};

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
