//! [`Recommender`]: the queries that can be asked of an index.
//!
//! It is the interface of the engine: every face (command line, service, bindings) only translates to and from it. A
//! [`Query`] gives [`Recommendations`]; a [`SearchQuery`] gives [`SearchResults`].

pub(crate) mod admission;
mod filter;
mod find;
mod many;
mod note;
mod path;
mod query;
mod rank;
mod resolve;
mod seeds;
mod spacing;
mod why;

use rayon::prelude::*;
use serde::Serialize;

pub use crate::catalogue::Features;
pub use crate::mention::TrackRef;
pub use find::{Count, Facets, FoundTrack, Matching, SearchQuery, SearchResults};
pub use many::Lists;
pub use path::{Path, PathQuery};
pub use query::{Filter, Query, Seed, SeedKind, SeedVector, Shuffle};
pub use resolve::{FoundBy, FoundEntry, Resolved};
#[cfg(feature = "playlists")]
pub(crate) use seeds::{queries_like, representatives, vectors_of};
pub use why::Why;

use crate::catalogue::{NumberField, Row, Track};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::made_once::MadeOnce;
use crate::neighbours::Neighbour;
use why::Explainer;

/// Answers queries about the tracks of an index.
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// # let index = segue::Index::builder().build(catalogue)?;
/// use segue::{Filter, Query, Recommender, SearchQuery};
///
/// let recommender = Recommender::new(index);
/// let found = recommender.search(&SearchQuery::new("the").limit(1))?;
/// let seed = recommender.row(found.tracks[0].track.track_id)?;
/// let calm = Query::new(seed).limit(5).filter(Filter::default().range(segue::Attribute::Energy, ..=0.6));
/// for found in recommender.recommend(&calm)?.recommendations {
///     println!("{:.3} {}", found.similarity, found.track.track_name);
/// }
/// // Many queries at once, in parallel, each with the same answer as alone.
/// let queries: Vec<Query> = recommender.index().catalogue().rows().take(100).map(Query::new).collect();
/// assert_eq!(recommender.recommend_batch(&queries).len(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recommender {
    index: Index,
    /// The standard deviation of every numeric column, computed on first use.
    deviations: MadeOnce<Vec<(String, f64)>>,
}

/// The answer to a [`Query`]; serialises to the JSON that all faces return. The texts `S` are as in [`Track`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recommendations<S> {
    /// The seed, if it is a single track of weight 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<Track<S>>,
    /// The seeds otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<SeedView<S>>,
    /// The profile that was used.
    pub profile: S,
    /// A message to the user: why there are fewer tracks than asked for, or that a seed is excluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The recommended tracks, the best first unless they are [spaced](Query::spaced).
    pub recommendations: Vec<Recommendation<S>>,
    /// How many tracks pass the filters, without the seeds.
    #[serde(skip)]
    pub candidates: usize,
}

/// A seed as it is shown in an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SeedView<S> {
    /// Its weight; negative if tracks should be unlike it.
    pub weight: f64,
    /// The track, if the seed is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<Track<S>>,
    /// The artist, if the seed is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist: Option<String>,
    /// The genre, if the seed is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
    /// The given attributes by name, if the seed is a track that is not in the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Features>,
    /// The number of components, if the seed is a vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<usize>,
}

/// A recommended track.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recommendation<S> {
    /// Its row in the catalogue.
    #[serde(skip)]
    pub row: Row,
    /// Its place in the list, from 1.
    pub rank: usize,
    /// The similarity to the seeds, -1 to 1, greater is closer: the cosine to a single one, the soft maximum of the
    /// cosines to [several](Query::seeds), less what the track is like those to be unlike; with profiles that level hubs,
    /// less for tracks in dense regions.
    pub similarity: f64,
    /// The track.
    #[serde(flatten)]
    pub track: Track<S>,
    /// Why it is recommended, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

impl Recommendations<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> Recommendations<String> {
        Recommendations {
            seed: self.seed.map(Track::into_owned),
            seeds: self.seeds.into_iter().map(SeedView::into_owned).collect(),
            profile: self.profile.to_owned(),
            note: self.note,
            recommendations: self.recommendations.into_iter().map(Recommendation::into_owned).collect(),
            candidates: self.candidates,
        }
    }
}

impl SeedView<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> SeedView<String> {
        SeedView {
            weight: self.weight,
            track: self.track.map(Track::into_owned),
            artist: self.artist,
            genre: self.genre,
            features: self.features,
            dimension: self.dimension,
        }
    }
}

impl Recommendation<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> Recommendation<String> {
        Recommendation {
            row: self.row,
            rank: self.rank,
            similarity: self.similarity,
            track: self.track.into_owned(),
            why: self.why,
        }
    }
}

impl Recommender {
    /// A recommender over an index.
    pub fn new(index: Index) -> Self {
        Self { index, deviations: MadeOnce::default() }
    }

