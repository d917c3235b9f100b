//! Parses and checks the values of a table's rows.
//!
//! The rows of a part are parsed into a compact buffer that is independent of the table. So parts are parsed in
//! parallel, while earlier rows are cleaned, which must happen in order.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};

use twox_hash::XxHash3_64;

use super::binding::{Binding, Meaning, VectorPlace};
use super::column_set::ColumnSet;
use super::conversions::{Conversions, Form};
use super::csv::{CsvProblem, PieceReader, PlainFields, RecordBuffer};
use super::report::{MAX_TEXT, Reason, Reject};
use super::table::{Origin, Part, RowRef, csv_error};
use super::value::Raw;
use super::wanted::Wanted;
use super::{forms, names};
use crate::catalogue::{Attribute, Column, Isrc, TextField};
use crate::error::Result;
use crate::mention::TrackRef;

/// The number of texts of a row: the text fields, and all genres joined.
const TEXTS: usize = TextField::ALL.len() + 1;

/// What is needed to parse the rows of a table.
pub(super) struct Reading<'a> {
    binding: &'a Binding,
    wanted: Wanted,
    /// What each of the table's columns holds.
    meanings: Vec<Meaning>,
    /// The known columns that the table lacks.
    absent: ColumnSet,
    /// The number of components of all vectors together.
    components: usize,
    hasher: RandomState,
}

impl<'a> Reading<'a> {
    pub(super) fn new(binding: &'a Binding, wanted: Wanted, hasher: &RandomState) -> Self {
        let absent =
            binding.columns().filter(|(_, place)| place.is_none()).map(|(column, _)| column).collect();
        let (meanings, components, hasher) = (binding.meanings(), wanted.components(), hasher.clone());
        Self { binding, wanted, meanings, absent, components, hasher }
    }
}

/// The parsed rows of a part, and its rejects.
#[derive(Debug, Default)]
pub(super) struct TrackRows {
    /// All texts, concatenated.
    texts: String,
    rows: Vec<RowValues>,
    /// The numbers beside the known ones, row after row, NaN where they are missing.
    numbers: Vec<f64>,
    /// The components of the vectors, row after row. A missing vector is NaN.
    components: Vec<f32>,
    pub(super) rejects: Vec<Reject>,
    pub(super) conversions: Conversions,
}

#[derive(Debug, Default, Clone, Copy)]
struct RowValues {
    /// The ranges of the row's texts; a missing one is empty. (The texts of a part are far shorter than 4 GiB.)
    texts: [(u32, u32); TEXTS],
    id_hash: u64,
    missing: ColumnSet,
    explicit: Option<bool>,
    isrc: Option<Isrc>,
    /// The known attributes.
    attributes: [f64; Attribute::ALL.len()],
}

#[derive(Debug, Clone, Copy)]
pub(super) struct TrackRow<'a> {
    texts: &'a str,
    values: &'a RowValues,
    numbers: &'a [f64],
    components: &'a [f32],
}

impl<'a> TrackRow<'a> {
    fn text_at(&self, place: usize) -> &'a str {
        let (start, end) = self.values.texts.get(place).copied().unwrap_or_default();
        self.texts.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(super) fn text(&self, field: TextField) -> Option<&'a str> {
        Some(self.text_at(field as usize)).filter(|text| !text.is_empty())
    }

    /// The list column `genres` joined by `;`; empty if the table has none.
    pub(super) fn genres(&self) -> &'a str {
        self.text_at(TextField::ALL.len())
    }

    pub(super) fn id_hash(&self) -> u64 {
        self.values.id_hash
    }

    pub(super) fn explicit(&self) -> Option<bool> {
        self.values.explicit
    }

    pub(super) fn isrc(&self) -> Option<Isrc> {
        self.values.isrc
    }

    /// A known attribute; NaN where it is missing.
    pub(super) fn attribute(&self, attribute: Attribute) -> f64 {
        match self.values.missing.contains(Column::Attribute(attribute)) {
            true => f64::NAN,
            false => self.values.attributes.get(attribute as usize).copied().unwrap_or(f64::NAN),
        }
    }

    /// The numbers beside the known ones, in the order of [`Wanted::numbers`], NaN where they are missing.
    pub(super) fn numbers(&self) -> &'a [f64] {
        self.numbers
    }

    /// The components of all vectors, in the order of [`Wanted::vectors`]. A missing vector is NaN.
    pub(super) fn components(&self) -> &'a [f32] {
        self.components
    }

    /// The known columns that have no value.
    pub(super) fn missing(&self) -> ColumnSet {
        self.values.missing
    }
}

