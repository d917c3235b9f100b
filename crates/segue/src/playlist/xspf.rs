//! XSPF 1: a playlist in XML.

use std::io::{self, Write};

use memchr::memchr_iter;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesRef, BytesText, Event};
use quick_xml::reader::Reader;
use quick_xml::writer::Writer;

use super::listed::Listed;
use super::text::excerpt;
use super::write::{joined_artists, milliseconds, reference};
use super::{Place, Playlist, Source};
use crate::catalogue::Track;
use crate::error::Result;

const MAX_DEPTH: usize = 64;

const WANTED: &str = "an XSPF playlist was wanted: <playlist> with a <trackList> of <track>s";

/// The paths of the elements that are read. All others are ignored.
const NAME: &[&str] = &["playlist", "title"];
const LIST: &[&str] = &["playlist", "trackList"];
const TRACK: &[&str] = &["playlist", "trackList", "track"];
const LOCATION: &[&str] = &["playlist", "trackList", "track", "location"];
const IDENTIFIER: &[&str] = &["playlist", "trackList", "track", "identifier"];
const TITLE: &[&str] = &["playlist", "trackList", "track", "title"];
const CREATOR: &[&str] = &["playlist", "trackList", "track", "creator"];
const ALBUM: &[&str] = &["playlist", "trackList", "track", "album"];
const TEXTS: [&[&str]; 6] = [NAME, LOCATION, IDENTIFIER, TITLE, CREATOR, ALBUM];

pub(super) fn read(source: Source<'_>) -> Result<Playlist> {
    let mut xml = Reader::from_str(source.text);
    xml.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text: source.text.as_bytes(), at: 0, line: 1 };
    let mut document = Document {
        source,
        path: Vec::new(),
        text: String::new(),
        track: (0, Listed::default()),
        playlist: Playlist::default(),
        begun: false,
        has_list: false,
    };
    loop {
        let event = xml.read_event();
        let line = lines.at(if event.is_err() { xml.error_position() } else { xml.buffer_position() });
        let damaged = |error: quick_xml::Error| {
            let problem = error.to_string();
            source.error(format!("is not whole XML, line {line}: {}; {WANTED}", excerpt(&problem)))
        };
        match event.map_err(damaged)? {
            Event::Start(tag) => document.open(tag.local_name().as_ref(), line)?,
            Event::End(_) => document.close(),
            Event::Text(text) if document.is_text() => document.text += &text.xml10_content(),
            Event::CData(text) if document.is_text() => document.text += &text.xml10_content(),
            Event::GeneralRef(entity) if document.is_text() => document.add(&entity, line)?,
            Event::Eof => return document.end(),
            _ => (),
        }
    }
}

struct Document<'a> {
    source: Source<'a>,
    /// The names of the elements that are open.
    path: Vec<String>,
    /// The text of the innermost element, if it is one of [`TEXTS`].
    text: String,
    /// The open track, and the line on which it begins.
    track: (u64, Listed),
    playlist: Playlist,
    begun: bool,
    has_list: bool,
}

impl Document<'_> {
    fn is(&self, path: &[&str]) -> bool {
        self.path.len() == path.len() && self.path.iter().zip(path).all(|(open, name)| open == name)
    }

    fn is_text(&self) -> bool {
        TEXTS.into_iter().any(|path| self.is(path))
    }

    fn open(&mut self, name: &str, line: u64) -> Result<()> {
        if self.path.len() == MAX_DEPTH {
            let problem = format!("line {line} has elements more than {MAX_DEPTH} deep; {WANTED}");
            return Err(self.source.error(problem));
        }
        if self.path.is_empty() {
            if name != "playlist" || self.begun {
                let what = if self.begun { "a second" } else { "the" };
                let name = excerpt(name);
                let problem = format!("{what} outermost element, on line {line}, is <{name}>; {WANTED}");
                return Err(self.source.error(problem));
            }
            self.begun = true;
        }
        self.path.push(name.to_owned());
        if self.is(TRACK) {
            self.source.spend(Place::Line(line))?;
            self.track = (line, Listed::default());
        } else if self.is(LIST) {
            self.has_list = true;
        } else if self.is_text() {
            self.text.clear();
        }
        Ok(())
    }

    fn close(&mut self) {
        if self.is(TRACK) {
            let (line, track) = std::mem::take(&mut self.track);
            self.playlist.add(Place::Line(line), track.mention());
        } else if self.is_text() {
            let text = std::mem::take(&mut self.text).trim().to_owned();
            let names_playlist = self.is(NAME);
            let (_, track) = &mut self.track;
            match self.path.last().map(String::as_str) {
                _ if text.is_empty() => (),
                Some("location") => track.location.consider(text),
                Some("identifier") => track.identifier.consider(text),
                Some("creator") => _ = track.creator.get_or_insert(text),
                Some("album") => _ = track.album.get_or_insert(text),
                _ if names_playlist => _ = self.playlist.name.get_or_insert(text),
                _ => _ = track.title.get_or_insert(text),
            }
        }
        self.path.pop();
    }

    /// Adds the character of a predefined entity or character reference. Entities that a document defines are refused,
    /// so they cannot expand without bounds.
    fn add(&mut self, entity: &BytesRef<'_>, line: u64) -> Result<()> {
        let character = match &**entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => entity.resolve_char_ref().ok().flatten(),
        };
        let Some(character) = character else {
            let name = excerpt(entity);
            let problem =
                format!("line {line} has &{name};, which XML does not define; write the character itself");
            return Err(self.source.error(problem));
        };
        self.text.push(character);
        Ok(())
    }

    fn end(self) -> Result<Playlist> {
        let problem = match self.path.last() {
            Some(open) => {
                format!("ends within <{}>, its end was wanted; is the file whole?", excerpt(open))
            }
            None if !self.begun => format!("holds no element; {WANTED}"),
            None if !self.has_list => format!("has no <trackList>; {WANTED}"),
            None => return Ok(self.playlist),
        };
        Err(self.source.error(problem))
    }
}

