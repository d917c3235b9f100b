//! M3U: one path or URL per line; comments describe the line that follows.

use std::io::{self, Write};

use super::location::Location;
use super::text::{lines, one_line};
use super::write::{joined_artists, milliseconds, reference};
use super::{Mention, Place, Playlist, Source};
use crate::catalogue::Track;
use crate::error::Result;
use crate::mention;

const HEADER: &str = "#EXTM3U";
const NAME: &str = "#PLAYLIST:";
const TRACK: &str = "#EXTINF:";
const ARTIST: &str = "#EXTART:";
const ALBUM: &str = "#EXTALB:";

/// Whether a file begins with a tag of extended M3U.
pub(super) fn begins(text: &str) -> bool {
    [HEADER, NAME, TRACK].into_iter().any(|tag| text.trim_start().starts_with(tag))
}

pub(super) fn read(mut source: Source<'_>) -> Result<Playlist> {
    let mut playlist = Playlist::default();
    let mut named = Mention::default();
    for (number, line) in lines(source.text).filter(|(_, line)| !line.is_empty()) {
        if let Some(information) = line.strip_prefix(TRACK) {
            let Mention { title, artist, .. } = name_in(information);
            named.title = title;
            named.artist = artist.or(named.artist);
        } else if let Some(artist) = line.strip_prefix(ARTIST) {
            named.artist = named.artist.or(mention::text(artist));
        } else if let Some(album) = line.strip_prefix(ALBUM) {
            named.album = mention::text(album);
        } else if let Some(name) = line.strip_prefix(NAME) {
            playlist.name = playlist.name.or(mention::text(name));
        } else if !line.starts_with('#') {
            let place = Place::Line(number);
            source.spend(place)?;
            playlist.add(place, Location::Path(line).beside(std::mem::take(&mut named)));
        }
    }
    Ok(playlist)
}

/// The track in the value of an `#EXTINF` tag: `123 key="value, value",Artist - Title`.
fn name_in(information: &str) -> Mention {
    let mut quoted = false;
    let divided = information.split_once(|character| {
        quoted ^= character == '"';
        character == ',' && !quoted
    });
    let name = divided.map_or("", |(_, name)| name);
    match name.split_once(" - ").or_else(|| name.split_once(" – ")) {
        Some((artist, title)) if !title.trim().is_empty() => Mention::named(title, Some(artist)),
        _ => Mention::named(name, None),
    }
}

pub(super) fn write(name: &str, tracks: &[Track<&str>], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    let name = one_line(name);
    if !name.is_empty() {
        writeln!(out, "{NAME}{name}")?;
    }
    for track in tracks {
        // By convention, -1 is an unknown length.
        let seconds = milliseconds(track).map_or(-1, |length| i64::from(length.saturating_add(500) / 1000));
        let (artists, title) = (joined_artists(track), one_line(track.track_name));
        let separator = if artists.is_empty() { "" } else { " - " };
        writeln!(out, "{TRACK}{seconds},{artists}{separator}{title}\n{}", reference(track.track_id))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playlist::{Entry, read};

    fn mention(information: &str) -> Option<(String, Option<String>)> {
        let Mention { title, artist, .. } = name_in(information);
        title.map(|title| (title, artist))
    }

    #[test]
    fn information_holds_artist_and_title() {
        let named = |title: &str, artist: &str| Some((title.into(), Some(artist.into())));
        assert_eq!(mention("123,Queen - Bohemian Rhapsody"), named("Bohemian Rhapsody", "Queen"));
        assert_eq!(mention("-1 a=\"x, y\" b=1,A, B – C - D"), named("D", "A, B – C"));
        assert_eq!(mention("1,A – B"), named("B", "A"));
        assert_eq!(mention("1,Hello, Goodbye"), Some(("Hello, Goodbye".into(), None)));
        assert_eq!(mention("1, - Title"), Some(("Title".into(), None)));
        assert_eq!(mention("1,Artist - "), Some(("Artist -".into(), None)));
        assert_eq!(mention("1,  "), None);
        assert_eq!(mention("1"), None);
        assert_eq!(mention("1 a=\"open,A - B"), None);
    }

    #[test]
    fn comments_speak_of_the_line_that_follows() {
        let text = b"\xef\xbb\xbf#EXTM3U\r\n#PLAYLIST: Evening \r\n#PLAYLIST:Other\r\n#EXTINF:1,A - B\r\n\
            #EXTALB:C\r\n\r\n../b.mp3\r\n02. D - E.mp3\r\n#EXTINF:3,F - G\r\nspotify:track:6DCZcSspjsKoFjzjrWoCdn\r\n";
        let playlists = read("x", text, None).unwrap();
        let entry = |line, mention| Entry { place: Place::Line(line), mention };
        assert_eq!(
            playlists,
            [Playlist {
                name: Some("Evening".into()),
                entries: vec![
                    entry(
                        7,
                        Mention {
                            album: Some("C".into()),
                            words: Some("b".into()),
                            ..Mention::named("B", Some("A"))
                        }
                    ),
                    entry(8, Mention::words("02. D - E")),
                    entry(
                        10,
                        Mention {
                            id: Some("6DCZcSspjsKoFjzjrWoCdn".into()),
                            ..Mention::named("G", Some("F"))
                        }
                    ),
                ],
                ..Playlist::default()
            }]
        );
    }

    #[test]
    fn latin_1_is_read() {
        let playlists = read("old.m3u", b"Beyonc\xe9 - Halo.mp3\n", None).unwrap();
        assert_eq!(playlists[0].entries[0].mention, Mention::words("Beyoncé - Halo"));
    }
}
