//! The XML of Apple Music and iTunes, a property list: `Tracks` by their numbers, and `Playlists` that name numbers.

use hashbrown::HashMap;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::text::excerpt;
use super::{Mention, Place, Playlist, Source};
use crate::error::Result;
use crate::mention;

const MAX_DEPTH: usize = 64;
const WANTED: &str = "a playlist or a library of Apple Music was wanted: <plist> with a dictionary of Tracks";

/// A dictionary or list that is open, with what is read of it.
#[derive(Default)]
struct Open {
    /// The key under which it stands in its dictionary.
    key: String,
    /// The key of the value that follows.
    next: String,
    track: Mention,
    number: String,
    is_no_music: bool,
    name: Option<String>,
    is_own: bool,
    items: Vec<String>,
}

pub(super) fn read(mut source: Source<'_>) -> Result<Vec<Playlist>> {
    let mut xml = Reader::from_str(source.text);
    xml.config_mut().expand_empty_elements = true;
    let (mut open, mut text): (Vec<Open>, String) = (Vec::new(), String::new());
    let mut tracks: Vec<(String, Mention)> = Vec::new();
    let mut lists: Vec<Open> = Vec::new();
    let (mut passed_over, mut is_plist) = (0, false);
    loop {
        let event = xml.read_event().map_err(|error| {
            let problem = error.to_string();
            source.error(format!("is not whole XML: {}; {WANTED}", excerpt(&problem)))
        })?;
        match event {
            Event::Start(tag) => {
                text.clear();
                match tag.local_name().as_ref() {
                    "plist" => is_plist = true,
                    "dict" | "array" if open.len() == MAX_DEPTH => {
                        return Err(
                            source.error(format!("has elements more than {MAX_DEPTH} deep; {WANTED}"))
                        );
                    }
                    "dict" | "array" => {
                        let key =
                            open.last_mut().map(|outer| std::mem::take(&mut outer.next)).unwrap_or_default();
                        open.push(Open { key, is_own: true, ..Open::default() });
                    }
                    "true" => {
                        if let Some(outer) = open.last_mut() {
                            // What Apple makes is no playlist of the listener: `Library`, `Music`, `Podcasts`.
                            outer.is_own &= outer.next != "Master";
                            outer.is_no_music |=
                                matches!(outer.next.as_str(), "Podcast" | "Movie" | "TV Show" | "Has Video");
                        }
                    }
                    _ => {}
                }
            }
            Event::Text(part) => text += &part.xml10_content(),
            Event::CData(part) => text += &part.xml10_content(),
            Event::GeneralRef(entity) => {
                let character = match &*entity {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => entity.resolve_char_ref().ok().flatten(),
                };
                text.extend(character);
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "dict" | "array" => {
                    let Some(mut closed) = open.pop() else { continue };
                    let within =
                        |depth: usize, key: &str| open.get(depth).is_some_and(|outer| outer.key == key);
                    if open.len() == 2 && within(1, "Tracks") {
                        // Its own number, or else the key.
                        let number = if closed.number.is_empty() { closed.key } else { closed.number };
                        if closed.is_no_music {
                            passed_over += 1;
                        } else {
                            source.spend(Place::Track(tracks.len() as u64 + 1))?;
                            tracks.push((number, closed.track));
                        }
                    } else if open.len() == 2 && within(1, "Playlists") {
                        lists.push(closed);
                    } else if !closed.number.is_empty() && within(1, "Playlists") {
                        // An item of a playlist.
                        if let Some(playlist) = open.get_mut(2) {
                            playlist.items.push(std::mem::take(&mut closed.number));
                        }
                    }
                }
                "key" => {
                    if let Some(outer) = open.last_mut() {
                        outer.next = std::mem::take(&mut text);
                    }
                }
                "string" | "integer" => {
                    if let Some(outer) = open.last_mut() {
                        value(outer, &text);
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if !is_plist || !open.is_empty() || tracks.is_empty() && lists.is_empty() && passed_over == 0 {
        return Err(source.error(format!("lists no tracks; {WANTED}")));
    }
    Ok(playlists(&tracks, &lists, passed_over, source.tracks))
}

fn value(outer: &mut Open, text: &str) {
    match outer.next.as_str() {
        "Track ID" => outer.number = text.to_owned(),
        "Name" => {
            outer.track.title = mention::text(text);
            outer.name = mention::text(text);
        }
        "Artist" => outer.track.artist = mention::text(text),
        "Album" => outer.track.album = mention::text(text),
        "Distinguished Kind" => outer.is_own = false,
        _ => {}
    }
    outer.next.clear();
}

/// The playlists that the listener made; the whole library if there are none. At most `most` entries beyond the
/// library, so that a file that lists a track in many playlists does not grow without bounds.
fn playlists(tracks: &[(String, Mention)], lists: &[Open], passed_over: usize, most: usize) -> Vec<Playlist> {
    let places: HashMap<&str, usize> =
        tracks.iter().enumerate().map(|(place, (number, _))| (number.as_str(), place)).collect();
    let mut room = most;
    let mut found: Vec<Playlist> = Vec::new();
    for list in lists.iter().filter(|list| list.is_own && !list.items.is_empty()) {
        let mut playlist = Playlist { name: list.name.clone(), ..Playlist::default() };
        for place in list.items.iter().filter_map(|number| places.get(number.as_str())).take(room) {
            if let Some((_, mention)) = tracks.get(*place) {
                playlist.add(Place::Track(*place as u64 + 1), mention.clone());
            }
        }
        room -= playlist.entries.len() + playlist.nameless.len();
        found.push(playlist);
    }
    if found.is_empty() {
        let mut library = Playlist::default();
        for ((_, mention), number) in tracks.iter().zip(1..) {
            library.add(Place::Track(number), mention.clone());
        }
        found.push(library);
    }
    if let Some(first) = found.first_mut() {
        first.passed_over = passed_over;
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::playlist::{Mention, read};

    fn track(number: u32, title: &str, more: &str) -> String {
        format!(
            "<key>{number}</key><dict><key>Track ID</key><integer>{number}</integer><key>Name</key><string>{title}</string>\
             <key>Artist</key><string>A &amp; B</string>{more}</dict>\n"
        )
    }

    fn file(playlists: &str) -> String {
        let tracks = track(7, "T", "<key>Album</key><string>C</string>")
            + &track(9, "U", "")
            + &track(11, "V", "<key>Podcast</key><true/>");
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"x\">\n<plist version=\"1.0\"><dict><key>Major Version</key>\
             <integer>1</integer><key>Tracks</key><dict>{tracks}</dict><key>Playlists</key><array>{playlists}</array></dict></plist>"
        )
    }

    fn playlist(name: &str, more: &str, numbers: &[u32]) -> String {
        let items: String = numbers
            .iter()
            .map(|number| format!("<dict><key>Track ID</key><integer>{number}</integer></dict>"))
            .collect();
        format!(
            "<dict><key>Name</key><string>{name}</string>{more}<key>Playlist Items</key><array>{items}</array></dict>"
        )
    }

    #[test]
    fn playlists_of_the_listener_are_read_or_else_the_library() {
        let master = playlist("Library", "<key>Master</key><true/>", &[7, 9, 11]);
        let text = file(&(master.clone() + &playlist("Mine", "", &[9, 7, 9, 5])));
        let playlists = read("x.xml", text.as_bytes(), None).unwrap();
        assert_eq!(playlists.len(), 1);
        assert_eq!((playlists[0].name.as_deref(), playlists[0].passed_over), (Some("Mine"), 1));
        let found: Vec<&Mention> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
        let (t, u) = (
            Mention { album: Some("C".into()), ..Mention::named("T", Some("A & B")) },
            Mention::named("U", Some("A & B")),
        );
        assert_eq!(found, [&u, &t, &u]);
        let playlists = read("x.xml", file(&master).as_bytes(), None).unwrap();
        let found: Vec<&Mention> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
        assert_eq!(found, [&t, &u]);
    }

    #[test]
    fn what_lists_no_tracks_is_refused() {
        for text in ["<plist><dict><key>a</key><string>b</string></dict></plist>", "<plist><dict>", "<plist"]
        {
            let problem = read("x.xml", text.as_bytes(), None).unwrap_err().to_string();
            assert!(problem.ends_with("<plist> with a dictionary of Tracks"), "{problem}");
        }
        let deep = format!("<plist>{}", "<dict>".repeat(100_000));
        assert!(read("x.xml", deep.as_bytes(), None).unwrap_err().to_string().contains("64 deep"));
    }
}
