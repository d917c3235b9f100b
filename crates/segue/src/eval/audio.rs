//! How differently tracks sound: distances in their audio attributes.

use crate::catalogue::{Attribute, Row};
use crate::index::Index;

/// The audio attributes of the sonic distance.
const AUDIO: [Attribute; 9] = [
    Attribute::Danceability,
    Attribute::Energy,
    Attribute::Loudness,
    Attribute::Speechiness,
    Attribute::Acousticness,
    Attribute::Instrumentalness,
    Attribute::Liveness,
    Attribute::Valence,
    Attribute::Tempo,
];
/// How many tracks of a list are compared with its seed.
const SHORT: usize = 10;

/// The audio attributes of all tracks in standard deviations, row-major: nine per track.
pub(super) struct AudioSpace(Vec<f32>);

impl AudioSpace {
    pub(super) fn of(index: &Index) -> Self {
        let catalogue = index.catalogue();
        let mut all = vec![0f32; catalogue.len() * AUDIO.len()];
        let mut values = Vec::new();
        for (place, attribute) in AUDIO.into_iter().enumerate() {
            // What is not measured adds no distance.
            let Some(column) = catalogue.numbers(attribute).filter(|column| column.missing() == 0) else {
                continue;
            };
            let deviation = crate::model::deviation(column, catalogue.len());
            column.copy_to(0..catalogue.len(), &mut values);
            let places = all.iter_mut().skip(place).step_by(AUDIO.len());
            places.zip(&values).for_each(|(place, value)| *place = (value / deviation) as f32);
        }
        Self(all)
    }

    fn get(&self, row: Row) -> &[f32] {
        let start = row.index() * AUDIO.len();
        self.0.get(start..start + AUDIO.len()).unwrap_or_default()
    }

    fn distance(&self, a: Row, b: Row) -> f64 {
        let differences = self.get(a).iter().zip(self.get(b)).map(|(a, b)| f64::from((a - b).abs()));
        differences.sum::<f64>() / AUDIO.len() as f64
    }

    /// The mean distance of the seeds from the first ten of their lists.
    pub(super) fn to_lists<'a>(&self, lists: impl Iterator<Item = (Row, &'a [Row])>) -> f64 {
        let (sum, count) = self.sum_to_lists(lists);
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// The sum of these distances, and their number.
    pub(super) fn sum_to_lists<'a>(&self, lists: impl Iterator<Item = (Row, &'a [Row])>) -> (f64, f64) {
        let (mut sum, mut count) = (0.0, 0.0);
        for (seed, list) in lists {
            for row in list.iter().take(SHORT) {
                sum += self.distance(seed, *row);
                count += 1.0;
            }
        }
        (sum, count)
    }

    /// The mean distance between any two tracks of a list.
    pub(super) fn within(&self, list: &[Row]) -> f64 {
        let pairs = list.iter().enumerate().flat_map(|(at, a)| list.iter().skip(at + 1).map(move |b| (a, b)));
        let count = list.len() * list.len().saturating_sub(1) / 2;
        pairs.map(|(a, b)| self.distance(*a, *b)).sum::<f64>() / count.max(1) as f64
    }
}
