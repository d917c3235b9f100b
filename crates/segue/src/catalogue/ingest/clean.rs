//! Cleaning: the first row of each track id, complete rows only, and all genres that a track is listed under.
//!
//! The order is the notebook's: repeated ids go first, so an id whose first row is incomplete is dropped even
//! if a later row is complete.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, LargeStringBuilder};
use arrow_array::{Array, LargeListArray, LargeStringArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use hashbrown::HashTable;

use super::layout::Layout;
use super::needs::Fill;
use super::report::Report;
use super::rows::{ColumnSet, TrackRow, TrackRows};
use super::wanted::{Wanted, WantedVector};
use crate::catalogue::{
    ARTIST_SEPARATOR, Attribute, BooleanColumn, Catalogue, Column, Columns, NumberColumn, NumberField,
    TextColumn, TextField, TextListColumn, VectorColumn, VectorField, Vectors,
};

/// Deduplicates and filters rows, in order, into the columns of a catalogue.
pub(super) struct Cleaner {
    wanted: Wanted,
    optional: ColumnSet,
    hasher: RandomState,
    /// The catalogue rows of the tracks kept, by the hash of their ids.
    kept: HashTable<u32>,
    /// The ids whose first row was incomplete.
    dropped: HashSet<String>,
    /// Whether there was a row without an id: all such rows count as one track.
    nameless: bool,
    texts: [LargeStringBuilder; TextField::ALL.len()],
    explicit: BooleanBuilder,
    attributes: [Numbers; Attribute::ALL.len()],
    /// The numbers beside the known ones, one column each, and the components of each vector column.
    numbers: Vec<Vec<f64>>,
    vectors: Vec<Vec<f32>>,
    genres: GenreListings,
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
            dropped: HashSet::new(),
            nameless: false,
            texts: TextField::ALL.map(|_| LargeStringBuilder::with_capacity(room, room * TEXT_BYTES)),
            explicit: BooleanBuilder::with_capacity(room),
            numbers: Vec::new(),
            vectors: Vec::new(),
            genres: GenreListings::default(),
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
        self.kept.len()
    }

    /// The hasher of track ids; [`Self::add`] expects ids hashed by it.
    pub(super) fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// Adds the next rows and updates the counts of the report.
    pub(super) fn add(&mut self, rows: &TrackRows, layout: &Layout, report: &mut Report) {
        // The first input may have made more columns required.
        self.optional = self.wanted.optional();
        let kept: Vec<TrackRow<'_>> = rows.iter().filter(|row| self.keeps(row, layout, report)).collect();
        for (field, builder) in TextField::ALL.into_iter().zip(&mut self.texts) {
            // `keeps` has added the ids already; `finish` adds the first genres.
            if !matches!(field, TextField::TrackId | TextField::TrackGenre) {
                kept.iter().for_each(|row| builder.append_option(row.text(field)));
            }
        }
        kept.iter().for_each(|row| self.explicit.append_option(row.explicit()));
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
    fn keeps(&mut self, row: &TrackRow<'_>, layout: &Layout, report: &mut Report) -> bool {
        report.counts.rows += 1;
        let id = row.text(TextField::TrackId);
        let [ids, ..] = &self.texts;
        if let Some(id) = id
            && let Some(&known) = self.kept.find(row.id_hash(), |&known| text_at(ids, known) == id.as_bytes())
        {
            report.counts.repeated += 1;
            self.genres.list_again(known, genres_of(row, layout));
            return false;
        }
        if id.map_or(self.nameless, |id| !self.dropped.is_empty() && self.dropped.contains(id)) {
            report.counts.repeated += 1;
            return false;
        }
        report.counts.unique += 1;
        if self.is_complete(row) {
            report.counts.tracks += 1;
            self.note(row, layout);
            return true;
        }
        report.counts.incomplete += 1;
        for name in self.missing(row) {
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
        self.missing(row).next().is_none()
    }

    /// The names of the columns that a row must have and lacks.
    fn missing<'a>(&'a self, row: &'a TrackRow<'_>) -> impl Iterator<Item = &'a str> {
        let missing = row.missing().without(self.optional);
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

    fn note(&mut self, row: &TrackRow<'_>, layout: &Layout) {
        let number = self.kept.len() as u32;
        let ([ids, ..], hasher) = (&mut self.texts, &self.hasher);
        ids.append_option(row.text(TextField::TrackId));
        let rehash = |&known: &u32| hasher.hash_one(str::from_utf8(text_at(ids, known)).unwrap_or_default());
        self.kept.insert_unique(row.id_hash(), number, rehash);
        self.genres.list(number, genres_of(row, layout));
    }

    /// The catalogue of all that was kept.
    pub(super) fn finish(mut self, origin: &str, report: &mut Report) -> Result<Catalogue, String> {
        let rows = self.kept.len();
        let (first_genres, genres) = self.genres.finish(rows);
        let [.., track_genres] = &mut self.texts;
        first_genres.into_iter().for_each(|genre| track_genres.append_option(genre));
        let fills = self.wanted.fill == Fill::Mean;
        let mut numbers = Vec::new();
        for column in Column::ALL {
            let Column::Attribute(attribute) = column else { continue };
            let Some(values) = self.attributes.get_mut(attribute as usize) else { continue };
            let field =
                NumberField { optional: self.optional.contains(column), ..NumberField::of(attribute) };
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
        let columns = Columns {
            texts: self.texts.each_mut().map(|builder| TextColumn::from(&builder.finish())),
            genres: TextListColumn::try_from(&genres).map_err(|malformed| malformed.0)?,
            explicit: BooleanColumn::from(&self.explicit.finish()),
            vectors: vectors.collect::<Result<_, String>>()?,
            numbers,
        };
        Ok(Catalogue::new(origin, rows, columns, Some(report.counts)))
    }
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

fn genres_of<'a>(row: &TrackRow<'a>, layout: &Layout) -> impl Iterator<Item = &'a str> {
    let first = row.text(TextField::TrackGenre).into_iter().flat_map(|text| layout.genres(text));
    first.chain(row.genres().split(ARTIST_SEPARATOR).filter(|genre| !genre.is_empty()))
}

/// The genres that each track is listed under, collected in the order of the listings.
#[derive(Default)]
struct GenreListings {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// The last genre looked up: most rows have that of the row before.
    last: u32,
    /// The listings (track, genre) of the first row of each track, in the order of the tracks.
    firsts: Vec<(u32, u32)>,
    /// The listings of repeated rows.
    others: Vec<(u32, u32)>,
}

impl GenreListings {
    fn list<'a>(&mut self, track: u32, genres: impl Iterator<Item = &'a str>) {
        for genre in genres {
            let genre = self.number(genre);
            self.firsts.push((track, genre));
        }
    }

    /// Adds genres to an earlier track.
    fn list_again<'a>(&mut self, track: u32, genres: impl Iterator<Item = &'a str>) {
        for genre in genres {
            let genre = self.number(genre);
            self.others.push((track, genre));
        }
    }

    fn number(&mut self, genre: &str) -> u32 {
        if self.names.get(self.last as usize).is_some_and(|last| last == genre) {
            return self.last;
        }
        self.last = match self.numbers.get(genre) {
            Some(&number) => number,
            None => {
                let number = self.names.len() as u32;
                self.names.push(genre.to_owned());
                self.numbers.insert(genre.to_owned(), number);
                number
            }
        };
        self.last
    }

    /// The first genre of each track, and the lists of all.
    fn finish(&mut self, tracks: usize) -> (Vec<Option<&str>>, LargeListArray) {
        self.others.sort_by_key(|(track, _)| *track);
        let mut firsts = Vec::with_capacity(tracks);
        let (mut items, mut offsets) = (LargeStringBuilder::new(), Vec::with_capacity(tracks + 1));
        offsets.push(0i64);
        let mut count = 0;
        let mut firsts_listed = self.firsts.iter().copied().peekable();
        let mut others_listed = self.others.iter().copied().peekable();
        let mut listed: Vec<u32> = Vec::new();
        // The last track listed under each genre, to drop repeated listings.
        let mut last_met: Vec<Option<u32>> = vec![None; self.names.len()];
        for track in 0..tracks as u32 {
            listed.clear();
            let is_listed = |listing: &(u32, u32)| listing.0 == track;
            while let Some((_, genre)) =
                firsts_listed.next_if(is_listed).or_else(|| others_listed.next_if(is_listed))
            {
                if let Some(last) = last_met.get_mut(genre as usize)
                    && last.replace(track) != Some(track)
                {
                    listed.push(genre);
                }
            }
            let name = |genre: &u32| self.names.get(*genre as usize).map(String::as_str);
            firsts.push(listed.first().and_then(name));
            listed.iter().filter_map(name).for_each(|name| items.append_value(name));
            count += listed.len() as i64;
            offsets.push(count);
        }
        let items: LargeStringArray = items.finish();
        debug_assert_eq!(items.len() as i64, count);
        let field = Arc::new(Field::new("item", DataType::LargeUtf8, false));
        (firsts, LargeListArray::new(field, OffsetBuffer::new(offsets.into()), Arc::new(items), None))
    }
}
