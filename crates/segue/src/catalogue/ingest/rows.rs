//! Rows of a table as what they say of tracks: every value read and checked.
//!
//! Rows are read many at a time into memory of their own, compact and free of the table, so that reading,
//! which rows do not share, runs in parallel with cleaning, which needs their order.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};

use super::binding::Binding;
use super::report::{Reason, Reject};
use super::table::{Part, RowRef};
use super::value::Raw;
use crate::catalogue::{Attribute, Column, TextField};

/// The texts of a row: the fields, and all genres joined.
const TEXTS: usize = TextField::ALL.len() + 1;

/// What some rows say of tracks, and those of them that cannot be read.
#[derive(Debug, Default)]
pub(super) struct TrackRows {
    /// All texts, one after another; what is missing is empty.
    texts: String,
    rows: Vec<RowValues>,
    /// The rows that cannot be read, in order.
    pub(super) rejects: Vec<Reject>,
}

#[derive(Debug)]
struct RowValues {
    ends: [usize; TEXTS],
    /// The hash of its track id.
    id_hash: u64,
    missing: Columns,
    explicit: Option<bool>,
    numbers: [f64; Attribute::ALL.len()],
}

/// Some of the columns of a catalogue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Columns(u32);

impl Columns {
    fn bit(column: Column) -> u32 {
        1 << match column {
            Column::Text(field) => field as u32,
            Column::Explicit => TextField::ALL.len() as u32,
            Column::Attribute(attribute) => TextField::ALL.len() as u32 + 1 + attribute as u32,
        }
    }

    fn insert(&mut self, column: Column) {
        self.0 |= Self::bit(column);
    }

    pub(super) fn contains(self, column: Column) -> bool {
        self.0 & Self::bit(column) != 0
    }

    /// Those that are not among the others.
    pub(super) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<T: IntoIterator<Item = Column>>(columns: T) -> Self {
        columns.into_iter().fold(Self::default(), |mut all, column| {
            all.insert(column);
            all
        })
    }
}

/// What one row says of a track.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrackRow<'a> {
    texts: &'a str,
    start: usize,
    values: &'a RowValues,
}

impl<'a> TrackRow<'a> {
    fn text_at(&self, place: usize) -> &'a str {
        let start = match place {
            0 => self.start,
            place => self.values.ends.get(place - 1).copied().unwrap_or_default(),
        };
        let end = self.values.ends.get(place).copied().unwrap_or_default();
        self.texts.get(start..end).unwrap_or_default()
    }

    pub(super) fn text(&self, field: TextField) -> Option<&'a str> {
        Some(self.text_at(field as usize)).filter(|text| !text.is_empty())
    }

    /// All genres of the track, joined as in an index; empty in other tables.
    pub(super) fn genres(&self) -> &'a str {
        self.text_at(TextField::ALL.len())
    }

    /// The hash of its track id.
    pub(super) fn id_hash(&self) -> u64 {
        self.values.id_hash
    }

    pub(super) fn explicit(&self) -> Option<bool> {
        self.values.explicit
    }

    /// A number, 0 where it is missing.
    pub(super) fn number(&self, attribute: Attribute) -> f64 {
        self.values.numbers.get(attribute as usize).copied().unwrap_or_default()
    }

    /// The columns that have no value.
    pub(super) fn missing(&self) -> Columns {
        self.values.missing
    }
}

impl TrackRows {
    /// Reads the rows of a part; `hasher` is for their ids.
    pub(super) fn read(binding: &Binding, part: &Part<'_>, hasher: &RandomState) -> Self {
        let mut read = Self {
            texts: String::with_capacity(part.len() * 128),
            rows: Vec::with_capacity(part.len()),
            rejects: Vec::new(),
        };
        for row in part.rows() {
            let start = read.texts.len();
            if let Err(unreadable) = read.add(binding, row, hasher) {
                read.texts.truncate(start);
                read.rejects.push(unreadable.reject(binding, row));
            }
        }
        read
    }

    /// The rows that can be read, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = TrackRow<'_>> {
        let ends = self.rows.iter().map(|row| row.ends.last().copied().unwrap_or_default());
        let starts = std::iter::once(0).chain(ends);
        self.rows.iter().zip(starts).map(|(values, start)| TrackRow { texts: &self.texts, start, values })
    }

    /// Adds a row, or says which value of it cannot be read.
    fn add(&mut self, binding: &Binding, row: RowRef<'_>, hasher: &RandomState) -> Result<(), Unreadable> {
        let wanted = binding.header.len();
        if row.len() != wanted {
            return Err(Unreadable {
                place: None,
                reason: Reason::FieldCount { wanted, found: row.len(), lines: row.lines() },
            });
        }
        let start = self.texts.len();
        let mut values = RowValues {
            ends: [start; TEXTS],
            id_hash: 0,
            missing: Columns::default(),
            explicit: None,
            numbers: [0.0; Attribute::ALL.len()],
        };
        // The texts come first, in the order of their fields.
        for (column, place) in binding.columns() {
            let value = place.map_or(Raw::Missing, |place| row.value(place));
            let unreadable = |reason| Unreadable { place, reason };
            let is_there = match column {
                Column::Text(field) => {
                    let before = self.texts.len();
                    if let Some(text) = value.text().map_err(unreadable)? {
                        self.texts.push_str(&clean(binding, field, text));
                    }
                    if let Some(end) = values.ends.get_mut(field as usize) {
                        *end = self.texts.len();
                    }
                    self.texts.len() > before
                }
                Column::Explicit => {
                    values.explicit = value.boolean().map_err(unreadable)?;
                    values.explicit.is_some()
                }
                Column::Attribute(attribute) => {
                    let number = if attribute.is_whole() { value.whole() } else { value.number() };
                    let number = number.map_err(unreadable)?;
                    if let (Some(number), Some(slot)) = (number, values.numbers.get_mut(attribute as usize)) {
                        *slot = number;
                    }
                    number.is_some()
                }
            };
            if !is_there {
                values.missing.insert(column);
            }
        }
        if let Some(place) = binding.genres {
            let genres =
                row.value(place).text().map_err(|reason| Unreadable { place: Some(place), reason })?;
            self.texts.push_str(&genres.unwrap_or_default());
        }
        let [id_end, .., end] = &mut values.ends;
        *end = self.texts.len();
        values.id_hash = hasher.hash_one(self.texts.get(start..*id_end).unwrap_or_default());
        self.rows.push(values);
        Ok(())
    }
}

fn clean<'a>(binding: &Binding, field: TextField, text: Cow<'a, str>) -> Cow<'a, str> {
    match field {
        TextField::TrackId => match text.strip_prefix("spotify:track:") {
            Some(id) => id.to_owned().into(),
            None => text,
        },
        TextField::Artists => binding.layout.artists(text),
        _ => text,
    }
}

/// A row that cannot be read, and the table's column that is to blame.
#[derive(Debug)]
struct Unreadable {
    place: Option<usize>,
    reason: Reason,
}

impl Unreadable {
    /// The report of it.
    fn reject(self, binding: &Binding, row: RowRef<'_>) -> Reject {
        Reject {
            input: binding.input.clone(),
            place: row.place(),
            column: self.place.and_then(|place| binding.header.get(place).cloned()),
            value: self.place.and_then(|place| row.value(place).shown()),
            reason: self.reason,
        }
    }
}
