//! CSV: one track per row, in columns that are recognised by the header.

use std::io::{self, Read, Write};

use ::csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use hashbrown::HashMap;

use super::text::{excerpt, one_line};
use super::{Mention, Place, Playlist, Source};
use crate::catalogue::{ARTIST_SEPARATOR, Track};
use crate::error::Result;
use crate::mention::id_in;

/// The names of columns, lower-case and without spaces and punctuation; if a file has several, the first here is read.
const ID: &[&str] =
    &["trackid", "trackuri", "spotifytrackid", "spotifytrackuri", "spotifyid", "spotifyuri", "uri", "id"];
const TITLE: &[&str] = &["trackname", "tracktitle", "title", "songname", "song", "name"];
const ARTIST: &[&str] = &["artists", "artistnames", "artistname", "artist", "trackartist"];
const PLAYLIST: &[&str] = &["playlistid"];
const PLAYLIST_NAME: &[&str] = &["playlistname", "playlist"];

const WANTED: &str = "a column track_id (or Track URI, Spotify URI, uri, id), or track_name (or Track Name, title) \
    with artists (or Artist Name(s), artist) was wanted";

/// The positions of the columns that are read.
#[derive(Debug, Clone, Copy)]
struct Columns {
    id: Option<usize>,
    title: Option<usize>,
    artist: Option<usize>,
    playlist: Option<usize>,
    name: Option<usize>,
}

impl Columns {
    fn of(header: &StringRecord) -> Self {
        let header: Vec<String> = header.iter().map(plain).collect();
        let place =
            |names: &[&str]| names.iter().find_map(|name| header.iter().position(|column| column == name));
        let (playlist, name) = (place(PLAYLIST), place(PLAYLIST_NAME));
        Self { id: place(ID), title: place(TITLE), artist: place(ARTIST), playlist: playlist.or(name), name }
    }

    fn name_tracks(self) -> bool {
        self.id.is_some() || (self.title.is_some() && self.artist.is_some())
    }
}

/// A column name in lower case, without spaces and punctuation.
fn plain(column: &str) -> String {
    column.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Marks the end of a file; no field contains it, since NUL bytes are refused.
const END: &str = "\0";

/// A reader of the rows, header included, with [`END`] as an extra last row: if it is not read as a row of its own, a
/// quote was left open.
fn rows(text: &str, delimiter: u8) -> ::csv::Reader<impl Read> {
    let text = io::Cursor::new(text.as_bytes()).chain(io::Cursor::new(b"\n\0\n"));
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text)
}

/// The delimiter of a file: the first with which its header has the required columns.
fn delimiter(text: &str) -> Option<u8> {
    [b',', b'\t', b';'].into_iter().find(|delimiter| {
        let mut header = StringRecord::new();
        let read = rows(text, *delimiter).read_record(&mut header);
        read.is_ok() && Columns::of(&header).name_tracks()
    })
}

/// Whether a text begins with a header that has the required columns. A single column `id` does not count: it may be
/// a word in a list.
pub(super) fn begins(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    delimiter(first).is_some() && !first.trim().eq_ignore_ascii_case("id")
}

pub(super) fn read(mut source: Source<'_>) -> Result<Vec<Playlist>> {
    let mut rows = rows(source.text, delimiter(source.text).unwrap_or(b','));
    let mut row = StringRecord::new();
    if !next(&mut rows, &mut row, source)? {
        return Err(source.error(format!("has no header line; {WANTED}")));
    }
    let (columns, width) = (Columns::of(&row), row.len());
    if !columns.name_tracks() {
        let found: Vec<&str> = row.iter().map(str::trim).collect();
        let problem = format!("has the columns {}; {WANTED}", excerpt(&found.join(", ")));
        return Err(source.error(problem));
    }

    let mut playlists: Vec<Playlist> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    while next(&mut rows, &mut row, source)? {
        let line = row.position().map_or(0, ::csv::Position::line);
        if row.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if row.len() != width {
            let problem = format!(
                "the row on line {line} has {} fields, {width} were wanted as in the header; put fields that hold the \
                 separator in quotes",
                row.len()
            );
            return Err(source.error(problem));
        }
        source.spend(Place::Line(line))?;
        let field =
            |column: Option<usize>| column.and_then(|place| row.get(place)).unwrap_or_default().trim();
        let key = field(columns.playlist);
        let place = places.get(key).copied().unwrap_or_else(|| {
            let name =
                [field(columns.name), key].into_iter().find(|name| !name.is_empty()).map(str::to_owned);
            places.insert(key.to_owned(), playlists.len());
            playlists.push(Playlist { name, ..Playlist::default() });
            playlists.len() - 1
        });
        let mention = mention(field(columns.id), field(columns.title), field(columns.artist));
        if let Some(playlist) = playlists.get_mut(place) {
            playlist.add(Place::Line(line), mention);
        }
    }
    if playlists.is_empty() {
        playlists.push(Playlist::default());
    }
    Ok(playlists)
}

/// The reference in a row. Everything in the column of ids is an id, except for Spotify's local files.
fn mention(id: &str, title: &str, artist: &str) -> Option<Mention> {
    if id.is_empty() || id.starts_with("spotify:local:") {
        return Mention::named(title, Some(artist)).or_else(|| Mention::text(id));
    }
    Some(Mention::Id(id_in(id).unwrap_or(id).to_owned()))
}

