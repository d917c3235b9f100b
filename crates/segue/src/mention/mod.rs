//! What a playlist, or a user who types, says of a track: ids, Spotify URIs and URLs, titles, artists.
//!
//! [`Mention`] is what a file says; `spoken` lists what its texts may mean. Which track is meant is decided elsewhere.

mod spoken;

use std::fmt;

use crate::isrc::Isrc;
pub(crate) use spoken::{Reading, artist_names_in, readings};

/// What an entry of a playlist says of its track: all of it, since what one part does not find another may. Its texts
/// are trimmed and not empty, and there is at least one of `id`, `isrc`, `title` and `words`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Mention {
    /// Its id, given as such or in a Spotify URI or URL.
    pub id: Option<String>,
    /// Its ISRC, the International Standard Recording Code.
    pub isrc: Option<Isrc>,
    /// Its title, in a field of its own; it may be decorated, as `01 - Hello (Official Video)`.
    pub title: Option<String>,
    /// Its artist, or several joined as in the file.
    pub artist: Option<String>,
    /// Its album.
    pub album: Option<String>,
    /// Free text, such as a line of a list or the name of a file: an id, or words such as `artist - title`.
    pub words: Option<String>,
    /// The last two folders of the file that `words` is the name of, the outer one first: often artist and album.
    pub folders: Vec<String>,
}

impl Mention {
    /// A track with this id.
    pub fn id(id: &str) -> Self {
        Self { id: text(id), ..Self::default() }
    }

    /// A track with a title, and artists if they are known.
    pub fn named(title: &str, artist: Option<&str>) -> Self {
        Self { title: text(title), artist: artist.and_then(text), ..Self::default() }
    }

    /// A track that is named in free text.
    pub fn words(words: &str) -> Self {
        Self { words: text(words), ..Self::default() }
    }

    /// Whether it names no track at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.id.is_none() && self.isrc.is_none() && self.title.is_none() && self.words.is_none()
    }

    /// The number of characters of its longest text.
    pub fn longest(&self) -> usize {
        let texts = [&self.id, &self.title, &self.artist, &self.album, &self.words];
        let texts = texts.into_iter().flatten().chain(&self.folders);
        texts.map(|text| text.chars().count()).max().unwrap_or_default()
    }
}

/// What a person would call the track: `artist - title`, the words, or else the id or ISRC.
impl fmt::Display for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.title, &self.artist) {
            (Some(title), Some(artist)) => write!(f, "{artist} - {title}"),
            (Some(title), None) => f.write_str(title),
            (None, _) => {
                let text = self.words.as_deref().or(self.id.as_deref());
                f.write_str(text.or(self.isrc.as_ref().map(Isrc::as_str)).unwrap_or_default())
            }
        }
    }
}

/// A text that says something, trimmed.
pub(crate) fn text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The id in a text that is unambiguously one: a Spotify id, URI or URL.
pub(crate) fn id_in(text: &str) -> Option<&str> {
    let id = match TrackRef::parse(text) {
        TrackRef::Id(id) => id.trim(),
        TrackRef::Text(text) if is_spotify_id(text) => text,
        TrackRef::Text(_) => return None,
    };
    (!id.is_empty()).then_some(id)
}

/// Whether a text has the form of a Spotify id: 22 digits in base 62.
pub(crate) fn is_spotify_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A track as a user typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackRef<'a> {
    /// The id in a Spotify URI or URL.
    Id(&'a str),
    /// Anything else: an id or a title.
    Text(&'a str),
}

impl<'a> TrackRef<'a> {
    /// Recognises URIs (`spotify:track:ID`) and URLs (`https://open.spotify.com/track/ID?si=...`, also with
    /// a language, `/intl-de/track/ID`); anything else is text.
    pub fn parse(text: &'a str) -> Self {
        let text = text.trim();
        let id = text.strip_prefix("spotify:track:").or_else(|| url_id(text));
        match id.filter(|id| !id.is_empty()) {
            Some(id) => Self::Id(id),
            None => Self::Text(text),
        }
    }
}

fn url_id(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let path = rest.strip_prefix("open.spotify.com/")?;
    let path = match path.strip_prefix("intl-") {
        Some(rest) => rest.split_once('/')?.1,
        None => path,
    };
    path.strip_prefix("track/")?.split(['?', '#', '/']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words() {
        let id = "6DCZcSspjsKoFjzjrWoCdn";
        for text in [
            id,
            "spotify:track:6DCZcSspjsKoFjzjrWoCdn",
            "https://open.spotify.com/track/6DCZcSspjsKoFjzjrWoCdn?si=1",
        ] {
            assert_eq!(id_in(text), Some(id), "{text}");
        }
        for text in ["", "spotify:track: ", "6DCZcSspjsKoFjzjrWoCd", "God's Plan", "spotify:album:1"] {
            assert_eq!(id_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_mention_is_shown_as_a_person_would_name_it() {
        let named = Mention { id: Some("x".into()), ..Mention::named(" T ", Some("A")) };
        assert_eq!(named.to_string(), "A - T");
        assert_eq!(Mention::named("T", Some(" ")).to_string(), "T");
        assert_eq!(Mention::words("t by a").to_string(), "t by a");
        assert_eq!(Mention::id("x").to_string(), "x");
        let coded = Mention { isrc: Isrc::parse("us-cm5-18-00004"), ..Mention::default() };
        assert_eq!(coded.to_string(), "USCM51800004");
        assert!(Mention::named(" ", Some("A")).is_empty() && !Mention::id("x").is_empty());
    }

    #[test]
    fn uris_and_urls_are_ids_and_all_else_is_text() {
        for text in [
            "spotify:track:6DCZcSspjsKoFjzjrWoCdn",
            "https://open.spotify.com/track/6DCZcSspjsKoFjzjrWoCdn",
            " https://open.spotify.com/intl-de/track/6DCZcSspjsKoFjzjrWoCdn?si=1f#x ",
            "open.spotify.com/track/6DCZcSspjsKoFjzjrWoCdn/",
        ] {
            assert_eq!(TrackRef::parse(text), TrackRef::Id("6DCZcSspjsKoFjzjrWoCdn"), "{text}");
        }
        for text in [
            "God's Plan",
            "spotify:track:",
            "https://open.spotify.com/album/1",
            "https://example.org/track/1",
        ] {
            assert_eq!(TrackRef::parse(text), TrackRef::Text(text));
        }
    }
}
