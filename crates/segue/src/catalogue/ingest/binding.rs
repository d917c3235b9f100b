//! Which column of a table is which of ours. What the values are is not looked at here.

use super::layout::Layout;
use crate::catalogue::{Column, GENRES};
use crate::error::{Error, Result};

/// Where a table holds each of our columns.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) input: String,
    pub(super) header: Vec<String>,
    pub(super) layout: &'static Layout,
    /// The table's columns that hold ours, in the order of [`Column::ALL`].
    places: [Option<usize>; Column::ALL.len()],
    /// The table's column of all genres of a track, which an index has.
    pub(super) genres: Option<usize>,
}

/// What the user said of the columns of the inputs.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnNames<'a> {
    /// The inputs' own names for some of our columns.
    pub(super) map: &'a [(String, Column)],
    /// The columns that an input may lack.
    pub(super) allow_missing: &'a [Column],
    /// The profile that will be built, for messages.
    pub(super) profile: &'static str,
}

impl Binding {
    /// Finds our columns in a table's header.
    ///
    /// # Errors
    /// [`Error::Input`] if a column occurs twice or a mapped one is not there, [`Error::MissingColumns`]
    /// if columns are missing that may not be.
    pub(super) fn new(input: &str, header: &[String], names: &ColumnNames<'_>) -> Result<Self> {
        for (other, column) in names.map {
            if !header.contains(other) {
                let has = header.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
                let problem = format!("has no column {other:?} to take as {column}; its columns are {has}");
                return Err(Error::input(input, problem));
            }
        }
        let layout = Layout::of(header);
        let mut places = [None; Column::ALL.len()];
        let mut missing = Vec::new();
        for (column, place) in Column::ALL.into_iter().zip(&mut places) {
            let mapped: Vec<&str> = names
                .map
                .iter()
                .filter(|(_, ours)| *ours == column)
                .map(|(other, _)| other.as_str())
                .collect();
            let aliases = layout.names(column);
            let wanted = if mapped.is_empty() { aliases.as_slice() } else { &mapped };
            *place = wanted.iter().find_map(|name| header.iter().position(|found| found == name));
            if place.is_none() && !names.allow_missing.contains(&column) {
                missing.push((column, aliases.first().copied().unwrap_or(column.name())));
            }
            reject_twins(input, header, *place)?;
        }
        if !missing.is_empty() {
            let (input, layout) = (input.to_owned(), layout.name);
            return Err(Error::MissingColumns { input, layout, missing, profile: names.profile });
        }
        let genres = header.iter().position(|name| name == GENRES);
        Ok(Self { input: input.to_owned(), header: header.to_vec(), layout, places, genres })
    }

    /// Our columns, and the table's that hold them.
    pub(super) fn columns(&self) -> impl Iterator<Item = (Column, Option<usize>)> {
        Column::ALL.into_iter().zip(self.places)
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
