//! The popularity of seeds: whether results are as good for what few people hear as for hits.

use serde::Serialize;

use super::TestPlaylist;
use super::lists::EvalContext;
use super::measures::Measure;

/// The songs of all playlists by popularity, in three parts of about the same size: head, middle and tail. A song
/// counts once per playlist; songs of unknown popularity are in no part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PopularityParts {
    /// The least popularity of the head.
    pub head_from: f64,
    /// The least popularity of the middle; what is less popular is in the tail.
    pub middle_from: f64,
    /// The number of songs in the head.
    pub head: usize,
    /// The number of songs in the middle.
    pub middle: usize,
    /// The number of songs in the tail.
    pub tail: usize,
}

impl PopularityParts {
    /// The measures of the parts.
    pub(super) const MEASURES: [Measure; 3] =
        [Measure::HeadPrecisionAt10, Measure::MiddlePrecisionAt10, Measure::TailPrecisionAt10];

    /// The parts; `None` if the popularity of no song is known.
    pub(super) fn of(context: &EvalContext<'_>, playlists: &[TestPlaylist]) -> Option<Self> {
        let songs = playlists.iter().flat_map(|playlist| &playlist.rows);
        let known = songs.map(|row| context.popularity(*row)).filter(|popularity| !popularity.is_nan());
        let mut sorted: Vec<f64> = known.collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let middle_from = *sorted.get(sorted.len() / 3)?;
        let head_from = *sorted.get(sorted.len() * 2 / 3)?;
        let tail = sorted.partition_point(|popularity| *popularity < middle_from);
        let below_head = sorted.partition_point(|popularity| *popularity < head_from);
        Some(Self {
            head_from,
            middle_from,
            head: sorted.len() - below_head,
            middle: below_head - tail,
            tail,
        })
    }

    /// The measure that a seed of this popularity belongs to.
    pub(super) fn measure(&self, popularity: f64) -> Option<Measure> {
        match popularity {
            unknown if unknown.is_nan() => None,
            head if head >= self.head_from => Some(Measure::HeadPrecisionAt10),
            middle if middle >= self.middle_from => Some(Measure::MiddlePrecisionAt10),
            _ => Some(Measure::TailPrecisionAt10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Song, index, rows};
    use super::*;

    #[test]
    fn songs_are_parted_by_popularity() {
        let songs = [10.0, 20.0, 20.0, 30.0, 60.0, 60.0, f64::NAN];
        let index = index(&songs.map(|popularity| Song("A", popularity, 0.5, popularity.max(0.0))));
        let context = EvalContext::new(&index).unwrap();
        let playlists = [TestPlaylist { rows: rows([0, 1, 3, 4, 6]) }, TestPlaylist { rows: rows([5, 0]) }];
        let parts = PopularityParts::of(&context, &playlists).unwrap();
        // 10, 10, 20, 30, 60, 60.
        assert_eq!((parts.middle_from, parts.head_from), (20.0, 60.0));
        assert_eq!((parts.tail, parts.middle, parts.head), (2, 2, 2));
        let measures = [19.0, 20.0, 59.0, 60.0].map(|popularity| parts.measure(popularity));
        let [head, middle, tail] = PopularityParts::MEASURES.map(Some);
        assert_eq!(measures, [tail, middle, middle, head]);
        assert_eq!(parts.measure(f64::NAN), None);
        assert_eq!(PopularityParts::of(&context, &[TestPlaylist { rows: rows([6]) }]), None);
    }
}
