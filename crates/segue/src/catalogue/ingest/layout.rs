//! What the columns of a file mean, by their names, and which kind of file it is.
//!
//! Names are compared by their letters and digits, whatever their case, spaces and punctuation: `Track Name`,
//! `track_name` and `TRACKNAME` are one, and so are `danceability_%` and `Danceability`. Values are not known here.

use crate::catalogue::{Attribute, Column, TextField};

/// The names of our columns in the files of other tools, after our own name, in the order in which they are tried; as
/// [`plain`] writes them.
const NAMES: &[(Column, &[&str])] = &[
    (
        Column::Text(TextField::TrackId),
        &[
            "trackuri",
            "spotifytrackid",
            "spotifyid",
            "spotifytrackuri",
            "spotifyuri",
            "trackurl",
            "id",
            "uri",
            "url",
        ],
    ),
    (
        Column::Text(TextField::TrackName),
        &["tracktitle", "songname", "songtitle", "name", "title", "song", "track"],
    ),
    (
        Column::Text(TextField::Artists),
        &["artistnames", "artistname", "artistsname", "trackartists", "trackartist", "artist"],
    ),
    (Column::Text(TextField::AlbumName), &["trackalbumname", "albumtitle", "album"]),
    (
        Column::Text(TextField::TrackGenre),
        &["genre", "genres", "playlistgenre", "artistgenres", "topgenre", "parentgenres"],
    ),
    (Column::Explicit, &["isexplicit", "trackexplicit"]),
    (Column::Isrc, &["trackisrc", "externalidsisrc"]),
    (Column::Attribute(Attribute::Popularity), &["trackpopularity", "spotifypopularity"]),
    (
        Column::Attribute(Attribute::DurationMs),
        &["trackdurationms", "duration", "durations", "durationseconds", "length", "lengthduration"],
    ),
    (Column::Attribute(Attribute::Loudness), &["loudnessdb"]),
    (Column::Attribute(Attribute::Tempo), &["bpm", "beatsperminute", "beatsperminutebpm", "tempobpm"]),
    (Column::Attribute(Attribute::Key), &["musicalkey", "trackkey"]),
];

/// Abbreviations, which mean our columns only in a table of [`MANY_FEATURES`] audio features; elsewhere `time` may be a
/// date and `live` anything.
const ABBREVIATIONS: &[(Column, &[&str])] = &[
    (Column::Attribute(Attribute::Danceability), &["dance", "dnce"]),
    (Column::Attribute(Attribute::Energy), &["nrgy"]),
    (Column::Attribute(Attribute::Loudness), &["loud", "louddb", "db"]),
    (Column::Attribute(Attribute::Speechiness), &["speech", "spch"]),
    (Column::Attribute(Attribute::Acousticness), &["acoustic", "acous"]),
    (Column::Attribute(Attribute::Instrumentalness), &["instrumental"]),
    (Column::Attribute(Attribute::Liveness), &["live"]),
    (Column::Attribute(Attribute::Valence), &["happy", "happiness", "val"]),
    (Column::Attribute(Attribute::DurationMs), &["time", "dur"]),
    (Column::Attribute(Attribute::Popularity), &["pop"]),
    (Column::Attribute(Attribute::Key), &["camelot"]),
];

/// How many audio features a table has at least, by their names or abbreviations, if abbreviations count.
const MANY_FEATURES: usize = 5;

/// The kinds of file that are told apart in messages, each with the columns that it has: one of each group.
const KINDS: &[(&str, &[&[&str]])] = &[
    ("a Spotify Tracks Dataset", &[&["trackid"], &["trackname"], &["artists"], &["danceability"]]),
    ("TidyTuesday's spotify_songs.csv", &[&["trackartist"], &["trackpopularity"], &["playlistgenre"]]),
    (
        EXPORTIFY,
        &[
            &["trackuri", "trackid", "spotifyid"],
            &["trackname"],
            &["artistnames"],
            &["durationms", "trackdurationms"],
        ],
    ),
    ("tracks_features.csv", &[&["id"], &["name"], &["artists"], &["album"], &["danceability"]]),
    ("a Kaggle file of Spotify tracks", &[&["id"], &["name"], &["artists"], &["danceability"]]),
    ("a Kaggle file of top songs", &[&["nrgy"], &["dnce"], &["title"]]),
    ("spotify-2023.csv", &[&["trackname"], &["artistsname"], &["streams"]]),
    ("a Chosic export", &[&["song"], &["artist"], &["spotifytrackid"]]),
    ("a TuneMyMusic export", &[&["trackname"], &["artistname"], &["playlistname"], &["isrc"]]),
    ("a Soundiiz export", &[&["title"], &["artist"], &["album"], &["isrc"]]),
];

const EXPORTIFY: &str = "an Exportify export";
const OTHER: &str = "a table with columns of its own";

/// The kind of file that has these columns, for messages.
pub(crate) fn kind_of(header: &[String]) -> &'static str {
    let header: Vec<String> = header.iter().map(|name| plain(name)).collect();
    let has = |names: &&[&str]| header.iter().any(|found| names.contains(&found.as_str()));
    KINDS.iter().find(|(_, columns)| columns.iter().all(has)).map_or(OTHER, |(kind, _)| kind)
}

