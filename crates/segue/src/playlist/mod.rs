//! Reads and writes playlist files.
//!
//! [`read`] is a pure function from bytes to references to tracks ([`Mention`]), [`write()`] one from tracks to bytes.
//! References are resolved elsewhere; nothing here knows of rows, search or similarity.
//!
//! ```
//! use segue::playlist::{self, Mention};
//!
//! let file = "#EXTM3U\n#EXTINF:200,The Weeknd - Blinding Lights\nmusic/blinding_lights.mp3\n";
//! let playlists = playlist::read("evening.m3u8", file.as_bytes(), None)?;
//! let entry = &playlists[0].entries[0];
//! let named = Mention::Named { title: "Blinding Lights".into(), artist: Some("The Weeknd".into()) };
//! assert_eq!((entry.place.to_string(), &entry.mention), ("line 3".to_owned(), &named));
//! # Ok::<(), segue::Error>(())
//! ```

mod csv;
mod format;
mod jspf;
mod lines;
mod listed;
mod location;
mod m3u;
#[cfg(test)]
mod suite;
mod text;
mod write;
mod xspf;

use std::fmt;

pub use crate::mention::Mention;
pub use format::Format;
pub use write::write;

use crate::error::{Error, Result, grouped};

/// A playlist as it is in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Playlist {
    /// Its name, if the file has one; in CSV its `playlist_id`, if it has no other.
    pub name: Option<String>,
    /// Its tracks in order, repetitions included.
    pub entries: Vec<Entry>,
    /// The places of tracks without id, title or location. They have no entry.
    pub nameless: Vec<Place>,
}

/// One track of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its place in the file.
    pub place: Place,
    /// The reference to the track.
    pub mention: Mention,
}

/// The place of a track in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The line on which it begins, from 1.
    Line(u64),
    /// The number of the track within the playlist, from 1, if lines are not known (JSPF).
    Track(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Track(number) => write!(f, "track {number}"),
        }
    }
}

/// The maximum size of a file in bytes.
pub const MAX_BYTES: usize = 256 << 20;

/// The maximum number of tracks in a file, over all its playlists.
pub const MAX_TRACKS: usize = 5_000_000;

/// Reads the playlists of a file: at least one, which may be empty. Only CSV can hold several.
///
/// `name` stands for the file in errors. Without a `format`, it is that of the name's extension, or else guessed from
/// the content. Time and memory are linear in the number of bytes; any bytes give playlists or an error, never a
/// panic.
///
/// # Errors
/// [`Error::Input`] if the bytes are not valid in the format, with the line of the problem, or exceed [`MAX_BYTES`]
/// or [`MAX_TRACKS`].
pub fn read(name: &str, bytes: &[u8], format: Option<Format>) -> Result<Vec<Playlist>> {
    read_within(name, bytes, format, ReadLimits { bytes: MAX_BYTES, tracks: MAX_TRACKS })
}

/// [`read`] for a file of at most `tracks` tracks, over all its playlists; more are an error.
///
/// # Errors
/// As [`read`].
pub fn read_at_most(
    tracks: usize,
    name: &str,
    bytes: &[u8],
    format: Option<Format>,
) -> Result<Vec<Playlist>> {
    read_within(name, bytes, format, ReadLimits { bytes: MAX_BYTES, tracks })
}

#[derive(Debug, Clone, Copy)]
struct ReadLimits {
    bytes: usize,
    tracks: usize,
}

fn read_within(
    name: &str,
    bytes: &[u8],
    format: Option<Format>,
    limits: ReadLimits,
) -> Result<Vec<Playlist>> {
    if bytes.len() > limits.bytes {
        let (found, most) = (grouped(bytes.len()), grouped(limits.bytes));
        let problem = format!("has {found} bytes, a playlist of at most {most} was wanted; split it");
        return Err(Error::input(name, problem));
    }
    let (text, _) = text::decode(name, bytes)?;
    let source = Source { name, text: &text, tracks: limits.tracks, most: limits.tracks };
    match format.or_else(|| Format::of_name(name)).unwrap_or_else(|| Format::of_content(&text)) {
        Format::M3u8 => m3u::read(source),
        Format::Xspf => xspf::read(source),
        Format::Jspf => jspf::read(source),
        Format::Csv => return csv::read(source),
        Format::Uris => lines::read(source),
    }
    .map(|playlist| vec![playlist])
}

/// A file to be read: a text without NUL or byte-order mark.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    name: &'a str,
    text: &'a str,
    /// How many more tracks it may list.
    tracks: usize,
    /// How many it may list in all.
    most: usize,
}

impl Source<'_> {
    fn error(&self, problem: impl Into<String>) -> Error {
        Error::input(self.name, problem)
    }

    /// Counts one more track; an error if it is one too many.
    fn spend(&mut self, place: Place) -> Result<()> {
        match self.tracks.checked_sub(1) {
            Some(left) => self.tracks = left,
            None => {
                return Err(self.error(format!("{place} is one track too many; {}", too_many(self.most))));
            }
        }
        Ok(())
    }
}

fn too_many(most: usize) -> String {
    format!("at most {} were wanted in a file; split it", grouped(most))
}

impl Playlist {
    /// Adds a reference, or a nameless track if there is none.
    fn add(&mut self, place: Place, mention: Option<Mention>) {
        match mention {
            Some(mention) => self.entries.push(Entry { place, mention }),
            None => self.nameless.push(place),
        }
    }
}
