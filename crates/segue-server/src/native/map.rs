//! `GET /api/v1/map`: what is on the map of the tracks; and `GET /api/v1/map/tiles/{z}/{x}/{y}`: the tracks in a square of it.

use axum::response::Response;
use segue::map::Genres;
use segue::{Attribute, Row, TrackMap};
use serde::Serialize;

use super::schema;
use crate::answer::Answer;
use crate::ask::GetRequest;
use crate::fault::{Fault, FaultKind, Problem};
use crate::metrics::QueryKind;
use crate::params::clipped;
use crate::path::Texts;
use crate::service::ServedIndex;

/// The most tracks of a tile.
const TILE_TRACKS: usize = 200_000;
/// The media type of tiles.
const TILE: &str = "application/vnd.segue.tile";
/// How a tile begins: what it is, and the version of the format.
const MAGIC: &[u8; 4] = b"SGT1";
/// The number of a track without a genre.
const NO_GENRE: u16 = u16::MAX;
/// The number of a popularity that is not known.
const UNKNOWN: u8 = u8::MAX;

#[derive(Serialize)]
struct MapFacts<'a> {
    tracks: usize,
    generation: Option<u64>,
    profile: &'a str,
    tile_tracks: usize,
    levels: u8,
    genres: Vec<GenreFacts<'a>>,
}

#[derive(Serialize)]
struct GenreFacts<'a> {
    name: &'a str,
    tracks: usize,
    x: f32,
    y: f32,
}

