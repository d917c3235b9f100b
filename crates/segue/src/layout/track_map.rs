//! The map: a place for every track, and an order in which the tracks of every square of it are found.

use std::ops::Range;

use arrow_buffer::ScalarBuffer;
use rayon::prelude::*;

use super::Place;
use crate::row::Row;

/// A place in the unit square for every track, in which tracks that are alike are near each other; the y axis points
/// upwards.
///
/// The memory may be mapped files; cloning is cheap.
#[derive(Debug, Clone)]
pub struct TrackMap {
    profile: String,
    x: ScalarBuffer<f32>,
    y: ScalarBuffer<f32>,
    /// The rows in the order of their Morton codes, then of the rows.
    order: ScalarBuffer<u32>,
}

/// The tracks in a square of the map, or a sample of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tile {
    /// The tracks, ascending.
    pub rows: Vec<Row>,
    /// How many tracks are in the square.
    pub total: usize,
}

/// What a map consists of.
#[derive(Debug)]
pub(crate) struct MapParts<'a> {
    pub(crate) x: &'a ScalarBuffer<f32>,
    pub(crate) y: &'a ScalarBuffer<f32>,
    pub(crate) order: &'a ScalarBuffer<u32>,
}

impl TrackMap {
    /// The deepest level: its squares are those of the Morton codes, of which there are 65,536 along each side.
    pub const DEEPEST: u8 = 16;

    /// A map of places in the unit square, laid out by a profile.
    pub(crate) fn of(profile: &str, places: &[Place]) -> Self {
        let mut order: Vec<(u32, u32)> = places.iter().map(|place| code(*place)).zip(0..).collect();
        order.par_sort_unstable();
        Self {
            profile: profile.to_owned(),
            x: places.iter().map(|place| place[0]).collect(),
            y: places.iter().map(|place| place[1]).collect(),
            order: order.into_iter().map(|(_, row)| row).collect(),
        }
    }

    /// A map of its parts, which must have the same length; they need not make sense.
    pub(crate) fn from_parts(
        profile: &str,
        x: ScalarBuffer<f32>,
        y: ScalarBuffer<f32>,
        order: ScalarBuffer<u32>,
    ) -> Self {
        Self { profile: profile.to_owned(), x, y, order }
    }

    pub(crate) fn parts(&self) -> MapParts<'_> {
        MapParts { x: &self.x, y: &self.y, order: &self.order }
    }

    /// The number of tracks.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is no track.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the profile that says which tracks are alike.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The place of a track: x and y, both in [0, 1]. `None` if there is no such row, or its place is damaged.
    pub fn place(&self, row: Row) -> Option<[f32; 2]> {
        let place = [*self.x.get(row.index())?, *self.y.get(row.index())?];
        place.iter().all(|value| (0.0..=1.0).contains(value)).then_some(place)
    }

    /// The tracks in a square: those with `x / 2^z <= their x < (x + 1) / 2^z`, and likewise for `y`; the last squares have
    /// the edge too. `z` is 0, for the whole map, to [`Self::DEEPEST`]. A square that there is not has no tracks.
    ///
    /// If there are more than `most`, the tile has a sample, about evenly spaced: every `2^s`-th of the *whole map* in Morton
    /// order, with the least `s` that suffices. A tile of a deeper level therefore has all of the tracks in it that those above
    /// have.
    ///
    /// By binary search; the cost is linear in the number of tracks that it returns.
    pub fn tile(&self, z: u8, x: u32, y: u32, most: usize) -> Tile {
        let range = self.range(z, x, y);
        let total = range.len();
        // Of the places in the order, the multiples of a power of two.
        let multiples = |shift: u32| (range.start.div_ceil(1 << shift))..(range.end.div_ceil(1 << shift));
        let shift = (0..usize::BITS).find(|shift| multiples(*shift).len() <= most);
        let places = shift.map_or(0..0, multiples);
        let step = 1usize << shift.unwrap_or_default();
        let row = |at: usize| self.order.get(at.checked_mul(step)?).copied().map(Row);
        let mut rows: Vec<Row> = places.filter_map(row).collect();
        // A damaged order may name rows that there are not, or one twice.
        rows.retain(|row| row.index() < self.len());
        rows.sort_unstable();
        rows.dedup();
        Tile { rows, total }
    }

    /// Where the tracks of a square are in the order.
    fn range(&self, z: u8, x: u32, y: u32) -> Range<usize> {
        let squares = 1u32 << z.min(Self::DEEPEST);
        if z > Self::DEEPEST || x >= squares || y >= squares {
            return 0..0;
        }
        let first = u64::from(spread(x) | spread(y) << 1);
        let shift = 2 * (Self::DEEPEST - z);
        let code = |row: &u32| {
            let place = self.place(Row(*row)).unwrap_or_default();
            u64::from(code(place))
        };
        let start = self.order.partition_point(|row| code(row) < first << shift);
        let end = self.order.partition_point(|row| code(row) < (first + 1) << shift);
        start..end.max(start)
    }

    /// Checks that all places are in the unit square, and that the order has every row once, sorted; the error says what is
    /// wrong.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        if let Some(row) = (0..self.len() as u32).find(|row| self.place(Row(*row)).is_none()) {
            return Err(format!("the place of row {row} is not in the unit square"));
        }
        let key = |row: u32| self.place(Row(row)).map(|place| (code(place), row));
        let mut last = None;
        for row in self.order.iter() {
            match key(*row) {
                None => return Err(format!("its order has the row {row}, of {} rows", self.len())),
                Some(key) if last.is_some_and(|last| last >= key) => {
                    return Err(format!("its order is not that of the places at row {row}"));
                }
                key => last = key,
            }
        }
        match self.order.len() == self.len() {
            true => Ok(()),
            false => Err(format!("its order has {} rows, {} were expected", self.order.len(), self.len())),
        }
    }
}

