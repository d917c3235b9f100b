//! Batches of Parquet and Arrow files as rows of raw values. What the columns mean is not known here.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, GenericListArray, Int64Array, LargeStringArray,
    OffsetSizeTrait, RecordBatch,
};
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
    /// Values, and which of them each row has.
    Dictionary(Box<Values>, Vec<Option<usize>>),
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
        self.columns.get(column).map_or(Raw::Missing, |values| values.value(row))
    }
}

impl Values {
    fn new(array: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(match array.data_type() {
            DataType::Boolean => Self::Boolean(array.as_boolean().clone()),
            DataType::Null => Self::Missing,
            DataType::Dictionary(..) => Self::dictionary(array)?,
            DataType::Int8 => whole::<Int8Type>(array),
            DataType::Int16 => whole::<Int16Type>(array),
            DataType::Int32 => whole::<Int32Type>(array),
            DataType::Int64 => Self::Whole(array.as_primitive::<Int64Type>().clone()),
            DataType::UInt8 => whole::<UInt8Type>(array),
            DataType::UInt16 => whole::<UInt16Type>(array),
            DataType::UInt32 => whole::<UInt32Type>(array),
            // One may be too large for a whole number here; as a text it is told as it is.
            DataType::UInt64 => {
                let numbers = array.as_primitive::<UInt64Type>();
                Self::Text(numbers.iter().map(|number| number.map(|number| number.to_string())).collect())
            }
            DataType::Float16 => number::<Float16Type>(array, f64::from),
            DataType::Float32 => number::<Float32Type>(array, f64::from),
            DataType::Float64 => Self::Number(array.as_primitive::<Float64Type>().clone()),
            DataType::Decimal32(_, scale) => {
                number::<Decimal32Type>(array, |value| scaled(value.into(), *scale))
            }
            DataType::Decimal64(_, scale) => {
                number::<Decimal64Type>(array, |value| scaled(value as f64, *scale))
            }
            DataType::Decimal128(_, scale) => {
                number::<Decimal128Type>(array, |value| scaled(value as f64, *scale))
            }
            DataType::Decimal256(_, scale) => {
                number::<Decimal256Type>(array, |value| {
                    // Exact wherever an f64 is: 256 bits in decimal digits, read as every other number.
                    scaled(value.to_string().parse().unwrap_or(f64::NAN), *scale)
                })
            }
            DataType::List(_) => Self::joined(array.as_list::<i32>())?,
            DataType::LargeList(_) => Self::joined(array.as_list::<i64>())?,
            DataType::FixedSizeList(..) => {
                let lists = array.as_fixed_size_list();
                joined((0..lists.len()).map(|row| lists.is_valid(row).then(|| lists.value(row))))?
            }
            _ => texts(array).map_or(Self::Other, Self::Text),
        })
    }

    fn value(&self, row: usize) -> Raw<'_> {
        match self {
            Self::Text(array) if array.is_valid(row) => Raw::text_or_missing(array.value(row)),
            Self::Whole(array) if array.is_valid(row) => Raw::Whole(array.value(row)),
            Self::Number(array) if array.is_valid(row) => Raw::Number(array.value(row)),
            Self::Boolean(array) if array.is_valid(row) => Raw::Boolean(array.value(row)),
            Self::Dictionary(values, keys) => {
                keys.get(row).copied().flatten().map_or(Raw::Missing, |key| values.value(key))
            }
            Self::Other => Raw::Other,
            _ => Raw::Missing,
        }
    }

    fn dictionary(array: &ArrayRef) -> Result<Self, ArrowError> {
        let dictionary = array.as_any_dictionary();
        if dictionary.values().is_empty() {
            return Ok(Self::Missing);
        }
        let keys = dictionary.normalized_keys().into_iter().enumerate();
        let keys = keys.map(|(row, key)| array.is_valid(row).then_some(key)).collect();
        Ok(Self::Dictionary(Box::new(Self::new(dictionary.values())?), keys))
    }

    fn joined<O: OffsetSizeTrait>(lists: &GenericListArray<O>) -> Result<Self, ArrowError> {
        joined((0..lists.len()).map(|row| lists.is_valid(row).then(|| lists.value(row))))
    }
}

