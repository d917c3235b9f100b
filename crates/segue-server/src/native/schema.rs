//! OpenAPI schemas of the JSON of the engine, which knows nothing of OpenAPI, and of a vector as a body. These types are
//! never constructed; schemathesis checks them against real responses (`crates/segue-cli/tests/serve/clients.rs`).

#![allow(dead_code)]

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::attributes::AudioFeatures;

/// A track
#[derive(ToSchema)]
pub(crate) struct Track {
    /// Its id, for Spotify's catalogue 22 letters and digits.
    track_id: String,
    /// The title.
    track_name: String,
    /// The artists' names.
    artists: Vec<String>,
    /// The album's title, where it is known.
    #[schema(required = true)]
    album_name: Option<String>,
    /// The genre that it was first listed under.
    #[schema(required = true)]
    track_genre: Option<String>,
    /// All genres that it was listed under.
    genres: Vec<String>,
    /// Popularity, 0 to 100, where it is known.
    #[schema(required = true)]
    popularity: Option<i32>,
    /// Length in milliseconds, where it is known.
    #[schema(required = true)]
    duration_ms: Option<i32>,
    /// Whether the lyrics are explicit, where it is known.
    #[schema(required = true)]
    explicit: Option<bool>,
    /// The code of the recording (ISRC), if it is known.
    isrc: Option<String>,
}

/// A track with its audio features
#[derive(ToSchema)]
pub(crate) struct TrackWithFeatures {
    #[schema(inline)]
    #[serde(flatten)]
    track: Track,
    /// The audio features, in Spotify's units.
    audio_features: AudioFeatures,
}

/// A vector as a seed
///
/// The components, little-endian numbers of 32 bits (`f32`), 4 bytes each: as many as the vector column has.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, min_length = 4)]
pub(crate) struct VectorBytes(Vec<u8>);

/// A component of a vector
#[derive(ToSchema)]
#[schema(value_type = f32, minimum = -3.4028234e38, maximum = 3.4028234e38)]
pub(crate) struct Component(f32);

/// The row number of a track in the catalogue
#[derive(ToSchema)]
#[schema(value_type = u64, minimum = 0, maximum = 9007199254740991_i64)]
pub(crate) struct RowNumber(u64);

/// Recommended tracks
#[derive(ToSchema)]
pub(crate) struct Recommendations {
    /// The track that was asked about, if it was one track.
    seed: Option<Track>,
    /// What was asked about otherwise.
    seeds: Option<Vec<SeedView>>,
    /// The profile that compared tracks.
    profile: String,
    /// Why there are fewer tracks than requested, or that a seed is itself excluded.
    note: Option<String>,
    /// The tracks, the best first unless they are spaced.
    recommendations: Vec<Recommendation>,
}

/// One of several seeds
#[derive(ToSchema)]
pub(crate) struct SeedView {
    /// How much it counts; negative if tracks should be unlike it.
    weight: f64,
    track: Option<Track>,
    artist: Option<String>,
    genre: Option<String>,
    features: Option<serde_json::Value>,
    /// The number of components, if the seed is a vector.
    dimension: Option<usize>,
}

/// A recommended track
#[derive(ToSchema)]
pub(crate) struct Recommendation {
    /// Its place in the list, from 1.
    #[schema(minimum = 1)]
    rank: usize,
    /// The similarity to the seed, -1 to 1, greater is closer.
    similarity: f64,
    #[schema(inline)]
    #[serde(flatten)]
    track: Track,
    /// Why it is recommended, if that was asked.
    why: Option<Why>,
}

/// Why a track is recommended
#[derive(ToSchema)]
pub(crate) struct Why {
    /// The reasons in words, at most three, the weightiest first, and the contrast if there is one.
    phrase: String,
    /// Of several seeds, the id of the track that the phrase compares it with: the most similar one.
    seed: Option<String>,
    /// What each aspect adds to the similarity; they sum up to it.
    contributions: BTreeMap<String, f64>,
}

/// How tracks match a text
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum Matching {
    /// By their words, the most likely first.
    Ranked,
    /// They contain the text.
    Contains,
    /// They match a regular expression.
    Regex,
}

/// One page of what a search found
#[derive(ToSchema)]
pub(crate) struct SearchResults {
    query: String,
    /// How many match, on all pages.
    #[schema(minimum = 0)]
    total: usize,
    /// How the query was interpreted, if not literally.
    note: Option<String>,
    tracks: Vec<FoundTrack>,
    facets: Option<Facets>,
}

/// A track that was found
#[derive(ToSchema)]
pub(crate) struct FoundTrack {
    #[schema(inline)]
    #[serde(flatten)]
    track: Track,
    /// How many other releases of the same song match.
    #[schema(minimum = 0)]
    other_releases: Option<usize>,
}

/// The most frequent genres and artists of what was found
#[derive(ToSchema)]
pub(crate) struct Facets {
    genres: Vec<Count>,
    artists: Vec<Count>,
}

/// A path of tracks
#[derive(ToSchema)]
pub(crate) struct Path {
    /// The profile that compared tracks.
    profile: String,
    /// The tracks in order, both ends among them.
    #[schema(min_items = 2)]
    tracks: Vec<PathTrack>,
}

