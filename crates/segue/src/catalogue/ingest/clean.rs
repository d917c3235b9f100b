//! Cleaning: the first row of each track id, complete rows only, and all genres that a track is listed under.
//!
//! The order is the notebook's: repeated ids go first, so an id whose first row is incomplete is dropped even
//! if a later row is complete.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int32Builder, LargeStringBuilder};
use arrow_array::{Array, ArrayRef, LargeListArray, LargeStringArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use hashbrown::HashTable;

use super::layout::Layout;
use super::report::Report;
use super::rows::TrackRow;
use crate::catalogue::{ARTIST_SEPARATOR, Attribute, Catalogue, Column, TextField};

/// Takes rows one by one and keeps what makes a catalogue.
pub(super) struct Cleaner<'a> {
    allow_missing: &'a [Column],
    hasher: RandomState,
    /// The rows of the tracks kept, by the hash of their ids.
    kept: HashTable<u32>,
    /// The ids whose first row was incomplete.
    dropped: HashSet<String>,
    /// Whether a row without an id was met: all such rows count as one track.
    nameless: bool,
    texts: [LargeStringBuilder; TextField::ALL.len()],
    explicit: BooleanBuilder,
    numbers: [Numbers; Attribute::ALL.len()],
    genres: Genres,
}

enum Numbers {
    Whole(Int32Builder),
    Real(Float64Builder),
}

/// A catalogue can have this many tracks: rows are numbered in 32 bits, and a chunk is added before counting.
pub(super) const MAX_TRACKS: usize = 4_000_000_000;

/// About as long is a text of a track.
const TEXT_BYTES: usize = 24;

impl<'a> Cleaner<'a> {
    /// Starts with room for so many tracks; more will be made if there are more.
    pub(super) fn new(allow_missing: &'a [Column], room: usize) -> Self {
        Self {
            allow_missing,
            hasher: RandomState::new(),
            kept: HashTable::with_capacity(room),
            dropped: HashSet::new(),
            nameless: false,
            texts: TextField::ALL.map(|_| LargeStringBuilder::with_capacity(room, room * TEXT_BYTES)),
            explicit: BooleanBuilder::with_capacity(room),
            numbers: Attribute::ALL.map(|attribute| match attribute.is_whole() {
                true => Numbers::Whole(Int32Builder::with_capacity(room)),
                false => Numbers::Real(Float64Builder::with_capacity(room)),
            }),
            genres: Genres::default(),
        }
    }

    pub(super) fn tracks(&self) -> usize {
        self.kept.len()
    }

    /// Takes the next row, and counts what became of it.
    pub(super) fn add(&mut self, row: &TrackRow<'_>, layout: &Layout, report: &mut Report) {
        let id = row.text(TextField::TrackId);
        let hash = self.hasher.hash_one(id.unwrap_or_default());
        let [ids, ..] = &self.texts;
        if let Some(id) = id
            && let Some(&known) = self.kept.find(hash, |&known| text_at(ids, known) == id.as_bytes())
        {
            report.counts.repeated += 1;
            self.list_under_genres(known, row, layout);
            return;
        }
        if id.map_or(self.nameless, |id| self.dropped.contains(id)) {
            report.counts.repeated += 1;
            return;
        }
        report.counts.unique += 1;
        if Column::ALL.into_iter().all(|column| row.has(column) || self.allow_missing.contains(&column)) {
            report.counts.tracks += 1;
            self.keep(hash, row, layout);
        } else {
            report.counts.incomplete += 1;
            self.note_missing(row, report);
            match id {
                Some(id) => _ = self.dropped.insert(id.to_owned()),
                None => self.nameless = true,
            }
        }
    }

    fn note_missing(&self, row: &TrackRow<'_>, report: &mut Report) {
        for column in Column::ALL {
            if !row.has(column) && !self.allow_missing.contains(&column) {
                *report.missing_by_column.entry(column.name()).or_default() += 1;
            }
        }
    }