impl TrackRows {
    /// Parses the rows of a part.
    ///
    /// # Errors
    /// [`Error::Input`](crate::Error::Input) if the part cannot be split into rows.
    pub(super) fn read(reading: &Reading<'_>, part: Part<'_>, origin: &Origin) -> Result<Self> {
        let mut read = Self::default();
        match part {
            Part::Csv(piece) if origin.columns.is_empty() => {
                read.add_csv(reading, piece).map_err(|problem| csv_error(origin, problem))?
            }
            part => part.for_each_row(origin, |row| read.add(reading, row))?,
        }
        Ok(read)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = TrackRow<'_>> {
        let rows = self.rows.len().max(1);
        let (numbers, components) = (self.numbers.len() / rows, self.components.len() / rows);
        self.rows.iter().enumerate().map(move |(row, values)| TrackRow {
            texts: &self.texts,
            values,
            numbers: self.numbers.get(row * numbers..(row + 1) * numbers).unwrap_or_default(),
            components: self.components.get(row * components..(row + 1) * components).unwrap_or_default(),
        })
    }

    fn add_csv(
        &mut self,
        reading: &Reading<'_>,
        mut piece: PieceReader<'_>,
    ) -> std::result::Result<(), CsvProblem> {
        let bytes = piece.bytes();
        self.texts.reserve(bytes.len() / 2);
        self.rows.reserve(bytes.len() / 128);
        // Validated in one pass, which is far cheaper than field by field.
        let text = str::from_utf8(bytes).unwrap_or_default();
        let mut record = RecordBuffer::default();
        let mut values = RowValues::default();
        loop {
            let start = self.len();
            let mut fields = piece.plain();
            let plain = self.plain_values(reading, text, &mut fields, &mut values);
            if plain.is_some() && piece.skip(&fields) {
                self.push(reading, &values);
                continue;
            }
            // The row is not plain: read it again by the general path.
            self.truncate(start);
            if !piece.read(&mut record)? {
                return Ok(());
            }
            self.add(reading, RowRef::csv(record.record()));
        }
    }

    /// The lengths of what a row appends to.
    fn len(&self) -> [usize; 3] {
        [self.texts.len(), self.numbers.len(), self.components.len()]
    }

    fn truncate(&mut self, [texts, numbers, components]: [usize; 3]) {
        self.texts.truncate(texts);
        self.numbers.truncate(numbers);
        self.components.truncate(components);
    }

    /// Makes room for the numbers and vectors of a row, all missing; returns where they begin.
    fn make_room(&mut self, reading: &Reading<'_>) -> (usize, usize) {
        let (numbers, components) = (self.numbers.len(), self.components.len());
        self.numbers.resize(numbers + reading.wanted.numbers.len(), f64::NAN);
        self.components.resize(components + reading.components, f32::NAN);
        (numbers, components)
    }

    /// Replaces `values` by those of a row, if all its fields are plain and valid for their columns; otherwise
    /// `None`, and `values` is left incomplete.
    #[inline]
    fn plain_values(
        &mut self,
        reading: &Reading<'_>,
        text: &str,
        fields: &mut PlainFields<'_>,
        values: &mut RowValues,
    ) -> Option<()> {
        if reading.binding.makes_ids {
            return None;
        }
        values.missing = reading.absent;
        let (numbers, components) = self.make_room(reading);
        for meaning in &reading.meanings {
            let number = match meaning.column {
                Some(Column::Attribute(attribute)) => {
                    let number = fields.number()?;
                    if attribute.is_whole() && f64::from(number as i32) != number {
                        return None;
                    }
                    *values.attributes.get_mut(attribute as usize)? = number;
                    number
                }
                // Read as two things, which the general path does.
                Some(Column::Text(_) | Column::Explicit | Column::Isrc) if meaning.is_other_number() => {
                    return None;
                }
                Some(Column::Text(field)) => {
                    let text = text.get(fields.text()?)?;
                    if text.is_empty() || text.len() > MAX_TEXT {
                        return None;
                    }
                    // What is to be converted is counted by the general path.
                    if self.push_text(field, text.into(), values).is_some() {
                        return None;
                    }
                    continue;
                }
                Some(Column::Explicit) => {
                    values.explicit = match text.get(fields.text()?)? {
                        "True" | "true" | "TRUE" => Some(true),
                        "False" | "false" | "FALSE" => Some(false),
                        _ => return None,
                    };
                    continue;
                }
                Some(Column::Isrc) => {
                    values.isrc = Isrc::parse(text.get(fields.text()?)?);
                    continue;
                }
                None if meaning.is_other_number() => fields.number()?,
                None => {
                    _ = fields.text()?;
                    continue;
                }
            };
            if let Some(place) = meaning.number {
                *self.numbers.get_mut(numbers + place)? = number;
            }
            for place in &meaning.components {
                *self.components.get_mut(components + place)? = number as f32;
            }
        }
        Some(())
    }

