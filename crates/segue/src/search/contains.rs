//! The notebook's search: the rows whose genre, title or artists contain a text, or match a regular
//! expression, in catalogue order.

use std::ops::Range;

use memchr::memchr2;
use memchr::memmem::Finder;
use rayon::prelude::*;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::blocks::blocks;
use crate::catalogue::{Catalogue, Row, TextField};
use crate::error::{Error, Result};

/// Where the notebook looks.
const FIELDS: [TextField; 3] = [TextField::TrackGenre, TextField::TrackName, TextField::Artists];

/// The rows whose genre, title or artists contain `query`, letter case aside, in catalogue order.
///
/// Both sides are lower-cased by Unicode's full mapping, the artists are one text joined by `;`. One pass
/// over the three columns, in parallel. The empty query matches every track.
///
/// # Errors
/// [`Error::Index`] if the catalogue's file is damaged.
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

/// The rows whose genre, title or artists have a match of a regular expression, letter case aside, in
/// catalogue order.
///
/// The syntax is that of the crate `regex`; the time is linear in the texts, whatever the expression.
///
/// # Errors
/// [`Error::Input`] if it is no regular expression or one too large, [`Error::Index`] if the catalogue's file
/// is damaged.
pub fn matches(catalogue: &Catalogue, expression: &str) -> Result<Vec<Row>> {
    // Each thread has its own: threads that share an expression wait for its scratch.
    let matcher = Matcher::new(expression)?;
    in_blocks(
        catalogue,
        || (matcher.clone(), String::new()),
        |(matcher, scratch), field, rows, found| {
            let span = catalogue.texts(field).span(rows.clone());
            match span.and_then(|(offsets, bytes)| Some((offsets, str::from_utf8(bytes).ok()?))) {
                Some((offsets, texts)) => {
                    matcher.find(offsets, texts, found, scratch);
                    Ok(())
                }
                None => one_by_one(catalogue, field, rows, found, |text| matcher.one.is_match(text)),
            }
        },
    )
}

/// A regular expression.
#[derive(Clone)]
struct Matcher {
    one: Regex,
    /// The same for many texts at once, a line each; nothing if a match could reach over lines, which would
    /// take time that is not linear, or tells the start of a text from that of a line.
    lines: Option<Regex>,
}

/// An expression, parsed; `None` if it is not a valid one.
fn parsed(expression: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().multi_line(true).build().parse(expression).ok()
}

fn is_for_lines(expression: &str) -> bool {
    fn stays_on_a_line(hir: &Hir) -> bool {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => !literal.0.contains(&b'\n'),
            HirKind::Class(Class::Unicode(class)) => {
                class.ranges().iter().all(|range| !(range.start()..=range.end()).contains(&'\n'))
            }
            HirKind::Class(Class::Bytes(_)) => false,
            HirKind::Repetition(repetition) => stays_on_a_line(&repetition.sub),
            HirKind::Capture(capture) => stays_on_a_line(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(stays_on_a_line),
        }
    }
    parsed(expression).is_some_and(|hir| {
        let looks = hir.properties().look_set();
        !looks.contains(Look::Start) && !looks.contains(Look::End) && stays_on_a_line(&hir)
    })
}

impl Matcher {
    fn new(expression: &str) -> Result<Self> {
        let lines = is_for_lines(expression).then(|| compile(expression, true)).transpose()?;
        Ok(Self { one: compile(expression, false)?, lines })
    }

    /// Notes which texts have a match; text `i` lies from `offsets[i]` to `offsets[i + 1]`, the first at the
    /// start of `texts`.
    fn find(&self, offsets: &[i64], texts: &str, found: &mut [bool], scratch: &mut String) {
        let text = |row: usize| texts.get(extent(offsets, row)).unwrap_or_default();
        let has_lines = memchr2(b'\n', b'\r', texts.as_bytes()).is_some();
        let Some(lines) = self.lines.as_ref().filter(|_| !has_lines) else {
            let rows = found.iter_mut().enumerate().filter(|(_, found)| !**found);
            rows.for_each(|(row, found)| *found = self.one.is_match(text(row)));
            return;
        };
        scratch.clear();
        for row in 0..found.len() {
            scratch.push_str(text(row));
            scratch.push('\n');
        }
        // Line `row` begins after the texts before it and as many ends of lines.
        let begin = |row: usize| extent(offsets, row).start + row;
        let row_at = |at: usize| {
            let (mut low, mut high) = (0, found.len());
            while high - low > 1 {
                let middle = low.midpoint(high);
                if begin(middle) <= at { low = middle } else { high = middle }
            }
            low
        };
        let mut touched = Vec::new();
        let mut from = 0;
        while from < scratch.len()
            && let Some(at) = lines.find_at(scratch, from)
        {
            let row = row_at(at.start());
            touched.push(row);
            from = begin(row + 1);
        }
        // Only lines that a match touches can match.
        for row in touched {
            if let Some(found) = found.get_mut(row).filter(|found| !**found) {
                *found = self.one.is_match(text(row));
            }
        }
    }
}

