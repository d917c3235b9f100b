//! PLS: `File1=`, `Title1=`, as in an INI file.

use std::collections::BTreeMap;

use super::location::Location;
use super::text::lines;
use super::{Mention, Place, Playlist, Source};
use crate::error::Result;

const HEADER: &str = "[playlist]";

/// Whether a text begins with the header.
pub(super) fn begins(start: &str) -> bool {
    start.get(..HEADER.len()).is_some_and(|start| start.eq_ignore_ascii_case(HEADER))
}

/// What is known of a track: the line of its file, the file, the title.
type Known<'a> = (Option<u64>, &'a str, &'a str);

pub(super) fn read(mut source: Source<'_>) -> Result<Playlist> {
    let mut tracks: BTreeMap<u64, Known<'_>> = BTreeMap::new();
    let mut is_headed = false;
    for (number, line) in lines(source.text) {
        is_headed |= begins(line);
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim().to_ascii_lowercase();
        let numbered = |name: &str| key.strip_prefix(name).and_then(|track| track.parse::<u64>().ok());
        if let Some(track) = numbered("file") {
            source.spend(Place::Line(number))?;
            let (place, file, _) = tracks.entry(track).or_default();
            (*place, *file) = (Some(number), value.trim());
        } else if let Some(track) = numbered("title") {
            tracks.entry(track).or_default().2 = value.trim();
        }
    }
    if !is_headed {
        return Err(source.error(format!("is no PLS: its first line must be {HEADER}")));
    }
    let mut playlist = Playlist::default();
    for (place, file, title) in tracks.into_values() {
        // A title without a file is none.
        if let Some(place) = place {
            // `Artist - Title`, or only the name of a station.
            let named = match title.split_once(" - ") {
                Some((artist, title)) => Mention::named(title, Some(artist)),
                None => Mention::named(title, None),
            };
            playlist.add(Place::Line(place), Location::Path(file).beside(named));
        }
    }
    Ok(playlist)
}

#[cfg(test)]
mod tests {
    use crate::playlist::{Format, Mention, Place, read};

    #[test]
    fn tracks_come_in_the_order_of_their_numbers() {
        let text = "[Playlist]\nNumberOfEntries=3\nfile2=C:\\Music\\A - B.mp3\nFile1=x.mp3\nTitle1=C - D\n\
            Title3=lost\nFile10=http://radio.example/\nLength1=1\n";
        let playlists = read("x", text.as_bytes(), None).unwrap();
        let found: Vec<(Place, Mention)> =
            playlists[0].entries.iter().map(|entry| (entry.place, entry.mention.clone())).collect();
        assert_eq!(
            found,
            [
                (Place::Line(4), Mention { words: Some("x".into()), ..Mention::named("D", Some("C")) }),
                (
                    Place::Line(3),
                    Mention { folders: vec!["C:".into(), "Music".into()], ..Mention::words("A - B") }
                ),
                (Place::Line(7), Mention::words("http://radio.example/")),
            ]
        );
        let error = read("x.pls", b"a", Some(Format::Pls)).unwrap_err().to_string();
        assert_eq!(error, "x.pls: is no PLS: its first line must be [playlist]");
    }
}
