//! The notebook's search: the rows whose genre, title or artists contain a text, in catalogue order.

use std::ops::Range;

use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::blocks::blocks;
use crate::catalogue::{Catalogue, Row, TextField};
use crate::error::Result;

/// The fields that the notebook searches.
const FIELDS: [TextField; 3] = [TextField::TrackGenre, TextField::TrackName, TextField::Artists];

/// The rows whose genre, title or artists contain `query`, ignoring case, in catalogue order.
///
/// Both sides are lower-cased by Unicode's full mapping; the artists are one text joined by `;`. One pass over the
/// three columns, in parallel. The empty query matches every track.
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// let every = segue::search::contains(&catalogue, "")?;
/// assert_eq!(every.len(), catalogue.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Index`](crate::Error::Index) if the catalogue's file is damaged.
pub fn contains(catalogue: &Catalogue, query: &str) -> Result<Vec<Row>> {
    if query.is_empty() {
        return Ok(catalogue.rows().collect());
    }
    let needle = Needle::new(query);
    in_blocks(catalogue, Vec::new, |scratch, field, rows, found| {
        match catalogue.texts(field).span(rows.clone()) {
            Some((offsets, bytes)) => {
                needle.find(offsets, bytes, found, scratch);
                Ok(())
            }
            None => one_by_one(catalogue, field, rows, found, |text| needle.is_in(text)),
        }
    })
}

/// The range of a text, relative to the start of the first.
pub(super) fn extent(offsets: &[i64], row: usize) -> Range<usize> {
    let start = offsets.first().copied().unwrap_or_default();
    let at = |place: usize| offsets.get(place).map_or(0, |offset| (offset - start) as usize);
    at(row)..at(row + 1)
}

/// Searches the fields block by block, in parallel; `find` marks the rows of a block that match. `init` makes its
/// scratch memory, which several blocks share in turn.
pub(super) fn in_blocks<S>(
    catalogue: &Catalogue,
    init: impl Fn() -> S + Sync + Send,
    find: impl Fn(&mut S, TextField, Range<usize>, &mut [bool]) -> Result<()> + Sync + Send,
) -> Result<Vec<Row>> {
    let in_block = |state: &mut S, rows: Range<usize>| {
        let mut found = vec![false; rows.len()];
        for field in FIELDS {
            find(state, field, rows.clone(), &mut found)?;
        }
        let rows = rows.zip(found).filter(|(_, found)| *found);
        Ok(rows.map(|(row, _)| Row(row as u32)).collect())
    };
    let per_block: Vec<Vec<Row>> = blocks(catalogue.len()).map_init(init, in_block).collect::<Result<_>>()?;
    Ok(per_block.concat())
}

pub(super) fn one_by_one(
    catalogue: &Catalogue,
    field: TextField,
    rows: Range<usize>,
    found: &mut [bool],
    is_match: impl Fn(&str) -> bool,
) -> Result<()> {
    for (row, found) in rows.zip(found).filter(|(_, found)| !**found) {
        *found = is_match(catalogue.text(field, Row(row as u32))?.unwrap_or_default());
    }
    Ok(())
}

struct Needle {
    lowered: String,
    finder: Finder<'static>,
    /// Finders of [`BECOME_ASCII`].
    become_ascii: [Finder<'static>; 2],
}

/// The only non-ASCII characters whose lower case contains ASCII: İ and the Kelvin sign.
const BECOME_ASCII: [&str; 2] = ["\u{130}", "\u{212a}"];

impl Needle {
    fn new(query: &str) -> Self {
        let lowered = query.to_lowercase();
        let finder = Finder::new(&lowered).into_owned();
        Self { lowered, finder, become_ascii: BECOME_ASCII.map(Finder::new) }
    }

    fn is_in(&self, text: &str) -> bool {
        self.finder.find(text.to_lowercase().as_bytes()).is_some()
    }

    /// Sets `found` for the texts that contain it. Text `i` is from `offsets[i]` to `offsets[i + 1]`; the first is at
    /// the start of `bytes`.
    fn find(&self, offsets: &[i64], bytes: &[u8], found: &mut [bool], lowered: &mut Vec<u8>) {
        let start = offsets.first().copied().unwrap_or_default();
        if self.lowered.is_ascii() {
            // All texts at once: without [`BECOME_ASCII`], only ASCII letters can match.
            lowered.clear();
            lowered.extend_from_slice(bytes);
            lowered.make_ascii_lowercase();
            let mut from = 0;
            while let Some(at) = self.finder.find(lowered.get(from..).unwrap_or_default()) {
                let at = from + at;
                let row = offsets.partition_point(|offset| (offset - start) as usize <= at) - 1;
                let end = extent(offsets, row).end;
                match at + self.lowered.len() <= end {
                    true => {
                        if let Some(found) = found.get_mut(row) {
                            *found = true;
                        }
                        from = end;
                    }
                    // It reaches into the next text.
                    false => from = at + 1,
                }
            }
            if !self.become_ascii.iter().any(|letter| letter.find(bytes).is_some()) {
                return;
            }
        }
        for (row, found) in found.iter_mut().enumerate().filter(|(_, found)| !**found) {
            let text = bytes.get(extent(offsets, row)).unwrap_or_default();
            *found = !text.is_ascii() && str::from_utf8(text).is_ok_and(|text| self.is_in(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::LargeStringArray;
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::TextColumn;

    fn found(texts: &[String], query: &str) -> Vec<bool> {
        let column = TextColumn::from(&LargeStringArray::from_iter_values(texts));
        let mut found = vec![false; texts.len()];
        let (offsets, bytes) = column.span(0..texts.len()).unwrap();
        Needle::new(query).find(offsets, bytes, &mut found, &mut Vec::new());
        found
    }

    #[test]
    fn letters_that_become_ascii_are_found() {
        let texts = ["İstanbul", "273 \u{212a}", "ISTANBUL", "x"].map(str::to_owned);
        assert_eq!(found(&texts, "i"), [true, false, true, false]);
        assert_eq!(found(&texts, "K"), [false, true, false, false]);
        assert_eq!(found(&texts, "İ"), [true, false, false, false]);
    }

    proptest! {
        #[test]
        fn texts_are_found_as_if_one_by_one(
            texts in proptest::collection::vec("[abAB éÉİßΣσ日]{0,8}", 1..40),
            query in "[abAB éİΣσ日]{1,3}",
        ) {
            let expected: Vec<bool> =
                texts.iter().map(|text| text.to_lowercase().contains(&query.to_lowercase())).collect();
            prop_assert_eq!(found(&texts, &query), expected);
        }
    }
}