fn whole<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Values {
    Values::Whole(array.as_primitive::<T>().unary(Into::into))
}

fn number<T: ArrowPrimitiveType>(array: &ArrayRef, convert: impl Fn(T::Native) -> f64) -> Values {
    Values::Number(array.as_primitive::<T>().unary(convert))
}

/// A decimal number, given by its digits and by how many of them stand behind the point.
fn scaled(digits: f64, scale: i8) -> f64 {
    digits / 10f64.powi(scale.into())
}

/// The texts of an array, if it has such.
fn texts(array: &ArrayRef) -> Option<LargeStringArray> {
    match array.data_type() {
        DataType::LargeUtf8 => Some(array.as_string::<i64>().clone()),
        DataType::Utf8 => Some(array.as_string::<i32>().iter().collect()),
        DataType::Utf8View => Some(array.as_string_view().iter().collect()),
        _ => None,
    }
}

/// Lists, the items of each joined to one text.
fn joined(lists: impl Iterator<Item = Option<ArrayRef>>) -> Result<Values, ArrowError> {
    let mut joined: Vec<Option<String>> = Vec::new();
    for list in lists {
        let Some(items) = list else {
            joined.push(None);
            continue;
        };
        let values = Values::new(&items)?;
        let mut texts = Vec::new();
        for item in 0..items.len() {
            match values.value(item) {
                Raw::Text(text) => texts.push(text.to_owned()),
                Raw::Whole(number) => texts.push(number.to_string()),
                Raw::Number(number) => texts.push(number.to_string()),
                Raw::Boolean(boolean) => texts.push(boolean.to_string()),
                Raw::Missing => {}
                Raw::Other | Raw::NotUtf8(_) => return Ok(Values::Other),
            }
        }
        joined.push(Some(texts.join(&ARTIST_SEPARATOR.to_string())));
    }
    Ok(Values::Text(joined.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
    use arrow_array::{
        Date32Array, Decimal128Array, Decimal256Array, DictionaryArray, Float32Array, Int8Array, StringArray,
        StringViewArray, UInt8Array, UInt64Array, new_empty_array,
    };
    use arrow_buffer::i256;

    use super::*;

    #[test]
    fn decimals_dictionaries_and_narrow_numbers_are_read_as_what_they_say() {
        let mut names = StringDictionaryBuilder::<Int8Type>::new();
        names.append_value("x");
        names.append_null();
        let decimal =
            |values: Vec<i128>| Decimal128Array::from(values).with_precision_and_scale(10, 2).unwrap();
        let wide = Decimal256Array::from(vec![i256::from_i128(-1250), i256::ZERO]);
        let columns: [ArrayRef; 7] = [
            Arc::new(decimal(vec![1234, -5])),
            Arc::new(wide.with_precision_and_scale(40, 2).unwrap()),
            Arc::new(names.finish()),
            Arc::new(UInt8Array::from(vec![Some(255), None])),
            Arc::new(UInt64Array::from(vec![u64::MAX, 0])),
            Arc::new(StringViewArray::from(vec![Some("v"), None])),
            Arc::new(DictionaryArray::<Int8Type>::new(
                Int8Array::from(vec![None, None]),
                new_empty_array(&DataType::Utf8),
            )),
        ];
        let read: Vec<Values> = columns.iter().map(|column| Values::new(column).unwrap()).collect();
        let row = |row| read.iter().map(|values| values.value(row)).collect::<Vec<_>>();
        let texts = [Raw::Text("18446744073709551615"), Raw::Text("v"), Raw::Missing];
        assert_eq!(row(0)[..4], [Raw::Number(12.34), Raw::Number(-12.5), Raw::Text("x"), Raw::Whole(255)]);
        assert_eq!(row(0)[4..], texts);
        assert_eq!(row(1)[..4], [Raw::Number(-0.05), Raw::Number(0.0), Raw::Missing, Raw::Missing]);
        assert_eq!(row(1)[4..], [Raw::Text("0"), Raw::Missing, Raw::Missing]);
    }

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
