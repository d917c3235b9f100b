//! CUE sheets: the tracks of a disc. <https://en.wikipedia.org/wiki/Cue_sheet_(computing)>

use super::text::lines;
use super::{Mention, Place, Playlist, Source};
use crate::error::Result;
use crate::isrc::Isrc;
use crate::mention::text;

/// Whether a text is a CUE sheet: it begins with a command, and has tracks.
pub(super) fn is_sheet(start: &str) -> bool {
    const COMMANDS: [&str; 6] = ["REM ", "PERFORMER ", "TITLE ", "FILE ", "CATALOG ", "CDTEXTFILE "];
    COMMANDS.iter().any(|command| start.starts_with(command))
        && start.lines().any(|line| command(line.trim()).0 == "TRACK" && line.trim_end().ends_with("AUDIO"))
}

pub(super) fn read(mut source: Source<'_>) -> Result<Playlist> {
    let mut playlist = Playlist::default();
    let (mut disc, mut track) = (Mention::default(), None::<(Place, Mention)>);
    let mut finish = |track: Option<(Place, Mention)>, disc: &Mention| {
        if let Some((place, mut mention)) = track {
            mention.artist = mention.artist.or_else(|| disc.artist.clone());
            mention.album.clone_from(&disc.title);
            playlist.add(place, mention);
        }
    };
    for (number, line) in lines(source.text) {
        let (name, value) = command(line);
        match name {
            "TRACK" => {
                finish(track.take(), &disc);
                let place = Place::Line(number);
                source.spend(place)?;
                track = Some((place, Mention::default()));
            }
            "TITLE" | "PERFORMER" | "ISRC" => {
                let of = track.as_mut().map_or(&mut disc, |(_, track)| track);
                match name {
                    "TITLE" => of.title = text(value),
                    "PERFORMER" => of.artist = text(value),
                    _ => of.isrc = Isrc::parse(value),
                }
            }
            _ => {}
        }
    }
    finish(track.take(), &disc);
    if playlist.entries.is_empty() && playlist.nameless.is_empty() {
        return Err(source.error("is a CUE sheet without a TRACK"));
    }
    Ok(Playlist { name: disc.title, ..playlist })
}

/// The command of a line and its value, without quotes.
fn command(line: &str) -> (&str, &str) {
    let (name, value) = line.split_once(' ').unwrap_or((line, ""));
    let value = value.trim();
    (name, value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use crate::isrc::Isrc;
    use crate::playlist::{Mention, Place, read};

    #[test]
    fn a_track_has_the_artist_of_the_disc_if_it_has_none_of_its_own() {
        let text = "REM DATE 1999\nPERFORMER \"A\"\nTITLE \"Disc\"\nFILE \"x.wav\" WAVE\n  TRACK 01 AUDIO\n    \
            TITLE \"T, 1\"\n    ISRC USCM51800004\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE \"U\"\n    \
            PERFORMER \"B\"\n  TRACK 03 AUDIO\n";
        let playlists = read("x", text.as_bytes(), None).unwrap();
        let named =
            |title, artist| Mention { album: Some("Disc".into()), ..Mention::named(title, Some(artist)) };
        assert_eq!(playlists[0].name.as_deref(), Some("Disc"));
        let found: Vec<&Mention> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
        assert_eq!(
            found,
            [&Mention { isrc: Isrc::parse("USCM51800004"), ..named("T, 1", "A") }, &named("U", "B")]
        );
        assert_eq!(playlists[0].nameless, [Place::Line(12)]);
        let error = read("x.cue", b"REM\n", None).unwrap_err().to_string();
        assert_eq!(error, "x.cue: is a CUE sheet without a TRACK");
    }
}
