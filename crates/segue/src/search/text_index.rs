//! The text index, an inverted index: for every term of a field its posting list, the rows that have it.
//!
//! The terms are those of `terms`, sorted by field and bytes. So a term is found by binary search, the terms with a
//! common prefix are contiguous, and a Levenshtein automaton skips whole ranges of them. The index is used in place
//! in a mapped file: no byte is trusted, each is checked when it is read.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow_buffer::{Buffer, ScalarBuffer};
use hashbrown::HashMap;
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use rayon::prelude::*;

use super::terms::{Field, Terms, TrackTerms};
use crate::blocks::BLOCK;
use crate::catalogue::{Catalogue, Malformed, Row, TextColumn, head};
use crate::error::{Error, Result, unless_stopped};
use crate::progress::{Progress, Stage};

/// The number of rows folded at a time, by all threads; it bounds the memory of their folded texts.
const FOLDED_AT_A_TIME: u32 = 64 * BLOCK as u32;

#[derive(Debug, Clone)]
pub(crate) struct TextIndex {
    /// Names the file of the index in errors.
    origin: Arc<str>,
    /// The number of rows of the catalogue.
    rows: usize,
    parts: TextParts,
    /// The number of the first term of each field, then the number of terms.
    bounds: [usize; Field::ALL.len() + 1],
}

#[derive(Debug, Clone)]
pub(crate) struct TextParts {
    /// The field of each term, as its position in [`Field::ALL`]; ascending.
    pub(crate) fields: ScalarBuffer<u32>,
    /// The terms, none missing; ascending within a field.
    pub(crate) terms: TextColumn,
    /// The first eight bytes of each term, which decide most comparisons without reading its text; see [`head`].
    pub(crate) heads: ScalarBuffer<u64>,
    /// The start of each posting list in `rows`, then the length of `rows`.
    pub(crate) offsets: ScalarBuffer<i64>,
    /// The posting lists, each ascending.
    pub(crate) rows: ScalarBuffer<u32>,
}

impl TextIndex {
    /// Builds the text index of a catalogue; equal catalogues give equal bytes.
    ///
    /// The cost is linear in the texts, plus sorting their distinct terms.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged.
    pub(crate) fn build(catalogue: &Catalogue, progress: &dyn Progress) -> Result<Self> {
        Self::build_by(FOLDED_AT_A_TIME, catalogue, progress)
    }

    /// Likewise, folding `folded_at_a_time` rows at a time.
    pub(super) fn build_by(
        folded_at_a_time: u32,
        catalogue: &Catalogue,
        progress: &dyn Progress,
    ) -> Result<Self> {
        progress.start(Stage::Texts, Some(catalogue.len() as u64));
        let mut having: [HashMap<String, Vec<u32>>; Field::ALL.len()] = Default::default();
        let rows = catalogue.len() as u32;
        for start in (0..rows).step_by(folded_at_a_time as usize) {
            unless_stopped(progress)?;
            let end = start.saturating_add(folded_at_a_time).min(rows);
            let folded = (start..end).into_par_iter().with_min_len(BLOCK);
            let folded = folded.map(|row| TrackTerms::new(catalogue, Row(row)));
            let folded: Vec<TrackTerms> = folded.collect::<Result<_>>()?;
            having.par_iter_mut().zip(Field::ALL).for_each(|(having, field)| {
                for (row, track) in (start..).zip(&folded) {
                    track.terms(field).for_each(|term| add_posting(having, term, row));
                }
            });
            progress.advance(u64::from(end - start));
        }
        unless_stopped(progress)?;
        let sorted = having.into_par_iter().map(|having| {
            let mut terms: Vec<_> = having.into_iter().collect();
            terms.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
            terms
        });
        let sorted: Vec<Vec<(String, Vec<u32>)>> = sorted.collect();
        Self::new("the text index", catalogue.len(), TextParts::of(&sorted)).map_err(|Malformed(what)| {
            // Cannot happen: `TextParts::of` makes one offset more than terms.
            Error::index("the text index", format!("cannot be made: {what}"))
        })
    }

    /// A text index of `rows` rows over its parts. Reads only `fields`, by binary search for where each field begins.
    pub(crate) fn new(origin: &str, rows: usize, parts: TextParts) -> std::result::Result<Self, Malformed> {
        if parts.offsets.len() != parts.fields.len() + 1 {
            return Err(Malformed(format!(
                "has {} offsets for {} terms",
                parts.offsets.len(),
                parts.fields.len()
            )));
        }
        let begin = |field: u32| parts.fields.partition_point(|other| *other < field);
        let mut bounds = [0; Field::ALL.len() + 1];
        for (field, bound) in (0..).zip(&mut bounds) {
            *bound = begin(field);
        }
        Ok(Self { origin: origin.into(), rows, parts, bounds })
    }