    /// Adds a row, or its reject if it cannot be read.
    fn add(&mut self, reading: &Reading<'_>, row: RowRef<'_>) {
        let start = self.len();
        match self.values(reading, row) {
            Ok(values) => self.push(reading, &values),
            Err(unreadable) => {
                self.truncate(start);
                self.rejects.push(unreadable.reject(reading.binding, row));
            }
        }
    }

    fn push(&mut self, reading: &Reading<'_>, values: &RowValues) {
        let row = TrackRow { texts: &self.texts, values, numbers: &[], components: &[] };
        let id_hash = reading.hasher.hash_one(row.text_at(TextField::TrackId as usize));
        self.rows.push(RowValues { id_hash, ..*values });
    }

    /// The values of a row; the error names the first that cannot be read.
    fn values(
        &mut self,
        reading: &Reading<'_>,
        row: RowRef<'_>,
    ) -> std::result::Result<RowValues, Unreadable> {
        let binding = reading.binding;
        let (wanted, found) = (binding.fields, row.fields());
        if found != wanted {
            let reason = Reason::FieldCount { wanted, found, lines: row.lines() };
            return Err(Unreadable { place: None, reason });
        }
        let mut values = RowValues::default();
        let key = binding.place(Column::Attribute(Attribute::Key));
        for (column, place) in binding.columns() {
            let value = place.map_or(Raw::Missing, |place| row.value(place));
            let unreadable = |reason| Unreadable { place, reason };
            match column {
                Column::Text(field) => match value.text().map_err(unreadable)? {
                    Some(text) => {
                        if let Some(form) = self.push_text(field, text.clone(), &mut values) {
                            let row = TrackRow {
                                texts: &self.texts,
                                values: &values,
                                numbers: &[],
                                components: &[],
                            };
                            let clean = row.text_at(field as usize).to_owned();
                            self.conversions.add(column, form, &text, || clean);
                        }
                    }
                    None => values.missing.insert(column),
                },
                Column::Explicit => {
                    values.explicit = value.boolean().map_err(unreadable)?;
                    match values.explicit {
                        Some(explicit) => self.note_word(value, explicit),
                        None => values.missing.insert(column),
                    }
                }
                // What is no code is taken as missing.
                Column::Isrc => values.isrc = value.text().ok().flatten().and_then(|text| Isrc::parse(&text)),
                Column::Attribute(attribute) => {
                    let value = match (attribute, place) {
                        // A key by its name may say the mode.
                        (Attribute::Mode, None) => {
                            forms::mode_of_key(key.map_or(Raw::Missing, |place| row.value(place)))
                        }
                        _ => value,
                    };
                    let (number, form) = forms::attribute(attribute, value).map_err(unreadable)?;
                    if let (Some(number), Some(form)) = (number, form) {
                        self.conversions.add(column, form, &value.to_text(), || number.to_string());
                    }
                    match (number, values.attributes.get_mut(attribute as usize)) {
                        (Some(number), Some(slot)) => *slot = number,
                        _ => values.missing.insert(column),
                    }
                }
            }
        }
        if binding.makes_ids {
            self.make_id(&mut values);
        }
        if let Some(place) = binding.genres {
            let genres =
                row.value(place).text().map_err(|reason| Unreadable { place: Some(place), reason })?;
            let start = self.texts.len();
            self.texts.push_str(&genres.unwrap_or_default());
            let [.., slot] = &mut values.texts;
            *slot = (start as u32, self.texts.len() as u32);
        }
        for place in &binding.numbers {
            let value = place.map_or(Raw::Missing, |place| row.value(place));
            let number = value.number_or_boolean().map_err(|reason| Unreadable { place: *place, reason })?;
            self.numbers.push(number.unwrap_or(f64::NAN));
        }
        for (vector, wanted) in binding.vectors.iter().zip(&reading.wanted.vectors) {
            self.push_vector(vector, wanted.dimension, row)?;
        }
        Ok(values)
    }