/// A track on a path
#[derive(ToSchema)]
pub(crate) struct PathTrack {
    /// Its place on the path, from 1.
    #[schema(minimum = 1)]
    rank: usize,
    /// The similarity to the track before it; 1 for the first.
    similarity: f64,
    #[schema(inline)]
    #[serde(flatten)]
    track: Track,
}

/// Tracks, and where they are on the map
#[derive(ToSchema)]
pub(crate) struct PlacedTracks {
    tracks: Vec<Option<PlacedTrack>>,
}

/// A track, and where it is on the map
#[derive(ToSchema)]
pub(crate) struct PlacedTrack {
    /// Its row number in the catalogue.
    #[schema(minimum = 0)]
    row: u32,
    /// From 0, left, to 1; null if the index has no map.
    #[schema(required = true, minimum = 0, maximum = 1)]
    x: Option<f32>,
    /// From 0, below, to 1; null if the index has no map.
    #[schema(required = true, minimum = 0, maximum = 1)]
    y: Option<f32>,
    #[schema(inline)]
    #[serde(flatten)]
    track: Track,
}

/// What is on the map of the tracks
#[derive(ToSchema)]
pub(crate) struct TracksMap {
    /// How many tracks are on it.
    #[schema(minimum = 0)]
    tracks: usize,
    /// The number of the build that wrote the index; null if it was built in memory.
    #[schema(required = true)]
    generation: Option<u64>,
    /// The profile that says which tracks are alike.
    profile: String,
    /// The most tracks of a tile.
    #[schema(minimum = 1)]
    tile_tracks: usize,
    /// The number of levels of tiles.
    #[schema(minimum = 1)]
    levels: u8,
    /// The genres, those with most tracks first; tiles name them by their place in this list, from 0.
    genres: Vec<GenreLabel>,
}

/// The label of a genre on the map
#[derive(ToSchema)]
pub(crate) struct GenreLabel {
    /// The genre, as `track_genre` has it.
    name: String,
    /// How many tracks it has.
    #[schema(minimum = 1)]
    tracks: usize,
    /// Where most of them are, from 0, left, to 1.
    #[schema(minimum = 0, maximum = 1)]
    x: f32,
    /// Where most of them are, from 0, below, to 1.
    #[schema(minimum = 0, maximum = 1)]
    y: f32,
}

/// A tile of the map
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct TileBytes(Vec<u8>);

/// A format of playlist files
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum PlaylistFormat {
    /// M3U, as UTF-8.
    M3u8,
    /// The XML of xspf.org.
    Xspf,
    /// XSPF as JSON.
    Jspf,
    /// A table with a header.
    Csv,
    /// A track a line.
    Uris,
}

/// A format of playlist files that can be read
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ReadFormat {
    /// M3U.
    M3u8,
    /// The XML of xspf.org.
    Xspf,
    /// XSPF as JSON.
    Jspf,
    /// A table with a header.
    Csv,
    /// A track a line.
    Uris,
    /// PLS, as of Winamp.
    Pls,
    /// WPL and ZPL, of Windows Media Player and Zune.
    Wpl,
    /// A CUE sheet.
    Cue,
    /// The XML of Apple Music.
    Plist,
    /// Exports of Spotify, Last.fm and ListenBrainz.
    Json,
}

/// How an entry of a playlist was found, the surest first
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FoundBy {
    /// By its id.
    Id,
    /// By its ISRC.
    Isrc,
    /// By title and artist as they are written.
    Name,
    /// By title and artist without additions, such as numbers, guests, editions.
    Undecorated,
    /// By its title alone, as no artist is named.
    Title,
    /// By its words in any order.
    Words,
    /// By title and artist with typos.
    Typos,
}

/// A playlist file
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct PlaylistBytes(Vec<u8>);

/// What of a playlist file the catalogue has
#[derive(ToSchema)]
pub(crate) struct FoundPlaylists {
    /// The playlists of the file, at least one.
    playlists: Vec<FoundPlaylist>,
}

/// What of a playlist the catalogue has
#[derive(ToSchema)]
pub(crate) struct FoundPlaylist {
    /// Its name, if the file has one.
    #[schema(required = true)]
    name: Option<String>,
    /// How many of its tracks the catalogue has.
    #[schema(minimum = 0)]
    found: usize,
    /// How many it does not have.
    #[schema(minimum = 0)]
    missing: usize,
    /// The tracks in the order of the file, repetitions included.
    entries: Vec<PlaylistEntry>,
}

/// A track of a playlist file
#[derive(ToSchema)]
pub(crate) struct PlaylistEntry {
    /// Where it is in the file.
    #[schema(example = "line 3")]
    place: String,
    /// What the file says of it, the first 80 characters of title and artist.
    #[schema(example = "The Weeknd - Blinding Lights")]
    mention: String,
    /// The track; null if the catalogue does not have it.
    #[schema(required = true)]
    track: Option<Track>,
    /// How it was found; null if it was not.
    #[schema(required = true)]
    by: Option<FoundBy>,
    /// Why there is none.
    #[schema(required = true)]
    problem: Option<String>,
}

/// A name and its number of tracks
#[derive(ToSchema)]
pub(crate) struct Count {
    name: String,
    #[schema(minimum = 1)]
    count: usize,
}

/// The genres of the catalogue
#[derive(ToSchema)]
pub(crate) struct Genres {
    genres: Vec<Count>,
}
