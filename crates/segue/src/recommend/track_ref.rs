//! The ways in which a person names a track.

/// What a person wrote to name a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackRef<'a> {
    /// The id in a Spotify URI or URL.
    Id(&'a str),
    /// Anything else: an id or a title.
    Text(&'a str),
}

impl<'a> TrackRef<'a> {
    /// Tells URIs (`spotify:track:ID`) and URLs (`https://open.spotify.com/track/ID?si=...`, with or without
    /// a language) from the rest.
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
