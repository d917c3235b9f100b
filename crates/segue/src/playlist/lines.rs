//! Plain text: one track per line.

use std::io::{self, Write};

use super::location::{Location, is_audio_file};
use super::text::lines;
use super::write::reference;
use super::{Mention, Place, Playlist, Source, foreign};
use crate::catalogue::Track;
use crate::error::Result;
use crate::mention::id_in;

/// `is_asked` says that the file was called a list, so that it is not asked whether it is one.
pub(super) fn read(mut source: Source<'_>, is_asked: bool) -> Result<Playlist> {
    let entries = || lines(source.text).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    if let Some(kind) = foreign::lines(entries().map(|(_, line)| line)).filter(|_| !is_asked) {
        return Err(source.error(format!("looks like {kind}, a list of tracks was wanted: one track a line")));
    }
    let mut playlist = Playlist::default();
    for (number, line) in entries() {
        let place = Place::Line(number);
        source.spend(place)?;
        let mention = match id_in(line) {
            Some(id) => Mention::id(id),
            None if is_audio_file(line) || line.starts_with("spotify:local:") => {
                Location::Path(line).beside(Mention::default())
            }
            None => Mention::words(line),
        };
        playlist.add(place, mention);
    }
    Ok(playlist)
}

pub(super) fn write(tracks: &[Track<&str>], out: &mut dyn Write) -> io::Result<()> {
    for track in tracks {
        writeln!(out, "{}", reference(track.track_id))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::playlist::{Entry, Format, Mention, Place, read};

    #[test]
    fn a_line_is_an_id_or_words() {
        let text = "# mine\r\n6DCZcSspjsKoFjzjrWoCdn\r\n\r\n  god's plan - drake \r\nspotify:track:x-1";
        let playlists = read("list.txt", text.as_bytes(), None).unwrap();
        let entry = |line, mention| Entry { place: Place::Line(line), mention };
        assert_eq!(
            playlists[0].entries,
            [
                entry(2, Mention::id("6DCZcSspjsKoFjzjrWoCdn")),
                entry(4, Mention::words("god's plan - drake")),
                entry(5, Mention::id("x-1")),
            ]
        );
        assert_eq!((playlists.len(), &playlists[0].name, playlists[0].nameless.len()), (1, &None, 0));
    }

    #[test]
    fn what_is_no_list_is_refused_unless_it_is_called_one() {
        let code = "fn main() {\n    let x = 1;\n    run(x);\n}\n";
        assert_eq!(
            read("main.rs", code.as_bytes(), None).unwrap_err().to_string(),
            "main.rs: looks like source code, a list of tracks was wanted: one track a line"
        );
        assert_eq!(read("main.rs", code.as_bytes(), Some(Format::Uris)).unwrap()[0].entries.len(), 4);
    }
}
