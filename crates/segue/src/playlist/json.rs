//! Tracks in JSON: one document, or a line each. The shapes are those of Spotify's account data (playlists, library,
//! streaming history, extended history), of exports of Last.fm and ListenBrainz, and of Spotify's Web API. What a shape
//! means is decided by its keys.

use super::fields::{ALBUM, ARTIST, EPISODE, ID, ISRC, PLAYED, TITLE};
use super::history::most_played;
use super::location::local_file;
use super::text::excerpt;
use super::value::Value;
use super::{Mention, Place, Playlist, Source, jspf, too_many};
use crate::error::Result;
use crate::isrc::Isrc;
use crate::mention::{id_in, is_spotify_id};

const WANTED: &str = "objects with a title and an artist were wanted, such as {\"trackName\": \"...\", \"artistName\": \"...\"}";

/// Keys that hold a list of tracks, or an object that does.
const LISTS: [&str; 9] =
    ["tracks", "items", "playlistitems", "scrobbles", "recenttracks", "listens", "payload", "songs", "data"];
/// How deep a list of tracks may lie in objects.
const MAX_DEPTH: usize = 8;

pub(super) fn read(source: Source<'_>) -> Result<(&'static str, Vec<Playlist>)> {
    let mut documents = Vec::new();
    let mut values = serde_json::Deserializer::from_str(source.text).into_iter::<Value>();
    for value in &mut values {
        documents.push(value.map_err(|error| {
            let (line, column, problem) = (error.line(), error.column(), error.to_string());
            let place = format!(" at line {line} column {column}");
            let problem = excerpt(problem.strip_suffix(&place).unwrap_or(&problem)).into_owned();
            source.error(format!("is not whole JSON, line {line}, column {column}: {problem}; {WANTED}"))
        })?);
    }
    let document = match <[Value; 1]>::try_from(documents) {
        Ok([document]) => document,
        Err(lines) => Value::List(lines),
    };
    if document.get("playlist").is_some_and(|playlist| playlist.get("track").is_some()) {
        return jspf::read(source).map(|playlist| ("JSPF", vec![playlist]));
    }
    let mut found = Found { kind: None, playlists: Vec::new(), records: 0, tracks: 0, is_history: false };
    found.add(&document, None, 0)?;
    let Found { kind, playlists, records, tracks, is_history, .. } = found;
    // A few fields that happen to be called `name` are no list.
    if tracks * 2 < records || tracks == 0 && records > 0 || playlists.is_empty() {
        return Err(source.error(format!("is JSON, but no list of tracks; {WANTED}")));
    }
    let playlists = if is_history { playlists.into_iter().map(most_played).collect() } else { playlists };
    if playlists.iter().map(|list| list.entries.len() + list.nameless.len()).sum::<usize>() > source.most {
        return Err(source.error(too_many(source.most)));
    }
    Ok((kind.unwrap_or("tracks in JSON"), playlists))
}

struct Found {
    kind: Option<&'static str>,
    playlists: Vec<Playlist>,
    /// The objects that may be tracks, and those that name one by an id, or by title and artist.
    records: usize,
    tracks: usize,
    is_history: bool,
}

impl Found {
    /// Adds the playlists of a value: a list of tracks, a list of playlists, or an object that holds one.
    fn add(&mut self, value: &Value, name: Option<String>, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        match value {
            Value::Object(_) => {
                if let Some(playlists) = value.get("playlists") {
                    self.kind = self.kind.or(Some("playlists of Spotify's account data"));
                    return self.add(playlists, name, depth + 1);
                }
                let name = value.text_of(&["name", "title"]).or(name);
                // `recenttracks` of Last.fm holds its list as `track`.
                let held = LISTS.iter().chain(&["track"]).find_map(|key| {
                    value.get(key).filter(|held| matches!(held, Value::List(_) | Value::Object(_)))
                });
                match held.filter(|_| !is_record(value)) {
                    Some(held) => self.add(held, name, depth + 1),
                    // A single track, as in a file of lines with one line.
                    None => self.list(std::slice::from_ref(value), name),
                }
            }
            Value::List(values) => {
                let holds_lists = |value: &Value| {
                    !is_record(value)
                        && LISTS.iter().any(|key| matches!(value.get(key), Some(Value::List(_))))
                };
                match values.first() {
                    // Pages of a Last.fm export.
                    Some(Value::List(_)) => {
                        let all: Vec<Value> = values.iter().flat_map(Value::values).cloned().collect();
                        self.list(&all, name)
                    }
                    Some(first) if holds_lists(first) => {
                        values.iter().try_for_each(|value| self.add(value, None, depth + 1))
                    }
                    _ => self.list(values, name),
                }
            }
            _ => Ok(()),
        }
    }

