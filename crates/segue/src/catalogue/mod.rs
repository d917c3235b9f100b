//! The catalogue: the cleaned tracks, as columns.
//!
//! A row number ([`Row`]) is a track's internal id, `track_id` the external one. [`Catalogue`] holds the columns,
//! [`Track`] is a view of one row, and [`ingest`] reads files. Nothing here knows of vectors or similarity.

mod columns;
mod features;
pub mod ingest;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use serde::Serialize;

pub(crate) use columns::{BooleanColumn, Malformed, NumberColumn, TextColumn, TextListColumn, head, scalars};
pub use features::Features;

use self::ingest::Counts;
use crate::error::{Error, Result};
pub use crate::row::Row;
pub use crate::schema::{Attribute, Column, TextField};

/// What is shown of a track.
///
/// Its texts `S` borrow from the catalogue (`&str`) or, after [`Track::into_owned`], are owned (`String`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Track<S> {
    /// The external id; in Spotify's catalogue 22 characters of `[0-9A-Za-z]`.
    pub track_id: S,
    /// The title.
    pub track_name: S,
    /// The artists' names.
    pub artists: Vec<S>,
    /// The album's title, where the catalogue knows it.
    pub album_name: Option<S>,
    /// The genre that the track was first listed under, where the catalogue knows one.
    pub track_genre: Option<S>,
    /// All genres that it was listed under, in order.
    pub genres: Vec<S>,
    /// Popularity, 0 to 100.
    pub popularity: i32,
    /// Length in milliseconds.
    pub duration_ms: i32,
    /// Whether the lyrics are explicit, where the catalogue knows it.
    pub explicit: Option<bool>,
}

impl<S> Track<S> {
    /// A track with this id and title; all other fields are empty, 0 or `None`.
    pub fn new(track_id: S, track_name: S) -> Self {
        Self {
            track_id,
            track_name,
            artists: Vec::new(),
            album_name: None,
            track_genre: None,
            genres: Vec::new(),
            popularity: 0,
            duration_ms: 0,
            explicit: None,
        }
    }
}

impl<S: AsRef<str>> Track<S> {
    /// The same, borrowing its texts.
    pub fn borrowed(&self) -> Track<&str> {
        Track {
            track_id: self.track_id.as_ref(),
            track_name: self.track_name.as_ref(),
            artists: self.artists.iter().map(AsRef::as_ref).collect(),
            album_name: self.album_name.as_ref().map(AsRef::as_ref),
            track_genre: self.track_genre.as_ref().map(AsRef::as_ref),
            genres: self.genres.iter().map(AsRef::as_ref).collect(),
            popularity: self.popularity,
            duration_ms: self.duration_ms,
            explicit: self.explicit,
        }
    }
}

impl Track<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> Track<String> {
        let all = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Track {
            track_id: self.track_id.to_owned(),
            track_name: self.track_name.to_owned(),
            artists: all(self.artists),
            album_name: self.album_name.map(str::to_owned),
            track_genre: self.track_genre.map(str::to_owned),
            genres: all(self.genres),
            popularity: self.popularity,
            duration_ms: self.duration_ms,
            explicit: self.explicit,
        }
    }
}

/// The cleaned tracks, one per row, in the order of their first occurrence in the inputs.
///
/// Cloning is cheap: the columns are shared.
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// use segue::{Attribute, Row};
///
/// let track = catalogue.track(Row(0))?;
/// println!("{} by {}", track.track_name, track.artists.join(", "));
/// assert!((0.0..=1.0).contains(&catalogue.number(Attribute::Energy, Row(0))?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Names the file of the columns in errors.
    origin: Arc<str>,
    rows: usize,
    texts: [TextColumn; TextField::ALL.len()],
    genres: TextListColumn,
    explicit: BooleanColumn,
    attributes: [NumberColumn; Attribute::ALL.len()],
    counts: Option<Counts>,
}

/// The columns of a catalogue, not yet checked to have the same length.
pub(crate) struct Columns {
    pub(crate) texts: [TextColumn; TextField::ALL.len()],
    pub(crate) genres: TextListColumn,
    pub(crate) explicit: BooleanColumn,
    pub(crate) attributes: [NumberColumn; Attribute::ALL.len()],
}