/// Whether these are the columns of Exportify's older export, in which a comma within an artist's name has a backslash.
pub(super) fn escapes_commas(header: &[String]) -> bool {
    kind_of(header) == EXPORTIFY && header.iter().any(|name| plain(name) == "trackdurationms")
}

/// The letters and digits of a name, in lower case.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The columns of a header by what they mean.
pub(super) struct Header {
    plain: Vec<String>,
    abbreviates: bool,
}

impl Header {
    pub(super) fn new(header: &[String]) -> Self {
        let plain = header.iter().map(|name| plain(name)).collect();
        let mut header = Self { plain, abbreviates: true };
        let audio = Attribute::AUDIO.into_iter();
        header.abbreviates =
            audio.filter(|attribute| header.names(Column::Attribute(*attribute)).next().is_some()).count()
                >= MANY_FEATURES;
        header
    }

    /// Where a column is, by the first of its names that is there; `taken` are the places of columns that have another
    /// meaning.
    pub(super) fn place(&self, column: Column, taken: &[usize]) -> Option<usize> {
        self.names(column).flat_map(|name| self.places(name)).find(|place| !taken.contains(place))
    }

    /// The places of columns whose names have these letters and digits.
    pub(super) fn places(&self, name: &str) -> impl Iterator<Item = usize> {
        self.plain.iter().enumerate().filter(move |(_, found)| *found == name).map(|(place, _)| place)
    }

    /// The names of a column that are in this header, in the order in which they are tried.
    fn names(&self, column: Column) -> impl Iterator<Item = &str> {
        let others = names_in(NAMES, column).iter().copied().map(str::to_owned);
        let abbreviations: &[&str] = if self.abbreviates { names_in(ABBREVIATIONS, column) } else { &[] };
        let names = [plain(column.name())]
            .into_iter()
            .chain(others)
            .chain(abbreviations.iter().map(|name| (*name).to_owned()));
        names.filter_map(|name| self.plain.iter().find(|found| **found == name).map(String::as_str))
    }
}

fn names_in(table: &'static [(Column, &'static [&'static str])], column: Column) -> &'static [&'static str] {
    table.iter().find(|(ours, _)| *ours == column).map_or(&[], |(_, names)| names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(header: &str) -> Vec<String> {
        header.split(',').map(str::to_owned).collect()
    }

    /// The names of the columns of a header that have a meaning, each with it.
    fn meanings(names: &str) -> Vec<(&'static str, String)> {
        let names = header(names);
        let by_meaning = Header::new(&names);
        let places = Column::ALL.into_iter().map(|column| (column.name(), by_meaning.place(column, &[])));
        places.filter_map(|(column, place)| Some((column, names[place?].clone()))).collect()
    }

    #[test]
    fn files_are_recognised_by_their_columns() {
        for (columns, kind) in [
            (",track_id,artists,album_name,track_name,danceability", "a Spotify Tracks Dataset"),
            ("track_id,track_artist,track_popularity,playlist_genre", "TidyTuesday's spotify_songs.csv"),
            ("Track URI,Track Name,Artist Name(s),Duration (ms)", EXPORTIFY),
            ("Track URI,Track Name,Artist Name(s),Track Duration (ms)", EXPORTIFY),
            ("Spotify ID,Artist IDs,Track Name,Artist Name(s),Duration (ms)", EXPORTIFY),
            ("id,name,album,artists,danceability", "tracks_features.csv"),
            ("id,name,artists,danceability", "a Kaggle file of Spotify tracks"),
            ("track_name,artist(s)_name,streams,bpm", "spotify-2023.csv"),
            ("#,Song,Artist,BPM,Spotify Track Id", "a Chosic export"),
            ("title;artist", OTHER),
            ("Song,Singer", OTHER),
        ] {
            assert_eq!(kind_of(&header(columns)), kind, "{columns}");
        }
    }

    #[test]
    fn columns_are_found_whatever_their_case_spaces_and_punctuation() {
        let found = meanings("TRACK ID,Track_Name,artist(s)_name,Loudness (dB),danceability_%,Duration (ms)");
        let wanted = [
            ("track_id", "TRACK ID"),
            ("track_name", "Track_Name"),
            ("artists", "artist(s)_name"),
            ("duration_ms", "Duration (ms)"),
            ("danceability", "danceability_%"),
            ("loudness", "Loudness (dB)"),
        ];
        assert_eq!(found, wanted.map(|(ours, theirs)| (ours, theirs.to_owned())));
    }

    #[test]
    fn our_own_names_come_first() {
        let found = meanings("id,track_id,name,track_name");
        assert_eq!(found, [("track_id", "track_id".into()), ("track_name", "track_name".to_owned())]);
    }

    #[test]
    fn abbreviations_count_beside_other_features_only() {
        assert_eq!(meanings("time,live,val,pop"), []);
        let found = meanings("title,nrgy,dnce,dB,live,val,dur,pop");
        let ours: Vec<&str> = found.iter().map(|(ours, _)| *ours).collect();
        let wanted = [
            "track_name",
            "popularity",
            "duration_ms",
            "danceability",
            "energy",
            "loudness",
            "liveness",
            "valence",
        ];
        assert_eq!(ours, wanted);
    }
}
