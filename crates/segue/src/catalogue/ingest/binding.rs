//! Maps the columns of a catalogue to those of a table, by its header. Values are not read here.

use super::layout::{self, Header};
use super::needs;
use super::table::Table;
use super::wanted::{Wanted, WantedVector};
use crate::catalogue::{Attribute, Column, Fields, GENRES, TextField};
use crate::error::{Error, Result, listed};

/// The position of each column of a catalogue in a table.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) input: String,
    pub(super) header: Vec<String>,
    /// The number of values of a row in the file.
    pub(super) fields: usize,
    /// The kind of file, for messages.
    pub(super) kind: &'static str,
    /// Whether the table has no ids, so that each is made from title and artists.
    pub(super) makes_ids: bool,
    /// The positions of the known columns in the table, in the order of [`Column::ALL`].
    places: [Option<usize>; Column::ALL.len()],
    /// The positions of the other numeric columns, in the order of [`Wanted::numbers`].
    pub(super) numbers: Vec<Option<usize>>,
    /// The positions of the vectors, in the order of [`Wanted::vectors`].
    pub(super) vectors: Vec<VectorPlace>,
    /// The position of a list column `genres`, which the tables of an index have.
    pub(super) genres: Option<usize>,
}

/// Where the components of a vector are.
#[derive(Debug)]
pub(super) enum VectorPlace {
    /// In one column of lists.
    List(usize),
    /// In one column each.
    Columns(Vec<usize>),
}

const ID: Column = Column::Text(TextField::TrackId);
const MODE: Column = Column::Attribute(Attribute::Mode);
const KEY: Column = Column::Attribute(Attribute::Key);

impl Binding {
    /// Finds our columns in a table's header. The first table also decides what the patterns of `wanted` stand for.
    ///
    /// # Errors
    /// [`Error::Input`] if a column occurs twice, a mapped one is not there, or a vector is none or differs from that
    /// of the first table, [`Error::MissingColumns`] if required columns are missing.
    pub(super) fn new(table: &Table, map: &[(String, Column)], wanted: &mut Wanted) -> Result<Self> {
        let (input, header) = (&table.origin.name, &table.header);
        check_map(input, header, map)?;
        let (by_meaning, kind) = (Header::new(header), layout::kind_of(header));
        // What the user says comes before what is recognised.
        let is = |other: &str| header.iter().position(|found| found == other);
        let mapped: Vec<(Column, usize)> =
            map.iter().filter_map(|(other, ours)| Some((*ours, is(other)?))).collect();
        // A column that a profile names by another name than ours is to be compared as it is.
        let own = wanted.needs.iter().flat_map(|needs| &needs.numbers);
        let own = own.filter(|name| Column::named(name).is_none() && !name.contains('*'));
        let own = own.flat_map(|name| named(header, name));
        let taken: Vec<usize> =
            mapped.iter().map(|(_, place)| *place).chain(own.map(|(place, _)| place)).collect();
        let mut places = [None; Column::ALL.len()];
        let mut missing = Vec::new();
        for (column, place) in Column::ALL.into_iter().zip(&mut places) {
            let meant = || by_meaning.place(column, &taken);
            *place = mapped.iter().find(|(ours, _)| *ours == column).map(|(_, place)| *place).or_else(meant);
            if place.is_none() && wanted.required.contains(column) {
                missing.push(column);
            }
            reject_twins(input, header, *place, column.name())?;
        }
        let is_there = |wanted| {
            Column::ALL.into_iter().zip(places).any(|(column, place)| column == wanted && place.is_some())
        };
        for column in Column::ALL {
            match is_there(column) {
                true => wanted.found.insert(column),
                // A key by its name may say the mode.
                false if column == MODE && is_there(KEY) => {}
                false => wanted.is_lacked_by(column, input),
            }
        }
        let is_named = [TextField::TrackName, TextField::Artists].map(Column::Text).into_iter().all(is_there);
        let makes_ids = wanted.makes_ids() && is_named && !is_there(ID);
        if makes_ids {
            missing.retain(|column| *column != ID);
        }
        let audio = Attribute::AUDIO.map(Column::Attribute);
        if wanted.needs_audio && !audio.into_iter().any(|column| wanted.found.contains(column)) {
            let others: Vec<Column> = audio.into_iter().filter(|column| !missing.contains(column)).collect();
            missing.extend(others);
        }
        let mut others = Vec::new();
        if !wanted.is_resolved {
            resolve(table, &places, wanted, &mut others)?;
        }
        let numbers = wanted.numbers.iter().map(|number| {
            let place = named(header, &number.name).first().map(|(place, _)| *place);
            if place.is_none() && number.required {
                others.push(number.name.clone());
            }
            reject_twins(input, header, place, &number.name)?;
            Ok(place)
        });
        let numbers: Vec<Option<usize>> = numbers.collect::<Result<_>>()?;
        if !missing.is_empty() || !others.is_empty() {
            let (input, layout) = (input.clone(), kind);
            return Err(Error::MissingColumns { input, layout, missing, others, header: header.clone() });
        }
        let vectors =
            wanted.vectors.iter().map(|vector| vector_place(table, vector)).collect::<Result<_>>()?;
        reject_shared(input, header, &places)?;
        // Only a list column: a text column named `genres` has another meaning in other files.
        let genres = header
            .iter()
            .position(|name| name.eq_ignore_ascii_case(GENRES))
            .filter(|place| table.lists.contains(place));
        wanted.is_resolved = true;
        let (input, header) = (input.clone(), header.clone());
        let fields = table.fields;
        Ok(Self { input, header, fields, kind, makes_ids, places, numbers, vectors, genres })
    }

