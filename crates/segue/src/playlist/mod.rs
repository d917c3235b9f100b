//! Playlists as files, in and out.
//!
//! What lives here is what a file says of tracks, and how tracks are said in a file: [`read`] is a pure function
//! of bytes, [`write()`] one of tracks. Which track of a catalogue is meant is for others to find out; nothing here
//! knows of catalogues' rows, search or similarity.
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

/// Tracks in an order, as a file lists them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Playlist {
    /// Its name, where the file has one; in CSV also its `playlist_id`, where it has no other.
    pub name: Option<String>,
    /// What the file says of the tracks, in order, repetitions included.
    pub entries: Vec<Entry>,
    /// Where a track is listed of which nothing is said that could tell which it is. They have no entry.
    pub nameless: Vec<Place>,
}

/// One track of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the file.
    pub place: Place,
    /// What the file says of it.
    pub mention: Mention,
}

/// Where a track stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The line, from 1; of several the first.
    Line(u64),
    /// The place within the playlist, from 1, where lines are not known: in JSPF.
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

/// A file may have so many bytes.
pub const MAX_BYTES: usize = 256 << 20;

/// A file may list so many tracks, in all its playlists.
pub const MAX_TRACKS: usize = 5_000_000;

/// Reads the playlists of a file: at least one, which may be empty. Only CSV can hold several.
///
/// `name` is what errors call the file. Without a `format`, the extension of the name decides, else the content.
/// Time and memory are linear in the bytes; whatever these are, the result is playlists or an error.
///
/// # Errors
/// [`Error::Input`] if the bytes are not what the format demands, with the line where that shows, or more than
/// [`MAX_BYTES`] or [`MAX_TRACKS`].
pub fn read(name: &str, bytes: &[u8], format: Option<Format>) -> Result<Vec<Playlist>> {
    read_within(name, bytes, format, ReadLimits { bytes: MAX_BYTES, tracks: MAX_TRACKS })
}

/// What a file may cost.
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
    let format = format.or_else(|| Format::of_name(name));
    let text = text::decode(name, bytes, format)?;
    let source = Source { name, text: &text, tracks: limits.tracks };
    match format.unwrap_or_else(|| Format::of_content(&text)) {
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
    /// So many tracks may be listed in it.
    tracks: usize,
}

impl Source<'_> {
    fn error(&self, problem: impl Into<String>) -> Error {
        Error::input(self.name, problem)
    }

    /// Counts one more track.
    fn spend(&mut self, place: Place) -> Result<()> {
        match self.tracks.checked_sub(1) {
            Some(left) => self.tracks = left,
            None => return Err(self.error(format!("{place} is one track too many; {}", too_many()))),
        }
        Ok(())
    }
}

fn too_many() -> String {
    format!("at most {} were wanted in a file; split it", grouped(MAX_TRACKS))
}

impl Playlist {
    /// Adds what is said at a place, or that nothing is said there.
    fn add(&mut self, place: Place, mention: Option<Mention>) {
        match mention {
            Some(mention) => self.entries.push(Entry { place, mention }),
            None => self.nameless.push(place),
        }
    }
}
