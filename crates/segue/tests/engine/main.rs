//! The engine as its users see it, in one program: it links once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(missing_docs, unreachable_pub)]
// The checks of the fuzz targets bring what they share with these tests.
#![allow(clippy::duplicate_mod)]

#[path = "../support/damage.rs"]
#[allow(dead_code)]
mod damage;
#[path = "../support/encoded.rs"]
mod encoded;
#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod changed_index;
mod cold_start;
#[cfg(unix)]
mod damaged_index;
mod foreign_index;
mod fuzz_seeds;
mod golden;
mod hostile_index;
mod hostile_input;
mod isrc;
mod kinds;
mod listening;
mod older_index;
mod own_columns;
mod plain_and_quoted;
mod playlist_entries;
mod queries;
mod reasons;
mod replaced_index;
mod search_quality;
mod song_pairs;
mod stopped;
mod track_map;
mod work_pairs;
