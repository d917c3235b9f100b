//! CSV: one track per row, in columns that are recognised by the header.

use std::io::{self, Read, Write};

use ::csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use hashbrown::HashMap;

use super::fields::{ALBUM, ARTIST, ID, ISRC, PLAYED, TITLE, plain};
use super::history::most_played;
use super::location::local_file;
use super::text::{excerpt, one_line};
use super::{Mention, Place, Playlist, Source};
use crate::catalogue::{ARTIST_SEPARATOR, Track};
use crate::error::Result;
use crate::isrc::Isrc;
use crate::mention::{id_in, text};

const PLAYLIST: &[&str] = &["playlistid"];
const PLAYLIST_NAME: &[&str] = &["playlistname", "playlist"];

const WANTED: &str = "a column track_id (or Track URI, Spotify URI, uri, id), or track_name (or Track Name, title) \
    with artists (or Artist Name(s), artist) was wanted";

/// The positions of the columns that are read.
#[derive(Debug, Clone, Default)]
struct Columns {
    id: Option<usize>,
    isrc: Option<usize>,
    title: Option<usize>,
    /// Several where each artist has a column.
    artists: Vec<usize>,
    album: Option<usize>,
    playlist: Option<usize>,
    name: Option<usize>,
    /// Whether there is a column that says when a track was played.
    is_history: bool,
}

impl Columns {
    fn of(header: &StringRecord) -> Self {
        let header: Vec<String> = header.iter().map(plain).collect();
        let place =
            |names: &[&str]| names.iter().find_map(|name| header.iter().position(|column| column == name));
        let more = (2..=9).filter_map(|number| place(&[&format!("artistname{number}")]));
        let artists = place(ARTIST).into_iter().chain(more).collect();
        let (playlist, name) = (place(PLAYLIST), place(PLAYLIST_NAME));
        Self {
            id: place(ID),
            isrc: place(ISRC),
            title: place(TITLE),
            artists,
            album: place(ALBUM),
            playlist: playlist.or(name),
            name,
            is_history: place(PLAYED).is_some(),
        }
    }

    /// The columns of Last.fm's export, which has no header: artist, album, title, time.
    fn of_scrobble(row: &StringRecord) -> Option<Self> {
        let fields: Vec<&str> = row.iter().collect();
        let is_time = |text: &str| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            text.contains(':') && digits >= 9 && text.len() <= 30
        };
        match fields.as_slice() {
            [artist, _, title, time] if is_time(time) && !artist.is_empty() && !title.is_empty() => {
                Some(Self {
                    title: Some(2),
                    artists: vec![0],
                    album: Some(1),
                    is_history: true,
                    ..Self::default()
                })
            }
            _ => None,
        }
    }

    fn name_tracks(&self) -> bool {
        self.id.is_some() || self.isrc.is_some() || (self.title.is_some() && !self.artists.is_empty())
    }
}

/// Marks the end of a file; no field contains it, since NUL bytes are refused.
const END: &str = "\0";

/// A reader of the rows, header included, with [`END`] as an extra last row: if it is not read as a row of its own, a
/// quote was left open.
fn rows(text: &str, delimiter: u8) -> ::csv::Reader<impl Read> {
    let text = io::Cursor::new(text.as_bytes()).chain(io::Cursor::new(b"\n\0\n"));
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text)
}

/// The delimiter of a file, and its columns: the first delimiter with which its header has the required columns.
fn columns(text: &str) -> Option<(u8, Columns)> {
    DELIMITERS.into_iter().find_map(|delimiter| {
        let mut header = StringRecord::new();
        rows(text, delimiter).read_record(&mut header).ok()?;
        let columns = Columns::of(&header);
        columns.name_tracks().then_some((delimiter, columns))
    })
}

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Whether a text begins with a header that has the required columns, or is Last.fm's export. A single column `id` does
/// not count: it may be a word in a list.
pub(super) fn begins(text: &str) -> bool {
    let text = after_separator(text.trim_start()).0;
    let first = text.lines().next().unwrap_or_default();
    columns(first).is_some() && !first.trim().eq_ignore_ascii_case("id")
        || scrobbles(first).is_some()
        || lacks_titles(first)
}

