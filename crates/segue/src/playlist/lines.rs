//! Plain text: one track per line.

use std::io::{self, Write};

use super::text::lines;
use super::write::reference;
use super::{Mention, Place, Playlist, Source};
use crate::catalogue::Track;
use crate::error::Result;
use crate::mention::id_in;

pub(super) fn read(mut source: Source<'_>) -> Result<Playlist> {
    let mut playlist = Playlist::default();
    for (number, line) in lines(source.text).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let place = Place::Line(number);
        source.spend(place)?;
        let mention = id_in(line).map(|id| Mention::Id(id.to_owned()));
        playlist.add(place, mention.or_else(|| Mention::text(line)));
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
    use crate::playlist::{Entry, Mention, Place, read};

    #[test]
    fn a_line_is_an_id_or_words() {
        let text = "# mine\r\n6DCZcSspjsKoFjzjrWoCdn\r\n\r\n  god's plan - drake \r\nspotify:track:x-1";
        let playlists = read("list.txt", text.as_bytes(), None).unwrap();
        let entry = |line, mention| Entry { place: Place::Line(line), mention };
        assert_eq!(
            playlists[0].entries,
            [
                entry(2, Mention::Id("6DCZcSspjsKoFjzjrWoCdn".into())),
                entry(4, Mention::Text("god's plan - drake".into())),
                entry(5, Mention::Id("x-1".into())),
            ]
        );
        assert_eq!((playlists.len(), &playlists[0].name, playlists[0].nameless.len()), (1, &None, 0));
    }
}
