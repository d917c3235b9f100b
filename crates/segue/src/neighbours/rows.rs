//! Sets of rows: which tracks may be found.

use crate::catalogue::Row;

/// A set of rows of a catalogue, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    len: usize,
}

impl RowSet {
    /// The rows below `rows` for which `contains` holds; cost is one call a row.
    pub fn of(rows: usize, mut contains: impl FnMut(Row) -> bool) -> Self {
        let mut words = vec![0u64; rows.div_ceil(64)];
        let mut len = 0;
        for (word, first) in words.iter_mut().zip((0u32..).step_by(64)) {
            for bit in 0..64u32.min((rows as u32).saturating_sub(first)) {
                if contains(Row(first + bit)) {
                    *word |= 1 << bit;
                    len += 1;
                }
            }
        }
        Self { words, len }
    }

    /// How many rows are in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a row is in it.
    #[inline]
    pub fn contains(&self, row: Row) -> bool {
        self.words.get(row.index() / 64).is_some_and(|word| word >> (row.index() % 64) & 1 == 1)
    }

    /// Its rows, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        self.words.iter().zip((0u32..).step_by(64)).flat_map(|(word, first)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(Row(first + bit))
            })
        })
    }
}

/// Which tracks may be found: all by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Among<'a> {
    /// Not this one.
    pub except: Option<Row>,
    /// Only these.
    pub within: Option<&'a RowSet>,
}

impl Among<'_> {
    /// All but one row.
    pub fn all_but(row: Row) -> Self {
        Self { except: Some(row), within: None }
    }

    /// How many of so many rows may be found.
    pub fn count(&self, rows: usize) -> usize {
        let allowed = self.within.map_or(rows, RowSet::len);
        let excepted = self
            .except
            .is_some_and(|row| row.index() < rows && self.within.is_none_or(|within| within.contains(row)));
        allowed - usize::from(excepted)
    }

    /// Whether a row may be found.
    #[inline]
    pub fn contains(&self, row: Row) -> bool {
        self.except != Some(row) && self.within.is_none_or(|rows| rows.contains(row))
    }
}
