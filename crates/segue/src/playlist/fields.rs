//! The names that files give to what they say of a track, in lower case and without spaces and punctuation. If a file
//! has several, the first here is read.

/// Its id.
pub(super) const ID: &[&str] = &[
    "trackid",
    "trackuri",
    "spotifytrackid",
    "spotifytrackuri",
    "spotifyid",
    "spotifyuri",
    "uri",
    "spotifyurl",
    "id",
];
/// Its ISRC.
pub(super) const ISRC: &[&str] = &["isrc", "trackisrc", "isrccode"];
/// Its title.
pub(super) const TITLE: &[&str] = &[
    "trackname",
    "mastermetadatatrackname",
    "tracktitle",
    "songtitle",
    "songname",
    "title",
    "song",
    "name",
    "track",
];
/// Its artists.
pub(super) const ARTIST: &[&str] = &[
    "artists",
    "artistnames",
    "artistname",
    "mastermetadataalbumartistname",
    "artist",
    "trackartist",
    "trackartists",
    "artistname1",
    "artistname1s",
    "creator",
    "performer",
    "albumartist",
];
/// Its album.
pub(super) const ALBUM: &[&str] = &[
    "albumname",
    "mastermetadataalbumalbumname",
    "albumtitle",
    "album",
    "trackalbumname",
    "releasename",
    "release",
];
/// When it was played: a file with one of these is a listening history.
pub(super) const PLAYED: &[&str] =
    &["endtime", "ts", "listenedat", "playedat", "msplayed", "uts", "utctime", "scrobbletime", "playcount"];
/// An episode of a podcast or a chapter of an audiobook.
pub(super) const EPISODE: &[&str] =
    &["episodename", "spotifyepisodeuri", "episode", "audiobooktitle", "audiobookchaptertitle"];

/// A name in lower case, without spaces and punctuation.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