/// Counts lines incrementally: in linear time over all, if positions ascend.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of a byte, from 1.
    fn at(&mut self, at: u64) -> u64 {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(self.text.len());
        if at < self.at {
            (self.at, self.line) = (0, 1);
        }
        let passed = self.text.get(self.at..at).unwrap_or_default();
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.at = at;
        self.line
    }
}

pub(super) fn write(name: &str, tracks: &[Track<&str>], out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let playlist = xml.create_element("playlist");
    let playlist = playlist.with_attributes([("version", "1"), ("xmlns", "http://xspf.org/ns/0/")]);
    playlist.write_inner_content(|xml| {
        element(xml, "title", name)?;
        xml.create_element("trackList").write_inner_content(|xml| {
            tracks.iter().try_for_each(|track| {
                xml.create_element("track").write_inner_content(|xml| write_track(track, xml)).map(|_| ())
            })
        })?;
        Ok(())
    })?;
    writeln!(out)
}

fn write_track<W: Write>(track: &Track<&str>, xml: &mut Writer<W>) -> io::Result<()> {
    element(xml, "location", &reference(track.track_id))?;
    element(xml, "title", track.track_name)?;
    element(xml, "creator", &joined_artists(track))?;
    element(xml, "album", track.album_name.unwrap_or_default())?;
    milliseconds(track).map_or(Ok(()), |length| element(xml, "duration", &length.to_string()))
}

/// Writes an element with a text, without the characters that XML does not allow; nothing if the text is blank.
fn element<W: Write>(xml: &mut Writer<W>, name: &str, text: &str) -> io::Result<()> {
    let text: String = text.chars().filter(|character| is_character(*character)).collect();
    let text = text.trim();
    if !text.is_empty() {
        xml.create_element(name).write_text_content(BytesText::from_escaped(partial_escape(text)))?;
    }
    Ok(())
}

fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playlist::{Entry, Format, Mention, read};

    fn xspf(text: &str) -> std::result::Result<Playlist, String> {
        let read = read("list.xspf", text.as_bytes(), Some(Format::Xspf));
        read.map(|mut playlists| playlists.remove(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn tracks_are_located_identified_or_named() {
        let text = "<?xml version='1.0'?>\n<!DOCTYPE playlist>\n<x:playlist xmlns:x='http://xspf.org/ns/0/'>
            <x:title>Rock &amp; <![CDATA[<Roll>]]></x:title><x:title>Other</x:title><x:annotation>&x;</x:annotation>
            <x:trackList>
            <x:track><x:location>file:///a.mp3</x:location><x:location>spotify:track:b</x:location></x:track>
            <x:track><x:location>C/A%20-%20D.mp3</x:location><x:identifier>spotify:track:e</x:identifier></x:track>
            <x:track>
                <x:title> F&#x21;<!-- - --> </x:title><x:creator>G</x:creator>
                <x:extension><x:title>no</x:title></x:extension>
            </x:track>
            <x:track><x:location>H%20-%20I.mp3</x:location><x:title/></x:track>
            <x:track/>
            </x:trackList></x:playlist>";
        let entry = |line, mention| Entry { place: Place::Line(line), mention };
        assert_eq!(
            xspf(text).unwrap(),
            Playlist {
                name: Some("Rock & <Roll>".into()),
                entries: vec![
                    entry(6, Mention::id("b")),
                    entry(
                        7,
                        Mention {
                            folders: vec!["C".into()],
                            words: Some("A - D".into()),
                            ..Mention::id("e")
                        }
                    ),
                    entry(8, Mention::named("F!", Some("G"))),
                    entry(12, Mention::words("H - I")),
                ],
                nameless: vec![Place::Line(13)],
                ..Playlist::default()
            }
        );
    }

    #[test]
    fn errors_say_where_and_what_was_wanted() {
        let deep = "<playlist>".repeat(100_000);
        let bomb = "<!DOCTYPE playlist [<!ENTITY a \"&b;&b;\">]>\n<playlist><title>&a;</title></playlist>";
        for (text, problem) in [
            ("", "holds no element; {}"),
            ("<html>", "the outermost element, on line 1, is <html>; {}"),
            (
                "<playlist><trackList/></playlist>\n<playlist>",
                "a second outermost element, on line 2, is <playlist>; {}",
            ),
            ("<playlist></playlist>", "has no <trackList>; {}"),
            ("<playlist>\n<trackList>", "ends within <trackList>, its end was wanted; is the file whole?"),
            (
                "<playlist>\n<title></playlist>",
                "is not whole XML, line 2: ill-formed document: expected `</title>`, but `</playlist>` was found; {}",
            ),
            (bomb, "line 2 has &a;, which XML does not define; write the character itself"),
            (
                "<playlist><title>&#0;</title></playlist>",
                "line 1 has &#0;, which XML does not define; write the character itself",
            ),
            (&deep, "line 1 has elements more than 64 deep; {}"),
        ] {
            assert_eq!(xspf(text), Err(format!("list.xspf: {}", problem.replace("{}", WANTED))));
        }
    }
}
