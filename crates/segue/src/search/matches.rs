//! Search by regular expressions in the three fields of the notebook's search.
//!
//! The texts of a block are joined by newlines and searched at once where that gives the same rows: four times as fast
//! as text by text with an expression that contains a literal, up to twice with others.

use memchr::memchr2;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::contains::{extent, in_blocks, one_by_one};
use crate::catalogue::{Catalogue, Row};
use crate::error::{Error, Result};

/// The rows whose genre, title or artists match a regular expression, ignoring case, in catalogue order.
///
/// The syntax is that of the crate `regex`; the time is linear in the length of the texts for any expression.
///
/// # Errors
/// [`Error::Input`] if the expression is invalid or too large, [`Error::Index`] if the catalogue's file is damaged.
pub fn matches(catalogue: &Catalogue, expression: &str) -> Result<Vec<Row>> {
    // Cloned for each task: threads that share a `Regex` contend for its scratch memory.
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

#[derive(Clone)]
struct Matcher {
    one: Regex,
    /// The same in multi-line mode, to search many texts joined by newlines at once. `None` if a match could span
    /// lines, which would make the time non-linear, or if the expression distinguishes the start of a text from that
    /// of a line.
    lines: Option<Regex>,
}

/// The parsed expression; `None` if it is invalid.
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

    /// Sets `found` for the texts that match. Text `i` is from `offsets[i]` to `offsets[i + 1]`; the first is at the
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
        // Line `row` begins after the texts before it and a newline for each of them.
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
        // A text can only match if a match in multi-line mode starts in its line.
        for row in touched {
            if let Some(found) = found.get_mut(row).filter(|found| !**found) {
                *found = self.one.is_match(text(row));
            }
        }
    }
}

/// The size limit of a compiled expression in bytes; smaller for one with word boundaries, which makes matching
/// of non-ASCII texts far slower.
const MAX_COMPILED: usize = 1 << 18;
const MAX_COMPILED_WITH_BOUNDS: usize = 1 << 16;
/// The limit of an expression in bytes, checked before it is compiled.
const MAX_EXPRESSION_BYTES: usize = 4096;

fn compile(expression: &str, lines: bool) -> Result<Regex> {
    let problem = |problem: String| Error::input("the regular expression", problem);
    if expression.len() > MAX_EXPRESSION_BYTES {
        return Err(problem(format!("has {} bytes, {MAX_EXPRESSION_BYTES} are allowed", expression.len())));
    }
    let has_bounds =
        parsed(expression).is_some_and(|hir| hir.properties().look_set().contains_word_unicode());
    let most = if has_bounds { MAX_COMPILED_WITH_BOUNDS } else { MAX_COMPILED };
    let mut builder = RegexBuilder::new(expression);
    let built = builder.case_insensitive(true).multi_line(lines).size_limit(most).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            problem("is too large when it is compiled; repeat less in it".into())
        }
        error => {
            // The last line is the reason; those before it show the expression.
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default();
            problem(format!("cannot be used: {}", reason.trim_start_matches("error: ")))
        }
    })
}

#[cfg(test)]
mod tests {
    use arrow_array::LargeStringArray;
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::TextColumn;

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