impl Catalogue {
    pub(crate) fn new(origin: &str, rows: usize, columns: Columns, counts: Option<Counts>) -> Self {
        let Columns { texts, genres, explicit, attributes } = columns;
        Self { origin: origin.into(), rows, texts, genres, explicit, attributes, counts }
    }

    /// The counts of ingestion, if known.
    pub fn counts(&self) -> Option<Counts> {
        self.counts
    }

    /// The number of tracks: at least one.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no track; never true of a catalogue that was read or opened.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// All rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row> + use<> {
        // Ingestion and opening ensure that a catalogue has at most u32::MAX rows.
        (0..self.rows as u32).map(Row)
    }

    /// The track of a row.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged here or has no such row.
    pub fn track(&self, row: Row) -> Result<Track<&str>> {
        Ok(Track {
            track_id: self.required_text(TextField::TrackId, row)?,
            track_name: self.required_text(TextField::TrackName, row)?,
            artists: self.artists(row)?.collect(),
            album_name: self.text(TextField::AlbumName, row)?,
            track_genre: self.text(TextField::TrackGenre, row)?,
            genres: self.genres(row)?,
            popularity: self.whole(Attribute::Popularity, row)?,
            duration_ms: self.whole(Attribute::DurationMs, row)?,
            explicit: self.explicit.get(row.index()),
        })
    }

    /// One text of a track; `None` where it is missing.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged here or has no such row.
    pub fn text(&self, field: TextField, row: Row) -> Result<Option<&str>> {
        self.texts(field).get(row.index()).map_err(|malformed| self.damaged(field.name(), malformed))
    }

    /// The names of a track's artists.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged here or has no such row.
    pub fn artists(&self, row: Row) -> Result<impl Iterator<Item = &str>> {
        Ok(artist_names(self.required_text(TextField::Artists, row)?))
    }

    /// All genres that a track was listed under, in order.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged here or has no such row.
    pub fn genres(&self, row: Row) -> Result<Vec<&str>> {
        self.genres.get(row.index()).map_err(|malformed| self.damaged("genres", malformed))
    }

    /// One number of a track.
    ///
    /// # Errors
    /// [`Error::Index`] if there is no such row.
    pub fn number(&self, attribute: Attribute, row: Row) -> Result<f64> {
        self.numbers(attribute).get(row.index()).ok_or_else(|| self.no_such_row(attribute.name(), row))
    }

    /// Whether a track's lyrics are explicit, where the catalogue knows it.
    pub fn explicit(&self, row: Row) -> Option<bool> {
        self.explicit.get(row.index())
    }

    /// The tracks that are known to be explicit, or not explicit, as a bitset of 64 rows per word.
    pub(crate) fn having_explicit(&self, explicit: bool) -> impl Iterator<Item = u64> {
        self.explicit.having(explicit)
    }

    /// Whether a track's lyrics are known to be explicit.
    pub(crate) fn is_explicit(&self, row: usize) -> bool {
        self.explicit.get(row) == Some(true)
    }

    pub(crate) fn texts(&self, field: TextField) -> &TextColumn {
        // The discriminants of the five fields are 0 to 4.
        #[allow(clippy::indexing_slicing)]
        &self.texts[field as usize]
    }

    pub(crate) fn numbers(&self, attribute: Attribute) -> &NumberColumn {
        // The discriminants of the attributes are their places in the list of all.
        #[allow(clippy::indexing_slicing)]
        &self.attributes[attribute as usize]
    }

    pub(crate) fn required_text(&self, field: TextField, row: Row) -> Result<&str> {
        self.text(field, row)?.ok_or_else(|| self.no_such_row(field.name(), row))
    }

    fn whole(&self, attribute: Attribute, row: Row) -> Result<i32> {
        self.number(attribute, row).map(|value| value as i32)
    }

    pub(crate) fn no_such_row(&self, column: &str, row: Row) -> Error {
        self.damaged(column, Malformed(format!("no value for row {}", row.0)))
    }

    /// The error for a malformed column.
    pub(crate) fn damaged(&self, column: &str, Malformed(what): Malformed) -> Error {
        Error::index(&*self.origin, format!("damaged in the column {column}: {what}; build the index anew"))
    }

    /// The catalogue as one Arrow record batch, with every value validated; the cost is linear in its bytes.
    ///
    /// # Errors
    /// Arrow's description of the first value that is not valid.
    pub fn to_batch(&self) -> std::result::Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(Column::ALL.len() + 1);
        for column in Column::ALL {
            columns.push(match column {
                Column::Text(field) => self.texts(field).to_array()?,
                Column::Explicit => self.explicit.to_array()?,
                Column::Attribute(attribute) => self.numbers(attribute).to_array(),
            });
        }
        columns.push(self.genres.to_array()?);
        RecordBatch::try_new(Arc::new(Self::schema()), columns)
    }

    /// A catalogue over the columns of a record batch that has [`Self::schema`].
    pub(crate) fn from_batch(
        origin: &str,
        batch: &RecordBatch,
        counts: Option<Counts>,
    ) -> std::result::Result<Self, Malformed> {
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| Malformed(format!("the column {name} is missing")))
        };
        let wrong = |name: &str| Malformed(format!("the column {name} has another type"));
        let text = |field: TextField| {
            let array = column(field.name())?.as_string_opt::<i64>().ok_or_else(|| wrong(field.name()))?;
            Ok(TextColumn::from(array))
        };
        let number = |attribute: Attribute| {
            let (array, name) = (column(attribute.name())?, attribute.name());
            if array.null_count() > 0 {
                return Err(wrong(name));
            }
            Ok(match attribute.is_whole() {
                true => NumberColumn::Whole(
                    array.as_primitive_opt::<Int32Type>().ok_or_else(|| wrong(name))?.values().clone(),
                ),
                false => NumberColumn::Real(
                    array.as_primitive_opt::<Float64Type>().ok_or_else(|| wrong(name))?.values().clone(),
                ),
            })
        };
        let genres = column(GENRES)?.as_list_opt::<i64>().ok_or_else(|| wrong(GENRES))?;
        let explicit = column(Column::Explicit.name())?.as_boolean_opt();
        let explicit = explicit.ok_or_else(|| wrong(Column::Explicit.name()))?;
        let columns = Columns {
            texts: exactly(TextField::ALL.into_iter().map(text).collect::<std::result::Result<_, _>>()?)?,
            genres: TextListColumn::try_from(genres)?,
            explicit: BooleanColumn::from(explicit),
            attributes: exactly(
                Attribute::ALL.into_iter().map(number).collect::<std::result::Result<_, _>>()?,
            )?,
        };
        Ok(Self::new(origin, batch.num_rows(), columns, counts))
    }

    /// The Arrow schema of a catalogue: the notebook's columns under their names, then `genres`.
    pub fn schema() -> Schema {
        let mut fields: Vec<Field> = Column::ALL
            .into_iter()
            .map(|column| Field::new(column.name(), data_type(column), column.is_descriptive()))
            .collect();
        fields.push(Field::new(GENRES, TextListColumn::data_type(), false));
        Schema::new(fields)
    }
}

/// The name of the column that lists all genres of a track.
pub(crate) const GENRES: &str = "genres";

fn data_type(column: Column) -> DataType {
    match column {
        Column::Text(_) => DataType::LargeUtf8,
        Column::Explicit => DataType::Boolean,
        Column::Attribute(attribute) if attribute.is_whole() => DataType::Int32,
        Column::Attribute(_) => DataType::Float64,
    }
}

/// The names in a joined list of artists.
pub(crate) fn artist_names(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(ARTIST_SEPARATOR).map(str::trim).filter(|name| !name.is_empty())
}

/// Separates the names in the column `artists`, as in the notebook's file.
pub(crate) const ARTIST_SEPARATOR: char = ';';

/// A list as an array; an error if it has another length.
pub(crate) fn exactly<T, const N: usize>(items: Vec<T>) -> std::result::Result<[T; N], Malformed> {
    let found = items.len();
    items.try_into().map_err(|_| Malformed(format!("{found} columns where {N} were expected")))
}