/// Whether a header is that of YouTube's lists of videos, which name no title.
fn lacks_titles(header: &str) -> bool {
    header.split([',', '\t', ';']).any(|column| plain(column) == "videoid")
}

fn scrobbles(text: &str) -> Option<Columns> {
    let mut row = StringRecord::new();
    rows(text, b',').read_record(&mut row).ok()?;
    Columns::of_scrobble(&row)
}

/// A text without the line `sep=;` that Excel reads, and how many lines that were.
fn after_separator(text: &str) -> (&str, u64) {
    match text.split_once('\n') {
        Some((first, rest))
            if first.trim_end().len() == 5 && first.to_ascii_lowercase().starts_with("sep=") =>
        {
            (rest, 1)
        }
        _ => (text, 0),
    }
}

pub(super) fn read(mut source: Source<'_>) -> Result<(&'static str, Vec<Playlist>)> {
    let (text, lines_before) = after_separator(source.text);
    source.text = text;
    let scrobbles = scrobbles(text);
    let known = columns(text);
    let delimiter = known.as_ref().map_or(b',', |(delimiter, _)| *delimiter);
    let mut rows = rows(text, delimiter);
    let mut row = StringRecord::new();
    let (columns, width) = match (known, scrobbles) {
        (None, Some(columns)) => (columns, 4),
        (known, _) => {
            if !next(&mut rows, &mut row, source)? {
                return Err(source.error(format!("has no header line; {WANTED}")));
            }
            match known {
                Some((_, columns)) => (columns, row.len()),
                None => return Err(source.error(no_columns(&row))),
            }
        }
    };
    let kind = match (columns.is_history, delimiter) {
        (true, _) => "a listening history in CSV",
        (_, b'\t') => "a table separated by tabs",
        (_, b';') => "CSV separated by ;",
        (_, b'|') => "CSV separated by |",
        _ => "CSV",
    };

    let mut playlists: Vec<Playlist> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    while next(&mut rows, &mut row, source)? {
        let line = row.position().map_or(0, ::csv::Position::line) + lines_before;
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
        let mention = mention(&columns, &row);
        if let Some(playlist) = playlists.get_mut(place) {
            playlist.add(Place::Line(line), mention);
        }
    }
    if playlists.is_empty() {
        playlists.push(Playlist::default());
    }
    if columns.is_history {
        playlists = playlists.into_iter().map(most_played).collect();
    }
    Ok((kind, playlists))
}

/// What a header lacks.
fn no_columns(header: &StringRecord) -> String {
    let found: Vec<&str> = header.iter().map(str::trim).collect();
    match found.iter().any(|column| plain(column) == "videoid") {
        true => "lists YouTube's ids of videos without their titles, by which tracks are found; export the titles too, or \
            take the file of your music library"
            .to_owned(),
        false => format!("has the columns {}; {WANTED}", excerpt(&found.join(", "))),
    }
}

