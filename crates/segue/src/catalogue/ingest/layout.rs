//! Layouts: the known kinds of file, recognised by their columns, with their column names and list formats.

use std::borrow::Cow;

use crate::catalogue::{ARTIST_SEPARATOR, Attribute, Column, TextField};

/// A kind of file: its names for our columns, and its format of lists.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The name of this kind of file in messages.
    pub(crate) name: &'static str,
    /// A file that has all these columns is of this kind.
    signature: &'static [&'static str],
    /// The columns that have other names there, with the names to try in order.
    aliases: &'static [(Column, &'static [&'static str])],
    artists: ArtistList,
    genres: GenreSeparator,
}

#[derive(Debug, Clone, Copy)]
enum ArtistList {
    /// Joined by `;`, as in the catalogue.
    Joined,
    /// Joined by `;`, or by a comma without a space after it.
    Commas,
    /// Joined by a comma and a space; a comma within a name is written `\,`.
    EscapedCommas,
    /// A list as Python prints it: `['A', "B's"]`.
    PythonList,
}

#[derive(Debug, Clone, Copy)]
enum GenreSeparator {
    One,
    Commas,
}

const NOTEBOOK: Layout = Layout {
    name: "a Spotify Tracks Dataset",
    signature: &["track_id", "track_name", "artists", "danceability"],
    aliases: &[],
    artists: ArtistList::Joined,
    genres: GenreSeparator::One,
};

const TIDYTUESDAY: Layout = Layout {
    name: "TidyTuesday's spotify_songs.csv",
    signature: &["track_artist", "track_popularity", "playlist_genre"],
    aliases: &[
        (Column::Text(TextField::Artists), &["track_artist"]),
        (Column::Text(TextField::AlbumName), &["track_album_name"]),
        (Column::Text(TextField::TrackGenre), &["playlist_genre"]),
        (Column::Attribute(Attribute::Popularity), &["track_popularity"]),
    ],
    artists: ArtistList::Joined,
    genres: GenreSeparator::One,
};

const TRACKS_FEATURES: Layout = Layout {
    name: "tracks_features.csv",
    signature: &["id", "name", "artists", "album", "danceability"],
    aliases: &[
        (Column::Text(TextField::TrackId), &["id"]),
        (Column::Text(TextField::TrackName), &["name"]),
        (Column::Text(TextField::AlbumName), &["album"]),
    ],
    artists: ArtistList::PythonList,
    genres: GenreSeparator::One,
};

/// The columns of both versions of Exportify, which differ in the format of artists.
const EXPORTIFY_COLUMNS: &[(Column, &[&str])] = &[
    (Column::Text(TextField::TrackId), &["Track URI"]),
    (Column::Text(TextField::TrackName), &["Track Name"]),
    (Column::Text(TextField::Artists), &["Artist Name(s)"]),
    (Column::Text(TextField::AlbumName), &["Album Name"]),
    (Column::Text(TextField::TrackGenre), &["Genres", "Artist Genres"]),
    (Column::Explicit, &["Explicit", "Explicit?"]),
    (Column::Attribute(Attribute::DurationMs), &["Duration (ms)", "Track Duration (ms)"]),
    (Column::Attribute(Attribute::TimeSignature), &["Time Signature"]),
];

const EXPORTIFY: Layout = Layout {
    name: "an Exportify export",
    signature: &["Track URI", "Track Name", "Artist Name(s)", "Duration (ms)"],
    aliases: EXPORTIFY_COLUMNS,
    artists: ArtistList::Commas,
    genres: GenreSeparator::Commas,
};

const EXPORTIFY_ESCAPED: Layout = Layout {
    signature: &["Track URI", "Track Name", "Artist Name(s)", "Track Duration (ms)"],
    artists: ArtistList::EscapedCommas,
    ..EXPORTIFY
};

const PLAIN: Layout = Layout { name: "a table with columns of its own", signature: &[], ..NOTEBOOK };

impl Layout {
    const ALL: [&'static Self; 6] =
        [&NOTEBOOK, &TIDYTUESDAY, &EXPORTIFY, &EXPORTIFY_ESCAPED, &TRACKS_FEATURES, &PLAIN];

    /// The layout of a file with these columns.
    pub(crate) fn of(header: &[String]) -> &'static Self {
        let has = |name: &&str| header.iter().any(|column| column.eq_ignore_ascii_case(name));
        Self::ALL.into_iter().find(|layout| layout.signature.iter().all(has)).unwrap_or(&PLAIN)
    }

