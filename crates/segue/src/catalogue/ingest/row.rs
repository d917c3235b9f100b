//! One row of a table as what it says of a track: which column is which, and every value read and checked.

use std::borrow::Cow;

use super::layout::Layout;
use super::report::{Reason, Reject};
use super::table::RowRef;
use crate::catalogue::{Attribute, Column, TextField};
use crate::error::{Error, Result};

/// Where a table holds each of our columns.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(super) layout: &'static Layout,
    /// The table's columns that hold ours, in the order of [`Column::ALL`].
    places: [Option<usize>; Column::ALL.len()],
    fields: usize,
}

/// What one row says of a track.
#[derive(Debug, Default)]
pub(super) struct TrackRow<'a> {
    pub(super) texts: [Option<Cow<'a, str>>; TextField::ALL.len()],
    pub(super) explicit: Option<bool>,
    pub(super) numbers: [Option<f64>; Attribute::ALL.len()],
}

impl TrackRow<'_> {
    pub(super) fn text(&self, field: TextField) -> Option<&str> {
        self.texts.get(field as usize).and_then(Option::as_deref)
    }

    pub(super) fn number(&self, attribute: Attribute) -> Option<f64> {
        self.numbers.get(attribute as usize).copied().flatten()
    }

    pub(super) fn has(&self, column: Column) -> bool {
        match column {
            Column::Text(field) => self.text(field).is_some(),
            Column::Explicit => self.explicit.is_some(),
            Column::Attribute(attribute) => self.number(attribute).is_some(),
        }
    }
}

/// What the user said of the columns of the inputs.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnNames<'a> {
    /// The inputs' own names for some of our columns.
    pub(crate) map: &'a [(String, Column)],
    /// The columns that an input may lack.
    pub(crate) allow_missing: &'a [Column],
    /// The profile that will be built, for messages.
    pub(crate) profile: &'static str,
}

impl Binding {
    /// Finds our columns in a table's header.
    ///
    /// # Errors
    /// [`Error::Input`] if a column occurs twice or a mapped one is not there, [`Error::MissingColumns`]
    /// if columns are missing that may not be.
    pub(crate) fn new(input: &str, header: &[String], names: &ColumnNames<'_>) -> Result<Self> {
        for (other, column) in names.map {
            if !header.contains(other) {
                let has = header.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
                let problem = format!("has no column {other:?} to take as {column}; its columns are {has}");
                return Err(Error::input(input, problem));
            }
        }
        let layout = Layout::of(header);
        let (binding, missing) = Self::find(input, header, layout, names)?;
        let missing: Vec<_> =
            missing.into_iter().filter(|(column, _)| !names.allow_missing.contains(column)).collect();
        if missing.is_empty() {
            return Ok(binding);
        }
        Err(Error::MissingColumns {
            input: input.to_owned(),
            layout: layout.name,
            missing,
            profile: names.profile,
        })
    }

    /// Finds as many of our columns as there are, and names those that are missing.
    pub(crate) fn find(
        input: &str,
        header: &[String],
        layout: &'static Layout,
        names: &ColumnNames<'_>,
    ) -> Result<(Self, Vec<(Column, &'static str)>)> {
        let mut binding = Self { layout, places: [None; Column::ALL.len()], fields: header.len() };
        let mut missing = Vec::new();
        for (column, place) in Column::ALL.into_iter().zip(&mut binding.places) {
            let mapped: Vec<&str> = names
                .map
                .iter()
                .filter(|(_, ours)| *ours == column)
                .map(|(other, _)| other.as_str())
                .collect();
            let aliases = layout.names(column);
            let wanted = if mapped.is_empty() { aliases.as_slice() } else { &mapped };
            *place = wanted.iter().find_map(|name| header.iter().position(|found| found == name));
            if place.is_none() {
                missing.push((column, aliases.first().copied().unwrap_or(column.name())));
            }
            reject_twins(input, header, *place)?;
        }
        Ok((binding, missing))
    }

    fn columns(&self) -> impl Iterator<Item = (Column, Option<usize>)> {
        Column::ALL.into_iter().zip(self.places)
    }

    /// Reads a row, or says which value of it cannot be read.
    pub(super) fn read<'a>(&self, row: RowRef<'a>) -> std::result::Result<TrackRow<'a>, Unreadable> {
        if row.len() != self.fields {
            let reason = Reason::FieldCount { wanted: self.fields, found: row.len() };
            return Err(Unreadable { place: None, reason });
        }
        let mut track = TrackRow::default();
        for (column, place) in self.columns() {
            let Some(place) = place else { continue };
            let value = row.value(place);
            let unreadable = |reason| Unreadable { place: Some(place), reason };
            match column {
                Column::Text(field) => {
                    let text = value.text().map_err(unreadable)?;
                    if let Some(slot) = track.texts.get_mut(field as usize) {
                        *slot = text.map(|text| self.clean_text(field, text)).filter(|text| !text.is_empty());
                    }
                }
                Column::Explicit => track.explicit = value.boolean().map_err(unreadable)?,
                Column::Attribute(attribute) => {
                    let number = if attribute.is_whole() { value.whole() } else { value.number() }
                        .map_err(unreadable)?;
                    if let Some(slot) = track.numbers.get_mut(attribute as usize) {
                        *slot = number;
                    }
                }
            }
        }
        Ok(track)
    }

    fn clean_text<'a>(&self, field: TextField, text: Cow<'a, str>) -> Cow<'a, str> {
        match field {
            TextField::TrackId => match text.strip_prefix("spotify:track:") {
                Some(id) => id.to_owned().into(),
                None => text,
            },
            TextField::Artists => self.layout.artists(text),
            _ => text,
        }
    }
}

/// Two columns of one name are an error where one of them would be read.
fn reject_twins(input: &str, header: &[String], place: Option<usize>) -> Result<()> {
    let Some((place, name)) = place.and_then(|place| header.get(place).map(|name| (place, name))) else {
        return Ok(());
    };
    match header.iter().skip(place + 1).position(|other| other == name) {
        None => Ok(()),
        Some(distance) => {
            let (first, second) = (place + 1, place + distance + 2);
            let problem = format!(
                "the column {name:?} occurs twice in the header, as fields {first} and {second}; \
                 rename the one that is not meant"
            );
            Err(Error::input(input, problem))
        }
    }
}

/// A row that cannot be read, and the table's column that is to blame.
#[derive(Debug)]
pub(super) struct Unreadable {
    place: Option<usize>,
    pub(super) reason: Reason,
}

impl Unreadable {
    /// The report of it.
    pub(super) fn reject(self, input: &str, header: &[String], row: RowRef<'_>) -> Reject {
        Reject {
            input: input.to_owned(),
            place: row.place(),
            column: self.place.and_then(|place| header.get(place).cloned()),
            value: self.place.and_then(|place| row.value(place).shown()),
            reason: self.reason,
        }
    }
}
