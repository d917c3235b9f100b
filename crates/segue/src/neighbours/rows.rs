//! Which rows a search may find, as bitsets ([`RowSet`]), and penalties that change their ranking ([`Penalty`]).

use super::kernel::{Job, Kernel, Kernels};
use crate::row::Row;

/// A set of rows of a catalogue, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    len: usize,
}

impl RowSet {
    /// The rows below `rows` for which `contains` holds; it is called once per row.
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

    /// All rows below `rows`.
    pub fn all(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = words.last_mut().filter(|_| !rows.is_multiple_of(64)) {
            *last = (1 << (rows % 64)) - 1;
        }
        Self { words, len: rows }
    }

    /// The rows in `found`, ignoring those not below `rows`.
    pub fn from_rows(rows: usize, found: impl IntoIterator<Item = Row>) -> Self {
        let mut words = vec![0u64; rows.div_ceil(64)];
        for row in found.into_iter().filter(|row| row.index() < rows) {
            if let Some(word) = words.get_mut(row.index() / 64) {
                *word |= 1 << (row.index() % 64);
            }
        }
        Self::from_words(words)
    }

    fn from_words(words: Vec<u64>) -> Self {
        let len = words.iter().map(|word| word.count_ones() as usize).sum();
        Self { words, len }
    }

    /// The intersection of both sets.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::from_words(self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect())
    }

    /// Removes a row.
    pub fn remove(&mut self, row: Row) {
        if self.contains(row)
            && let Some(word) = self.words.get_mut(row.index() / 64)
        {
            *word &= !(1 << (row.index() % 64));
            self.len -= 1;
        }
    }

    /// Keeps the rows whose value in a column satisfies `keeps`; none beyond the end of the column.
    pub(crate) fn retain_values<T: Copy>(&mut self, values: &[T], keeps: impl Fn(T) -> bool) {
        self.retain_pairs(values, values, |value, _| keeps(value));
    }

    /// Keeps the rows whose values in two columns satisfy `keeps`.
    pub(crate) fn retain_pairs<T: Copy>(&mut self, one: &[T], other: &[T], keeps: impl Fn(T, T) -> bool) {
        Kernels::detect().run(&mut Sieve { rows: self, one, other, keeps });
    }

    /// Keeps the rows whose bit is set, 64 rows per word, the first in the lowest bit; none beyond the words.
    pub(crate) fn retain_words(&mut self, words: impl Iterator<Item = u64>) {
        let mut kept = words.chain(std::iter::repeat(0));
        self.len = 0;
        for word in &mut self.words {
            *word &= kept.next().unwrap_or_default();
            self.len += word.count_ones() as usize;
        }
    }

    /// The number of rows in the set.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a row is in the set.
    #[inline]
    pub fn contains(&self, row: Row) -> bool {
        self.words.get(row.index() / 64).is_some_and(|word| word >> (row.index() % 64) & 1 == 1)
    }

    /// The rows of the set, ascending.
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

/// Filters a set of rows by their values in two columns.
struct Sieve<'a, T, F> {
    rows: &'a mut RowSet,
    one: &'a [T],
    other: &'a [T],
    keeps: F,
}

impl<T: Copy, F: Fn(T, T) -> bool> Job for Sieve<'_, T, F> {
    #[inline(always)]
    fn run<K: Kernel>(&mut self, _: K) {
        let (ones, last_ones) = self.one.as_chunks::<64>();
        let (others, last_others) = self.other.as_chunks::<64>();
        let mut left = 0;
        let mut words = self.rows.words.iter_mut();
        for ((ones, others), word) in ones.iter().zip(others).zip(&mut words) {
            let mut kept = [0u8; 64];
            for (kept, (one, other)) in kept.iter_mut().zip(ones.iter().zip(others)) {
                *kept = u8::from((self.keeps)(*one, *other));
            }
            *word &= packed(kept);
            left += word.count_ones() as usize;
        }
        let mut last = [0u8; 64];
        for (kept, (one, other)) in last.iter_mut().zip(last_ones.iter().zip(last_others)) {
            *kept = u8::from((self.keeps)(*one, *other));
        }
        for (word, kept) in words.zip(std::iter::once(packed(last)).chain(std::iter::repeat(0))) {
            *word &= kept;
            left += word.count_ones() as usize;
        }
        self.rows.len = left;
    }
}

/// Packs bytes that are 0 or 1 into bits, the first in the lowest.
#[inline(always)]
fn packed(bytes: [u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    // The product moves the lowest bit of each byte to its place in the highest byte; no two of them overlap.
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |word, eight| word << 8 | bits(eight))
}

/// What is subtracted from a row's similarity in the ranking; non-negative.
pub trait Penalty: std::fmt::Debug + Sync {
    /// The penalty of a row. The tree calls it only for rows whose similarity is high enough, a scan for all it allows.
    fn of(&self, row: Row) -> f64;
}

/// Which rows a search may find, and their penalties. By default all rows, without penalty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Among<'a> {
    /// A row to leave out, such as the seed.
    pub except: Option<Row>,
    /// The only rows to find.
    pub within: Option<&'a RowSet>,
    /// Subtracted from similarities before they are ranked; [`Neighbour::similarity`] is then the difference.
    ///
    /// [`Neighbour::similarity`]: super::Neighbour::similarity
    pub penalty: Option<&'a dyn Penalty>,
}

impl Among<'_> {
    /// All rows but one.
    pub fn all_but(row: Row) -> Self {
        Self { except: Some(row), ..Self::default() }
    }

    /// How many of `rows` rows may be found.
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

    /// A row's similarity minus its penalty.
    #[inline]
    pub(super) fn left(&self, row: Row, similarity: f64) -> f64 {
        self.penalty.map_or(similarity, |penalty| similarity - penalty.of(row).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_what_is_kept_of_all_rows() {
        for rows in [0, 1, 63, 64, 65, 130] {
            let mut set = RowSet::all(rows);
            assert_eq!((set.len(), set.iter().count()), (rows, rows));
            let values: Vec<usize> = (0..rows).map(|row| row * 7 % 5).collect();
            set.retain_values(&values, |value| value > 1);
            let expected = RowSet::of(rows, |row| row.index() * 7 % 5 > 1);
            assert_eq!(set, expected);
            assert_eq!(set, RowSet::from_rows(rows, expected.iter().chain([Row(500)])));
            let even = RowSet::of(rows, |row| row.0 % 2 == 0);
            let both = set.and(&even);
            assert_eq!(both, RowSet::of(rows, |row| set.contains(row) && even.contains(row)));
            for row in even.iter() {
                set.remove(row);
                set.remove(row);
            }
            assert_eq!(set.len(), expected.len() - both.len());
        }
    }
}
