//! References to tracks in playlists and in what a user types: ids, Spotify URIs and URLs, titles.

/// A reference to a track in a playlist. Its texts are trimmed and not empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mention {
    /// Its id, given as such or in a Spotify URI or URL.
    Id(String),
    /// Its title, and its artists if the file has them.
    Named {
        /// The title.
        title: String,
        /// The artist, or several joined as in the file.
        artist: Option<String>,
    },
    /// Free text: an id, or words such as `artist - title`.
    Text(String),
}

impl Mention {
    pub(crate) fn named(title: &str, artist: Option<&str>) -> Option<Self> {
        let artist = artist.map(str::trim).filter(|artist| !artist.is_empty());
        let title = title.trim();
        (!title.is_empty())
            .then(|| Self::Named { title: title.to_owned(), artist: artist.map(str::to_owned) })
    }

    pub(crate) fn text(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self::Text(text.to_owned()))
    }
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
