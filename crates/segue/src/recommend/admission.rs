//! [`Admission`]: which tracks a list may have beside those that it has. Recommendations, paths and evaluated lists all
//! go by it; quotas of artists and albums are not its matter.

use hashbrown::HashSet;

use crate::catalogue::Row;
use crate::songs::{Kinds, Songs};

/// What a list has at most one track of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListedOnce {
    /// A song: one release of each recording.
    Song,
    /// A work: one version of each.
    Work,
}

/// Admits one track of each song or work, none of those of the seeds, and only kinds that are welcome.
#[derive(Debug, Clone)]
pub(crate) struct Admission<'a> {
    songs: &'a Songs,
    once: ListedOnce,
    /// The kinds that tracks may be of; `None` if any.
    welcome: Option<Kinds>,
    /// The songs or works that are listed already, and those of the seeds.
    taken: HashSet<Row>,
}

impl<'a> Admission<'a> {
    /// For a list without a track yet.
    pub(crate) fn new(
        songs: &'a Songs,
        once: ListedOnce,
        welcome: Option<Kinds>,
        seeds: impl IntoIterator<Item = Row>,
    ) -> Self {
        let mut new = Self { songs, once, welcome, taken: HashSet::new() };
        seeds.into_iter().for_each(|seed| new.take(seed));
        new
    }

    fn group(&self, row: Row) -> Row {
        match self.once {
            ListedOnce::Song => self.songs.song_of(row),
            ListedOnce::Work => self.songs.work_of(row),
        }
    }

    /// Whether the list may have a track.
    pub(crate) fn admits(&self, row: Row) -> bool {
        let is_welcome = self.welcome.is_none_or(|welcome| welcome.has(self.songs.kinds_of(row)));
        is_welcome && !self.taken.contains(&self.group(row))
    }

    /// Counts a track as listed.
    pub(crate) fn take(&mut self, row: Row) {
        self.taken.insert(self.group(row));
    }

    /// Counts a track as listed and returns true, if the list may have it.
    pub(crate) fn admit(&mut self, row: Row) -> bool {
        let admits = self.admits(row);
        if admits {
            self.take(row);
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows 0 and 1 are releases of a song, 2 is another version, 3 and 4 are other works; 4 is seasonal.
    fn songs() -> Songs {
        Songs::from_numbers(
            vec![0, 0, 2, 3, 4].into(),
            vec![0, 0, 0, 3, 4].into(),
            vec![0, 0, 0, 0, 1].into(),
        )
    }

    fn admitted(mut admission: Admission<'_>) -> Vec<u32> {
        (0..5).filter(|row| admission.admit(Row(*row))).collect()
    }

    #[test]
    fn a_list_has_each_song_or_work_once() {
        let songs = songs();
        let of = |once, seeds: &[u32]| {
            admitted(Admission::new(&songs, once, None, seeds.iter().copied().map(Row)))
        };
        assert_eq!(of(ListedOnce::Song, &[]), [0, 2, 3, 4]);
        assert_eq!(of(ListedOnce::Song, &[1]), [2, 3, 4]);
        assert_eq!(of(ListedOnce::Work, &[]), [0, 3, 4]);
        assert_eq!(of(ListedOnce::Work, &[2, 3]), [4]);
    }

    #[test]
    fn a_list_has_only_welcome_kinds() {
        let songs = songs();
        let of = |welcome| admitted(Admission::new(&songs, ListedOnce::Work, Some(welcome), [Row(3)]));
        assert_eq!(of(Kinds::default()), [0]);
        assert_eq!(of(Kinds::SPOKEN), [0]);
        assert_eq!(of(Kinds::SEASONAL | Kinds::SPOKEN), [0, 4]);
    }
}
