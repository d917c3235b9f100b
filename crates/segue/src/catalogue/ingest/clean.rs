//! Cleaning: the first row of each track id, complete rows only, and all genres that a track is listed under.
//!
//! The order is the notebook's: repeated ids go first, so an id whose first row is incomplete is dropped even
//! if a later row is complete. Rows that lack an expected column are kept until all are read, since only then it is
//! known whether the inputs have values of it at all ([`Cleaner::settle`]).

mod convert;

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use arrow_array::Array;
use arrow_array::builder::{BooleanBuilder, LargeStringBuilder};
use hashbrown::HashTable;

use super::column_set::ColumnSet;
use super::listings::GenreListings;
use super::needs::Fill;
use super::report::{MissingColumn, Report};
use super::rows::{TrackRow, TrackRows};
use super::wanted::{Wanted, WantedVector};
use crate::catalogue::{
    ARTIST_SEPARATOR, Attribute, BooleanColumn, Catalogue, Column, Columns, Isrc, IsrcColumn, NumberColumn,
    NumberField, TextColumn, TextField, TextListColumn, VectorColumn, VectorField, Vectors,
};
use crate::error::Error;

/// Deduplicates and filters rows, in order, into the columns of a catalogue.
pub(super) struct Cleaner {
    wanted: Wanted,
    optional: ColumnSet,
    hasher: RandomState,
    /// The catalogue rows of the tracks kept, by the hash of their ids.
    kept: HashTable<u32>,
    tracks: usize,
    /// The ids whose first row was incomplete.
    dropped: HashSet<String>,
    /// Whether there was a row without an id: all such rows count as one track.
    nameless: bool,
    texts: [LargeStringBuilder; TextField::ALL.len()],
    explicit: BooleanBuilder,
    isrcs: LargeStringBuilder,
    attributes: [Numbers; Attribute::ALL.len()],
    /// The numbers beside the known ones, one column each, and the components of each vector column.
    numbers: Vec<Vec<f64>>,
    vectors: Vec<Vec<f32>>,
    genres: GenreListings,
    /// Where the tracks of each input begin.
    inputs: Vec<InputStart>,
}

/// Where the tracks of an input begin, and whether its artists' names have their commas escaped.
#[derive(Debug, Clone, Copy)]
struct InputStart {
    row: usize,
    escapes_commas: bool,
}

/// Numbers while they are collected.
enum Numbers {
    /// Whole numbers that every track has.
    Whole(Vec<i32>),
    /// Other numbers, NaN where they are missing.
    Real(Vec<f64>),
}

/// The maximum number of tracks: below 2^32 with room for a chunk, which is added before it is counted.
pub(super) const MAX_TRACKS: usize = 4_000_000_000;

/// The typical length of a text of a track, for allocation.
const TEXT_BYTES: usize = 24;

impl Cleaner {
    /// A cleaner with capacity for `room` tracks; it grows as needed.
    pub(super) fn new(wanted: Wanted, room: usize) -> Self {
        let optional = wanted.optional();
        // A whole number that may be missing is only stored as one if no track lacks it.
        let is_whole = |attribute: Attribute| {
            attribute.is_whole()
                // Durations may be in seconds, with a fraction.
                && attribute != Attribute::DurationMs
                && wanted.fill == Fill::Drop
                && wanted.required.contains(Column::Attribute(attribute))
        };
        Self {
            attributes: Attribute::ALL.map(|attribute| match is_whole(attribute) {
                true => Numbers::Whole(Vec::with_capacity(room)),
                false => Numbers::Real(Vec::with_capacity(room)),
            }),
            wanted,
            optional,
            hasher: RandomState::new(),
            kept: HashTable::with_capacity(room),
            tracks: 0,
            dropped: HashSet::new(),
            nameless: false,
            texts: TextField::ALL.map(|_| LargeStringBuilder::with_capacity(room, room * TEXT_BYTES)),
            explicit: BooleanBuilder::with_capacity(room),
            isrcs: LargeStringBuilder::new(),
            numbers: Vec::new(),
            vectors: Vec::new(),
            genres: GenreListings::default(),
            inputs: Vec::new(),
        }
    }

    /// Begins another input, whose columns are read on scales of its own.
    pub(super) fn begin_input(&mut self) {
        self.inputs.push(InputStart { row: self.tracks(), escapes_commas: false });
    }

