//! The contract of the command line: options, output formats, streams and exit status.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, unreachable_pub)]

mod batch;
mod bench;
mod demo;
mod eval;
mod formats;
mod graph;
mod layers;
mod map;
mod messages;
mod options;
mod own_columns;
mod playlists;
mod seeds;
#[path = "../../../segue/tests/support/mod.rs"]
mod shared;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod tables;