    pub(crate) fn parts(&self) -> &TextParts {
        &self.parts
    }

    /// Checks everything: that terms are sorted and heads match, and that posting lists are ascending rows of the
    /// catalogue.
    pub(crate) fn check(&self) -> std::result::Result<(), Malformed> {
        let TextParts { fields, terms, heads, .. } = &self.parts;
        let mut last: Option<(u32, &str)> = None;
        for (number, field) in fields.iter().enumerate() {
            let term = terms.get(number)?.unwrap_or_default();
            if heads.get(number) != Some(&head(term.as_bytes())) {
                return Err(Malformed(format!("has another beginning of the term {term:?}")));
            }
            if *field as usize >= Field::ALL.len() || last.is_some_and(|last| last >= (*field, term)) {
                return Err(Malformed(format!("has terms that are not sorted at {term:?}")));
            }
            last = Some((*field, term));
            let rows = self.postings(number..number + 1)?;
            if rows.is_empty() || !rows.is_sorted_by(|a, b| a < b) {
                return Err(Malformed(format!("has rows that do not ascend at the term {term:?}")));
            }
        }
        Ok(())
    }

    /// The numbers of the terms of a field.
    fn terms_of(&self, field: Field) -> Range<usize> {
        let bound = |at: usize| self.bounds.get(at).copied().unwrap_or_default();
        bound(field as usize)..bound(field as usize + 1)
    }

    fn term(&self, number: usize) -> std::result::Result<&[u8], Malformed> {
        let missing = || Malformed(format!("has no term {number}"));
        self.parts.terms.bytes(number)?.ok_or_else(missing)
    }

    /// The posting lists of some terms, concatenated.
    fn postings(&self, terms: Range<usize>) -> std::result::Result<&[u32], Malformed> {
        let TextParts { offsets, rows, .. } = &self.parts;
        let offset = |term: usize| usize::try_from(offsets.get(term).copied().unwrap_or(-1)).ok();
        let rows = offset(terms.start).zip(offset(terms.end)).and_then(|(from, to)| rows.get(from..to));
        let rows = rows.ok_or_else(|| Malformed(format!("has no rows for the terms {terms:?}")))?;
        // Without an early exit, so that the loop vectorises.
        match rows.iter().fold(false, |beyond, row| beyond | (*row as usize >= self.rows)) {
            true => Err(Malformed(format!("has a row beyond the last of {}", self.rows))),
            false => Ok(rows),
        }
    }

