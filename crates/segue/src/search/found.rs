//! The result of a search, and its ranking: a total order.

use crate::catalogue::Row;

/// How a track matches; better is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    /// Some of the words match.
    Some,
    /// All words match, some of them with typos.
    Typos,
    /// All words match.
    Words,
    /// The query is a whole title, a whole artist or a whole genre.
    Whole,
    /// The query is a whole title and a whole artist.
    TitleAndArtist,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) row: Row,
    /// Other releases of the same song that were found.
    pub(crate) others: usize,
}

#[derive(Debug)]
pub(crate) struct Found {
    /// All hits, unordered; and for each the number of other releases of its song that match.
    pub(super) hits: Vec<(Key, u32)>,
    /// A message to the user, if the query was not searched as it was written.
    pub(crate) note: Option<String>,
}

impl Found {
    /// The number of songs found, or of tracks if all releases were asked for.
    pub(crate) fn len(&self) -> usize {
        self.hits.len()
    }

    pub(crate) fn best(&self) -> Option<Match> {
        self.hits.iter().map(|(key, _)| key).max().map(|key| key.matched())
    }

    /// How many match as well as the best, apart from popularity and row.
    pub(crate) fn alike(&self) -> usize {
        let best = self.hits.iter().map(|(key, _)| key.fit()).max();
        self.hits.iter().filter(|(key, _)| Some(key.fit()) == best).count()
    }

    /// A page of the ranked hits, from `offset` on.
    pub(crate) fn page(&mut self, offset: usize, limit: usize) -> Vec<Hit> {
        let end = offset.saturating_add(limit).min(self.hits.len());
        if let Some(last) = end.checked_sub(1) {
            self.hits.select_nth_unstable_by(last, |a, b| b.cmp(a));
        }
        let hits = self.hits.get_mut(..end).unwrap_or_default();
        hits.sort_unstable_by(|a, b| b.cmp(a));
        let hits = hits.iter().skip(offset);
        hits.map(|(key, others)| Hit { row: key.row(), others: *others as usize }).collect()
    }

    /// All rows that were found, unordered.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        self.hits.iter().map(|(key, _)| key.row())
    }
}

/// The sort key of a hit, packed into one integer; better is greater. From the highest bits: [`Match`], the sum of
/// the scores of its words, popularity, row (lower is better).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u128);

impl Key {
    pub(super) fn new(matched: Match, score: u32, popularity: i32, row: u32) -> Self {
        // An order-preserving map from i32 to u32.
        let popularity = popularity.cast_unsigned() ^ 1 << 31;
        let score = if matched >= Match::Whole { 0 } else { score };
        let matched = matched as u128;
        Self(matched << 96 | u128::from(score) << 64 | u128::from(popularity) << 32 | u128::from(!row))
    }

    pub(super) fn row(self) -> Row {
        Row(!(self.0 as u32))
    }

    /// All but popularity and row.
    fn fit(self) -> u128 {
        self.0 >> 64
    }

    fn matched(self) -> Match {
        match self.0 >> 96 {
            0 => Match::Some,
            1 => Match::Typos,
            2 => Match::Words,
            3 => Match::Whole,
            _ => Match::TitleAndArtist,
        }
    }
}
