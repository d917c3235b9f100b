//! Batches of Parquet and Arrow files as rows of raw values. What the columns mean is not known here.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, LargeStringArray, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};

use super::value::Raw;
use crate::catalogue::ARTIST_SEPARATOR;

/// Some rows of a columnar file.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The number of its first row in the file, from 1.
    pub(super) first: u64,
    rows: usize,
    columns: Vec<Values>,
}

#[derive(Debug)]
enum Values {
    Text(LargeStringArray),
    Whole(Int64Array),
    Number(Float64Array),
    Boolean(BooleanArray),
    Missing,
    Other,
}

impl Batch {
    pub(super) fn new(batch: &RecordBatch, first: u64) -> Result<Self, ArrowError> {
        let columns = batch.columns().iter().map(Values::new).collect::<Result<_, _>>()?;
        Ok(Self { first, rows: batch.num_rows(), columns })
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn value(&self, column: usize, row: usize) -> Raw<'_> {
        match self.columns.get(column) {
            Some(Values::Text(array)) if array.is_valid(row) => Raw::text_or_missing(array.value(row)),
            Some(Values::Whole(array)) if array.is_valid(row) => Raw::Whole(array.value(row)),
            Some(Values::Number(array)) if array.is_valid(row) => Raw::Number(array.value(row)),
            Some(Values::Boolean(array)) if array.is_valid(row) => Raw::Boolean(array.value(row)),
            Some(Values::Other) => Raw::Other,
            _ => Raw::Missing,
        }
    }
}

impl Values {
    fn new(array: &ArrayRef) -> Result<Self, ArrowError> {
        let data_type = array.data_type();
        Ok(match data_type {
            DataType::Boolean => Self::Boolean(array.as_boolean().clone()),
            DataType::Null => Self::Missing,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::text(array)?,
            DataType::Dictionary(_, values) => Self::new(&cast(array, values)?)?,
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => Self::joined(array)?,
            DataType::UInt64 => Self::text(array)?,
            data_type if data_type.is_integer() => {
                Self::Whole(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            data_type if data_type.is_numeric() => {
                Self::Number(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            _ => Self::Other,
        })
    }

    fn text(array: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(Self::Text(cast(array, &DataType::LargeUtf8)?.as_string::<i64>().clone()))
    }

    /// Lists of texts, as the texts joined.
    fn joined(array: &ArrayRef) -> Result<Self, ArrowError> {
        let lists = match array.data_type() {
            DataType::LargeList(_) => array.clone(),
            DataType::List(item) | DataType::FixedSizeList(item, _) => {
                cast(array, &DataType::LargeList(item.clone()))?
            }
            _ => return Ok(Self::Other),
        };
        let lists = lists.as_list::<i64>();
        let join = |items: ArrayRef| match Self::text(&items) {
            Ok(Self::Text(texts)) => {
                Ok(texts.iter().flatten().collect::<Vec<_>>().join(ARTIST_SEPARATOR.to_string().as_str()))
            }
            Ok(_) => Ok(String::new()),
            Err(error) => Err(error),
        };
        let joined: LargeStringArray = (0..lists.len())
            .map(|row| lists.is_valid(row).then(|| join(lists.value(row))).transpose())
            .collect::<Result<_, _>>()?;
        Ok(Self::Text(joined))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{ListBuilder, StringBuilder};
    use arrow_array::{Date32Array, Float32Array, StringArray};

    use super::*;

    #[test]
    fn columns_of_many_types_become_raw_values() {
        let mut lists = ListBuilder::new(StringBuilder::new());
        lists.append_value([Some("A"), Some("B")]);
        lists.append_null();
        let batch = RecordBatch::try_from_iter([
            ("text", Arc::new(StringArray::from(vec![Some("x"), None])) as ArrayRef),
            ("single", Arc::new(Float32Array::from(vec![0.5, f32::NAN]))),
            ("whole", Arc::new(Int64Array::from(vec![Some(9_007_199_254_740_993), None]))),
            ("flag", Arc::new(BooleanArray::from(vec![true, false]))),
            ("date", Arc::new(Date32Array::from(vec![1, 2]))),
            ("list", Arc::new(lists.finish())),
        ]);
        let batch = Batch::new(&batch.unwrap(), 1).unwrap();
        let row = |row| (0..batch.columns()).map(|column| batch.value(column, row)).collect::<Vec<_>>();
        assert_eq!(
            row(0),
            [
                Raw::Text("x"),
                Raw::Number(0.5),
                Raw::Whole(9_007_199_254_740_993),
                Raw::Boolean(true),
                Raw::Other,
                Raw::Text("A;B"),
            ]
        );
        assert_eq!(row(1)[0], Raw::Missing);
        assert!(matches!(row(1)[1], Raw::Number(number) if number.is_nan()));
        assert_eq!(row(1)[5], Raw::Missing);
        assert_eq!(batch.value(99, 0), Raw::Missing);
    }
}