/// What a row says of its track. Everything in the column of ids is an id, except for Spotify's local files.
fn mention(columns: &Columns, row: &StringRecord) -> Mention {
    let field = |column: Option<usize>| column.and_then(|place| row.get(place)).unwrap_or_default().trim();
    let artists: Vec<&str> = columns.artists.iter().map(|place| field(Some(*place))).collect();
    let artists: Vec<&str> = artists.into_iter().filter(|artist| !artist.is_empty()).collect();
    let named = Mention::named(field(columns.title), Some(&artists.join(", ")));
    let (id, local) = match field(columns.id) {
        id if id.starts_with("spotify:local:") => (None, local_file(id)),
        id => (text(id_in(id).unwrap_or(id)), None),
    };
    let named = if named.title.is_some() { named } else { local.unwrap_or(named) };
    Mention {
        id,
        isrc: Isrc::parse(field(columns.isrc)),
        album: text(field(columns.album)).or(named.album),
        ..named
    }
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
    use crate::isrc::Isrc;
    use crate::playlist::{Entry, Format, Mention, Place, Playlist, read};

    fn csv(text: &str) -> Result<Vec<Playlist>, String> {
        read("list.csv", text.as_bytes(), Some(Format::Csv)).map_err(|error| error.to_string())
    }

    fn id(line: u64, id: &str) -> Entry {
        Entry { place: Place::Line(line), mention: Mention::id(id) }
    }

    #[test]
    fn ids_are_found_under_the_usual_names() {
        for text in [
            "track_id\na\n\nspotify:track:b\n",
            "\u{feff}Track URI,Added By\r\nspotify:track:a,x\r\n\r\nspotify:track:b,y\r\n",
            "x;\"Spotify ID\"\n\"1\n\";a\n2;b",
        ] {
            let playlists = csv(text).unwrap();
            assert_eq!(playlists.len(), 1);
            let mentions: Vec<_> = playlists[0].entries.iter().map(|entry| entry.mention.clone()).collect();
            assert_eq!(mentions, ["a", "b"].map(Mention::id), "{text:?}");
        }
    }

    #[test]
    fn playlists_come_in_the_order_in_which_they_first_appear() {
        let text = "playlist_id,playlist_name,track_id\n2,Two,a\n1,,b\n2,Two again,c\n,,d\n";
        let playlist = |name: Option<&str>, entries: Vec<Entry>| Playlist {
            name: name.map(str::to_owned),
            entries,
            ..Playlist::default()
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
    fn all_that_a_row_says_is_read() {
        let mentions = |text: &str| -> Vec<Mention> {
            csv(text).unwrap().remove(0).entries.into_iter().map(|entry| entry.mention).collect()
        };
        let playlists = csv("Track Name,Artist Name(s)\n\"A, \"\"B\"\"\",C;D\nE,\n,F\n").unwrap();
        let found: Vec<&Mention> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
        assert_eq!(found, [&Mention::named("A, \"B\"", Some("C;D")), &Mention::named("E", None)]);
        assert_eq!(playlists[0].nameless, [Place::Line(4)]);
        assert_eq!(
            mentions(
                "uri,title,artist,Album,ISRC\nspotify:local:x,A,B,,\nc,D,E,F,us-cm5-18-00004\n,G,,,x\n\
                 spotify:local:H:I:J+K:1,,,,\n"
            ),
            [
                Mention::named("A", Some("B")),
                Mention {
                    id: Some("c".into()),
                    isrc: Isrc::parse("USCM51800004"),
                    album: Some("F".into()),
                    ..Mention::named("D", Some("E"))
                },
                Mention::named("G", None),
                Mention { album: Some("I".into()), ..Mention::named("J K", Some("H")) },
            ]
        );
        let named = |album: &str| Mention { album: Some(album.into()), ..Mention::named("T", Some("A")) };
        for text in [
            "sep=;\nTrack;Artist;Album\nT;A;B\n",
            "Name|Artist|Album\nT|A|B\n",
            "Name\tArtist\tComposer\tAlbum\nT\tA\t\tB\n",
            "Song Title,Album Title,Artist Name 1\nT,B,A\n",
        ] {
            assert_eq!(mentions(text), [named("B")], "{text}");
        }
        let two = mentions("Song Title,Artist Name 1,Artist Name 2\nT,A,B\n");
        assert_eq!(two, [Mention::named("T", Some("A, B"))]);
    }

    #[test]
    fn histories_are_recognised_with_and_without_a_header() {
        for text in [
            "A,B,T,05 May 2024 18:43\nC,D,U,05 May 2024 18:40\nC,D,U,04 May 2024 18:40\n",
            "uts,utc_time,artist,album,track\n1,x,A,B,T\n1,x,C,D,U\n1,x,C,D,U\n",
        ] {
            let playlists = read("list.txt", text.as_bytes(), None).unwrap();
            let names: Vec<String> =
                playlists[0].entries.iter().map(|entry| entry.mention.to_string()).collect();
            assert_eq!((names, playlists[0].plays), (vec!["C - U".into(), "A - T".into()], 3), "{text}");
        }
    }

    #[test]
    fn videos_without_titles_are_refused() {
        let text = "Video ID,Playlist Video Creation Timestamp\nx,2024-01-01T00:00:00\n";
        for name in ["list.csv", "list"] {
            let problem = read(name, text.as_bytes(), None).unwrap_err().to_string();
            assert!(
                problem.starts_with(&format!("{name}: lists YouTube's ids of videos without")),
                "{problem}"
            );
        }
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
