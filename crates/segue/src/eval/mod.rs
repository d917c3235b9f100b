//! How good recommendations are: measured on playlists that people made, and over the whole catalogue.
//!
//! What is measured is said at [`Measure`]. Playlists are evidence of what people play together; they know
//! nothing of what else would have fitted, so precisions are low, and only their ratios say something.

mod bootstrap;
mod lists;
mod measures;
mod train;

use serde::Serialize;

pub use lists::Ranker;
pub use measures::{Evaluation, Measure, Value, evaluate};
pub use train::{Trained, Training, train};

use crate::catalogue::Row;
use crate::error::Result;
use crate::index::Index;
use crate::playlist::{Mention, Playlist};

/// A playlist by the rows of its tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPlaylist {
    /// Its tracks, one release a song.
    pub rows: Vec<Row>,
}

/// How many playlists there are to measure with, and what the catalogue knows of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Playlists with two songs of the catalogue at least.
    pub playlists: usize,
    /// Playlists with fewer, which are left out.
    pub too_short: usize,
    /// Tracks of the playlists that the catalogue has; releases of one song count once in each playlist.
    pub tracks: usize,
    /// Tracks of the playlists that it does not have.
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
            let row = match &entry.mention {
                Mention::Id(id) | Mention::Text(id) => index.row(id)?,
                Mention::Named { .. } => None,
            };
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
