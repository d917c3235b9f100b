//! The columns that a catalogue is to have, resolved from the needs of profiles and the header of the first input.

use super::needs::{Fill, Needs};
use super::rows::ColumnSet;
use crate::catalogue::{Attribute, Column, TextField};

/// The columns that a catalogue is to have. The first input decides which columns a pattern stands for and how many
/// components vectors have; the others must have the same.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The known columns without which a row is incomplete.
    pub(super) required: ColumnSet,
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
        let everything = needs.is_empty() || needs.iter().any(|needs| needs.notebook);
        let is_needed = |attribute: Attribute| {
            needs.iter().flat_map(|needs| &needs.numbers).any(|name| name == attribute.name())
        };
        let is_required = |column: &Column| match column {
            Column::Text(TextField::TrackId | TextField::TrackName | TextField::Artists) => true,
            column if everything => !allow_missing.contains(column),
            Column::Attribute(attribute) => is_needed(*attribute),
            _ => false,
        };
        Self {
            required: Column::ALL.into_iter().filter(is_required).collect(),
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