    /// Makes everything that is otherwise made on first use: the text index, songs, trees, and the deviations of
    /// numeric columns. For services, whose first answers should be as fast as later ones.
    ///
    /// The cost for an index in memory is that of making text index, songs and trees; for one opened from files, that
    /// of reading the attributes of all tracks once, and the titles if it was built before there were works.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn prepare(&self) -> Result<()> {
        self.index.prepare()?;
        self.deviations();
        Ok(())
    }

    /// The index that it answers from.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The track of a row.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged or has no such row.
    pub fn track(&self, row: Row) -> Result<Track<&str>> {
        self.index.catalogue().track(row)
    }

    /// Refuses rows that the catalogue does not have.
    fn check_rows(&self, mut rows: impl Iterator<Item = Row>) -> Result<()> {
        let tracks = self.index.len();
        match rows.find(|row| row.index() >= tracks) {
            Some(Row(row)) => Err(Error::UnknownRow { row, tracks }),
            None => Ok(()),
        }
    }

    /// The row of a track id, by binary search.
    ///
    /// # Errors
    /// [`Error::UnknownTrack`] if there is none, [`Error::Index`] if the index is damaged.
    pub fn row(&self, id: &str) -> Result<Row> {
        self.index.row(id)?.ok_or_else(|| Error::UnknownTrack { id: id.to_owned(), tracks: self.index.len() })
    }

    /// The tracks that a query asks for.
    ///
    /// Exact: the list is what ranking every track that may be listed would give, except that diversity chooses
    /// among a bounded number of the best. The cost is about that of [`Neighbours::nearest`], and grows with the number
    /// of nearest tracks that the query's filters and quotas reject.
    ///
    /// [`Neighbours::nearest`]: crate::neighbours::Neighbours::nearest
    ///
    /// # Errors
    /// [`Error::Query`] if it is invalid, [`Error::UnknownColumn`] if it needs a numeric column that the catalogue
    /// lacks, [`Error::UnknownName`] if it names an artist or a genre that no track has,
    /// [`Error::UnknownRow`] if the catalogue lacks a seed, [`Error::NoAnswer`] if the seeds cancel each other out,
    /// [`Error::NoProfile`] if the index has no vectors of its profile, [`Error::Index`] if the index is damaged.
    pub fn recommend(&self, query: &Query) -> Result<Recommendations<&str>> {
        query.check()?;
        self.check_rows(query.tracks().map(|(row, _)| row))?;
        let space = self.index.space(query.profile.as_deref())?;
        let shown = query.seeds.iter().map(|seed| self.shown(seed)).collect::<Result<Vec<_>>>()?;
        let queries = self.queries(query, space)?;
        let allowed = self.allowed(query)?;
        let mut found = self.ranked(query, space, &queries, allowed.as_ref())?;
        if query.spaced {
            found = self.spaced(found)?;
        }
        let explainer = Explainer::of(self, query, space, &queries)?;
        let recommendations = found.iter().zip(1..).map(|(neighbour, rank)| {
            let track = self.track(neighbour.row)?;
            let why = explainer.as_ref().map(|explainer| explainer.why(neighbour.row)).transpose()?;
            let Neighbour { row, similarity } = *neighbour;
            Ok(Recommendation { row, rank, similarity, track, why })
        });
        let recommendations: Vec<_> = recommendations.collect::<Result<_>>()?;
        let (seed, seeds) = match <[SeedView<&str>; 1]>::try_from(shown) {
            Ok([SeedView { track: Some(track), weight: 1.0, .. }]) => (Some(track), Vec::new()),
            Ok([other]) => (None, vec![other]),
            Err(several) => (None, several),
        };
        let candidates = self.candidates(query, allowed.as_ref());
        let note = self.note(query, recommendations.len(), allowed.as_ref())?;
        Ok(Recommendations { seed, seeds, profile: space.name(), note, recommendations, candidates })
    }

    /// Answers many queries in parallel, each as [`Self::recommend`] does; the results are in their order.
    pub fn recommend_batch(&self, queries: &[Query]) -> Vec<Result<Recommendations<&str>>> {
        let mut profiles: Vec<Option<&str>> = queries.iter().map(|query| query.profile.as_deref()).collect();
        profiles.sort_unstable();
        profiles.dedup();
        // For a profile that the index lacks, each of its queries returns the error.
        let spaces = profiles.into_iter().filter_map(|profile| self.index.space(profile).ok());
        spaces.for_each(|space| space.neighbours().plant());
        // Found once here, not by every thread. If that fails, each query that needs them returns the error.
        if queries.iter().any(|query| !self.lists_releases(query).unwrap_or(true)) {
            _ = self.index.songs();
        }
        queries.par_iter().map(|query| self.recommend(query)).collect()
    }

    fn shown(&self, seed: &Seed) -> Result<SeedView<&str>> {
        let weight = seed.weight;
        let none =
            SeedView { weight, track: None, artist: None, genre: None, features: None, dimension: None };
        Ok(match &seed.of {
            SeedKind::Track(row) => SeedView { track: Some(self.track(*row)?), ..none },
            SeedKind::Artist(name) => SeedView { artist: Some(name.clone()), ..none },
            SeedKind::Genre(name) => SeedView { genre: Some(name.clone()), ..none },
            SeedKind::Features(features) => SeedView { features: Some(features.clone()), ..none },
            SeedKind::Vector(vector) => SeedView { dimension: Some(vector.components.len()), ..none },
        })
    }

    /// The standard deviation of a numeric column over the catalogue; 1 if it is constant.
    fn deviation(&self, column: &str) -> f64 {
        let found = self.deviations().iter().find(|(name, _)| name == column);
        found.map_or(1.0, |(_, deviation)| *deviation)
    }

    fn deviations(&self) -> &[(String, f64)] {
        self.deviations.get_or_make(|| {
            let catalogue = self.index.catalogue();
            let deviation = |field: NumberField| {
                let column = catalogue.numeric(&field.name).ok()?;
                Some((field.name, crate::model::deviation(column, catalogue.len())))
            };
            catalogue.fields().numbers.into_iter().filter_map(deviation).collect()
        })
    }
}
