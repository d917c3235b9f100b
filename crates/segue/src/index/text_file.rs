//! `text.arrow`: the text index, one row per term.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array, UInt64Array, make_array};
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::arrow_file::RawBatch;
use crate::catalogue::{Malformed, TextColumn, scalars};
use crate::search::{TextIndex, TextParts};

const FIELD: &str = "field";
const TERM: &str = "term";
const HEAD: &str = "head";
const ROWS: &str = "rows";

fn item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::UInt32, false))
}

pub(super) fn schema() -> Schema {
    Schema::new(vec![
        Field::new(FIELD, DataType::UInt32, false),
        Field::new(TERM, DataType::LargeUtf8, false),
        Field::new(HEAD, DataType::UInt64, false),
        Field::new(ROWS, DataType::LargeList(item()), false),
    ])
}

pub(super) fn to_batch(text: &TextIndex) -> Result<RecordBatch, ArrowError> {
    let TextParts { fields, terms, heads, offsets, rows } = text.parts();
    let lists = ArrayData::builder(DataType::LargeList(item()))
        .len(fields.len())
        .add_buffer(offsets.inner().clone())
        .add_child_data(UInt32Array::new(rows.clone(), None).into_data())
        .build()?;
    let fields = Arc::new(UInt32Array::new(fields.clone(), None));
    let heads = Arc::new(UInt64Array::new(heads.clone(), None));
    let columns = vec![fields as ArrayRef, terms.to_array()?, heads, make_array(lists)];
    RecordBatch::try_new(Arc::new(schema()), columns)
}

/// Reads the text index of a catalogue of `tracks` tracks.
pub(super) fn read(raw: &mut RawBatch, origin: &str, tracks: usize) -> Result<TextIndex, Malformed> {
    let terms = raw.rows;
    raw.column_of_rows(false)?;
    let fields = scalars(raw.buffer()?, terms)?;
    raw.column_of_rows(false)?;
    let texts = TextColumn::new(terms, None, raw.buffer()?, raw.buffer()?)?;
    raw.column_of_rows(false)?;
    let heads = scalars(raw.buffer()?, terms)?;
    raw.column_of_rows(false)?;
    let offsets = raw.buffer()?;
    let (count, validity) = raw.column()?;
    if validity.is_some() {
        return Err(Malformed("lacks values that must be there".into()));
    }
    let parts = TextParts {
        fields,
        terms: texts,
        heads,
        offsets: scalars(offsets, terms + 1)?,
        rows: scalars(raw.buffer()?, count)?,
    };
    TextIndex::new(origin, tracks, parts)
}