    fn keep(&mut self, hash: u64, row: &TrackRow<'_>, layout: &Layout) {
        let number = self.kept.len() as u32;
        self.append(row);
        let ([ids, ..], hasher) = (&self.texts, &self.hasher);
        let rehash = |&known: &u32| hasher.hash_one(str::from_utf8(text_at(ids, known)).unwrap_or_default());
        self.kept.insert_unique(hash, number, rehash);
        self.list_under_genres(number, row, layout);
    }

    fn append(&mut self, row: &TrackRow<'_>) {
        for (field, builder) in TextField::ALL.into_iter().zip(&mut self.texts) {
            match field {
                TextField::TrackGenre => {} // The first of the genres, known at the end.
                field => builder.append_option(row.text(field)),
            }
        }
        self.explicit.append_option(row.explicit);
        for (attribute, builder) in Attribute::ALL.into_iter().zip(&mut self.numbers) {
            // A kept row has all attributes, and the whole ones were checked to fit.
            let number = row.number(attribute).unwrap_or_default();
            match builder {
                Numbers::Whole(builder) => builder.append_value(number as i32),
                Numbers::Real(builder) => builder.append_value(number),
            }
        }
    }

    fn list_under_genres(&mut self, track: u32, row: &TrackRow<'_>, layout: &Layout) {
        let first = row.text(TextField::TrackGenre).into_iter().flat_map(|text| layout.genres(text));
        for genre in first.chain(row.genres().split(ARTIST_SEPARATOR).filter(|genre| !genre.is_empty())) {
            self.genres.list(track, genre);
        }
    }

    /// The catalogue of all that was kept.
    pub(super) fn finish(mut self, origin: &str) -> Result<Catalogue, String> {
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
                    self.numbers.get_mut(attribute as usize).map(|builder| match builder {
                        Numbers::Whole(builder) => Arc::new(builder.finish()) as ArrayRef,
                        Numbers::Real(builder) => Arc::new(builder.finish()),
                    })
                }
            };
            columns.extend(array);
        }
        columns.push(Arc::new(genres));
        let batch = RecordBatch::try_new(Arc::new(Catalogue::schema()), columns)
            .map_err(|error| error.to_string())?;
        Catalogue::from_batch(origin, &batch).map_err(|malformed| malformed.0)
    }
}

fn text_at(texts: &LargeStringBuilder, row: u32) -> &[u8] {
    let bounds = texts.offsets_slice().get(row as usize..row as usize + 2);
    match bounds {
        Some(&[from, to]) => texts.values_slice().get(from as usize..to as usize).unwrap_or_default(),
        _ => &[],
    }
}

/// The genres that each track is listed under, collected in the order of the listings.
#[derive(Default)]
struct Genres {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Track and genre of every listing.
    listings: Vec<(u32, u32)>,
}

impl Genres {
    fn list(&mut self, track: u32, genre: &str) {
        let number = match self.numbers.get(genre) {
            Some(&number) => number,
            None => {
                let number = self.names.len() as u32;
                self.names.push(genre.to_owned());
                self.numbers.insert(genre.to_owned(), number);
                number
            }
        };
        self.listings.push((track, number));
    }

    /// The first genre of each track, and the lists of all.
    fn finish(&mut self, tracks: usize) -> (Vec<Option<&str>>, LargeListArray) {
        self.listings.sort_by_key(|(track, _)| *track);
        let mut firsts = Vec::with_capacity(tracks);
        let (mut items, mut offsets) = (LargeStringBuilder::new(), Vec::with_capacity(tracks + 1));
        offsets.push(0i64);
        let mut count = 0;
        let mut listings = self.listings.iter().copied().peekable();
        let mut listed: Vec<u32> = Vec::new();
        // On which track each genre was met last: a track may be listed under it again.
        let mut last_met: Vec<Option<u32>> = vec![None; self.names.len()];
        for track in 0..tracks as u32 {
            listed.clear();
            while let Some((_, genre)) = listings.next_if(|(listed, _)| *listed == track) {
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
