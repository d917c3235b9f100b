//! The columns that a catalogue is to have, resolved from the needs of profiles and the header of the first input.

use super::column_set::ColumnSet;
use super::needs::{Fill, Needs, Notebook};
use crate::catalogue::{Attribute, Column, TextField};

/// The columns that a catalogue is to have. The first input decides which columns a pattern stands for and how many
/// components vectors have; the others must have the same.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The known columns without which a row is incomplete.
    pub(super) required: ColumnSet,
    /// Those without which it is incomplete where the inputs have values of them.
    pub(super) expected: ColumnSet,
    /// Whether one of [`Attribute::AUDIO`] must have values.
    pub(super) needs_audio: bool,
    /// The known columns that an input has.
    pub(super) found: ColumnSet,
    /// For some expected columns the first input that lacks it.
    pub(super) lacked_by: Vec<(Column, String)>,
    /// The needs of profiles, and the columns to keep, as they were given.
    pub(super) needs: Vec<Needs>,
    pub(super) keep: Vec<String>,
    pub(super) fill: Fill,
    pub(super) half: bool,
    /// The numeric columns beside the known ones; empty until the first input is opened.
    pub(super) numbers: Vec<WantedNumber>,
    pub(super) vectors: Vec<WantedVector>,
    /// Whether an input has decided `numbers` and `vectors`.
    pub(super) is_resolved: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WantedNumber {
    pub(super) name: String,
    /// Whether a row without it is incomplete.
    pub(super) required: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WantedVector {
    pub(super) name: String,
    pub(super) dimension: usize,
    /// The columns of its components; none if it is a column of lists.
    pub(super) parts: Vec<String>,
    /// Whether it is written to the files of an index.
    pub(super) is_kept: bool,
}

impl Wanted {
    pub(super) fn new(
        needs: &[Needs],
        keep: &[String],
        allow_missing: &[Column],
        fill: Fill,
        half: bool,
    ) -> Self {
        let everything = needs.is_empty() || needs.iter().any(|needs| needs.notebook == Notebook::All);
        let needs_audio = needs.iter().any(|needs| needs.notebook == Notebook::Present);
        let names =
            |attribute: Attribute, needs: &Needs| needs.numbers.iter().any(|name| name == attribute.name());
        let is_needed = |attribute: Attribute| {
            let mut strict = needs.iter().filter(|needs| needs.notebook != Notebook::Present);
            strict.any(|needs| names(attribute, needs))
        };
        let is_expected = |column: &Column| match column {
            Column::Attribute(attribute) => needs.iter().any(|needs| names(*attribute, needs)),
            _ => false,
        };
        let is_required = |column: &Column| match column {
            Column::Text(TextField::TrackId | TextField::TrackName | TextField::Artists) => true,
            Column::Isrc => false,
            column if everything => !allow_missing.contains(column),
            Column::Attribute(attribute) => is_needed(*attribute),
            _ => false,
        };
        let required: ColumnSet = Column::ALL.into_iter().filter(is_required).collect();
        Self {
            required,
            expected: Column::ALL.into_iter().filter(is_expected).collect::<ColumnSet>().without(required),
            needs_audio,
            found: ColumnSet::default(),
            lacked_by: Vec::new(),
            needs: needs.to_vec(),
            keep: keep.to_vec(),
            fill,
            half,
            numbers: Vec::new(),
            vectors: Vec::new(),
            is_resolved: false,
        }
    }

    /// The known columns that may be missing.
    pub(super) fn optional(&self) -> ColumnSet {
        Column::ALL.into_iter().collect::<ColumnSet>().without(self.required)
    }

    /// Notes that an input lacks a known column.
    pub(super) fn is_lacked_by(&mut self, column: Column, input: &str) {
        let is_known = self.lacked_by.iter().any(|(known, _)| *known == column);
        if self.expected.contains(column) && !is_known {
            self.lacked_by.push((column, input.to_owned()));
        }
    }

    /// Whether an input without ids is read all the same: only if what a profile lacks it does without.
    pub(super) fn makes_ids(&self) -> bool {
        self.needs_audio && !self.needs.iter().any(|needs| needs.notebook == Notebook::All)
    }

    /// The number of components of all vectors together.
    pub(super) fn components(&self) -> usize {
        self.vectors.iter().map(|vector| vector.dimension).sum()
    }

    /// Adds a numeric column, or requires one that was added already.
    pub(super) fn add_number(&mut self, name: &str, required: bool) {
        match self.numbers.iter_mut().find(|number| number.name == name) {
            Some(number) => number.required |= required,
            None => self.numbers.push(WantedNumber { name: name.to_owned(), required }),
        }
    }

    /// Adds a vector column, or keeps one that was added already.
    pub(super) fn add_vector(&mut self, wanted: WantedVector) {
        match self.vectors.iter_mut().find(|vector| vector.name == wanted.name) {
            Some(vector) => vector.is_kept |= wanted.is_kept,
            None => self.vectors.push(wanted),
        }
    }
}