    fn list(&mut self, values: &[Value], name: Option<String>) -> Result<()> {
        let mut playlist = Playlist { name, ..Playlist::default() };
        for (value, number) in values.iter().zip(1..) {
            let place = Place::Track(number);
            // Nothing else has keys for podcasts.
            if value.has(EPISODE) && !names_track(value) {
                playlist.passed_over += 1;
                continue;
            }
            self.records += 1;
            let mention = mention(value);
            let is_named = mention.title.is_some() && mention.artist.is_some();
            self.tracks += usize::from(is_named || mention.id.is_some() || mention.isrc.is_some());
            self.is_history |= value.has(PLAYED);
            if self.kind.is_none() {
                self.kind = kind(value);
            }
            playlist.add(place, mention);
        }
        self.playlists.push(playlist);
        Ok(())
    }
}

/// Whether an object is a track or holds one, rather than a list.
fn is_record(value: &Value) -> bool {
    value.has(ARTIST)
        || value.has(PLAYED)
        || value.has(EPISODE)
        || matches!(value.get("track"), Some(track @ Value::Object(_)) if track.get("track").is_none() && track.has(TITLE))
        || value.get("trackmetadata").is_some()
}

fn names_track(value: &Value) -> bool {
    let mention = mention(value);
    mention.title.is_some() && mention.artist.is_some()
}

/// What an object says of a track: itself, or the object that it holds as `track`.
fn mention(value: &Value) -> Mention {
    if let Value::Text(text) = value {
        return id_in(text).map_or_else(Mention::default, Mention::id);
    }
    let held = ["track", "trackmetadata", "localtrack"];
    let inner = held.iter().find_map(|key| value.get(key).filter(|held| matches!(held, Value::Object(_))));
    let parts = [inner, Some(value)];
    let text = |keys: &[&str]| parts.into_iter().flatten().find_map(|part| part.text_of(keys));
    let more = ["additionalinfo", "externalids"];
    let further = |keys: &[&str]| {
        let parts = parts.into_iter().flatten().flat_map(|part| more.iter().filter_map(|key| part.get(key)));
        parts.into_iter().find_map(|part| part.text_of(keys))
    };
    let ids: Vec<String> = ID.iter().filter_map(|key| text(&[key])).collect();
    let local = ids.iter().find_map(|id| local_file(id));
    let id = ids.iter().find_map(|id| id_in(id)).map(str::to_owned);
    let id = id.or_else(|| further(ID).and_then(|id| id_in(&id).map(str::to_owned)));
    // The ids of other services and plain numbers name no track here, but a catalogue may have ids of its own.
    let id = id.or_else(|| text(&["trackid"]).filter(|id| local_file(id).is_none() && !is_spotify_id(id)));
    let title = text(TITLE).unwrap_or_default();
    let named = Mention::named(&title, text(ARTIST).as_deref());
    let named = local.unwrap_or(named);
    Mention {
        id,
        isrc: text(ISRC).or_else(|| further(ISRC)).and_then(|isrc| Isrc::parse(&isrc)),
        album: text(ALBUM).or(named.album),
        ..named
    }
}