    /// Adds a vector of a row; if one of its components is missing, it is missing.
    fn push_vector(
        &mut self,
        vector: &VectorPlace,
        dimension: usize,
        row: RowRef<'_>,
    ) -> std::result::Result<(), Unreadable> {
        let end = self.components.len() + dimension;
        match vector {
            VectorPlace::List(place) => {
                let unreadable = |reason| Unreadable { place: Some(*place), reason };
                match row.value(*place) {
                    Raw::Missing => {}
                    Raw::Vector(numbers) => {
                        let start = self.components.len();
                        numbers.append_to(&mut self.components, dimension).map_err(unreadable)?;
                        if self.components.iter().skip(start).any(|value| value.is_nan()) {
                            self.components.truncate(start);
                        }
                    }
                    _ => return Err(unreadable(Reason::WrongType { wanted: "a list of numbers" })),
                }
            }
            VectorPlace::Columns(places) => {
                let start = self.components.len();
                for place in places {
                    let number = row.value(*place).number_or_boolean();
                    match number.map_err(|reason| Unreadable { place: Some(*place), reason })? {
                        Some(number) => self.components.push(number as f32),
                        None => {
                            self.components.truncate(start);
                            break;
                        }
                    }
                }
            }
        }
        self.components.resize(end, f32::NAN);
        Ok(())
    }

    /// Adds a text of a row; if it is empty after cleaning (an empty list of artists), it is missing. Returns the form
    /// that it had, if that was another than the catalogue's.
    fn push_text(&mut self, field: TextField, text: Cow<'_, str>, values: &mut RowValues) -> Option<Form> {
        let start = self.texts.len();
        let (clean, form) = match field {
            TextField::TrackId if is_plain_id(&text) => (text, None),
            TextField::TrackId => {
                let (id, form) = id(&text);
                (id.to_owned().into(), form)
            }
            TextField::Artists => names::artists(text),
            TextField::TrackGenre => names::genres(text),
            _ => (text, None),
        };
        self.texts.push_str(&clean);
        let end = self.texts.len();
        if start == end {
            values.missing.insert(Column::Text(field));
        }
        if let Some(slot) = values.texts.get_mut(field as usize) {
            *slot = (start as u32, end as u32);
        }
        form
    }

    /// Makes the id of a row from its title and artists, if it has both.
    fn make_id(&mut self, values: &mut RowValues) {
        let row = TrackRow { texts: &self.texts, values, numbers: &[], components: &[] };
        let (Some(title), Some(artists)) = (row.text(TextField::TrackName), row.text(TextField::Artists))
        else {
            return;
        };
        let named = format!("{title}\n{artists}");
        let id = format!("x{:016x}", XxHash3_64::oneshot(named.as_bytes()));
        let column = Column::Text(TextField::TrackId);
        self.conversions.add(column, Form::MadeId, "", || id.clone());
        values.missing = values.missing.without(ColumnSet::from_iter([column]));
        _ = self.push_text(TextField::TrackId, id.into(), values);
    }

    /// Notes the word for true or false, if it is not one of these.
    fn note_word(&mut self, value: Raw<'_>, explicit: bool) {
        if let Raw::Text(text) = value
            && !["true", "false", "1", "0"].iter().any(|word| text.trim_ascii().eq_ignore_ascii_case(word))
        {
            self.conversions.add(Column::Explicit, Form::BooleanWord, text, || explicit.to_string());
        }
    }
}

/// Whether an id is neither an address nor has spaces around it.
fn is_plain_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The id in a Spotify URI or URL, without spaces around it.
fn id(text: &str) -> (&str, Option<Form>) {
    match TrackRef::parse(text) {
        TrackRef::Id(id) => (id, Some(Form::Address)),
        TrackRef::Text(id) => (id, (id.len() < text.len()).then_some(Form::Spaces)),
    }
}

/// Why a row cannot be read, and the position of the column at fault, if it is one column's.
#[derive(Debug)]
struct Unreadable {
    place: Option<usize>,
    reason: Reason,
}

impl Unreadable {
    /// The reject with place, column and value.
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