    /// Notes that the input writes commas within the names of artists with a backslash.
    pub(super) fn note_escaped_commas(&mut self) {
        if let Some(input) = self.inputs.last_mut() {
            input.escapes_commas = true;
        }
    }

    /// The columns that the catalogue is to have.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    pub(super) fn wanted_mut(&mut self) -> &mut Wanted {
        &mut self.wanted
    }

    pub(super) fn tracks(&self) -> usize {
        self.tracks
    }

    /// The hasher of track ids; [`Self::add`] expects ids hashed by it.
    pub(super) fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// Adds the next rows and updates the counts of the report.
    pub(super) fn add(&mut self, rows: &TrackRows, report: &mut Report) {
        // The first input may have made more columns required.
        self.optional = self.wanted.optional();
        let kept: Vec<TrackRow<'_>> = rows.iter().filter(|row| self.keeps(row, report)).collect();
        for (field, builder) in TextField::ALL.into_iter().zip(&mut self.texts) {
            // `keeps` has added the ids already; `finish` adds the first genres.
            if !matches!(field, TextField::TrackId | TextField::TrackGenre) {
                kept.iter().for_each(|row| builder.append_option(row.text(field)));
            }
        }
        kept.iter().for_each(|row| self.explicit.append_option(row.explicit()));
        kept.iter().for_each(|row| self.isrcs.append_option(row.isrc().as_ref().map(Isrc::as_str)));
        for (attribute, numbers) in Attribute::ALL.into_iter().zip(&mut self.attributes) {
            // A kept row has all required attributes, and whole numbers were checked to fit an i32.
            let values = kept.iter().map(|row| row.attribute(attribute));
            match numbers {
                Numbers::Whole(numbers) => numbers.extend(values.map(|number| number as i32)),
                Numbers::Real(numbers) => numbers.extend(values),
            }
        }
        self.numbers.resize_with(self.wanted.numbers.len(), Vec::new);
        for (place, numbers) in self.numbers.iter_mut().enumerate() {
            numbers.extend(kept.iter().map(|row| row.numbers().get(place).copied().unwrap_or(f64::NAN)));
        }
        self.vectors.resize_with(self.wanted.vectors.len(), Vec::new);
        let mut start = 0;
        for (vectors, wanted) in self.vectors.iter_mut().zip(&self.wanted.vectors) {
            let end = start + wanted.dimension;
            kept.iter().for_each(|row| {
                vectors.extend_from_slice(row.components().get(start..end).unwrap_or_default());
            });
            start = end;
        }
    }

    /// Whether a row is kept as a new track; records its id and genres.
    fn keeps(&mut self, row: &TrackRow<'_>, report: &mut Report) -> bool {
        report.counts.rows += 1;
        let id = row.text(TextField::TrackId);
        let [ids, ..] = &self.texts;
        if let Some(id) = id
            && let Some(&known) = self.kept.find(row.id_hash(), |&known| text_at(ids, known) == id.as_bytes())
        {
            report.counts.repeated += 1;
            self.genres.list_again(known, genres_of(row));
            return false;
        }
        if id.map_or(self.nameless, |id| !self.dropped.is_empty() && self.dropped.contains(id)) {
            report.counts.repeated += 1;
            return false;
        }
        report.counts.unique += 1;
        if self.is_complete(row) {
            report.counts.tracks += 1;
            self.note(row);
            return true;
        }
        report.counts.incomplete += 1;
        for name in self.missing(row, self.optional.without(self.wanted.expected)) {
            *report.missing_by_column.entry(name.to_owned()).or_default() += 1;
        }
        match id {
            Some(id) => _ = self.dropped.insert(id.to_owned()),
            None => self.nameless = true,
        }
        false
    }

    /// Whether a row has all values that are needed and not filled.
    fn is_complete(&self, row: &TrackRow<'_>) -> bool {
        let has_known = row.missing().without(self.optional).is_empty();
        if has_known && self.wanted.numbers.is_empty() && self.wanted.vectors.is_empty() {
            return true;
        }
        self.missing(row, self.optional).next().is_none()
    }

    /// The names of the columns that a row lacks, but for those that it may lack.
    fn missing<'a>(&'a self, row: &'a TrackRow<'_>, optional: ColumnSet) -> impl Iterator<Item = &'a str> {
        let missing = row.missing().without(optional);
        let fills = self.wanted.fill == Fill::Mean;
        let is_lost = move |column: &Column| {
            missing.contains(*column) && !(fills && matches!(column, Column::Attribute(_)))
        };
        let known = Column::ALL.into_iter().filter(is_lost).map(|column| column.name());
        let numbers = self.wanted.numbers.iter().zip(row.numbers());
        let numbers = numbers.filter(move |(wanted, value)| wanted.required && value.is_nan() && !fills);
        let mut start = 0;
        let vectors = self.wanted.vectors.iter().filter(move |wanted| {
            let first = row.components().get(start);
            start += wanted.dimension;
            first.is_none_or(|value| value.is_nan()) && !fills
        });
        known
            .chain(numbers.map(|(wanted, _)| wanted.name.as_str()))
            .chain(vectors.map(|wanted| wanted.name.as_str()))
    }

    fn note(&mut self, row: &TrackRow<'_>) {
        let number = self.tracks as u32;
        self.tracks += 1;
        let ([ids, ..], hasher) = (&mut self.texts, &self.hasher);
        ids.append_option(row.text(TextField::TrackId));
        let rehash = |&known: &u32| hasher.hash_one(str::from_utf8(text_at(ids, known)).unwrap_or_default());
        self.kept.insert_unique(row.id_hash(), number, rehash);
        self.genres.list(number, genres_of(row));
    }

    /// Once all rows are read: drops the tracks that lack a value of an expected column of which others have one, and
    /// lists the columns of which no track has any.
    ///
    /// # Errors
    /// [`Error::Input`] names an input that lacks a column of which others have values.
    pub(super) fn settle(&mut self, report: &mut Report) -> Result<(), Error> {
        self.convert_columns(report);
        let tracks = self.tracks();
        let lacking: Vec<(Column, usize)> = Column::ALL.map(|column| (column, self.lacking(column))).into();
        let is_found = |column: &Column| self.wanted.found.contains(*column);
        let empty = lacking.iter().filter(|(_, lacking)| *lacking == tracks && tracks > 0);
        let empty: Vec<Column> = empty.map(|(column, _)| *column).collect();
        report.missing_columns = empty
            .iter()
            .map(|column| MissingColumn { column: column.name(), is_empty: is_found(column) })
            .collect();
        empty.iter().for_each(|column| _ = report.missing_by_column.remove(column.name()));
        self.wanted.expected = self.wanted.expected.without(empty.iter().copied().collect());
        if self.wanted.fill == Fill::Drop {
            self.drop_incomplete(&lacking, report)?;
        }
        self.count_lacking(report);
        Ok(())
    }

    /// Drops the tracks without a value of an expected column of which others have one; `lacking` are how many lack each.
    fn drop_incomplete(&mut self, lacking: &[(Column, usize)], report: &mut Report) -> Result<(), Error> {
        let tracks = self.tracks();
        let expected = self.wanted.expected;
        let of_some = |column: Column| expected.contains(column);
        if let Some((column, input)) = self.wanted.lacked_by.iter().find(|(column, _)| of_some(*column)) {
            let problem = format!(
                "lacks the column {column}, which other inputs have, so all its tracks would be left out; read it by \
                 itself, or fill missing numbers with the mean"
            );
            return Err(Error::input(input, problem));
        }
        let mut kept = vec![true; tracks];
        for (column, lacking) in lacking.iter().filter(|(column, lacking)| *lacking > 0 && of_some(*column)) {
            *report.missing_by_column.entry(column.name().to_owned()).or_default() += *lacking as u64;
            let Column::Attribute(attribute) = column else { continue };
            if let Some(Numbers::Real(values)) = self.attributes.get(*attribute as usize) {
                kept.iter_mut().zip(values).for_each(|(kept, value)| *kept &= !value.is_nan());
            }
        }
        if kept.contains(&false) {
            self.retain(&kept);
            let dropped = (tracks - self.tracks()) as u64;
            report.counts.tracks -= dropped;
            report.counts.incomplete += dropped;
        }
        Ok(())
    }

    /// Counts the tracks that lack what they may lack, where others have it.
    fn count_lacking(&self, report: &mut Report) {
        for column in Column::ALL {
            let lacking = self.lacking(column);
            let fills = self.wanted.fill == Fill::Mean && self.wanted.expected.contains(column);
            if lacking > 0 && lacking < self.tracks() && !fills {
                report.lacking_by_column.insert(column.name().to_owned(), lacking as u64);
            }
        }
    }

    /// How many of the tracks lack a value of a column that is not required.
    fn lacking(&self, column: Column) -> usize {
        if self.wanted.required.contains(column) {
            return 0;
        }
        let nulls = |bitmap: Option<&[u8]>| {
            let valid = bitmap.map(|bits| bits.iter().map(|byte| byte.count_ones() as usize).sum());
            self.tracks() - valid.unwrap_or(self.tracks())
        };
        match column {
            Column::Text(TextField::TrackGenre) => self.tracks() - self.genres.tracks(self.tracks()),
            Column::Text(field) => {
                self.texts.get(field as usize).map_or(0, |texts| nulls(texts.validity_slice()))
            }
            Column::Explicit => nulls(self.explicit.validity_slice()),
            // No catalogue needs it.
            Column::Isrc => 0,
            Column::Attribute(attribute) => match self.attributes.get(attribute as usize) {
                Some(Numbers::Real(values)) => values.iter().filter(|value| value.is_nan()).count(),
                _ => 0,
            },
        }
    }

    /// Keeps some of the tracks, in their order.
    fn retain(&mut self, kept: &[bool]) {
        // The first genres are added later.
        for texts in self.texts.iter_mut().chain([&mut self.isrcs]) {
            let all = texts.finish();
            let rows = all.iter().zip(kept).filter(|(_, kept)| **kept);
            rows.for_each(|(text, _)| texts.append_option(text));
        }
        let explicit = self.explicit.finish();
        let rows = explicit.iter().zip(kept).filter(|(_, kept)| **kept);
        rows.for_each(|(explicit, _)| self.explicit.append_option(explicit));
        for numbers in &mut self.attributes {
            match numbers {
                Numbers::Whole(values) => retain_rows(values, 1, kept),
                Numbers::Real(values) => retain_rows(values, 1, kept),
            }
        }
        self.numbers.iter_mut().for_each(|values| retain_rows(values, 1, kept));
        for (values, wanted) in self.vectors.iter_mut().zip(&self.wanted.vectors) {
            retain_rows(values, wanted.dimension, kept);
        }
        self.genres.retain(kept);
        self.tracks = kept.iter().filter(|kept| **kept).count();
    }

    /// The catalogue of all that was kept.
    pub(super) fn finish(mut self, origin: &str, report: &mut Report) -> Result<Catalogue, String> {
        let rows = self.tracks;
        let (first_genres, genres) = self.genres.finish(rows);
        let [.., track_genres] = &mut self.texts;
        first_genres.into_iter().for_each(|genre| track_genres.append_option(genre));
        let fills = self.wanted.fill == Fill::Mean;
        let mut numbers = Vec::new();
        for column in Column::ALL {
            let Column::Attribute(attribute) = column else { continue };
            let Some(values) = self.attributes.get_mut(attribute as usize) else { continue };
            let optional = self.optional.without(self.wanted.expected).contains(column);
            let field = NumberField { optional, ..NumberField::of(attribute) };
            numbers.extend(match std::mem::replace(values, Numbers::Whole(Vec::new())) {
                Numbers::Whole(values) => Some((field, NumberColumn::Whole(values.into()))),
                Numbers::Real(values) => number_column(field, values, fills, report)?,
            });
        }
        for (wanted, values) in self.wanted.numbers.into_iter().zip(self.numbers) {
            // Stored as whole numbers if all of them are.
            let field = NumberField { name: wanted.name, whole: true, optional: !wanted.required };
            numbers.extend(number_column(field, values, fills, report)?);
        }
        let vectors = self.wanted.vectors.into_iter().zip(self.vectors).map(|(wanted, mut components)| {
            let WantedVector { name, dimension, is_kept, .. } = wanted;
            if fills {
                let filled = fill_vectors(&mut components, dimension);
                count_filled(report, &name, filled, rows)?;
            }
            let column = VectorColumn::of(dimension, components, self.wanted.half);
            Ok(Vectors { field: VectorField { name, dimension, half: self.wanted.half }, column, is_kept })
        });
        let isrcs = self.isrcs.finish();
        let columns = Columns {
            texts: self.texts.each_mut().map(|builder| TextColumn::from(&builder.finish())),
            genres: TextListColumn::try_from(&genres).map_err(|malformed| malformed.0)?,
            explicit: BooleanColumn::from(&self.explicit.finish()),
            isrc: (isrcs.null_count() < rows).then(|| IsrcColumn::new(rows, TextColumn::from(&isrcs))),
            vectors: vectors.collect::<Result<_, String>>()?,
            numbers,
        };
        Ok(Catalogue::new(origin, rows, columns, Some(report.counts)))
    }
}

