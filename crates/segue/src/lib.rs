//! Segue answers one question well: what should play after this?
//!
//! It finds, in a catalogue of tracks, those whose audio features are most like a given track's. It needs no
//! listening history. Data travels in one direction:
//!
//! ```text
//! source file ─► Catalogue ─► Model ─► Index ─► Recommender
//! CSV, Parquet   clean rows   features  files    search,
//! Arrow          + report     -> vectors         recommend
//! ```
//!
//! ```
//! use segue::{Index, Ingest, Input, Query, Recommender, Seed};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut csv = Vec::new();
//! # segue_demo::Demo { tracks: 500, seed: 1 }.write_csv(&mut csv, |_| ())?;
//! # let spotify = Input::bytes("demo.csv", csv);
//! // let spotify = Input::path("spotify.csv");
//! let (catalogue, report) = Ingest::new().read([spotify])?;
//! assert_eq!(report.counts.tracks, catalogue.len() as u64);
//! let recommender = Recommender::new(Index::builder().build(catalogue)?);
//!
//! let seed = recommender.resolve("the")?.row;
//! let query = Query::new(seed).seed(Seed::genre("rock").weight(0.5)).limit(3);
//! let answer = recommender.recommend(&query)?.into_owned();
//! assert!(answer.recommendations[0].similarity >= answer.recommendations[1].similarity);
//! # Ok(())
//! # }
//! ```
//!
//! Options are structs with a method for each option ([`Query`], [`Filter`], [`SearchQuery`], [`PathQuery`], [`Ingest`],
//! [`IndexBuilder`]). They, answers, and enums that may get more variants are `#[non_exhaustive]`, so that an addition
//! is not a breaking change. Answers borrow their texts from the index; `into_owned` copies them.
//!
//! # Features
//!
//! All are enabled by default. Without them, a program compiles in 0.6 of the time.
//!
//! - `compression`: inputs compressed by gzip or zstd, and compressed Arrow files.
//! - `parquet`: inputs in Parquet, and `write_graph`.
//! - `playlists`: the modules `playlist` and `eval`.
//! - `regex`: search by regular expressions.
//!
//! # Policies
//!
//! Public items use only types of the standard library, traits of `serde`, and, in [`Catalogue::to_batch`],
//! [`Catalogue::schema`] and [`Input::batches`], types of Arrow, which [`arrow`] re-exports: a new major version of Arrow
//! is a breaking change here.
//!
//! The engine prints nothing, reads no environment variable, and starts no runtime. Work is parallel on the
//! current rayon thread pool; no result depends on its size.

// Some items are used only by `eval` and `playlist`.
#![cfg_attr(not(feature = "playlists"), allow(dead_code))]

/// The types of Arrow that [`Catalogue::to_batch`] and [`Catalogue::schema`] return, and [`Input::batches`] takes.
pub mod arrow {
    pub use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
    pub use arrow_schema::{ArrowError, Schema, SchemaRef};
}

mod axes;
mod blocks;
pub mod catalogue;
mod charset;
mod error;
#[cfg(feature = "playlists")]
pub mod eval;
mod fold;
#[cfg(feature = "parquet")]
mod graph;
pub mod index;
pub mod inspect;
mod isrc;
mod layout;
mod made_once;
pub mod map;
mod mention;
pub mod model;
pub mod neighbours;
#[cfg(feature = "playlists")]
pub mod playlist;
mod progress;
mod random;
pub mod recommend;
mod row;
mod schema;
pub mod search;
pub mod songs;

pub use catalogue::ingest::{Fill, Ingest, Input, Needs, Notebook, Reject, RejectLimit, Report};
pub use catalogue::{Attribute, Catalogue, Column, Features, Fields, Isrc, Row, Track};
pub use charset::Charset;
pub use error::{Error, Result};
#[cfg(feature = "parquet")]
pub use graph::{GraphWritten, write_graph};
pub use index::{Index, IndexBuilder, IndexWriter, Space};
pub use map::TrackMap;
pub use model::{Aspect, Lack, Model, Profile};
pub use progress::{Progress, Stage};
pub use recommend::{
    Filter, Matching, PathQuery, Query, Recommendation, Recommendations, Recommender, SearchQuery,
    SearchResults, Seed, SeedKind, SeedVector,
};
pub use songs::{Kinds, Songs};

/// Compiles the program in the README as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
