//! Locations of tracks in playlists (paths, URLs, ids), and what they say of the tracks.

use std::borrow::Cow;

use crate::mention::{Mention, id_in, text};

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
    /// What else a file says of a track, and what this location says of it.
    pub(super) fn beside(self, mut named: Mention) -> Mention {
        let location = self.text();
        if let Some(id) = id_in(location) {
            named.id = Some(id.to_owned());
            return named;
        }
        if let Some(local) = local_file(location) {
            named.title = named.title.or(local.title);
            named.artist = named.artist.or(local.artist);
            named.album = named.album.or(local.album);
            return named;
        }
        // With a title beside it, a location without extension or separators is taken to be a catalogue's own id.
        if named.title.is_some() && is_bare(location) {
            named.id = Some(location.to_owned());
            return named;
        }
        let (folders, words) = self.parts();
        named.words = text(&words);
        named.folders = folders;
        named
    }

    fn text(&self) -> &'a str {
        match self {
            Self::Path(text) | Self::Uri(text) => text.trim(),
        }
    }

    /// The last two folders, and the name of the file without its extension; no folders and the whole location if there is
    /// no such name.
    fn parts(&self) -> (Vec<String>, Cow<'a, str>) {
        let text = self.text();
        let is_web = text.starts_with("http://") || text.starts_with("https://");
        let is_uri = matches!(self, Self::Uri(_)) || text.contains("://") || text.contains("%20");
        let path = if is_uri { text.split(['?', '#']).next().unwrap_or(text) } else { text };
        let path = path.split_once("://").map_or(path, |(_, path)| path.trim_start_matches('/'));
        let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
        let file = parts.pop().unwrap_or(path);
        let name = without_extension(file);
        // The last part of the address of a page is no title.
        if name.trim().is_empty() || is_web && name.len() == file.len() {
            return (Vec::new(), text.into());
        }
        let decoded = |part: &'a str| if is_uri { unescaped(part) } else { part.into() };
        let folders =
            parts.iter().skip(usize::from(is_web)).filter(|part| !matches!(part.trim(), "" | "." | ".."));
        let folders: Vec<String> = folders.map(|part| decoded(part).trim().to_owned()).collect();
        let folders = folders.get(folders.len().saturating_sub(2)..).unwrap_or_default().to_vec();
        (folders, decoded(name))
    }
}

/// Whether a line is the path of an audio file.
pub(super) fn is_audio_file(line: &str) -> bool {
    const AUDIO: [&str; 14] = [
        "mp3", "flac", "m4a", "m4p", "aac", "ogg", "oga", "opus", "wav", "wma", "aif", "aiff", "ape", "alac",
    ];
    let extension = line.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| AUDIO.contains(&extension.as_str()))
}

/// The names in Spotify's URI of a local file: `spotify:local:ARTIST:ALBUM:TITLE:SECONDS`.
pub(super) fn local_file(uri: &str) -> Option<Mention> {
    let mut parts = uri.strip_prefix("spotify:local:")?.split(':');
    let mut next = || parts.next().map(|part| unescaped(&part.replace('+', " ")).into_owned());
    let (artist, album, title) = (next()?, next()?, next()?);
    Some(Mention { album: text(&album), ..Mention::named(&title, Some(&artist)) })
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

    fn parts(path: &str) -> (Vec<String>, String) {
        let (folders, words) = Location::Path(path).parts();
        (folders, words.trim().to_owned())
    }

    #[test]
    fn file_names_become_words() {
        for (path, words) in [
            ("music/01 - Queen - Bohemian Rhapsody.mp3", "01 - Queen - Bohemian Rhapsody"),
            (r"C:\Music\Queen\12. Bohemian Rhapsody.FLAC", "12. Bohemian Rhapsody"),
            ("The Killers - Mr. Brightside", "The Killers - Mr. Brightside"),
            ("Blur - Song 2.0", "Blur - Song 2.0"),
            ("50% off.mp3", "50% off"),
            ("file:///music/A%20-%20B%3F.mp3?x=y.z#t", "A - B?"),
            ("Drake/05%20God%27s%20Plan.mp3", "05 God's Plan"),
            ("http://radio.example/", "http://radio.example/"),
            ("https://video.example/watch?v=x", "https://video.example/watch?v=x"),
            ("file:///%ff.mp3", "%ff"),
            (".mp3", ".mp3"),
        ] {
            assert_eq!(parts(path).1, words, "{path}");
        }
        assert_eq!(Location::Uri("A%20-%20%C3%A9.mp3").parts().1, "A - é");
    }

    #[test]
    fn the_last_two_folders_are_kept() {
        for (path, folders) in [
            ("/music/Queen/A Night/11 T.flac", &["Queen", "A Night"][..]),
            (r"..\Drake\Scorpion\05 T.mp3", &["Drake", "Scorpion"]),
            ("file:///D:/Music/The%20Weeknd/T.flac", &["Music", "The Weeknd"]),
            ("http://example.org/a/T.mp3", &["a"]),
            ("./T.mp3", &[]),
        ] {
            assert_eq!(parts(path).0, folders, "{path}");
        }
    }

    #[test]
    fn a_location_may_be_an_id() {
        let named = Mention::named(" T ", Some(" "));
        assert_eq!(named, Mention { title: Some("T".into()), ..Mention::default() });
        let beside = |location: &str| Location::Path(location).beside(named.clone());
        assert_eq!(beside("t.mp3"), Mention { words: Some("t".into()), ..named.clone() });
        assert_eq!(beside("T-1"), Mention { id: Some("T-1".into()), ..named.clone() });
        assert_eq!(beside(""), named);
        let alone = |location| Location::Path(location).beside(Mention::default());
        assert_eq!(alone("T-1"), Mention::words("T-1"));
        assert!(alone("").is_empty());
        let local = alone("spotify:local:A+B:C:God%27s+Plan:198");
        assert_eq!(local, Mention { album: Some("C".into()), ..Mention::named("God's Plan", Some("A B")) });
    }
}
