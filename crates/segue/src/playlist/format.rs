//! The formats of playlists, and their recognition by content and file name.

use std::str::FromStr;

use super::{csv, cue, foreign, m3u, pls, wpl};
use crate::error::Error;

/// A format of playlists that can be read.
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
    /// `playlist_id` or `playlist_name` divides it into several playlists. The delimiter is comma, tab, semicolon or `|`. Also
    /// Last.fm's export without a header.
    Csv,
    /// One track per line: an id, URI or URL, or, for reading, any words. Empty lines and lines that begin with `#` are
    /// ignored.
    Uris,
    /// PLS, of Winamp and radio stations.
    Pls,
    /// WPL and ZPL, of Windows Media Player and Zune.
    Wpl,
    /// A CUE sheet: the tracks of a disc.
    Cue,
    /// The XML of Apple Music and iTunes: a playlist or a library.
    Plist,
    /// Tracks in JSON, or an object per line: playlists, library and streaming histories of Spotify's account data,
    /// exports of Last.fm and ListenBrainz, answers of Spotify's Web API.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 10] = [
        Self::M3u8,
        Self::Xspf,
        Self::Jspf,
        Self::Csv,
        Self::Uris,
        Self::Pls,
        Self::Wpl,
        Self::Cue,
        Self::Plist,
        Self::Json,
    ];

    /// Its name, which is the extension of its files as far as there is one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::M3u8 => "m3u8",
            Self::Xspf => "xspf",
            Self::Jspf => "jspf",
            Self::Csv => "csv",
            Self::Uris => "uris",
            Self::Pls => "pls",
            Self::Wpl => "wpl",
            Self::Cue => "cue",
            Self::Plist => "plist",
            Self::Json => "json",
        }
    }

    /// The format of a file by its extension; `None` for `.txt`, `.xml` and other unknown ones.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "m3u" => Some(Self::M3u8),
            "tsv" => Some(Self::Csv),
            "zpl" => Some(Self::Wpl),
            "jsonl" | "ndjson" => Some(Self::Json),
            extension => Self::ALL.into_iter().find(|format| format.name() == extension),
        }
    }

    /// The format of a text: what its beginning shows beyond doubt, or else what its name says, or else what it looks
    /// like. The error says what it is instead.
    pub(super) fn of(name: &str, text: &str) -> Result<Self, String> {
        let start = text.trim_start();
        let named = Self::of_name(name);
        if m3u::begins(text) {
            Ok(Self::M3u8)
        } else if pls::begins(start) {
            Ok(Self::Pls)
        } else if start.starts_with('<') {
            match foreign::outermost(start) {
                "plist" => Ok(Self::Plist),
                element if wpl::ELEMENTS.contains(&element) => Ok(Self::Wpl),
                "" | "playlist" => Ok(Self::Xspf),
                _ if named == Some(Self::Xspf) => Ok(Self::Xspf),
                element => Err(foreign::xml(element)),
            }
        } else if foreign::is_json(start) {
            // A key that comes later is found by the reader.
            let key = start.trim_start_matches(['{', ' ', '\n', '\r', '\t']);
            Ok(if named == Some(Self::Jspf) || key.starts_with("\"playlist\"") {
                Self::Jspf
            } else {
                Self::Json
            })
        } else if cue::is_sheet(start) {
            Ok(Self::Cue)
        } else if let Some(named) = named {
            Ok(named)
        } else if csv::begins(text) {
            Ok(Self::Csv)
        } else {
            Ok(Self::Uris)
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| unknown(&Self::ALL.map(Self::name), name))
    }
}

/// A format of playlists that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WrittenFormat {
    /// [`Format::M3u8`], in UTF-8.
    M3u8,
    /// [`Format::Xspf`].
    Xspf,
    /// [`Format::Jspf`].
    Jspf,
    /// [`Format::Csv`], separated by commas.
    Csv,
    /// [`Format::Uris`]: a URI or id per line.
    Uris,
}

impl WrittenFormat {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::M3u8, Self::Xspf, Self::Jspf, Self::Csv, Self::Uris];

    /// The extension of its files, which is also its name.
    pub const fn extension(self) -> &'static str {
        self.format().name()
    }

    /// The format that it is read as.
    pub const fn format(self) -> Format {
        match self {
            Self::M3u8 => Format::M3u8,
            Self::Xspf => Format::Xspf,
            Self::Jspf => Format::Jspf,
            Self::Csv => Format::Csv,
            Self::Uris => Format::Uris,
        }
    }
}

impl FromStr for WrittenFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|format| format.extension() == name);
        known.ok_or_else(|| unknown(&Self::ALL.map(Self::extension), name))
    }
}

fn unknown(names: &[&str], found: &str) -> Error {
    Error::Value { wanted: format!("one of {}", names.join(", ")), found: found.into() }
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
            ("a.zpl", Some(Format::Wpl)),
            ("a.txt", None),
            ("a.xml", None),
            ("a.jsonl", Some(Format::Json)),
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
            ("<?xml version='1.0'?><!-- x --><!DOCTYPE plist PUBLIC \"x\"><plist>", Format::Plist),
            ("<?wpl version=\"1.0\"?><smil>", Format::Wpl),
            (" {\"playlist\": {}}", Format::Jspf),
            (" {\"playlists\": []}", Format::Json),
            ("[{\"trackName\": \"x\"}]", Format::Json),
            ("[playlist]\nFile1=a", Format::Pls),
            ("[12] A - B", Format::Uris),
            ("PERFORMER \"A\"\nFILE \"x\" WAVE\n  TRACK 01 AUDIO\n", Format::Cue),
            ("Track URI,Added By\n", Format::Csv),
            ("artist;title\n", Format::Csv),
            ("track_id\n", Format::Csv),
            ("Title\nIntro\n", Format::Uris),
            ("# mine\nHello, Goodbye - The Beatles\n", Format::Uris),
            ("", Format::Uris),
        ] {
            assert_eq!(Format::of("x", text), Ok(format), "{text:?}");
        }
        // What the content shows counts more than the name.
        assert_eq!(Format::of("a.csv", "#EXTM3U\na"), Ok(Format::M3u8));
        assert_eq!(Format::of("a.csv", "a,b\n"), Ok(Format::Csv));
    }

    #[test]
    fn a_format_has_a_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>().unwrap(), format);
        }
        for format in WrittenFormat::ALL {
            assert_eq!(format.extension().parse::<WrittenFormat>().unwrap(), format);
            assert_eq!(format.extension(), format.format().name());
        }
        assert_eq!(
            "pls".parse::<WrittenFormat>().unwrap_err().to_string(),
            "one of m3u8, xspf, jspf, csv, uris was wanted, found \"pls\""
        );
    }
}
