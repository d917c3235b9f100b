//! Writes playlists; what the formats have in common.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use super::location::is_bare;
use super::text::one_line;
use super::{WrittenFormat, csv, jspf, lines, m3u, xspf};
use crate::catalogue::Track;
use crate::mention::is_spotify_id;

/// Writes a playlist in UTF-8. The `name` is left out if it is blank, and in CSV and lists of URIs, which have no
/// place for one.
///
/// If a format needs the address of a track, it is `spotify:track:ID` for Spotify ids (22 digits in base 62), and the
/// id itself for others. Ids with characters other than ASCII letters, digits, `-` and `_` are also written as
/// `spotify:track:ID`, as they could be taken for a path, a comment or words. Control characters in names and ids
/// become spaces, or are left out in XML. [`read`](super::read()) returns the ids in the same order.
///
/// # Errors
/// Those of `out`.
pub fn write<S: AsRef<str>>(
    format: WrittenFormat,
    name: &str,
    tracks: &[Track<S>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let tracks: Vec<Track<&str>> = tracks.iter().map(Track::borrowed).collect();
    let mut out = BufWriter::new(out);
    match format {
        WrittenFormat::M3u8 => m3u::write(name, &tracks, &mut out),
        WrittenFormat::Xspf => xspf::write(name, &tracks, &mut out),
        WrittenFormat::Jspf => jspf::write(name, &tracks, &mut out),
        WrittenFormat::Csv => csv::write(&tracks, &mut out),
        WrittenFormat::Uris => lines::write(&tracks, &mut out),
    }?;
    out.flush()
}

/// The address of a track, on one line, which is read back as its id.
pub(super) fn reference(id: &str) -> Cow<'_, str> {
    match one_line(id) {
        id if is_bare(&id) && !is_spotify_id(&id) => id,
        id => format!("spotify:track:{id}").into(),
    }
}

pub(super) fn joined_artists(track: &Track<&str>) -> String {
    one_line(&track.artists.join(", ")).into_owned()
}

/// The length of a track in milliseconds, if it is positive.
pub(super) fn milliseconds(track: &Track<&str>) -> Option<u32> {
    track.duration_ms.and_then(|length| u32::try_from(length).ok()).filter(|length| *length > 0)
}