    /// What each of the table's columns holds, in the table's order.
    pub(super) fn meanings(&self) -> Vec<Meaning> {
        let mut meanings: Vec<Meaning> = self.header.iter().map(|_| Meaning::default()).collect();
        for (column, place) in self.columns() {
            if let Some(meaning) = place.and_then(|place| meanings.get_mut(place)) {
                meaning.column = Some(column);
            }
        }
        for (number, place) in self.numbers.iter().enumerate() {
            if let Some(meaning) = place.and_then(|place| meanings.get_mut(place)) {
                meaning.number = Some(number);
            }
        }
        let mut component = 0;
        for vector in &self.vectors {
            if let VectorPlace::Columns(places) = vector {
                for place in places {
                    if let Some(meaning) = meanings.get_mut(*place) {
                        meaning.components.push(component);
                    }
                    component += 1;
                }
            }
        }
        meanings
    }

    /// Where a known column is in the table.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.columns().find(|(known, _)| *known == column).and_then(|(_, place)| place)
    }

    /// The known columns with their positions in the table.
    pub(super) fn columns(&self) -> impl Iterator<Item = (Column, Option<usize>)> {
        Column::ALL.into_iter().zip(self.places)
    }
}

/// What a column of a table holds: one of the known columns, one of the other numbers, components of vectors, or
/// several of these.
#[derive(Debug, Clone, Default)]
pub(super) struct Meaning {
    pub(super) column: Option<Column>,
    /// Its place among [`Wanted::numbers`].
    pub(super) number: Option<usize>,
    /// Its places among the components of all vectors.
    pub(super) components: Vec<usize>,
}

impl Meaning {
    /// Whether it is a number that is not one of the known columns.
    pub(super) fn is_other_number(&self) -> bool {
        self.number.is_some() || !self.components.is_empty()
    }
}

/// Decides by the first table which columns `wanted` stands for, where `places` are those of the known columns; adds
/// what is needed and not there to `missing`.
fn resolve(
    table: &Table,
    places: &[Option<usize>],
    wanted: &mut Wanted,
    missing: &mut Vec<String>,
) -> Result<()> {
    // Texts and `explicit`, under whatever names they are read.
    let is_no_number = |place: usize, found: &str| {
        let known = Column::ALL.into_iter().zip(places).find(|(_, known)| **known == Some(place));
        Fields::is_taken(found) || known.is_some_and(|(column, _)| !matches!(column, Column::Attribute(_)))
    };
    let header = &table.header;
    for needs in wanted.needs.clone() {
        for name in needs.numbers.iter().filter(|name| Attribute::named(name).is_none()) {
            let found = named(header, name);
            if found.is_empty() {
                missing.push(name.clone());
            }
            for (place, found) in found {
                match is_no_number(place, found) {
                    false => {}
                    // A pattern passes it over.
                    true if !found.eq_ignore_ascii_case(name) => continue,
                    true => {
                        let problem = format!(
                            "the column {found:?} cannot be compared as a number; give a copy of it another name"
                        );
                        return Err(Error::input(&table.origin.name, problem));
                    }
                }
                refuse_list(table, place)?;
                // Known columns are bound under our names.
                match Attribute::named(found) {
                    Some(attribute) => wanted.required.insert(Column::Attribute(attribute)),
                    None => wanted.add_number(found, true),
                }
            }
        }
        for name in &needs.vectors {
            match wanted_vector(table, name, false)? {
                Some(vector) => wanted.add_vector(vector),
                None => missing.push(name.clone()),
            }
        }
    }
    for name in wanted.keep.clone() {
        let found = named(header, &name);
        if found.is_empty() {
            let problem = format!("has no column {name:?} to keep; its columns are {}", listed(header));
            return Err(Error::input(&table.origin.name, problem));
        }
        for (place, found) in found {
            match table.is_vector(place) {
                true => wanted_vector(table, found, true)?
                    .into_iter()
                    .for_each(|vector| wanted.add_vector(vector)),
                // The known columns are read in any case.
                false if Attribute::named(found).is_some() || is_no_number(place, found) => {}
                false => wanted.add_number(found, false),
            }
        }
    }
    Ok(())
}

