//! The notebook's search: the rows whose genre, title or artists contain a text, or match a regular expression, in
//! catalogue order.

use std::ops::Range;

use memchr::memmem::{self, Finder};
use rayon::prelude::*;
use regex::{Regex, RegexBuilder};

use crate::blocks::blocks;
use crate::catalogue::{Catalogue, Row, TextField};
use crate::error::{Error, Result};

/// Where the notebook looks.
const FIELDS: [TextField; 3] = [TextField::TrackGenre, TextField::TrackName, TextField::Artists];

/// The rows whose genre, title or artists contain `query`, letter case aside, in catalogue order.
///
/// Both sides are lower-cased by Unicode's full mapping, the artists are one text joined by `;`. One pass over the
/// three columns, in parallel. The empty query matches every track.
///
/// # Errors
/// [`Error::Index`] if the catalogue's file is damaged.
pub fn contains(catalogue: &Catalogue, query: &str) -> Result<Vec<Row>> {
    if query.is_empty() {
        return Ok(catalogue.rows().collect());
    }
    let needle = Needle::new(query);
    in_blocks(catalogue, |field, rows, found| match catalogue.texts(field).span(rows.clone()) {
        Some((offsets, bytes)) => {
            needle.find(offsets, bytes, found);
            Ok(())
        }
        None => one_by_one(catalogue, field, rows, found, |text| needle.is_in(text)),
    })
}

/// The rows whose genre, title or artists have a match of a regular expression, letter case aside, in catalogue order.
///
/// The syntax is that of the crate `regex`; the time is linear in the texts, whatever the expression.
///
/// # Errors
/// [`Error::Input`] if it is no regular expression or one too large, [`Error::Index`] if the catalogue's file is damaged.
pub fn matches(catalogue: &Catalogue, expression: &str) -> Result<Vec<Row>> {
    let regex = compile(expression)?;
    in_blocks(catalogue, |field, rows, found| {
        one_by_one(catalogue, field, rows, found, |text| regex.is_match(text))
    })
}

/// The memory that a compiled expression may take, in bytes.
const MOST_COMPILED: usize = 1 << 18;
/// A longer expression is refused before it is compiled.
const LONGEST: usize = 4096;

fn compile(expression: &str) -> Result<Regex> {
    let problem = |problem: String| Error::input("the regular expression", problem);
    if expression.len() > LONGEST {
        return Err(problem(format!("has {} bytes, {LONGEST} are allowed", expression.len())));
    }
    let built = RegexBuilder::new(expression).case_insensitive(true).size_limit(MOST_COMPILED).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            problem("is too large when it is compiled; repeat less in it".into())
        }
        error => problem(format!("cannot be used: {error}")),
    })
}

/// Goes through the fields block by block; `find` notes which rows of a block match.
fn in_blocks(
    catalogue: &Catalogue,
    find: impl Fn(TextField, Range<usize>, &mut [bool]) -> Result<()> + Sync,
) -> Result<Vec<Row>> {
    let per_block: Vec<Vec<Row>> = blocks(catalogue.len())
        .map(|rows| {
            let mut found = vec![false; rows.len()];
            for field in FIELDS {
                find(field, rows.clone(), &mut found)?;
            }
            let rows = rows.zip(found).filter(|(_, found)| *found);
            Ok(rows.map(|(row, _)| Row(row as u32)).collect())
        })
        .collect::<Result<_>>()?;
    Ok(per_block.concat())
}

fn one_by_one(
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

/// What is looked for.
struct Needle {
    lowered: String,
    finder: Finder<'static>,
}

/// The only letters outside of ASCII that are lower-cased to something with ASCII in it: İ and the sign of Kelvin.
const BECOME_ASCII: [&str; 2] = ["\u{130}", "\u{212a}"];

impl Needle {
    fn new(query: &str) -> Self {
        let lowered = query.to_lowercase();
        let finder = Finder::new(&lowered).into_owned();
        Self { lowered, finder }
    }

    fn is_in(&self, text: &str) -> bool {
        self.finder.find(text.to_lowercase().as_bytes()).is_some()
    }

    /// Notes which of some texts contain it; text `i` lies from `offsets[i]` to `offsets[i + 1]`, the first at the
    /// start of `bytes`.
    fn find(&self, offsets: &[i64], bytes: &[u8], found: &mut [bool]) {
        let start = offsets.first().copied().unwrap_or_default();
        let text = |row: usize| {
            let bounds =
                (offsets.get(row).copied().unwrap_or(start), offsets.get(row + 1).copied().unwrap_or(start));
            (bounds.0 - start) as usize..(bounds.1 - start) as usize
        };
        if self.lowered.is_ascii() {
            // All texts at once: nothing but ASCII letters can match.
            let lowered = bytes.to_ascii_lowercase();
            let mut from = 0;
            while let Some(at) = self.finder.find(lowered.get(from..).unwrap_or_default()) {
                let at = from + at;
                let row = offsets.partition_point(|offset| (offset - start) as usize <= at) - 1;
                let end = text(row).end;
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
            if !BECOME_ASCII.iter().any(|letter| memmem::find(bytes, letter.as_bytes()).is_some()) {
                return;
            }
        }
        for (row, found) in found.iter_mut().enumerate().filter(|(_, found)| !**found) {
            let text = bytes.get(text(row)).unwrap_or_default();
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
        Needle::new(query).find(offsets, bytes, &mut found);
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

    #[test]
    fn expressions_that_are_none_or_too_large_are_refused() {
        for (expression, reason) in
            [("(", "cannot be used"), ("a{1000}{1000}", "too large"), (&"a".repeat(5000), "5000 bytes")]
        {
            assert!(compile(expression).unwrap_err().to_string().contains(reason), "{reason}");
        }
        assert!(compile("^the .*s$").unwrap().is_match("The Doors"));
    }
}
