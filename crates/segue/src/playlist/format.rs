//! The formats of playlists, and their detection by file name and content.

use std::str::FromStr;

use super::{csv, m3u};
use crate::error::Error;

/// A format of playlists, for reading and writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// M3U: one path or URL per line, with titles in comments.
    M3u8,
    /// XSPF 1, the XML of <https://xspf.org/spec>.
    Xspf,
    /// XSPF as JSON, see <https://xspf.org/jspf>.
    Jspf,
    /// A table with a header: `track_id`, or `track_name` and `artists`, under these or other usual names. A column
    /// `playlist_id` or `playlist_name` divides it into several playlists. The delimiter is comma, tab or semicolon.
    Csv,
    /// One track per line: an id, URI or URL, or, for reading, any words. Empty lines and lines that begin with `#` are
    /// ignored.
    Uris,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::M3u8, Self::Xspf, Self::Jspf, Self::Csv, Self::Uris];

    /// The extension of its files, which is also the format's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::M3u8 => "m3u8",
            Self::Xspf => "xspf",
            Self::Jspf => "jspf",
            Self::Csv => "csv",
            Self::Uris => "uris",
        }
    }

    /// The format of a file by its extension; `None` for `.txt` and other unknown ones.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "m3u" => Some(Self::M3u8),
            "tsv" => Some(Self::Csv),
            extension => Self::ALL.into_iter().find(|format| format.extension() == extension),
        }
    }

    /// Guesses the format of a text; [`Self::Uris`] if it looks like no other.
    pub(super) fn of_content(text: &str) -> Self {
        let start = text.trim_start();
        if m3u::begins(text) {
            Self::M3u8
        } else if start.starts_with('<') {
            Self::Xspf
        } else if start.starts_with('{') {
            Self::Jspf
        } else if csv::begins(text) {
            Self::Csv
        } else {
            Self::Uris
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|format| format.extension() == name);
        known.ok_or_else(|| {
            let wanted = format!("one of {}", Self::ALL.map(Self::extension).join(", "));
            Error::Value { wanted, found: name.into() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_formats_by_their_extensions() {
        for (name, format) in [
            ("a.b.M3U", Some(Format::M3u8)),
            ("a.m3u8", Some(Format::M3u8)),
            ("a.xspf", Some(Format::Xspf)),
            ("a.jspf", Some(Format::Jspf)),
            ("a.tsv", Some(Format::Csv)),
            ("a.uris", Some(Format::Uris)),
            ("a.txt", None),
            ("a.json", None),
            ("csv", None),
        ] {
            assert_eq!(Format::of_name(name), format, "{name}");
        }
    }

    #[test]
    fn contents_show_formats() {
        for (text, format) in [
            ("\n#EXTM3U\n", Format::M3u8),
            ("#EXTINF:1,A\nb", Format::M3u8),
            ("<?xml version='1.0'?>", Format::Xspf),
            (" {\"playlist\": {}}", Format::Jspf),
            ("Track URI,Added By\n", Format::Csv),
            ("artist;title\n", Format::Csv),
            ("track_id\n", Format::Csv),
            ("Title\nIntro\n", Format::Uris),
            ("# mine\nHello, Goodbye - The Beatles\n", Format::Uris),
            ("", Format::Uris),
        ] {
            assert_eq!(Format::of_content(text), format, "{text:?}");
        }
    }

    #[test]
    fn a_format_is_named_by_its_extension() {
        for format in Format::ALL {
            assert_eq!(format.extension().parse::<Format>().unwrap(), format);
        }
        assert_eq!(
            "pls".parse::<Format>().unwrap_err().to_string(),
            "one of m3u8, xspf, jspf, csv, uris was wanted, found \"pls\""
        );
    }
}
