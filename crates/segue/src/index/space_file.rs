//! The files of one profile: `vectors.arrow`, one vector per track, and `genres.arrow`, the positions of genres.
//!
//! They are in a folder with the name of the profile, with `tree.arrow` (see `tree_file`).

use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeListArray, Float32Array, Float64Array, LargeStringArray, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::{Opening, Space};
use crate::catalogue::{Malformed, TextColumn, scalars};
use crate::error::Result;
use crate::model::{GenreSpace, Model};

const GENRE: &str = "genre";
const PLACE: &str = "place";

/// One column, named by the profile.
pub(super) fn vectors_schema(model: &Model) -> Schema {
    let vectors = DataType::FixedSizeList(item(DataType::Float32), model.dimension() as i32);
    Schema::new(vec![Field::new(model.profile().name(), vectors, false)])
}

pub(super) fn vectors(space: &Space) -> std::result::Result<RecordBatch, ArrowError> {
    let values = Arc::new(Float32Array::new(space.neighbours.vectors().values().clone(), None));
    let dimension = space.model.dimension() as i32;
    let vectors = FixedSizeListArray::try_new(item(DataType::Float32), dimension, values, None)?;
    let schema = vectors_schema(&space.model);
    RecordBatch::try_new(Arc::new(schema), vec![Arc::new(vectors) as ArrayRef])
}

fn item(kind: DataType) -> Arc<Field> {
    Arc::new(Field::new("item", kind, false))
}

fn genres_schema() -> Schema {
    let place = DataType::FixedSizeList(item(DataType::Float64), GenreSpace::DIMENSIONS as i32);
    Schema::new(vec![Field::new(GENRE, DataType::LargeUtf8, false), Field::new(PLACE, place, false)])
}

pub(super) fn genres(space: &GenreSpace) -> std::result::Result<RecordBatch, ArrowError> {
    let names = LargeStringArray::from_iter_values(space.names());
    let values = Arc::new(Float64Array::from(space.positions().to_vec()));
    let dimensions = GenreSpace::DIMENSIONS as i32;
    let positions = FixedSizeListArray::try_new(item(DataType::Float64), dimensions, values, None)?;
    RecordBatch::try_new(Arc::new(genres_schema()), vec![Arc::new(names) as ArrayRef, Arc::new(positions)])
}

/// Reads and checks the positions of genres, of which there are few.
pub(super) fn open_genres(opening: &mut Opening<'_>, name: &str) -> Result<GenreSpace> {
    opening.file(name, &genres_schema(), None, |raw, _| {
        let (rows, validity) = (raw.rows, raw.column_of_rows(false)?);
        let names = TextColumn::new(rows, validity, raw.buffer()?, raw.buffer()?)?;
        raw.column_of_rows(false)?;
        raw.column()?;
        let len = rows.checked_mul(GenreSpace::DIMENSIONS);
        let len = len.ok_or_else(|| Malformed("has a number of values that overflows".into()))?;
        let positions = scalars::<f64>(raw.buffer()?, len)?;
        let name = |row| Ok(names.get(row)?.unwrap_or_default().to_owned());
        let names = (0..rows).map(name).collect::<std::result::Result<_, _>>()?;
        GenreSpace::from_parts(names, &positions)
            .ok_or_else(|| Malformed("has places of other genres".into()))
    })
}
