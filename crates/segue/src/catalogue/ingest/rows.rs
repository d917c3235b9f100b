//! Rows of a table as what they say of tracks: every value read and checked.
//!
//! Rows are read many at a time into memory of their own, compact and free of the table, so that reading,
//! which rows do not share, runs in parallel with cleaning, which needs their order.

use std::borrow::Cow;
use std::ops::Range;

use super::binding::Binding;
use super::report::{Reason, Reject};
use super::table::{Chunk, RowRef};
use crate::catalogue::{Attribute, Column, TextField};

/// The texts of a row: the fields, and all genres joined.
const TEXTS: usize = TextField::ALL.len() + 1;

/// What some rows say of tracks, and those of them that cannot be read.
#[derive(Debug, Default)]
pub(super) struct TrackRows {
    /// All texts, one after another; what is missing is empty.
    texts: String,
    ends: Vec<[usize; TEXTS]>,
    explicit: Vec<Option<bool>>,
    /// NaN where a number is missing: none that is read is NaN.
    numbers: Vec<[f64; Attribute::ALL.len()]>,
    /// The rows that cannot be read, in order.
    pub(super) rejects: Vec<Reject>,
}

/// What one row says of a track.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrackRow<'a> {
    texts: [&'a str; TEXTS],
    pub(super) explicit: Option<bool>,
    numbers: &'a [f64; Attribute::ALL.len()],
}

impl<'a> TrackRow<'a> {
    pub(super) fn text(&self, field: TextField) -> Option<&'a str> {
        self.texts.get(field as usize).copied().filter(|text| !text.is_empty())
    }

    /// All genres of the track, joined as in an index; empty in other tables.
    pub(super) fn genres(&self) -> &'a str {
        let [.., genres] = self.texts;
        genres
    }

    pub(super) fn number(&self, attribute: Attribute) -> Option<f64> {
        self.numbers.get(attribute as usize).copied().filter(|number| !number.is_nan())
    }

    pub(super) fn has(&self, column: Column) -> bool {
        match column {
            Column::Text(field) => self.text(field).is_some(),
            Column::Explicit => self.explicit.is_some(),
            Column::Attribute(attribute) => self.number(attribute).is_some(),
        }
    }
}

impl TrackRows {
    /// Reads some rows of a chunk.
    pub(super) fn read(binding: &Binding, chunk: &Chunk, rows: Range<usize>) -> Self {
        let mut read = Self {
            texts: String::with_capacity(rows.len() * 128),
            ends: Vec::with_capacity(rows.len()),
            explicit: Vec::with_capacity(rows.len()),
            numbers: Vec::with_capacity(rows.len()),
            rejects: Vec::new(),
        };
        for row in rows.filter_map(|row| chunk.row(row)) {
            let start = read.texts.len();
            if let Err(unreadable) = read.add(binding, row) {
                read.texts.truncate(start);
                read.rejects.push(unreadable.reject(binding, row));
            }
        }
        read
    }

    /// The rows that can be read, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = TrackRow<'_>> {
        let mut start = 0;
        let values = self.ends.iter().zip(&self.explicit).zip(&self.numbers);
        values.map(move |((ends, explicit), numbers)| {
            let texts = ends.map(|end| {
                let text = self.texts.get(start..end).unwrap_or_default();
                start = end;
                text
            });
            TrackRow { texts, explicit: *explicit, numbers }
        })
    }

    /// Adds a row, or says which value of it cannot be read.
    fn add(&mut self, binding: &Binding, row: RowRef<'_>) -> Result<(), Unreadable> {
        let wanted = binding.header.len();
        if row.len() != wanted {
            return Err(Unreadable {
                place: None,
                reason: Reason::FieldCount { wanted, found: row.len(), lines: row.lines() },
            });
        }
        let mut texts = [const { Cow::Borrowed("") }; TEXTS];
        let mut explicit = None;
        let mut numbers = [f64::NAN; Attribute::ALL.len()];
        for (column, place) in binding.columns() {
            let Some(place) = place else { continue };
            let value = row.value(place);
            let unreadable = |reason| Unreadable { place: Some(place), reason };
            match column {
                Column::Text(field) => {
                    if let (Some(text), Some(slot)) =
                        (value.text().map_err(unreadable)?, texts.get_mut(field as usize))
                    {
                        *slot = clean(binding, field, text);
                    }
                }
                Column::Explicit => explicit = value.boolean().map_err(unreadable)?,
                Column::Attribute(attribute) => {
                    let number = if attribute.is_whole() { value.whole() } else { value.number() };
                    if let (Some(number), Some(slot)) =
                        (number.map_err(unreadable)?, numbers.get_mut(attribute as usize))
                    {
                        *slot = number;
                    }
                }
            }
        }
        if let Some(place) = binding.genres {
            let genres =
                row.value(place).text().map_err(|reason| Unreadable { place: Some(place), reason })?;
            let [.., slot] = &mut texts;
            *slot = genres.unwrap_or_default();
        }
        self.ends.push(texts.map(|text| {
            self.texts.push_str(&text);
            self.texts.len()
        }));
        self.explicit.push(explicit);
        self.numbers.push(numbers);
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