/// What kind of file an object is from.
fn kind(value: &Value) -> Option<&'static str> {
    let has = |key: &str| value.get(key).is_some();
    match () {
        () if has("mastermetadatatrackname") => Some("Spotify's extended streaming history"),
        () if has("endtime") && has("msplayed") => Some("Spotify's streaming history"),
        () if has("trackmetadata") => Some("listens of ListenBrainz"),
        () if has("uts") || value.get("artist").is_some_and(|artist| artist.get("text").is_some()) => {
            Some("scrobbles of Last.fm")
        }
        () if has("artist") && has("uri") => Some("library of Spotify's account data"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::isrc::Isrc;
    use crate::playlist::{Mention, Playlist, recognise};

    fn json(text: &str) -> Result<(&'static str, Vec<Playlist>), String> {
        let file = recognise("list.json", text.as_bytes(), None).map_err(|error| error.to_string())?;
        Ok((file.kind, file.playlists))
    }

    fn mentions(text: &str) -> (&'static str, Vec<Mention>) {
        let (kind, playlists) = json(text).unwrap();
        (kind, playlists.into_iter().flat_map(|list| list.entries).map(|entry| entry.mention).collect())
    }

    const ID: &str = "6DCZcSspjsKoFjzjrWoCdn";

    #[test]
    fn account_data_is_read() {
        let text = format!(
            r#"{{"playlists": [{{"name": "Mine", "items": [
            {{"track": {{"trackName": "T", "artistName": "A", "albumName": "B", "trackUri": "spotify:track:{ID}"}}, "episode": null}},
            {{"track": null, "episode": {{"episodeName": "E"}}, "localTrack": null}},
            {{"track": null, "episode": null, "localTrack": {{"uri": "spotify:local:C:D:E+F:1"}}}}
            ]}}, {{"name": "Empty", "items": []}}]}}"#
        );
        let (kind, playlists) = json(&text).unwrap();
        assert_eq!(kind, "playlists of Spotify's account data");
        let names: Vec<_> = playlists.iter().map(|list| list.name.as_deref()).collect();
        assert_eq!(names, [Some("Mine"), Some("Empty")]);
        assert_eq!(playlists[0].passed_over, 1);
        let found: Vec<&Mention> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
        assert_eq!(
            found,
            [
                &Mention { id: Some(ID.into()), album: Some("B".into()), ..Mention::named("T", Some("A")) },
                &Mention { album: Some("D".into()), ..Mention::named("E F", Some("C")) },
            ]
        );
        let library = format!(
            r#"{{"tracks": [{{"artist": "A", "album": "B", "track": "T", "uri": "spotify:track:{ID}"}}], "albums": [], "shows": []}}"#
        );
        let (kind, found) = mentions(&library);
        assert_eq!(kind, "library of Spotify's account data");
        assert_eq!((found[0].title.as_deref(), found[0].id.as_deref()), (Some("T"), Some(ID)));
    }

    #[test]
    fn histories_become_the_tracks_that_were_played() {
        for (text, kind) in [
            (
                r#"[{"endTime": "x", "artistName": "A", "trackName": "T", "msPlayed": 1},
                    {"endTime": "y", "artistName": "B", "trackName": "U", "msPlayed": 1},
                    {"endTime": "z", "artistName": "B", "trackName": "U", "msPlayed": 1}]"#,
                "Spotify's streaming history",
            ),
            (
                r#"[{"ts": "x", "master_metadata_track_name": "T", "master_metadata_album_artist_name": "A", "spotify_track_uri": null, "episode_name": null},
                    {"ts": "x", "master_metadata_track_name": null, "episode_name": "E", "spotify_episode_uri": "spotify:episode:x"},
                    {"ts": "x", "master_metadata_track_name": "U", "master_metadata_album_artist_name": "B"},
                    {"ts": "x", "master_metadata_track_name": "U", "master_metadata_album_artist_name": "B"}]"#,
                "Spotify's extended streaming history",
            ),
            (
                r#"{"listened_at": 1, "track_metadata": {"track_name": "T", "artist_name": "A"}}
                   {"listened_at": 2, "track_metadata": {"track_name": "U", "artist_name": "B"}}
                   {"listened_at": 3, "track_metadata": {"track_name": "U", "artist_name": "B", "additional_info": {"isrc": "x"}}}"#,
                "listens of ListenBrainz",
            ),
            (
                r##"[[{"name": "T", "artist": {"#text": "A"}, "date": {"uts": "1"}}], [{"name": "U", "artist": {"#text": "B"}}, {"name": "U", "artist": {"#text": "B"}}]]"##,
                "scrobbles of Last.fm",
            ),
        ] {
            let (found, mentions) = mentions(text);
            assert_eq!(found, kind);
            let names: Vec<String> = mentions.iter().map(Mention::to_string).collect();
            let expected: &[&str] =
                if kind.ends_with("Last.fm") { &["A - T", "B - U", "B - U"] } else { &["B - U", "A - T"] };
            assert_eq!(names, expected, "{kind}");
        }
    }

    #[test]
    fn tracks_of_the_web_api_are_read() {
        let text = format!(
            r#"{{"href": "x", "items": [{{"added_at": "x", "track": {{"album": {{"name": "B"}}, "artists": [{{"name": "A"}}, {{"name": "C"}}],
            "external_ids": {{"isrc": "USCM51800004"}}, "id": "{ID}", "name": "T"}}}}]}}"#
        );
        let (_, found) = mentions(&text);
        assert_eq!(
            found,
            [Mention {
                id: Some(ID.into()),
                isrc: Isrc::parse("USCM51800004"),
                album: Some("B".into()),
                ..Mention::named("T", Some("A, C"))
            }]
        );
    }

    #[test]
    fn json_of_another_kind_is_refused() {
        for text in [
            r#"{"name": "segue", "version": "1.0", "dependencies": {"x": "1"}}"#,
            r#"[{"name": "A"}, {"name": "B"}]"#,
            "[1, 2, 3]",
            "{}",
            r#"[["a"], ["b"]]"#,
        ] {
            let problem = json(text).unwrap_err();
            assert!(
                problem.starts_with("list.json: is JSON, but no list of tracks; objects with a title"),
                "{text} {problem}"
            );
        }
        let problem = json("[{\"trackName\": \"x\",").unwrap_err();
        assert!(
            problem.starts_with("list.json: is not whole JSON, line 1, column 19: EOF while parsing"),
            "{problem}"
        );
        let deep = format!("{{\"tracks\":{}", "[".repeat(100_000));
        assert!(json(&deep).is_err());
        assert_eq!(json(r#"{"items": []}"#).unwrap().1.len(), 1);
    }
}
