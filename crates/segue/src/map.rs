//! What is drawn on a map of the tracks: where genres lie, and their colours.

use std::collections::HashMap;

pub use crate::layout::{Tile, TrackMap};

use crate::catalogue::{Row, TextField};
use crate::error::Result;
use crate::index::Index;

/// The label of a genre: its name at the densest place of its tracks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GenreLabel {
    /// The name, as `track_genre` has it.
    pub genre: String,
    /// How many tracks are of this genre first of all.
    pub tracks: usize,
    /// Where most of them are, 0 (left) to 1.
    pub x: f32,
    /// Where most of them are, 0 (below) to 1.
    pub y: f32,
}

impl GenreLabel {
    /// The hue of the genre's tracks; see [`hue`].
    pub fn hue(&self) -> f64 {
        hue([self.x, self.y])
    }
}

/// The squares in which tracks are counted to find the densest place, along each side.
const SQUARES: usize = 64;

/// The genres (`track_genre`) that have tracks on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Genres {
    labels: Vec<GenreLabel>,
    /// The number of each track's genre, by row; [`NO_GENRE`] if it has none.
    numbers: Vec<u32>,
}

const NO_GENRE: u32 = u32::MAX;

impl Genres {
    /// The genres on the map of an index; none if it has no map.
    ///
    /// The densest place of a genre is found by counting its tracks in 64 times 64 squares: of the square of 3 by 3 of them
    /// that has most, the mean of the tracks. The cost is linear in the number of tracks.
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) if the catalogue's file is damaged.
    pub fn of(index: &Index) -> Result<Self> {
        let Some(map) = index.map() else { return Ok(Self { labels: Vec::new(), numbers: Vec::new() }) };
        /// A genre with its number in the order in which genres are met.
        struct Met<'a> {
            number: usize,
            genre: &'a str,
            places: Vec<[f32; 2]>,
        }
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let mut genres: Vec<Met<'_>> = Vec::new();
        let mut numbers: Vec<Option<usize>> = Vec::with_capacity(index.len());
        for row in index.catalogue().rows() {
            let genre = index.catalogue().text(TextField::TrackGenre, row)?;
            let Some((genre, place)) = genre.zip(map.place(row)) else {
                numbers.push(None);
                continue;
            };
            let number = *by_name.entry(genre).or_insert(genres.len());
            match genres.get_mut(number) {
                Some(met) => met.places.push(place),
                None => genres.push(Met { number, genre, places: vec![place] }),
            }
            numbers.push(Some(number));
        }
        genres.sort_by(|a, b| b.places.len().cmp(&a.places.len()).then_with(|| a.genre.cmp(b.genre)));
        let mut places = vec![NO_GENRE; genres.len()];
        for (met, place) in genres.iter().zip(0..) {
            if let Some(number) = places.get_mut(met.number) {
                *number = place;
            }
        }
        let place = |number: Option<usize>| number.and_then(|number| places.get(number)).copied();
        let numbers = numbers.into_iter().map(|number| place(number).unwrap_or(NO_GENRE)).collect();
        let label = |Met { genre, places, .. }: Met<'_>| {
            let [x, y] = densest(&places);
            GenreLabel { genre: genre.to_owned(), tracks: places.len(), x, y }
        };
        Ok(Self { labels: genres.into_iter().map(label).collect(), numbers })
    }

    /// The labels, those with most tracks first, then by name.
    pub fn labels(&self) -> &[GenreLabel] {
        &self.labels
    }

    /// The place of a track's genre in [`Self::labels`]; `None` if it has no genre.
    pub fn number(&self, row: Row) -> Option<usize> {
        self.numbers.get(row.index()).filter(|number| **number != NO_GENRE).map(|number| *number as usize)
    }
}

/// The mean of the places in the square of 3 by 3 squares that has most of them; of equals, the lowest, then the leftmost.
fn densest(places: &[[f32; 2]]) -> [f32; 2] {
    let square = |value: f32| ((value * SQUARES as f32) as usize).min(SQUARES - 1);
    // With a border, so that every square has eight around it.
    let width = SQUARES + 2;
    let at = |[x, y]: [f32; 2]| (square(y) + 1) * width + square(x) + 1;
    let mut counts = vec![0u32; width * width];
    for place in places {
        if let Some(count) = counts.get_mut(at(*place)) {
            *count += 1;
        }
    }
    let around =
        |middle: usize| [middle - width, middle, middle + width].into_iter().flat_map(|row| row - 1..row + 2);
    let near = |middle: usize| around(middle).filter_map(|at| counts.get(at)).sum::<u32>();
    let inner = (1..=SQUARES).flat_map(|row| (1..=SQUARES).map(move |column| row * width + column));
    let best = inner.rev().max_by_key(|middle| near(*middle)).unwrap_or_default();
    let (mut count, mut sum) = (0u32, [0f64; 2]);
    for place in places {
        if best > width && around(best).any(|square| square == at(*place)) {
            count += 1;
            sum = [sum[0] + f64::from(place[0]), sum[1] + f64::from(place[1])];
        }
    }
    sum.map(|sum| (sum / f64::from(count.max(1))) as f32)
}

/// The hue of a place, in degrees, 0 to 360: its angle about the centre of the map, anticlockwise from the right, so that
/// genres that lie near each other have similar colours. The centre itself has 0.
pub fn hue([x, y]: [f32; 2]) -> f64 {
    let degrees = libm::atan2(f64::from(y) - 0.5, f64::from(x) - 0.5).to_degrees();
    if degrees < 0.0 { degrees + 360.0 } else { degrees }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_where_most_tracks_are() {
        let mut places = vec![[0.101, 0.9]; 10];
        places.extend((0..100).map(|at| [at as f32 / 100.0, 0.3]));
        let [x, y] = densest(&places);
        assert!((x - 0.101).abs() < 1e-6 && (y - 0.9).abs() < 1e-6, "{x} {y}");
        assert_eq!(densest(&[[1.0, 0.0]]), [1.0, 0.0]);
        assert_eq!(densest(&[[0.0, 1.0], [0.0, 1.0]]), [0.0, 1.0]);
    }

    #[test]
    fn the_hue_is_the_angle_about_the_centre() {
        for (place, degrees) in [
            ([0.9, 0.5], 0.0),
            ([0.5, 0.9], 90.0),
            ([0.1, 0.5], 180.0),
            ([0.5, 0.0], 270.0),
            ([0.5, 0.5], 0.0),
        ] {
            assert!((hue(place) - degrees).abs() < 1e-4, "{place:?}: {}", hue(place));
        }
    }
}