    /// The names that a column may have in this kind of file; at least one.
    pub(crate) fn names(&self, column: Column) -> Vec<&'static str> {
        match self.aliases.iter().find(|(ours, _)| *ours == column) {
            Some((_, names)) => names.to_vec(),
            None => vec![column.name()],
        }
    }

    /// The artists' names joined by `;`, from the format of this layout.
    pub(crate) fn artists<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let names = match self.artists {
            ArtistList::Joined => return text,
            ArtistList::Commas if text.contains(ARTIST_SEPARATOR) => return text,
            ArtistList::Commas => split_commas(&text, |_, after| !after.starts_with(' ')),
            ArtistList::EscapedCommas => split_commas(&text, |before, _| !before.ends_with('\\'))
                .into_iter()
                .map(|name| name.replace("\\,", ","))
                .collect(),
            ArtistList::PythonList => match python_list(&text) {
                Some(names) => names,
                None => return text,
            },
        };
        names.join(ARTIST_SEPARATOR.to_string().as_str()).into()
    }

    /// The genres that a row is listed under, in order.
    pub(crate) fn genres<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = match self.genres {
            GenreSeparator::One => None,
            GenreSeparator::Commas => Some(','),
        };
        text.split(move |character| Some(character) == separator)
            .map(move |genre| if separator.is_some() { genre.trim() } else { genre })
            .filter(|genre| !genre.is_empty())
    }
}

/// Splits at commas for which `separates`, given the text before and after the comma, holds.
fn split_commas(text: &str, separates: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let (mut names, mut start) = (Vec::new(), 0);
    for (at, _) in text.match_indices(',') {
        let (before, after) =
            (text.get(start..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        if separates(before, after) {
            names.push(before.trim().to_owned());
            start = at + 1;
        }
    }
    names.push(text.get(start..).unwrap_or_default().trim().to_owned());
    names
}

/// The strings of a Python list literal; `None` if the text is not one.
fn python_list(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim_start();
    let mut names = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|character| matches!(character, '\'' | '"'))?;
        let mut characters = rest.char_indices().skip(1);
        let mut name = String::new();
        let end = loop {
            match characters.next()? {
                (_, '\\') => name.push(escaped(&mut characters)?),
                (at, character) if character == quote => break at + 1,
                (_, character) => name.push(character),
            }
        };
        names.push(name);
        rest = rest.get(end..)?.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(names)
}

/// The character of an escape sequence that Python's `repr` writes, after the backslash.
fn escaped(characters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let digits = match characters.next()?.1 {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        character @ ('\\' | '\'' | '"') => return Some(character),
        _ => return None,
    };
    let code: String = characters.take(digits).map(|(_, digit)| digit).collect();
    u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == digits).and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout_of(header: &str) -> &'static str {
        Layout::of(&header.split(',').map(str::to_owned).collect::<Vec<_>>()).name
    }

    #[test]
    fn files_are_recognised_by_their_columns() {
        assert_eq!(layout_of(",track_id,artists,album_name,track_name,danceability"), NOTEBOOK.name);
        assert_eq!(layout_of("track_id,track_artist,track_popularity,playlist_genre"), TIDYTUESDAY.name);
        assert_eq!(layout_of("Track URI,Track Name,Artist Name(s),Duration (ms)"), EXPORTIFY.name);
        assert_eq!(layout_of("Track URI,Track Name,Artist Name(s),Track Duration (ms)"), EXPORTIFY.name);
        assert_eq!(layout_of("id,name,album,artists,danceability"), TRACKS_FEATURES.name);
        assert_eq!(layout_of("Song,Singer"), PLAIN.name);
    }

    #[test]
    fn artists_are_joined_alike_whatever_joined_them() {
        for (layout, text, joined) in [
            (&NOTEBOOK, "A;B", "A;B"),
            (&TIDYTUESDAY, "Earth, Wind & Fire", "Earth, Wind & Fire"),
            (&EXPORTIFY, "A,B,Tyler, The Creator", "A;B;Tyler, The Creator"),
            (&EXPORTIFY, "A;B, C", "A;B, C"),
            (&EXPORTIFY_ESCAPED, r"A, Tyler\, The Creator, B", "A;Tyler, The Creator;B"),
            (&TRACKS_FEATURES, r#"['A', "B's", 'C\'d']"#, "A;B's;C'd"),
            (&TRACKS_FEATURES, r"['C\xa0D', 'E\u200e', 'F\\G']", "C\u{a0}D;E\u{200e};F\\G"),
            (&TRACKS_FEATURES, r"['A' 'B']", "['A' 'B']"),
            (&TRACKS_FEATURES, r"['\x4']", r"['\x4']"),
            (&TRACKS_FEATURES, "[]", ""),
            (&TRACKS_FEATURES, "['A", "['A"),
            (&TRACKS_FEATURES, "plain", "plain"),
            (&TRACKS_FEATURES, "['A' x]", "['A' x]"),
        ] {
            assert_eq!(layout.artists(text.into()), joined, "{text}");
        }
    }

    #[test]
    fn genres_are_one_or_several() {
        assert_eq!(NOTEBOOK.genres("r-n-b, soul").collect::<Vec<_>>(), ["r-n-b, soul"]);
        assert_eq!(EXPORTIFY.genres("pop, dance pop,").collect::<Vec<_>>(), ["pop", "dance pop"]);
    }
}