/// The map
///
/// What is on the map of the tracks, in which those lie near each other that are alike: how many, and the labels of genres,
/// each where most of its tracks are. Coordinates go from 0, left and below, to 1.
#[utoipa::path(
    get,
    path = "/api/v1/map",
    tag = "map",
    responses(
        (status = 200, description = "What is on the map", body = schema::TracksMap),
        (status = "4XX", description = "Client error; 404 `no_map` if the index has no map", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn map(request: GetRequest) -> Result<Response, Fault> {
    request.params()?.none_left()?;
    let question = |served: &ServedIndex| {
        let (map, genres) = map_of(served)?;
        let facts = genres.labels().iter().map(|label| GenreFacts {
            name: &label.genre,
            tracks: label.tracks,
            x: label.x,
            y: label.y,
        });
        Answer::json(&MapFacts {
            tracks: map.len(),
            generation: served.recommender.index().generation(),
            profile: map.profile(),
            tile_tracks: TILE_TRACKS,
            levels: TrackMap::DEEPEST + 1,
            genres: facts.collect(),
        })
    };
    request.get(QueryKind::Map, question).await
}

/// A tile of the map
///
/// The tracks in a square of the map, whose sides are 2 to the power of -z. Where there are more than 200,000, it is an even
/// sample, all of which is also in the tiles of deeper levels. All numbers are little-endian. The body is `SGT1`, the number n
/// of tracks in it, and the number of all tracks in the square (32 bits each); then n bytes of each of: the row number less
/// that of the track before (4 planes, the lowest byte first), x and y as parts of 65,535 of the whole map (2 planes each),
/// the number of the genre in `/api/v1/map` (2 planes, 65,535 for none), and the popularity (255 if it is not known).
#[utoipa::path(
    get,
    path = "/api/v1/map/tiles/{z}/{x}/{y}",
    tag = "map",
    params(
        ("z" = u8, Path, description = "The level: 0 is the whole map, in one square", minimum = 0, maximum = 16),
        ("x" = u32, Path, description = "The square, from the left", minimum = 0, maximum = 65535),
        ("y" = u32, Path, description = "The square, from below", minimum = 0, maximum = 65535),
    ),
    responses(
        (status = 200, description = "The tile", body = schema::TileBytes, content_type = "application/vnd.segue.tile"),
        (status = "4XX", description = "Client error; 404 `no_map` if the index has no map", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn tile(
    request: GetRequest,
    Texts((z, x, y)): Texts<(String, String, String)>,
) -> Result<Response, Fault> {
    request.params()?.none_left()?;
    let z = number("z", &z, u32::from(TrackMap::DEEPEST))?;
    let most = (1 << z) - 1;
    let square = |name, text: &str| match number(name, text, (1 << TrackMap::DEEPEST) - 1)? {
        number if number <= most => Ok(number),
        number => {
            let problem = format!("{name} is {number}, 0 to {most} are on level {z}");
            Err(Fault::new(FaultKind::Tile, problem))
        }
    };
    let (x, y) = (square("x", &x)?, square("y", &y)?);
    let question = move |served: &ServedIndex| {
        let (map, genres) = map_of(served)?;
        let tile = map.tile(z as u8, x, y, TILE_TRACKS);
        let bytes = tile_of(served, map, genres, &tile.rows, tile.total)?;
        Ok(Answer::bytes(TILE, bytes).among(tile.rows.len()))
    };
    request.get(QueryKind::Map, question).await
}

fn number(name: &str, text: &str, most: u32) -> Result<u32, Fault> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| is_plain && *number <= most);
    let wanted = || format!("a number from 0 to {most} was wanted, not {:?}", clipped(text));
    number.ok_or_else(|| Fault::parameter(name, wanted()))
}

/// The map of the index being served.
fn map_of(served: &ServedIndex) -> Result<(&TrackMap, &Genres), Fault> {
    match served.recommender.index().map() {
        Some(map) => Ok((map, &served.map_genres)),
        None => {
            let way_out = match served.recommender.index().generation() {
                Some(_) => "this index has no map; segue map -i INDEX adds one",
                None => "a file of tracks has no map; segue build FILE --map makes an index that has one",
            };
            Err(Fault::new(FaultKind::Map, way_out))
        }
    }
}

/// The body of a tile with these rows, of `total` tracks in its square.
fn tile_of(
    served: &ServedIndex,
    map: &TrackMap,
    genres: &Genres,
    rows: &[Row],
    total: usize,
) -> Result<Vec<u8>, Fault> {
    let catalogue = served.recommender.index().catalogue();
    let has_popularity = crate::columns::has(&served.columns, Attribute::Popularity);
    let (mut deltas, mut xs, mut ys) = (Vec::new(), Vec::new(), Vec::new());
    let (mut numbers, mut popularities) = (Vec::new(), Vec::with_capacity(rows.len()));
    let mut before = 0;
    for row in rows {
        let damaged =
            || Fault::new(FaultKind::Internal, format!("the place of row {} is not on the map", row.0));
        let [x, y] = map.place(*row).ok_or_else(damaged)?.map(|place| (place * 65_535.0).round() as u16);
        deltas.push(row.0 - before);
        xs.push(x);
        ys.push(y);
        // Further genres, of which no catalogue has so many, are drawn as none.
        let genre = genres.number(*row).and_then(|number| u16::try_from(number).ok());
        numbers.push(genre.unwrap_or(NO_GENRE));
        let popularity = match has_popularity {
            true => catalogue.number(Attribute::Popularity.name(), *row)?,
            false => None,
        };
        popularities.push(popularity.map_or(UNKNOWN, |value| value.round().clamp(0.0, 100.0) as u8));
        before = row.0;
    }
    let mut bytes = Vec::with_capacity(12 + 11 * rows.len());
    bytes.extend_from_slice(MAGIC);
    for count in [rows.len(), total] {
        bytes.extend_from_slice(&(count as u32).to_le_bytes());
    }
    for shift in [0, 8, 16, 24] {
        bytes.extend(deltas.iter().map(|delta| (delta >> shift) as u8));
    }
    for plane in [&xs, &ys, &numbers] {
        for shift in [0, 8] {
            bytes.extend(plane.iter().map(|value| (value >> shift) as u8));
        }
    }
    bytes.extend(popularities);
    Ok(bytes)
}