/// Keeps some rows of so many values each.
fn retain_rows<T>(values: &mut Vec<T>, width: usize, kept: &[bool]) {
    let mut place = 0;
    values.retain(|_| {
        let row = place / width.max(1);
        place += 1;
        kept.get(row).copied().unwrap_or_default()
    });
}

/// A column of collected numbers; `None` if no track has one and none needs to. The field's `whole` says whether it may
/// be stored as whole numbers.
fn number_column(
    field: NumberField,
    mut values: Vec<f64>,
    fills: bool,
    report: &mut Report,
) -> Result<Option<(NumberField, NumberColumn)>, String> {
    let missing = values.iter().filter(|value| value.is_nan()).count();
    if field.optional && missing == values.len() {
        return Ok(None);
    }
    if missing > 0 && fills && !field.optional {
        count_filled(report, &field.name, missing, values.len())?;
        let known = (values.len() - missing) as f64;
        let mean = values.iter().filter(|value| !value.is_nan()).sum::<f64>() / known;
        values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = mean);
    }
    let whole = field.whole && values.iter().all(|value| f64::from(*value as i32) == *value);
    let column = match whole {
        true => NumberColumn::Whole(values.iter().map(|value| *value as i32).collect::<Vec<_>>().into()),
        false => NumberColumn::Real(values.into()),
    };
    let optional = field.optional && missing > 0;
    Ok(Some((NumberField { whole, optional, ..field }, column)))
}