    /// The lower bound: the number of the first of some terms that is not less than `bytes`.
    fn lower_bound(&self, terms: Range<usize>, bytes: &[u8]) -> std::result::Result<usize, Malformed> {
        let heads = self.parts.heads.get(terms.clone()).unwrap_or_default();
        let head = head(bytes);
        let mut low = terms.start + heads.partition_point(|other| *other < head);
        let mut high = terms.start + heads.partition_point(|other| *other <= head);
        while low < high {
            let middle = low.midpoint(high);
            match self.term(middle)? < bytes {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        Ok(low)
    }

    /// Calls `take` with the number of each term of a field that the automaton accepts. Terms with a prefix that it
    /// rejects are skipped.
    fn for_each_match(
        &self,
        field: Field,
        automaton: &DFA,
        take: &mut dyn FnMut(usize) -> std::result::Result<(), Malformed>,
    ) -> std::result::Result<(), Malformed> {
        let terms = self.terms_of(field);
        // The automaton's states along the previous term: the initial one, then one after each byte that was read.
        let mut states = vec![automaton.initial_state()];
        let mut before: &[u8] = &[];
        let mut number = terms.start;
        while number < terms.end {
            let term = self.term(number)?;
            let common = before.iter().zip(term).take_while(|(a, b)| a == b).count();
            states.truncate(common + 1);
            let mut state = states.last().copied().unwrap_or(SINK_STATE);
            let mut read = states.len() - 1;
            while state != SINK_STATE
                && let Some(byte) = term.get(read)
            {
                state = automaton.transition(state, *byte);
                states.push(state);
                read += 1;
            }
            before = term.get(..read).unwrap_or(term);
            if state != SINK_STATE {
                if matches!(automaton.distance(state), Distance::Exact(_)) {
                    take(number)?;
                }
                number += 1;
                continue;
            }
            // No term with this prefix is accepted: gallop to the first without it.
            let beyond = |number: usize| Ok::<_, Malformed>(!self.term(number)?.starts_with(before));
            let (mut low, mut step) = (number + 1, 1);
            while low < terms.end && !beyond(low)? {
                number = low;
                low += step;
                step *= 2;
            }
            let (mut low, mut high) = (number + 1, low.min(terms.end));
            while low < high {
                let middle = low.midpoint(high);
                match beyond(middle)? {
                    true => high = middle,
                    false => low = middle + 1,
                }
            }
            number = low;
        }
        Ok(())
    }

    fn damaged(&self, Malformed(what): Malformed) -> Error {
        Error::index(&*self.origin, format!("damaged: {what}; build the index anew"))
    }
}

/// Appends a row to the posting list of a term, unless it is there already; rows must be ascending.
fn add_posting(having: &mut HashMap<String, Vec<u32>>, term: &str, row: u32) {
    let rows = having.entry_ref(term).or_default();
    if rows.last() != Some(&row) {
        rows.push(row);
    }
}

impl TextParts {
    /// The parts from sorted terms and their posting lists, field by field.
    fn of(sorted: &[Vec<(String, Vec<u32>)>]) -> Self {
        let terms = || sorted.iter().flatten();
        let count = terms().count();
        let mut fields = Vec::with_capacity(count);
        for (field, terms) in (0u32..).zip(sorted) {
            fields.extend(terms.iter().map(|_| field));
        }
        let ends = |lengths: &mut dyn Iterator<Item = usize>| {
            let mut end = 0;
            let ends = lengths.map(|length| {
                end += length as i64;
                end
            });
            std::iter::once(0).chain(ends).collect::<Vec<i64>>()
        };
        let term_ends = ends(&mut terms().map(|(term, _)| term.len()));
        let row_ends = ends(&mut terms().map(|(_, rows)| rows.len()));
        let bytes: Vec<u8> = terms().flat_map(|(term, _)| term.bytes()).collect();
        let heads: Vec<u64> = terms().map(|(term, _)| head(term.as_bytes())).collect();
        let rows: Vec<u32> = terms().flat_map(|(_, rows)| rows.iter().copied()).collect();
        Self {
            fields: fields.into(),
            terms: TextColumn::of_parts(term_ends.into(), Buffer::from_vec(bytes)),
            heads: heads.into(),
            offsets: row_ends.into(),
            rows: rows.into(),
        }
    }
}

impl Terms for TextIndex {
    fn rows(&self) -> usize {
        self.rows
    }

    fn with_term(&self, field: Field, term: &str, take: &mut dyn FnMut(u32)) -> Result<()> {
        let mut look_up = || {
            let terms = self.terms_of(field);
            let number = self.lower_bound(terms.clone(), term.as_bytes())?;
            if number < terms.end && self.term(number)? == term.as_bytes() {
                self.postings(number..number + 1)?.iter().for_each(|row| take(*row));
            }
            Ok(())
        };
        look_up().map_err(|what| self.damaged(what))
    }

    fn with_prefix(&self, field: Field, prefix: &str, take: &mut dyn FnMut(u32)) -> Result<()> {
        // The upper bound of the terms with this prefix: no byte of UTF-8 is 255, so the last one can be incremented.
        let mut beyond = prefix.as_bytes().to_vec();
        let Some(last) = beyond.last_mut() else { return Ok(()) };
        *last += 1;
        let mut look_up = || {
            let terms = self.terms_of(field);
            let first = self.lower_bound(terms.clone(), prefix.as_bytes())?;
            let end = self.lower_bound(first..terms.end, &beyond)?;
            self.postings(first..end)?.iter().for_each(|row| take(*row));
            Ok(())
        };
        look_up().map_err(|what| self.damaged(what))
    }

    fn with_typos(
        &self,
        fields: &[Field],
        term: &str,
        distance: u8,
        take: &mut dyn FnMut(Field, u32),
    ) -> Result<()> {
        /// The parametric automata for one and two typos, which do not depend on the term.
        static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
            LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));
        let [one, two] = &*BUILDERS;
        let automaton = if distance > 1 { two.build_dfa(term) } else { one.build_dfa(term) };
        for field in fields {
            let mut take_rows = |number| {
                self.postings(number..number + 1)?.iter().for_each(|row| take(*field, *row));
                Ok(())
            };
            self.for_each_match(*field, &automaton, &mut take_rows).map_err(|what| self.damaged(what))?;
        }
        Ok(())
    }
}
