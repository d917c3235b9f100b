//! JSPF: XSPF as JSON. A single text is accepted for a list of one.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::listed::Listed;
use super::text::excerpt;
use super::write::{joined_artists, milliseconds, reference};
use super::{MAX_TRACKS, Place, Playlist, Source, too_many};
use crate::catalogue::Track;
use crate::error::Result;

pub(super) fn read(source: Source<'_>) -> Result<Playlist> {
    let Document { playlist: Body { title, track } } =
        serde_json::from_str(source.text).map_err(|error| {
            let wanted = "{\"playlist\": {\"track\": [{\"location\": [\"URI\"]}]}}";
            let (line, column, problem) = (error.line(), error.column(), error.to_string());
            let place = format!(" at line {line} column {column}");
            let problem = excerpt(problem.strip_suffix(&place).unwrap_or(&problem));
            source.error(format!(
                "is not JSPF, line {line}, column {column}: {problem}; an object like {wanted} was wanted"
            ))
        })?;
    if track.entries.len() + track.nameless.len() > source.most {
        return Err(source.error(too_many(source.most)));
    }
    let name = title.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    Ok(Playlist { name, ..track })
}

#[derive(Deserialize)]
#[serde(expecting = "an object with a playlist")]
struct Document {
    playlist: Body,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with a list of tracks")]
struct Body {
    title: Option<String>,
    #[serde(deserialize_with = "tracks")]
    track: Playlist,
}

/// Reads tracks one by one, to keep only the fields that are used, and to stop at too many tracks.
fn tracks<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Playlist, D::Error> {
    deserializer.deserialize_seq(Tracks)
}

struct Tracks;

impl<'de> Visitor<'de> for Tracks {
    type Value = Playlist;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of tracks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tracks: A) -> std::result::Result<Playlist, A::Error> {
        let (mut playlist, mut number) = (Playlist::default(), 0);
        while let Some(track) = tracks.next_element::<Listed>()? {
            if number == MAX_TRACKS {
                return Err(de::Error::custom(too_many(MAX_TRACKS)));
            }
            number += 1;
            playlist.add(Place::Track(number as u64), track.mention());
        }
        Ok(playlist)
    }
}

#[derive(Serialize)]
struct WrittenDocument<'a> {
    playlist: WrittenPlaylist<'a>,
}

#[derive(Serialize)]
struct WrittenPlaylist<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    track: Vec<WrittenTrack<'a>>,
}

#[derive(Serialize)]
struct WrittenTrack<'a> {
    location: [Cow<'a, str>; 1],
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    creator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

pub(super) fn write(name: &str, tracks: &[Track<&str>], out: &mut dyn Write) -> io::Result<()> {
    let track = tracks
        .iter()
        .map(|track| WrittenTrack {
            location: [reference(track.track_id)],
            title: track.track_name,
            creator: joined_artists(track),
            album: track.album_name,
            duration: milliseconds(track),
        })
        .collect();
    let document = WrittenDocument { playlist: WrittenPlaylist { title: name.trim(), track } };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use crate::playlist::{Entry, Format, Mention, Place, Playlist, read};

    fn jspf(text: &str) -> Result<Playlist, String> {
        let read = read("list.jspf", text.as_bytes(), Some(Format::Jspf));
        read.map(|mut playlists| playlists.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn tracks_are_located_identified_or_named() {
        let text = r#"{"ignored": [{}], "playlist": {"title": " Evening ", "date": null, "track": [
            {"location": ["file:///a.mp3", "https://open.spotify.com/track/b?si=1"], "title": "x"},
            {"location": "C/A%20-%20D.mp3", "identifier": ["spotify:track:e"]},
            {"title": " F ", "creator": "G", "identifier": "https://musicbrainz.org/recording/1"},
            {"location": "H%20-%20I.mp3", "title": null},
            {"location": [], "creator": "J"}
        ]}}"#;
        let entry = |number, mention| Entry { place: Place::Track(number), mention };
        assert_eq!(
            jspf(text).unwrap(),
            Playlist {
                name: Some("Evening".into()),
                entries: vec![
                    entry(1, Mention { id: Some("b".into()), ..Mention::named("x", None) }),
                    entry(
                        2,
                        Mention {
                            folders: vec!["C".into()],
                            words: Some("A - D".into()),
                            ..Mention::id("e")
                        }
                    ),
                    entry(3, Mention::named("F", Some("G"))),
                    entry(4, Mention::words("H - I")),
                ],
                nameless: vec![Place::Track(5)],
                ..Playlist::default()
            }
        );
    }

    #[test]
    fn errors_say_where_and_what_was_wanted() {
        const WANTED: &str =
            "an object like {\"playlist\": {\"track\": [{\"location\": [\"URI\"]}]}} was wanted";
        for (text, problem) in [
            ("", "line 1, column 0: EOF while parsing a value"),
            ("[]", "line 1, column 2: invalid length 0, expected an object with a playlist"),
            ("{}", "line 1, column 2: missing field `playlist`"),
            ("{\"playlist\":\n{}}", "line 2, column 2: missing field `track`"),
            (
                "{\"playlist\":{\"track\":[{\"title\":1}]}}",
                "line 1, column 32: invalid type: integer `1`, expected a string",
            ),
            ("{\"playlist\":{\"track\":[]}} x", "line 1, column 27: trailing characters"),
        ] {
            assert_eq!(jspf(text), Err(format!("list.jspf: is not JSPF, {problem}; {WANTED}")), "{text}");
        }
        // Ignored values may be nested to any depth without using stack.
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        assert!(jspf(&deep).unwrap_err().contains("EOF while parsing"));
    }
}