/// The vector that a name or a pattern stands for in a table; `None` if there is no such column.
fn wanted_vector(table: &Table, name: &str, is_kept: bool) -> Result<Option<WantedVector>> {
    let refuse = |problem: String| Err(Error::input(&table.origin.name, problem));
    let vector = |name: &str, dimension, parts| {
        Ok(Some(WantedVector { name: name.to_owned(), dimension, parts, is_kept }))
    };
    match named(&table.header, name).as_slice() {
        [] => Ok(None),
        [(_, found)] if Fields::is_taken(found) => refuse(format!(
            "the column {found:?} is read as texts, so it can be no vector; give it another name"
        )),
        [(place, found)] if table.is_vector(*place) => match table.dimension(*place) {
            Some(dimension @ 1..=Fields::MAX_DIMENSION) => vector(found, dimension, Vec::new()),
            dimension => refuse(format!(
                "the column {found:?} has vectors of {} components, 1 to {} were wanted",
                dimension.unwrap_or_default(),
                Fields::MAX_DIMENSION
            )),
        },
        [(_, found)] if *found == name || !name.contains('*') => refuse(format!(
            "the column {found:?} is no vector: a column of lists of numbers was wanted, or a pattern for one column a \
             component, such as \"{name}_*\""
        )),
        several => match several.iter().find(|(place, _)| table.lists.contains(place)) {
            Some((_, list)) => refuse(format!(
                "{name:?} stands for several columns, of which {list:?} is one of lists; name one"
            )),
            None => vector(name, several.len(), several.iter().map(|(_, part)| (*part).to_owned()).collect()),
        },
    }
}

/// Where a vector is in a table, which must have it as the first table had.
fn vector_place(table: &Table, vector: &WantedVector) -> Result<VectorPlace> {
    let refuse = |problem: String| Err(Error::input(&table.origin.name, problem));
    let place = |name: &String| table.header.iter().position(|found| found == name);
    if !vector.parts.is_empty() {
        let places: Vec<usize> = vector.parts.iter().filter_map(place).collect();
        let found = named(&table.header, &vector.name).len();
        return match places.len() == vector.dimension && found == vector.dimension {
            true => Ok(VectorPlace::Columns(places)),
            false => refuse(format!(
                "the vector {:?} has other components than in the first input: {found} columns match, {} were wanted: {}",
                vector.name,
                vector.dimension,
                listed(&vector.parts)
            )),
        };
    }
    match place(&vector.name).map(|place| (place, table.dimension(place))) {
        Some((place, Some(found))) if found == vector.dimension => Ok(VectorPlace::List(place)),
        Some((_, Some(found))) => refuse(format!(
            "the vectors {:?} have {found} components, those of the first input have {}",
            vector.name, vector.dimension
        )),
        _ => refuse(format!(
            "has no vectors {:?}, which the first input has; its columns are {}",
            vector.name,
            listed(&table.header)
        )),
    }
}

/// The columns of a header that a name or a pattern stands for.
fn named<'a>(header: &'a [String], name: &str) -> Vec<(usize, &'a str)> {
    needs::named(header.iter().map(String::as_str), name)
}

fn refuse_list(table: &Table, place: usize) -> Result<()> {
    match table.header.get(place) {
        Some(name) if table.lists.contains(&place) => {
            let problem = format!("the column {name:?} is one of lists, a number was wanted");
            Err(Error::input(&table.origin.name, problem))
        }
        _ => Ok(()),
    }
}

/// Refuses a user's mapping that names a column the table lacks, or maps two columns to one of ours.
fn check_map(input: &str, header: &[String], map: &[(String, Column)]) -> Result<()> {
    for (place, (other, column)) in map.iter().enumerate() {
        if !header.contains(other) {
            let has = listed(header);
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

/// Refuses a column that is to be read if its name occurs twice in the header. Unless it is exactly the name that is
/// `wanted`, names that differ only in case, spaces and punctuation are the same.
fn reject_twins(input: &str, header: &[String], place: Option<usize>, wanted: &str) -> Result<()> {
    let Some((place, name)) = place.and_then(|place| header.get(place).map(|name| (place, name))) else {
        return Ok(());
    };
    let is_alike = |other: &String| name != wanted && layout::plain(other) == layout::plain(name);
    match header.iter().skip(place + 1).position(|other| other == name || is_alike(other)) {
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
