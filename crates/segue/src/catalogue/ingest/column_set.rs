//! Sets of the known columns of a catalogue.

use crate::catalogue::{Column, TextField};

/// A set of known columns of a catalogue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ColumnSet(u32);

impl ColumnSet {
    fn bit(column: Column) -> u32 {
        1 << match column {
            Column::Text(field) => field as u32,
            Column::Explicit => TextField::ALL.len() as u32,
            Column::Attribute(attribute) => TextField::ALL.len() as u32 + 1 + attribute as u32,
            Column::Isrc => Column::ALL.len() as u32 - 1,
        }
    }

    pub(super) fn insert(&mut self, column: Column) {
        self.0 |= Self::bit(column);
    }

    pub(super) fn contains(self, column: Column) -> bool {
        self.0 & Self::bit(column) != 0
    }

    /// The difference of two sets.
    pub(super) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Column> for ColumnSet {
    fn from_iter<T: IntoIterator<Item = Column>>(columns: T) -> Self {
        columns.into_iter().fold(Self::default(), |mut all, column| {
            all.insert(column);
            all
        })
    }
}
