//! `tree.arrow`: the search structure over the vectors, as one row of lists and byte strings.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, LargeBinaryArray, LargeListArray, RecordBatch, UInt32Array};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::arrow_file::RawBatch;
use crate::catalogue::{Malformed, scalars};
use crate::neighbours::{Tree, TreeParts};

/// The columns: the numbers of the frame, the row in each slot, the codes of the leaves, the boxes of the nodes.
const FRAME: &str = "frame";
const ROWS: &str = "rows";
const CODES: &str = "codes";
const BOXES: &str = "boxes";

fn item(data_type: DataType) -> Arc<Field> {
    Arc::new(Field::new("item", data_type, false))
}

pub(super) fn schema() -> Schema {
    Schema::new(vec![
        Field::new(FRAME, DataType::LargeList(item(DataType::Float64)), false),
        Field::new(ROWS, DataType::LargeList(item(DataType::UInt32)), false),
        Field::new(CODES, DataType::LargeBinary, false),
        Field::new(BOXES, DataType::LargeBinary, false),
    ])
}

pub(super) fn to_batch(tree: &Tree) -> Result<RecordBatch, ArrowError> {
    let (TreeParts { rows, codes, boxes }, frame) = tree.parts();
    let list = |data_type, values: ArrayRef| {
        let offsets = OffsetBuffer::from_lengths([values.len()]);
        Ok::<_, ArrowError>(
            Arc::new(LargeListArray::try_new(item(data_type), offsets, values, None)?) as ArrayRef
        )
    };
    let bytes = |bytes: &Buffer| {
        let offsets = OffsetBuffer::from_lengths([bytes.len()]);
        Ok::<_, ArrowError>(Arc::new(LargeBinaryArray::try_new(offsets, bytes.clone(), None)?) as ArrayRef)
    };
    let columns = vec![
        list(DataType::Float64, Arc::new(Float64Array::from(frame)))?,
        list(DataType::UInt32, Arc::new(UInt32Array::new(rows.clone(), None)))?,
        bytes(codes)?,
        bytes(boxes)?,
    ];
    RecordBatch::try_new(Arc::new(schema()), columns)
}

/// Reads the tree over `vectors` vectors of `dimension` components.
pub(super) fn read(raw: &mut RawBatch, dimension: usize, vectors: usize) -> Result<Tree, Malformed> {
    let frame: ScalarBuffer<f64> = list(raw)?;
    let rows: ScalarBuffer<u32> = list(raw)?;
    if rows.len() != vectors {
        return Err(Malformed(format!("has {} rows, {vectors} were expected", rows.len())));
    }
    let (codes, boxes) = (bytes(raw)?, bytes(raw)?);
    Tree::from_parts(dimension, &frame, TreeParts { rows, codes, boxes })
        .ok_or_else(|| Malformed(format!("holds no tree over {vectors} vectors of {dimension} dimensions")))
}

/// The single list of the next column.
fn list<T: arrow_buffer::ArrowNativeType>(raw: &mut RawBatch) -> Result<ScalarBuffer<T>, Malformed> {
    raw.column_of_rows(false)?;
    let length = length(raw)?;
    match raw.column()? {
        (items, None) if items == length => scalars(raw.buffer()?, length),
        _ => Err(Malformed("has a list of another length than it says, or with values missing".into())),
    }
}

/// The single byte string of the next column.
fn bytes(raw: &mut RawBatch) -> Result<Buffer, Malformed> {
    raw.column_of_rows(false)?;
    let length = length(raw)?;
    let bytes = raw.buffer()?;
    match bytes.len() >= length {
        true => Ok(bytes.slice_with_length(0, length)),
        false => Err(Malformed(format!("has {} bytes where {length} were expected", bytes.len()))),
    }
}

/// The length of the single value of a column, by its offsets.
fn length(raw: &mut RawBatch) -> Result<usize, Malformed> {
    let offsets: ScalarBuffer<i64> = scalars(raw.buffer()?, 2)?;
    match offsets.as_ref() {
        [0, end] => usize::try_from(*end).map_err(|_| Malformed(format!("has an impossible offset {end}"))),
        _ => Err(Malformed("has offsets that do not begin at 0".into())),
    }
}
