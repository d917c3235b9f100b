//! Listening histories: a line a play becomes an entry a track.

use hashbrown::HashMap;

use super::{Mention, Playlist};

/// The tracks that were played, each once, the most played first, then in the order of their first plays.
pub(super) fn most_played(history: Playlist) -> Playlist {
    let plays = history.entries.len();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut tracks: Vec<(usize, super::Entry)> = Vec::new();
    for entry in history.entries {
        let place = *places.entry(key(&entry.mention)).or_insert(tracks.len());
        match tracks.get_mut(place) {
            Some((count, _)) => *count += 1,
            None => tracks.push((1, entry)),
        }
    }
    tracks.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    Playlist { entries: tracks.into_iter().map(|(_, entry)| entry).collect(), plays, ..history }
}

/// The same for plays of the same track. A track that is released anew has a new id, but not a new title.
fn key(mention: &Mention) -> (String, String) {
    match (&mention.title, &mention.artist) {
        (Some(title), Some(artist)) => (title.to_lowercase(), artist.to_lowercase()),
        _ => (mention.to_string(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playlist::{Entry, Place};

    #[test]
    fn the_most_played_comes_first() {
        let named = ["A", "B", "c", "b", "C", "D"].into_iter().zip(1..);
        let entries = named.map(|(title, number)| Entry {
            place: Place::Track(number),
            mention: Mention::named(title, Some("X")),
        });
        let found = most_played(Playlist { entries: entries.collect(), ..Playlist::default() });
        let places: Vec<String> = found.entries.iter().map(|entry| entry.place.to_string()).collect();
        assert_eq!(places, ["track 2", "track 3", "track 1", "track 6"]);
        assert_eq!(found.plays, 6);
    }
}
