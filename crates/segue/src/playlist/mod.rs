//! Reads and writes playlist files.
//!
//! [`read`] is a pure function from bytes to what a file says of tracks ([`Mention`]), [`write()`] one from tracks to
//! bytes. Which tracks are meant is decided elsewhere; nothing here knows of rows, search or similarity.
//!
//! A file is read as what its content shows it to be; what is no list of tracks is refused as what it is (`foreign`).
//!
//! ```
//! use segue::playlist;
//!
//! let file = "#EXTM3U\n#EXTINF:200,The Weeknd - Blinding Lights\nmusic/blinding_lights.mp3\n";
//! let playlists = playlist::read("evening.m3u8", file.as_bytes(), None)?;
//! let entry = &playlists[0].entries[0];
//! assert_eq!(entry.place.to_string(), "line 3");
//! assert_eq!(entry.mention.title.as_deref(), Some("Blinding Lights"));
//! assert_eq!(entry.mention.artist.as_deref(), Some("The Weeknd"));
//! # Ok::<(), segue::Error>(())
//! ```

mod csv;
mod cue;
mod fields;
mod foreign;
mod format;
mod history;
mod json;
mod jspf;
mod lines;
mod listed;
mod location;
mod m3u;
mod plist;
mod pls;
#[cfg(test)]
mod suite;
mod text;
mod value;
mod wpl;
mod write;
mod xspf;

use std::fmt;

pub use crate::mention::Mention;
pub use format::{Format, WrittenFormat};
pub use write::write;

use crate::charset::Charset;
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
    /// How many entries are no music, such as episodes of podcasts. They are passed over.
    pub passed_over: usize,
    /// How many plays a listening history has, of which each track is one entry; 0 for other lists.
    pub plays: usize,
}

/// A file of playlists, and what it was recognised as.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlaylistFile {
    /// Its format.
    pub format: Format,
    /// Its format in words, more exactly: `Spotify's streaming history`.
    pub kind: &'static str,
    /// Its character encoding.
    pub charset: Charset,
    /// Its playlists: at least one, which may be empty.
    pub playlists: Vec<Playlist>,
}

/// One track of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its place in the file.
    pub place: Place,
    /// What it says of the track.
    pub mention: Mention,
}

/// The place of a track in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The line on which it begins, from 1.
    Line(u64),
    /// The number of the track within the playlist, from 1, if lines are not known (JSON).
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

/// Reads the playlists of a file: at least one, which may be empty.
///
/// `name` stands for the file in errors. Without a `format`, it is what the content shows, or else what the name's
/// extension says. Time and memory are linear in the number of bytes; any bytes give playlists or an error, never a panic.
///
/// # Errors
/// [`Error::Input`] if the bytes are not valid in the format, with the line of the problem, if they are no list of tracks,
/// or exceed [`MAX_BYTES`] or [`MAX_TRACKS`].
pub fn read(name: &str, bytes: &[u8], format: Option<Format>) -> Result<Vec<Playlist>> {
    recognise(name, bytes, format).map(|file| file.playlists)
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
    let limits = ReadLimits { bytes: MAX_BYTES, tracks };
    read_within(name, bytes, format, limits).map(|file| file.playlists)
}

/// Reads a file as [`read`] does, and says what it is.
///
/// # Errors
/// As [`read`].
pub fn recognise(name: &str, bytes: &[u8], format: Option<Format>) -> Result<PlaylistFile> {
    read_within(name, bytes, format, ReadLimits { bytes: MAX_BYTES, tracks: MAX_TRACKS })
}

#[derive(Debug, Clone, Copy)]
struct ReadLimits {
    bytes: usize,
    tracks: usize,
}

fn read_within(name: &str, bytes: &[u8], format: Option<Format>, limits: ReadLimits) -> Result<PlaylistFile> {
    if bytes.len() > limits.bytes {
        let (found, most) = (grouped(bytes.len()), grouped(limits.bytes));
        let problem = format!("has {found} bytes, a playlist of at most {most} was wanted; split it");
        return Err(Error::input(name, problem));
    }
    if let Some(kind) = foreign::binary(bytes) {
        return Err(Error::input(name, format!("is {kind}, a list of tracks was wanted")));
    }
    let (text, charset) = text::decode(name, bytes)?;
    let source = Source { name, text: &text, tracks: limits.tracks, most: limits.tracks };
    let recognised = match format {
        Some(format) => format,
        None => Format::of(name, &text).map_err(|problem| source.error(problem))?,
    };
    let one = |playlist| vec![playlist];
    let (kind, playlists) = match recognised {
        Format::M3u8 => ("M3U", one(m3u::read(source)?)),
        Format::Xspf => ("XSPF", one(xspf::read(source)?)),
        Format::Jspf => ("JSPF", one(jspf::read(source)?)),
        Format::Csv => csv::read(source)?,
        Format::Uris => ("a list, one track a line", one(lines::read(source, format.is_some())?)),
        Format::Pls => ("PLS", one(pls::read(source)?)),
        Format::Wpl => ("WPL of Windows Media Player", one(wpl::read(source)?)),
        Format::Cue => ("CUE sheet", one(cue::read(source)?)),
        Format::Plist => ("Apple Music's XML", plist::read(source)?),
        Format::Json => json::read(source)?,
    };
    Ok(PlaylistFile { format: recognised, kind, charset, playlists })
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
    /// Adds an entry, or a nameless track if it names none.
    fn add(&mut self, place: Place, mention: Mention) {
        match mention.is_empty() {
            false => self.entries.push(Entry { place, mention }),
            true => self.nameless.push(place),
        }
    }
}
