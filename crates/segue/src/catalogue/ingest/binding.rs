//! Maps the columns of a catalogue to those of a table, by its header. Values are not read here.

use super::layout::Layout;
use super::table::Table;
use crate::catalogue::{Column, GENRES};
use crate::error::{Error, Result};

/// The position of each column of a catalogue in a table.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) input: String,
    pub(super) header: Vec<String>,
    pub(super) layout: &'static Layout,
    /// The positions in the table, in the order of [`Column::ALL`].
    places: [Option<usize>; Column::ALL.len()],
    /// The position of a list column `genres`, which the tables of an index have.
    pub(super) genres: Option<usize>,
}

/// The user's settings for the columns of the inputs.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnNames<'a> {
    /// The inputs' own names for some of our columns.
    pub(super) map: &'a [(String, Column)],
    /// The descriptive columns that an input may lack.
    pub(super) allow_missing: &'a [Column],
}

impl Binding {
    /// Finds our columns in a table's header.
    ///
    /// # Errors
    /// [`Error::Input`] if a column occurs twice or a mapped one is not there, [`Error::MissingColumns`]
    /// if required columns are missing.
    pub(super) fn new(table: &Table, names: &ColumnNames<'_>) -> Result<Self> {
        let (input, header) = (&table.origin.name, &table.header);
        check_map(input, header, names.map)?;
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
            // An exact match, or else one that ignores case.
            let exactly = |name: &&str| header.iter().position(|found| found == name);
            let about = |name: &&str| header.iter().position(|found| found.eq_ignore_ascii_case(name));
            *place = wanted.iter().find_map(exactly).or_else(|| wanted.iter().find_map(about));
            if place.is_none() && !names.allow_missing.contains(&column) {
                missing.push((column, aliases.first().copied().unwrap_or(column.name())));
            }
            reject_twins(input, header, wanted, *place)?;
        }
        if !missing.is_empty() {
            let (input, layout) = (input.clone(), layout.name);
            return Err(Error::MissingColumns { input, layout, missing });
        }
        reject_shared(input, header, &places)?;
        // Only a list column: a text column named `genres` has another meaning in other files.
        let genres = header
            .iter()
            .position(|name| name.eq_ignore_ascii_case(GENRES))
            .filter(|place| table.lists.contains(place));
        Ok(Self { input: input.clone(), header: header.clone(), layout, places, genres })
    }

    /// The column of a catalogue that each of the table's columns holds, in the table's order.
    pub(super) fn meanings(&self) -> Vec<Option<Column>> {
        let meaning = |place| self.columns().find(|(_, ours)| *ours == Some(place)).map(|(column, _)| column);
        (0..self.header.len()).map(meaning).collect()
    }

    /// Our columns with their positions in the table.
    pub(super) fn columns(&self) -> impl Iterator<Item = (Column, Option<usize>)> {
        Column::ALL.into_iter().zip(self.places)
    }
}

/// Refuses a user's mapping that names a column the table lacks, or maps two columns to one of ours.
fn check_map(input: &str, header: &[String], map: &[(String, Column)]) -> Result<()> {
    for (place, (other, column)) in map.iter().enumerate() {
        if !header.contains(other) {
            let has = header.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let problem = format!("has no column {other:?} to take as {column}; its columns are {has}");
            return Err(Error::input(input, problem));
        }
        if let Some((twin, _)) = map.iter().skip(place + 1).find(|(_, ours)| ours == column) {
            let problem =
                format!("both {other:?} and {twin:?} are to be taken as {column}; one of them was wanted");
            return Err(Error::input(input, problem));
        }
    }
    Ok(())
}

/// Refuses a column of the table that would be two of ours.
fn reject_shared(input: &str, header: &[String], places: &[Option<usize>]) -> Result<()> {
    let columns =
        || Column::ALL.into_iter().zip(places).filter_map(|(column, place)| Some((column, (*place)?)));
    for (number, (first, place)) in columns().enumerate() {
        if let Some((second, _)) = columns().skip(number + 1).find(|(_, other)| *other == place) {
            let name = header.get(place).map(String::as_str).unwrap_or_default();
            let problem =
                format!("the column {name:?} would be both {first} and {second}; map another to one of them");
            return Err(Error::input(input, problem));
        }
    }
    Ok(())
}

/// Refuses a column that is to be read if its name occurs twice in the header.
fn reject_twins(input: &str, header: &[String], wanted: &[&str], place: Option<usize>) -> Result<()> {
    let Some((place, name)) = place.and_then(|place| header.get(place).map(|name| (place, name))) else {
        return Ok(());
    };
    // An exact match is not ambiguous: names that differ only in case do not count then.
    let is_exact = wanted.contains(&name.as_str());
    let is_twin = |other: &String| other == name || !is_exact && other.eq_ignore_ascii_case(name);
    match header.iter().skip(place + 1).position(is_twin) {
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
