//! `map.arrow`: the place of every track in the map, and the rows in the order of a space-filling curve through it.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float32Array, RecordBatch, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::arrow_file::RawBatch;
use crate::catalogue::{Malformed, scalars};
use crate::layout::{MapParts, TrackMap};

const X: &str = "x";
const Y: &str = "y";
const ORDER: &str = "order";

pub(super) fn schema() -> Schema {
    let coordinates = [X, Y].map(|name| Field::new(name, DataType::Float32, false));
    let order = Field::new(ORDER, DataType::UInt32, false);
    Schema::new(coordinates.into_iter().chain([order]).collect::<Vec<_>>())
}

pub(super) fn to_batch(map: &TrackMap) -> Result<RecordBatch, ArrowError> {
    let MapParts { x, y, order } = map.parts();
    let mut columns =
        [x, y].map(|values| Arc::new(Float32Array::new(values.clone(), None)) as ArrayRef).to_vec();
    columns.push(Arc::new(UInt32Array::new(order.clone(), None)));
    RecordBatch::try_new(Arc::new(schema()), columns)
}

/// Reads a map that was laid out by a profile.
pub(super) fn read(raw: &mut RawBatch, profile: &str) -> Result<TrackMap, Malformed> {
    let rows = raw.rows;
    raw.column_of_rows(false)?;
    let x = scalars(raw.buffer()?, rows)?;
    raw.column_of_rows(false)?;
    let y = scalars(raw.buffer()?, rows)?;
    raw.column_of_rows(false)?;
    Ok(TrackMap::from_parts(profile, x, y, scalars(raw.buffer()?, rows)?))
}
