//! From tracks to a file, and what the formats have in common.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use super::location::is_bare;
use super::text::one_line;
use super::{Format, csv, jspf, lines, m3u, xspf};
use crate::catalogue::Track;
use crate::mention::is_spotify_id;

/// Writes a playlist, in UTF-8. A blank `name` is left out, and so is any in CSV and lists of URIs, which have no
/// place for one.
///
/// Where a format needs the address of a track, it is `spotify:track:ID` for Spotify's ids (22 digits in base 62), and
/// for others the id as it is. Only ids that have other characters than letters, digits, `-` and `_` are written as
/// `spotify:track:ID` too, since they could pass for a path, a comment or words. Control characters in names and ids
/// become spaces, or are left out in XML; [`read`](super::read()) gives the ids back, in this order.
///
/// # Errors
/// Those of `out`.
pub fn write(format: Format, name: &str, tracks: &[Track<&str>], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match format {
        Format::M3u8 => m3u::write(name, tracks, &mut out),
        Format::Xspf => xspf::write(name, tracks, &mut out),
        Format::Jspf => jspf::write(name, tracks, &mut out),
        Format::Csv => csv::write(tracks, &mut out),
        Format::Uris => lines::write(tracks, &mut out),
    }?;
    out.flush()
}

/// The address of a track, on one line, from which reading gets its id back.
pub(super) fn reference(id: &str) -> Cow<'_, str> {
    match one_line(id) {
        id if is_bare(&id) && !is_spotify_id(&id) => id,
        id => format!("spotify:track:{id}").into(),
    }
}

/// The names of all artists, on one line.
pub(super) fn joined_artists(track: &Track<&str>) -> String {
    one_line(&track.artists.join(", ")).into_owned()
}

/// The length of a track, where it has one.
pub(super) fn milliseconds(track: &Track<&str>) -> Option<u32> {
    u32::try_from(track.duration_ms).ok().filter(|length| *length > 0)
}
