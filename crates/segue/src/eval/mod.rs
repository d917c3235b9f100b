//! Evaluation of recommendations, on playlists that people made and over the whole catalogue, and training.
//!
//! [`Measure`] lists the measures. Playlists show what people play together but not what else would have fitted, so
//! precisions are low, and only their ratios are meaningful.

mod artists;
mod audio;
mod bootstrap;
mod compare;
mod evaluate;
#[cfg(test)]
mod fixture;
mod lists;
mod measures;
mod popularity;
mod shares;
mod train;

use serde::Serialize;

pub use compare::Comparison;
pub use evaluate::{Evaluated, evaluate};
pub use lists::Ranker;
pub use measures::{Evaluation, Measure, Value};
pub use popularity::PopularityParts;
pub use train::{Ratios, Steps, Trained, Training, TrainingEvent, train};

use crate::catalogue::Row;
use crate::error::Result;
use crate::index::Index;
use crate::playlist::{Mention, Playlist};

/// A playlist as rows of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPlaylist {
    /// Its tracks, one release per song.
    pub rows: Vec<Row>,
}

/// How many playlists and tracks the catalogue knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Known {
    /// Playlists with at least two songs of the catalogue.
    pub playlists: usize,
    /// Playlists with fewer songs, which are not used.
    pub too_short: usize,
    /// Songs of the catalogue in the playlists that are used; releases of one song count once per playlist.
    pub tracks: usize,
    /// Entries of all playlists that are not in the catalogue.
    pub unknown: usize,
}

/// Looks up the tracks of playlists by their ids.
///
/// # Errors
/// [`crate::Error::Index`] if the index is damaged.
pub fn look_up(index: &Index, playlists: &[Playlist]) -> Result<(Vec<TestPlaylist>, Known)> {
    let songs = index.songs()?;
    let (mut found, mut known) = (Vec::new(), Known::default());
    for playlist in playlists {
        let mut rows: Vec<Row> = Vec::new();
        for entry in &playlist.entries {
            let Mention { id, words, .. } = &entry.mention;
            let id = id.as_ref().or(words.as_ref());
            let row = id.map(|id| index.row(id)).transpose()?.flatten();
            match row {
                Some(row) => {
                    let song = songs.song_of(row);
                    if !rows.iter().any(|known| songs.song_of(*known) == song) {
                        rows.push(row);
                    }
                }
                None => known.unknown += 1,
            }
        }
        if rows.len() < 2 {
            known.too_short += 1;
            continue;
        }
        known.playlists += 1;
        known.tracks += rows.len();
        found.push(TestPlaylist { rows });
    }
    Ok((found, known))
}
