//! The catalogue: the cleaned tracks, as columns.
//!
//! A row number ([`Row`]) is a track's internal id, `track_id` the external one. [`Catalogue`] holds the columns,
//! [`Track`] is a view of one row, and [`ingest`] reads files. Nothing here knows of vectors or similarity.

mod columns;
mod features;
mod fields;
pub mod ingest;
mod isrc;
mod take;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Schema};
use serde::Serialize;

pub(crate) use columns::{
    BooleanColumn, Malformed, NumberColumn, TextColumn, TextListColumn, VectorColumn, head, scalars,
};
pub use features::Features;
pub(crate) use fields::GENRES;
pub use fields::{Fields, NumberField, VectorField};
pub(crate) use isrc::IsrcColumn;

use self::ingest::Counts;
use crate::error::{Error, Result};
pub use crate::isrc::Isrc;
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
    /// Popularity, 0 to 100, where the catalogue knows it.
    pub popularity: Option<i32>,
    /// Length in milliseconds, where the catalogue knows it.
    pub duration_ms: Option<i32>,
    /// Whether the lyrics are explicit, where the catalogue knows it.
    pub explicit: Option<bool>,
    /// The code of the recording, where the catalogue knows it: see [`Isrc`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isrc: Option<S>,
}

impl<S> Track<S> {
    /// A track with this id and title; all other fields are empty or `None`.
    pub fn new(track_id: S, track_name: S) -> Self {
        Self {
            track_id,
            track_name,
            artists: Vec::new(),
            album_name: None,
            track_genre: None,
            genres: Vec::new(),
            popularity: None,
            duration_ms: None,
            explicit: None,
            isrc: None,
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
            isrc: self.isrc.as_ref().map(AsRef::as_ref),
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
            isrc: self.isrc.map(str::to_owned),
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
/// assert!(catalogue.number(Attribute::Energy, Row(0))?.is_some_and(|energy| (0.0..=1.0).contains(&energy)));
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
    isrc: Option<IsrcColumn>,
    numbers: Arc<[(NumberField, NumberColumn)]>,
    /// The place of each known attribute among `numbers`.
    attributes: [Option<usize>; Attribute::ALL.len()],
    vectors: Arc<[Vectors]>,
    counts: Option<Counts>,
}

/// A vector column, and whether it is written to the files of an index. One that is not is there while an index is
/// built, which holds the vectors that were made from it.
#[derive(Debug)]
pub(crate) struct Vectors {
    pub(crate) field: VectorField,
    pub(crate) column: VectorColumn,
    pub(crate) is_kept: bool,
}

/// The columns of a catalogue, not yet checked to have the same length.
pub(crate) struct Columns {
    pub(crate) texts: [TextColumn; TextField::ALL.len()],
    pub(crate) genres: TextListColumn,
    pub(crate) explicit: BooleanColumn,
    pub(crate) isrc: Option<IsrcColumn>,
    /// In the order of [`Fields`].
    pub(crate) numbers: Vec<(NumberField, NumberColumn)>,
    pub(crate) vectors: Vec<Vectors>,
}

impl Catalogue {
    pub(crate) fn new(origin: &str, rows: usize, columns: Columns, counts: Option<Counts>) -> Self {
        let Columns { texts, genres, explicit, isrc, numbers, vectors } = columns;
        let place =
            |attribute: Attribute| numbers.iter().position(|(field, _)| field.name == attribute.name());
        let attributes = Attribute::ALL.map(place);
        let (numbers, vectors) = (numbers.into(), vectors.into());
        let origin = origin.into();
        Self { origin, rows, texts, genres, explicit, isrc, numbers, attributes, vectors, counts }
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
            isrc: self.isrc(row)?,
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

    /// The ISRC of a track, as [`Isrc::as_str`] has it; `None` where it is missing.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged here.
    pub fn isrc(&self, row: Row) -> Result<Option<&str>> {
        let Some(column) = &self.isrc else { return Ok(None) };
        column.texts.get(row.index()).map_err(|malformed| self.damaged(Column::Isrc.name(), malformed))
    }

    /// Whether some track has an ISRC.
    pub fn has_isrc(&self) -> bool {
        self.isrc.is_some()
    }

    /// The tracks with an ISRC, in order. The first call sorts all codes; then it is a binary search.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged.
    pub fn rows_with_isrc(&self, isrc: Isrc) -> Result<&[Row]> {
        let Some(column) = &self.isrc else { return Ok(&[]) };
        column.rows(isrc).map_err(|malformed| self.damaged(Column::Isrc.name(), malformed))
    }

    /// All genres that a track was listed under, in order.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged here or has no such row.
    pub fn genres(&self, row: Row) -> Result<Vec<&str>> {
        self.genres.get(row.index()).map_err(|malformed| self.damaged("genres", malformed))
    }

    /// One number of a track, by the name of its column or as a known [`Attribute`]; `None` where it is missing.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] if there is no such numeric column, [`Error::Index`] if there is no such row.
    pub fn number(&self, column: impl AsRef<str>, row: Row) -> Result<Option<f64>> {
        let column = column.as_ref();
        let values = self.numeric(column)?;
        let value = values.get(row.index()).ok_or_else(|| self.no_such_row(column, row))?;
        Ok(Some(value).filter(|value| !value.is_nan()))
    }

    /// The numbers of all tracks, in the order of the rows, by the name of their column or as a known [`Attribute`];
    /// `None` where they are missing.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] if there is no such numeric column.
    pub fn values(&self, column: impl AsRef<str>) -> Result<impl Iterator<Item = Option<f64>>> {
        let values = self.numeric(column.as_ref())?;
        Ok((0..self.rows).map(|row| values.get(row).filter(|value| !value.is_nan())))
    }

    /// The numeric and vector columns. An opened index has those vector columns that were kept.
    pub fn fields(&self) -> Fields {
        Fields {
            numbers: self.numbers.iter().map(|(field, _)| field.clone()).collect(),
            vectors: self.vectors.iter().map(|vectors| vectors.field.clone()).collect(),
            isrc: self.isrc.is_some(),
        }
    }

    /// The columns that are written to files.
    pub(crate) fn kept_fields(&self) -> Fields {
        let kept = self.vectors.iter().filter(|vectors| vectors.is_kept);
        Fields { vectors: kept.map(|vectors| vectors.field.clone()).collect(), ..self.fields() }
    }

    /// Whether a track has a value of a known column; of `track_genre`, whether one is listed under a genre. Constant cost
    /// for a column that there is, or a number; linear for another that there is not.
    ///
    /// # Errors
    /// [`Error::Index`] if the catalogue's file is damaged.
    pub fn has(&self, column: Column) -> Result<bool> {
        match column {
            Column::Attribute(attribute) => Ok(self.numbers(attribute).is_some()),
            Column::Isrc => Ok(self.has_isrc()),
            Column::Explicit => Ok(self.rows().any(|row| self.explicit(row).is_some())),
            Column::Text(TextField::TrackGenre) => {
                let genres = self.rows().map(|row| self.genres(row));
                genres
                    .map(|genres| genres.map(|genres| !genres.is_empty()))
                    .find(|has| !matches!(has, Ok(false)))
                    .unwrap_or(Ok(false))
            }
            Column::Text(field) => {
                let texts = self.rows().map(|row| self.text(field, row));
                texts
                    .map(|text| text.map(|text| text.is_some()))
                    .find(|has| !matches!(has, Ok(false)))
                    .unwrap_or(Ok(false))
            }
        }
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

    /// The values of a known attribute, if the catalogue has it.
    pub(crate) fn numbers(&self, attribute: Attribute) -> Option<&NumberColumn> {
        let place = self.attributes.get(attribute as usize).copied().flatten()?;
        self.numbers.get(place).map(|(_, column)| column)
    }

    /// The values of a numeric column. Missing ones are NaN.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] if there is none of that name.
    pub(crate) fn numeric(&self, name: &str) -> Result<&NumberColumn> {
        let found = self.numbers.iter().find(|(field, _)| field.name == name);
        found.map(|(_, column)| column).ok_or_else(|| self.unknown_column(name, ""))
    }

    /// The error that a numeric column is missing; `purpose` says what needs it, as in [`Error::UnknownColumn`].
    pub(crate) fn unknown_column(&self, name: &str, purpose: &'static str) -> Error {
        Error::UnknownColumn { name: name.to_owned(), purpose, columns: self.fields().listed() }
    }

    /// The vectors of a column.
    pub(crate) fn vectors(&self, name: &str) -> Option<&VectorColumn> {
        let found = self.vectors.iter().find(|vectors| vectors.field.name == name);
        found.map(|vectors| &vectors.column)
    }

    pub(crate) fn required_text(&self, field: TextField, row: Row) -> Result<&str> {
        self.text(field, row)?.ok_or_else(|| self.no_such_row(field.name(), row))
    }

    fn whole(&self, attribute: Attribute, row: Row) -> Result<Option<i32>> {
        let Some(values) = self.numbers(attribute) else { return Ok(None) };
        let value = values.get(row.index()).ok_or_else(|| self.no_such_row(attribute.name(), row))?;
        Ok(Some(value).filter(|value| !value.is_nan()).map(|value| value as i32))
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
            match column {
                Column::Text(field) => columns.push(self.texts(field).to_array()?),
                Column::Explicit => columns.push(self.explicit.to_array()?),
                Column::Attribute(attribute) => {
                    columns.extend(self.numbers(attribute).map(NumberColumn::to_array));
                }
                Column::Isrc => {
                    columns.extend(self.isrc.as_ref().map(|column| column.texts.to_array()).transpose()?);
                }
            }
        }
        let others = self.numbers.iter().filter(|(field, _)| field.role().is_none());
        columns.extend(others.map(|(_, column)| column.to_array()));
        columns.push(self.genres.to_array()?);
        for vectors in self.vectors.iter().filter(|vectors| vectors.is_kept) {
            columns.push(vectors.column.to_array()?);
        }
        RecordBatch::try_new(Arc::new(self.schema()), columns)
    }

    /// The Arrow schema of [`Self::to_batch`]: the notebook's columns under their names as far as there are such, then
    /// the other numeric columns, `genres`, and the vector columns that are kept.
    pub fn schema(&self) -> Schema {
        self.kept_fields().schema()
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