/// Reads the next row; false at the end.
fn next<R: Read>(rows: &mut ::csv::Reader<R>, row: &mut StringRecord, source: Source<'_>) -> Result<bool> {
    let read = rows.read_record(row).map_err(|error| source.error(format!("cannot be read on: {error}")))?;
    if !read || (row.len() == 1 && row.get(0) == Some(END)) {
        return Ok(false);
    }
    if row.iter().next_back().is_some_and(|field| field.contains(END)) {
        let line = row.position().map_or(0, ::csv::Position::line);
        let problem = format!(
            "a quote in the row that begins on line {line} is never closed; close it, or double it if it is meant"
        );
        return Err(source.error(problem));
    }
    Ok(true)
}

pub(super) fn write(tracks: &[Track<&str>], out: &mut dyn Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out);
    rows.write_record(["track_id", "track_name", "artists", "album_name", "duration_ms"])?;
    for track in tracks {
        let artists = track.artists.join(ARTIST_SEPARATOR.to_string().as_str());
        let texts = [track.track_id, track.track_name, &artists, track.album_name.unwrap_or_default()];
        let duration = track.duration_ms.map(|duration| duration.to_string()).unwrap_or_default();
        rows.write_record(texts.map(one_line).iter().map(AsRef::as_ref).chain([duration.as_str()]))?;
    }
    rows.flush()
}

#[cfg(test)]
mod tests {
    use crate::playlist::{Entry, Format, Mention, Place, Playlist, read};

    fn csv(text: &str) -> Result<Vec<Playlist>, String> {
        read("list.csv", text.as_bytes(), Some(Format::Csv)).map_err(|error| error.to_string())
    }

    fn id(line: u64, id: &str) -> Entry {
        Entry { place: Place::Line(line), mention: Mention::Id(id.into()) }
    }

    #[test]
    fn ids_are_found_under_the_usual_names() {
        for text in [
            "track_id\na\n\nspotify:track:b\n",
            "\u{feff}Track URI,Added By\r\nspotify:track:a,x\r\n\r\nspotify:track:b,y\r\n",
            "x;\"Spotify ID\"\n\"1\n\";a\n2;b",
            "id\tname\turi\nn\tt\ta\n\nn\tt\tb",
        ] {
            let playlists = csv(text).unwrap();
            assert_eq!(playlists.len(), 1);
            let mentions: Vec<_> = playlists[0].entries.iter().map(|entry| entry.mention.clone()).collect();
            assert_eq!(mentions, ["a", "b"].map(|id| Mention::Id(id.into())), "{text:?}");
        }
    }

    #[test]
    fn playlists_come_in_the_order_in_which_they_first_appear() {
        let text = "playlist_id,playlist_name,track_id\n2,Two,a\n1,,b\n2,Two again,c\n,,d\n";
        let playlist = |name: Option<&str>, entries: Vec<Entry>| Playlist {
            name: name.map(str::to_owned),
            entries,
            nameless: vec![],
        };
        assert_eq!(
            csv(text).unwrap(),
            [
                playlist(Some("Two"), vec![id(2, "a"), id(4, "c")]),
                playlist(Some("1"), vec![id(3, "b")]),
                playlist(None, vec![id(5, "d")]),
            ]
        );
        assert_eq!(csv("playlist_id,track_id\n").unwrap(), [playlist(None, vec![])]);
        assert_eq!(csv("Playlist,uri\nA,x\nB,y").unwrap()[1], playlist(Some("B"), vec![id(3, "y")]));
    }

    #[test]
    fn titles_are_read_where_there_is_no_id() {
        let named = |line, title: &str, artist: Option<&str>| Entry {
            place: Place::Line(line),
            mention: Mention::Named { title: title.into(), artist: artist.map(str::to_owned) },
        };
        let playlists = csv("Track Name,Artist Name(s)\n\"A, \"\"B\"\"\",C;D\nE,\n,F\n").unwrap();
        assert_eq!(playlists[0].entries, [named(2, "A, \"B\"", Some("C;D")), named(3, "E", None)]);
        assert_eq!(playlists[0].nameless, [Place::Line(4)]);
        let playlists =
            csv("uri,title,artist\nspotify:local:x,A,B\nc,D,E\n,F,\nspotify:local:y,,\n").unwrap();
        let local = Entry { place: Place::Line(5), mention: Mention::Text("spotify:local:y".into()) };
        assert_eq!(playlists[0].entries, [named(2, "A", Some("B")), id(3, "c"), named(4, "F", None), local]);
    }

    #[test]
    fn errors_say_what_was_found_and_what_was_wanted() {
        const WANTED: &str = "a column track_id (or Track URI, Spotify URI, uri, id), or track_name (or Track Name, \
            title) with artists (or Artist Name(s), artist) was wanted";
        assert_eq!(
            csv("Song,Singer\na,b\n"),
            Err(format!("list.csv: has the columns Song, Singer; {WANTED}"))
        );
        assert_eq!(csv(" \n"), Err(format!("list.csv: has the columns ; {WANTED}")));
        assert_eq!(csv("\n\n"), Err(format!("list.csv: has no header line; {WANTED}")));
        assert_eq!(
            csv("track_id,b\n1,2\n3,\"4\n5,6\n"),
            Err("list.csv: a quote in the row that begins on line 3 is never closed; close it, or double it if it is \
                 meant"
                .into())
        );
        assert_eq!(
            csv("track_id,b\n1,2,3\n"),
            Err("list.csv: the row on line 2 has 3 fields, 2 were wanted as in the header; put fields that hold the \
                 separator in quotes"
                .into())
        );
        assert_eq!(
            csv("track_id\na\nb\u{0}\n"),
            Err("list.csv: line 3 holds a NUL byte, which no playlist does; is it a file of another kind?"
                .into())
        );
    }
}