/// The number of a place on the Morton curve (Morton 1966) through 65,536 times 65,536 squares: the bits of its column and
/// row of squares, interleaved.
fn code([x, y]: Place) -> u32 {
    const SQUARES: f32 = 65_536.0;
    // Exact, since the factor is a power of two. The upper edge is in the last square.
    let square = |value: f32| ((value * SQUARES) as u32).min(SQUARES as u32 - 1);
    spread(square(x)) | spread(square(y)) << 1
}

/// The lower 16 bits at the even places of 32.
fn spread(bits: u32) -> u32 {
    let bits = bits & 0xffff;
    let bits = (bits | bits << 8) & 0x00ff_00ff;
    let bits = (bits | bits << 4) & 0x0f0f_0f0f;
    let bits = (bits | bits << 2) & 0x3333_3333;
    (bits | bits << 1) & 0x5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;

    fn map(tracks: usize) -> TrackMap {
        let mut random = SplitMix64(3);
        let mut value = |at: usize| match at % 9 {
            // On the edges of squares, and at the ends.
            0 => random.below(17) as f32 / 16.0,
            1 => 0.3,
            _ => (random.next() >> 40) as f32 / (1 << 24) as f32,
        };
        let places: Vec<Place> = (0..tracks).map(|at| [value(at), value(at / 2)]).collect();
        TrackMap::of("segue", &places)
    }

    /// The rows of a square by the definition, every `step`-th of the order.
    fn oracle(map: &TrackMap, (z, x, y): (u8, u32, u32), step: usize) -> Vec<Row> {
        let squares = 2f64.powi(i32::from(z));
        let is_in = |value: f32, at: u32| {
            let place = (f64::from(value) * squares).floor().min(squares - 1.0);
            place == f64::from(at)
        };
        let sampled = map.order.iter().step_by(step).map(|row| Row(*row));
        let mut rows: Vec<Row> = sampled
            .filter(|row| map.place(*row).is_some_and(|[px, py]| is_in(px, x) && is_in(py, y)))
            .collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn a_tile_has_the_tracks_of_its_square_thinned_by_the_least_power_of_two() {
        let map = map(3000);
        map.check().unwrap();
        for z in [0u8, 1, 2, 3, 5, 16] {
            let last = (1u32 << z) - 1;
            for x in (0..=last).step_by(last.max(5) as usize / 5).chain([last]) {
                for y in (0..=last).step_by(last.max(5) as usize / 5).chain([last]) {
                    let all = oracle(&map, (z, x, y), 1);
                    for most in [0, 1, 7, 100, 5000] {
                        let tile = map.tile(z, x, y, most);
                        assert_eq!(tile.total, all.len(), "{z}/{x}/{y}");
                        let step =
                            (0..20).map(|s| 1 << s).find(|s| oracle(&map, (z, x, y), *s).len() <= most);
                        let expected = step.map_or(Vec::new(), |step| oracle(&map, (z, x, y), step));
                        assert_eq!(tile.rows, expected, "{z}/{x}/{y}, at most {most}");
                    }
                }
            }
        }
    }

    #[test]
    fn tiles_of_deeper_levels_have_what_those_above_show() {
        let map = map(3000);
        let whole: Vec<Row> = map.tile(0, 0, 0, 100).rows;
        assert!(whole.len() > 50 && whole.len() <= 100);
        let mut below: Vec<Row> = (0..4)
            .flat_map(|at| map.tile(1, at % 2, at / 2, 100).rows)
            .filter(|row| whole.contains(row))
            .collect();
        below.sort_unstable();
        assert_eq!(below, whole);
    }

    #[test]
    fn a_square_that_there_is_not_has_no_tracks() {
        let map = map(50);
        for (z, x, y) in [(0, 1, 0), (3, 0, 8), (17, 0, 0), (255, 0, 0), (16, u32::MAX, 0)] {
            assert_eq!(map.tile(z, x, y, 9), Tile { rows: vec![], total: 0 });
        }
        assert_eq!(TrackMap::of("segue", &[]).tile(0, 0, 0, 9).total, 0);
    }

    #[test]
    fn damage_is_found_and_does_no_harm() {
        let whole = map(40);
        let with = |x: Vec<f32>, order: Vec<u32>| {
            TrackMap::from_parts("segue", x.into(), whole.y.clone(), order.into())
        };
        let (x, order) = (whole.x.to_vec(), whole.order.to_vec());
        let mut swapped = order.clone();
        swapped.swap(3, 30);
        let mut twice = order.clone();
        twice[5] = twice[6];
        for (map, problem) in [
            (with(vec![f32::NAN; 40], order.clone()), "the place of row 0 is not in the unit square"),
            (with(vec![2.0; 40], order.clone()), "the place of row 0 is not in the unit square"),
            (with(x.clone(), vec![40; 40]), "its order has the row 40, of 40 rows"),
            (with(x.clone(), swapped), "its order is not that of the places"),
            (with(x.clone(), twice), "its order is not that of the places"),
        ] {
            let error = map.check().unwrap_err();
            assert!(error.starts_with(problem), "{error}");
            for z in 0..17 {
                let tile = map.tile(z, (1 << z) - 1, 0, 10);
                assert!(tile.rows.len() <= 10 && tile.rows.iter().all(|row| row.0 < 40));
            }
        }
    }
}
