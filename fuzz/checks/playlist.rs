//! Arbitrary bytes as a playlist, in every format: returns playlists or an error, and never panics; and playlists
//! written from them in any format can be read.

use segue::playlist::{self, Entry, Format, Mention, WrittenFormat};
use segue::{Isrc, Track};

/// A track with the texts of an entry, and an id that every format recognises as an id.
fn track(entry: &Entry) -> Track<&str> {
    let Mention { id, isrc, title, artist, words, .. } = &entry.mention;
    let title = [title, words, id].into_iter().flatten().map(String::as_str).next();
    let title = title.or(isrc.as_ref().map(Isrc::as_str)).expect("an entry names a track");
    assert!(!title.trim().is_empty());
    let mut track = Track::new("0000000000000000000000", title);
    track.artists.extend(artist.as_deref());
    track.album_name = Some(title);
    track.duration_ms = Some(title.len() as i32);
    track
}

/// Checks one input.
pub fn check(bytes: &[u8]) {
    for format in Format::ALL.into_iter().map(Some).chain([None]) {
        let Ok(playlists) = playlist::read("fuzz", bytes, format) else { continue };
        assert!(!playlists.is_empty());
        for list in &playlists {
            let tracks: Vec<Track<&str>> = list.entries.iter().map(track).collect();
            let name = list.name.as_deref().unwrap_or_default();
            for format in WrittenFormat::ALL {
                let mut file = Vec::new();
                playlist::write(format, name, &tracks, &mut file).expect("memory takes what is written");
                let again =
                    playlist::read("written", &file, Some(format.format())).expect("what is written is read");
                assert_eq!(again.len(), 1);
                assert_eq!(again[0].entries.len(), tracks.len());
                let is_id = |entry: &Entry| entry.mention.id.as_deref() == Some("0000000000000000000000");
                assert!(again[0].entries.iter().all(is_id) && again[0].nameless.is_empty());
            }
        }
    }
}