/// Replaces missing vectors by the mean of the others; returns how many those were.
fn fill_vectors(components: &mut [f32], dimension: usize) -> usize {
    let is_missing = |vector: &[f32]| vector.first().is_none_or(|value| value.is_nan());
    let mut sums = vec![0f64; dimension];
    let (mut known, mut missing) = (0u32, 0);
    for vector in components.chunks_exact(dimension) {
        match is_missing(vector) {
            true => missing += 1,
            false => {
                known += 1;
                sums.iter_mut().zip(vector).for_each(|(sum, value)| *sum += f64::from(*value));
            }
        }
    }
    for vector in components.chunks_exact_mut(dimension).filter(|vector| is_missing(vector)) {
        vector.iter_mut().zip(&sums).for_each(|(value, sum)| *value = (sum / f64::from(known.max(1))) as f32);
    }
    missing
}

/// Counts the values of a column that are filled for so many tracks.
///
/// # Errors
/// If none of them has a value, so that there is no mean.
fn count_filled(report: &mut Report, name: &str, filled: usize, tracks: usize) -> Result<(), String> {
    if filled == tracks {
        return Err(format!("no track has a value of {name:?}, so there is no mean to fill it with"));
    }
    if filled > 0 {
        *report.filled_by_column.entry(name.to_owned()).or_default() += filled as u64;
    }
    Ok(())
}

fn text_at(texts: &LargeStringBuilder, row: u32) -> &[u8] {
    let bounds = texts.offsets_slice().get(row as usize..row as usize + 2);
    match bounds {
        Some(&[from, to]) => texts.values_slice().get(from as usize..to as usize).unwrap_or_default(),
        _ => &[],
    }
}

fn genres_of<'a>(row: &TrackRow<'a>) -> impl Iterator<Item = &'a str> {
    let listed = [row.text(TextField::TrackGenre).unwrap_or_default(), row.genres()];
    listed.into_iter().flat_map(|genres| genres.split(ARTIST_SEPARATOR)).filter(|genre| !genre.is_empty())
}
