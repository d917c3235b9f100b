//! Cleaning: the first row of each track id, complete rows only, and all genres that a track is listed under.
//!
//! The order is the notebook's: repeated ids go first, so an id whose first row is incomplete is dropped even
//! if a later row is complete.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, LargeStringBuilder};
use arrow_array::{Array, ArrayRef, Float64Array, Int32Array, LargeListArray, LargeStringArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use hashbrown::HashTable;

use super::layout::Layout;
use super::report::{Counts, Report};
use super::rows::{ColumnSet, TrackRow, TrackRows};
use crate::catalogue::{ARTIST_SEPARATOR, Attribute, Catalogue, Column, TextField};

/// Deduplicates and filters rows, in order, into the columns of a catalogue.
pub(super) struct Cleaner {
    allow_missing: ColumnSet,
    hasher: RandomState,
    /// The catalogue rows of the tracks kept, by the hash of their ids.
    kept: HashTable<u32>,
    /// The ids whose first row was incomplete.
    dropped: HashSet<String>,
    /// Whether there was a row without an id: all such rows count as one track.
    nameless: bool,
    texts: [LargeStringBuilder; TextField::ALL.len()],
    explicit: BooleanBuilder,
    numbers: [Numbers; Attribute::ALL.len()],
    genres: GenreListings,
}

enum Numbers {
    Whole(Vec<i32>),
    Real(Vec<f64>),
}

/// The maximum number of tracks: below 2^32 with room for a chunk, which is added before it is counted.
pub(super) const MAX_TRACKS: usize = 4_000_000_000;

/// The typical length of a text of a track, for allocation.
const TEXT_BYTES: usize = 24;

impl Cleaner {
    /// A cleaner with capacity for `room` tracks; it grows as needed.
    pub(super) fn new(allow_missing: &[Column], room: usize) -> Self {
        Self {
            allow_missing: allow_missing.iter().copied().collect(),
            hasher: RandomState::new(),
            kept: HashTable::with_capacity(room),
            dropped: HashSet::new(),
            nameless: false,
            texts: TextField::ALL.map(|_| LargeStringBuilder::with_capacity(room, room * TEXT_BYTES)),
            explicit: BooleanBuilder::with_capacity(room),
            numbers: Attribute::ALL.map(|attribute| match attribute.is_whole() {
                true => Numbers::Whole(Vec::with_capacity(room)),
                false => Numbers::Real(Vec::with_capacity(room)),
            }),
            genres: GenreListings::default(),
        }
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
        let kept: Vec<TrackRow<'_>> = rows.iter().filter(|row| self.keeps(row, layout, report)).collect();
        for (field, builder) in TextField::ALL.into_iter().zip(&mut self.texts) {
            // `keeps` has added the ids already; `finish` adds the first genres.
            if !matches!(field, TextField::TrackId | TextField::TrackGenre) {
                kept.iter().for_each(|row| builder.append_option(row.text(field)));
            }
        }
        kept.iter().for_each(|row| self.explicit.append_option(row.explicit()));
        for (attribute, numbers) in Attribute::ALL.into_iter().zip(&mut self.numbers) {
            // A kept row has all attributes, and whole numbers were checked to fit an i32.
            let values = kept.iter().map(|row| row.number(attribute));
            match numbers {
                Numbers::Whole(numbers) => numbers.extend(values.map(|number| number as i32)),
                Numbers::Real(numbers) => numbers.extend(values),
            }
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
        let missing = row.missing().without(self.allow_missing);
        if missing.is_empty() {
            report.counts.tracks += 1;
            self.note(row, layout);
            return true;
        }
        report.counts.incomplete += 1;
        for column in Column::ALL.into_iter().filter(|column| missing.contains(*column)) {
            *report.missing_by_column.entry(column.name()).or_default() += 1;
        }
        match id {
            Some(id) => _ = self.dropped.insert(id.to_owned()),
            None => self.nameless = true,
        }
        false
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
    pub(super) fn finish(mut self, origin: &str, counts: Counts) -> Result<Catalogue, String> {
        let rows = self.kept.len();
        let (first_genres, genres) = self.genres.finish(rows);
        let [.., track_genres] = &mut self.texts;
        first_genres.into_iter().for_each(|genre| track_genres.append_option(genre));
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(Column::ALL.len() + 1);
        for column in Column::ALL {
            let array: Option<ArrayRef> = match column {
                Column::Text(field) => {
                    self.texts.get_mut(field as usize).map(|builder| Arc::new(builder.finish()) as ArrayRef)
                }
                Column::Explicit => Some(Arc::new(self.explicit.finish())),
                Column::Attribute(attribute) => {
                    self.numbers.get_mut(attribute as usize).map(|numbers| match numbers {
                        Numbers::Whole(numbers) => {
                            Arc::new(Int32Array::from(std::mem::take(numbers))) as ArrayRef
                        }
                        Numbers::Real(numbers) => Arc::new(Float64Array::from(std::mem::take(numbers))),
                    })
                }
            };
            columns.extend(array);
        }
        columns.push(Arc::new(genres));
        let batch = RecordBatch::try_new(Arc::new(Catalogue::schema()), columns)
            .map_err(|error| error.to_string())?;
        Catalogue::from_batch(origin, &batch, Some(counts)).map_err(|malformed| malformed.0)
    }
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