/// Where a text lies that `offsets` bound, from the start of the first.
fn extent(offsets: &[i64], row: usize) -> Range<usize> {
    let start = offsets.first().copied().unwrap_or_default();
    let at = |place: usize| offsets.get(place).map_or(0, |offset| (offset - start) as usize);
    at(row)..at(row + 1)
}

/// The memory that a compiled expression may take, in bytes; and one that asks for bounds of words, for which
/// texts beyond ASCII are matched in a way that is far slower.
const MOST_COMPILED: usize = 1 << 18;
const MOST_COMPILED_WITH_BOUNDS: usize = 1 << 16;
/// A longer expression is refused before it is compiled.
const LONGEST: usize = 4096;

fn compile(expression: &str, lines: bool) -> Result<Regex> {
    let problem = |problem: String| Error::input("the regular expression", problem);
    if expression.len() > LONGEST {
        return Err(problem(format!("has {} bytes, {LONGEST} are allowed", expression.len())));
    }
    let has_bounds =
        parsed(expression).is_some_and(|hir| hir.properties().look_set().contains_word_unicode());
    let most = if has_bounds { MOST_COMPILED_WITH_BOUNDS } else { MOST_COMPILED };
    let mut builder = RegexBuilder::new(expression);
    let built = builder.case_insensitive(true).multi_line(lines).size_limit(most).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            problem("is too large when it is compiled; repeat less in it".into())
        }
        error => {
            // The lines before the last show the expression.
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default();
            problem(format!("cannot be used: {}", reason.trim_start_matches("error: ")))
        }
    })
}

/// Goes through the fields block by block; `find` notes which rows of a block match. It has a state that
/// `init` makes, for itself and some other blocks.
fn in_blocks<S>(
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
    /// Find letters that are lower-cased to something with ASCII in it.
    become_ascii: [Finder<'static>; 2],
}

/// The only letters outside of ASCII that are lower-cased to something with ASCII in it: İ and the sign of
/// Kelvin.
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

    /// Notes which of some texts contain it; text `i` lies from `offsets[i]` to `offsets[i + 1]`, the first
    /// at the start of `bytes`.
    fn find(&self, offsets: &[i64], bytes: &[u8], found: &mut [bool], lowered: &mut Vec<u8>) {
        let start = offsets.first().copied().unwrap_or_default();
        if self.lowered.is_ascii() {
            // All texts at once: nothing but ASCII letters can match.
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

    proptest! {
        #[test]
        fn many_texts_match_as_if_one_by_one(
            texts in proptest::collection::vec("[abA é\n.-]{0,6}", 1..30),
            expression in proptest::sample::select(vec![
                "a", "^a", "b$", "^$", "a.b", "[^a]", "[^a]+", "\\bb", "\\B", "a|^b", "", ".*", "\\s", "\\Aa", "b\\z",
                "(?s)a.*b", "É", "a{2}", "\\W+", "(a|b)+$", "^.{3}$", "\\n", "[\\s\\S]b",
            ]),
        ) {
            let matcher = Matcher::new(expression).unwrap();
            let column = TextColumn::from(&LargeStringArray::from_iter_values(&texts));
            let (offsets, bytes) = column.span(0..texts.len()).unwrap();
            let mut found = vec![false; texts.len()];
            matcher.find(offsets, str::from_utf8(bytes).unwrap(), &mut found, &mut String::new());
            let expected: Vec<bool> = texts.iter().map(|text| matcher.one.is_match(text)).collect();
            prop_assert_eq!(found, expected, "{}", expression);
        }
    }

    #[test]
    fn expressions_that_are_none_or_too_large_are_refused() {
        for (expression, reason) in [
            ("(", "cannot be used"),
            ("a{1000}{1000}", "too large"),
            (r"\b(?:.{0,60}x|.{0,50}y)\b", "too large"),
            (&"a".repeat(5000), "5000 bytes"),
        ] {
            assert!(compile(expression, false).unwrap_err().to_string().contains(reason), "{reason}");
        }
        for expression in ["^the .*s$", r"\w+ \d{4}", r"\blove\b", r"^\w+$", r"\p{Greek}+"] {
            assert!(compile(expression, true).is_ok(), "{expression}");
        }
        assert!(compile("^the .*s$", false).unwrap().is_match("The Doors"));
    }
}
