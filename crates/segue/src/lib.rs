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
//! use segue_demo::Demo;
//! use segue::{Index, Ingest, Input, Profile, Query, Recommender};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A generated catalogue stands in for a file of yours: Input::path("spotify.csv").
//! let mut csv = Vec::new();
//! Demo { tracks: 500, seed: 1 }.write_csv(&mut csv, |_| ())?;
//!
//! let (catalogue, report) = Ingest::default().read(vec![Input::bytes("demo.csv", csv)])?;
//! assert_eq!(report.counts.tracks, 500);
//!
//! let index = Index::build(catalogue, &[Profile::classic()], Some(report.counts), &())?;
//! let recommender = Recommender::new(index);
//!
//! let seed = recommender.index().catalogue().rows().next().ok_or("no track")?;
//! let answer = recommender.recommend(&Query::new(seed).limit(3))?;
//! assert_eq!(answer.recommendations.len(), 3);
//! assert!(answer.recommendations[0].similarity >= answer.recommendations[1].similarity);
//! # Ok(())
//! # }
//! ```
//!
//! The engine prints nothing, reads no environment variable, and starts no runtime. Work is parallel on the
//! current rayon thread pool; no result depends on its size.

mod axes;
mod blocks;
pub mod catalogue;
mod error;
pub mod eval;
mod fold;
mod graph;
pub mod index;
pub mod inspect;
mod made_once;
mod mention;
pub mod model;
pub mod neighbours;
pub mod playlist;
mod progress;
mod random;
pub mod recommend;
mod row;
mod schema;
pub mod search;
pub mod songs;

pub use catalogue::ingest::{Ingest, Input, Report};
pub use catalogue::{Catalogue, Row, Track};
pub use error::{Error, Result};
pub use graph::{GraphWritten, write_graph};
pub use index::{Index, IndexWriter, Space};
pub use model::{Model, Profile};
pub use progress::{Progress, Stage};
pub use recommend::{Query, Recommendations, Recommender};
pub use songs::Songs;
