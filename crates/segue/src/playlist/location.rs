//! Locations of tracks in playlists (paths, URLs, ids), and the references that they contain.

use std::borrow::Cow;

use crate::mention::{Mention, id_in};

/// Whether a text could be an id: only ASCII letters, digits, `-` and `_`, unlike most paths, URLs and phrases.
pub(super) fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Location<'a> {
    /// A native path or a URL, as in M3U.
    Path(&'a str),
    /// An absolute or relative URI, percent-encoded.
    Uri(&'a str),
}

impl<'a> Location<'a> {
    /// The reference to a track with this location; `named` is what else the file says of it.
    pub(super) fn mention(self, named: Option<Mention>) -> Option<Mention> {
        let text = self.text();
        if let Some(id) = id_in(text) {
            return Some(Mention::Id(id.to_owned()));
        }
        match named {
            // With a title beside it, a location without extension or separators is taken to be a catalogue's own id.
            Some(Mention::Named { .. }) if is_bare(text) => Some(Mention::Id(text.to_owned())),
            Some(named) => Some(named),
            None => Mention::text(&self.words()),
        }
    }

    fn text(&self) -> &'a str {
        match self {
            Self::Path(text) | Self::Uri(text) => text.trim(),
        }
    }

    /// The words of the file name; the whole location if it has none.
    fn words(&self) -> Cow<'a, str> {
        let text = self.text();
        let is_uri = matches!(self, Self::Uri(_)) || text.contains("://");
        let path = if is_uri { text.split(['?', '#']).next().unwrap_or(text) } else { text };
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let words = without_number(without_extension(file));
        match is_uri {
            _ if words.trim().is_empty() => text.into(),
            true => unescaped(words),
            false => words.into(),
        }
    }
}

/// A file name without its extension: 1 to 5 ASCII letters and digits, at least one letter. So `Mr. Brightside` is
/// not cut.
fn without_extension(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, extension))
            if (1..=5).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && extension.bytes().any(|byte| byte.is_ascii_alphabetic()) =>
        {
            stem
        }
        _ => file,
    }
}

/// A file name without the track number that many begin with: `01 - `, `01. `.
fn without_number(words: &str) -> &str {
    let rest = words.trim_start_matches(|character: char| character.is_ascii_digit());
    let number = words.len() - rest.len();
    let title =
        rest.strip_prefix(" - ").or_else(|| rest.strip_prefix(". ")).filter(|title| !title.trim().is_empty());
    match title {
        Some(title) if (1..=3).contains(&number) => title,
        _ => words,
    }
}

/// Decodes percent-encoding; returns the text unchanged if the result is not UTF-8.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.split_first_chunk::<2>().filter(|_| *first == b'%');
        let value = digits.and_then(|([high, low], after)| Some((hex(*high)? * 16 + hex(*low)?, after)));
        let (byte, after) = value.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).map_or(text.into(), Cow::Owned)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_words() {
        for (path, words) in [
            ("music/01 - Queen - Bohemian Rhapsody.mp3", "Queen - Bohemian Rhapsody"),
            (r"C:\Music\Queen\12. Bohemian Rhapsody.FLAC", "Bohemian Rhapsody"),
            ("The Killers - Mr. Brightside", "The Killers - Mr. Brightside"),
            ("Blur - Song 2.0", "Blur - Song 2.0"),
            ("99 Luftballons.ogg", "99 Luftballons"),
            ("1979 - Smashing Pumpkins.mp3", "1979 - Smashing Pumpkins"),
            ("50% off.mp3", "50% off"),
            ("file:///music/A%20-%20B%3F.mp3?x=y.z#t", "A - B?"),
            ("http://radio.example/", "http://radio.example/"),
            ("file:///%ff.mp3", "%ff"),
            ("http://a/50%", "50%"),
            (".mp3", ".mp3"),
            ("7 - .mp3", "7 -"),
        ] {
            assert_eq!(Location::Path(path).words().trim(), words, "{path}");
        }
        assert_eq!(Location::Uri("A%20-%20%C3%A9.mp3").words(), "A - é");
    }

    #[test]
    fn a_location_may_be_an_id() {
        let named = || Mention::named(" T ", Some(" "));
        let text = |text: &str| Some(Mention::Text(text.into()));
        assert_eq!(named(), Some(Mention::Named { title: "T".into(), artist: None }));
        assert_eq!(Location::Path("t.mp3").mention(named()), named());
        assert_eq!(Location::Path("T-1").mention(named()), Some(Mention::Id("T-1".into())));
        assert_eq!(Location::Path("T-1").mention(None), text("T-1"));
        assert_eq!(Location::Uri("").mention(named()), named());
        assert_eq!(Location::Uri("").mention(None), None);
    }
}
