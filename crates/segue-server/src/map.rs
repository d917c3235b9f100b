//! What the service derives from the map of an index: the labels of genres, and which genre each track has.

use std::collections::HashMap;

use segue::catalogue::TextField;
use segue::map::{GenreLabel, labels};
use segue::{Index, Row};

/// The number of a track without a genre.
pub(crate) const NO_GENRE: u16 = u16::MAX;

/// The genres on a map.
#[derive(Debug)]
pub(crate) struct MapGenres {
    /// Those with most tracks first; the place in this list is the number of a genre.
    pub(crate) labels: Vec<GenreLabel>,
    /// The number of each track's genre, by row.
    numbers: Vec<u16>,
}

impl MapGenres {
    /// Reads every track once; `None` if the index has no map.
    pub(crate) fn of(index: &Index) -> Result<Option<Self>, segue::Error> {
        if index.map().is_none() {
            return Ok(None);
        }
        let labels = labels(index)?;
        // Further genres, of which no catalogue has so many, are drawn as none.
        let numbered = labels.iter().map(|label| label.genre.as_str()).zip(0..NO_GENRE);
        let numbers: HashMap<&str, u16> = numbered.collect();
        let of_row = |row| {
            let genre = index.catalogue().text(TextField::TrackGenre, row)?;
            Ok(genre.and_then(|genre| numbers.get(genre)).copied().unwrap_or(NO_GENRE))
        };
        let numbers = index.catalogue().rows().map(of_row).collect::<Result<_, segue::Error>>()?;
        Ok(Some(Self { labels, numbers }))
    }

    /// The number of a track's genre, [`NO_GENRE`] if it has none.
    pub(crate) fn number(&self, row: Row) -> u16 {
        self.numbers.get(row.0 as usize).copied().unwrap_or(NO_GENRE)
    }
}
