//! Record batches of Parquet and Arrow files as rows of [`Raw`] values. What the columns mean is not known here.

use std::fmt::Display;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float16Array, Float32Array, Float64Array, GenericListArray,
    GenericListViewArray, Int64Array, LargeStringArray, OffsetSizeTrait, PrimitiveArray, RecordBatch,
    StringArray, StringViewArray,
};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{ArrowError, DataType};
use half::f16;

use super::value::{Numbers, Raw};
use crate::catalogue::ARTIST_SEPARATOR;

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
    /// Lists of numbers: these, and the range of each list.
    Vectors(Components, Vec<Option<Range<usize>>>),
    ShortText(StringArray),
    TextView(StringViewArray),
    /// The distinct values, and the key of each row.
    Dictionary(Box<Values>, Vec<Option<usize>>),
    Missing,
    Other,
}

/// The items of lists of numbers; a missing one is NaN.
#[derive(Debug)]
enum Components {
    Half(Float16Array),
    Single(Float32Array),
    Double(Float64Array),
}

impl Components {
    /// `None` for items that are no floating-point numbers.
    fn of(items: &ArrayRef) -> Option<Self> {
        fn known<T: ArrowPrimitiveType>(items: &ArrayRef, nan: T::Native) -> PrimitiveArray<T> {
            let items = items.as_primitive::<T>();
            match items.null_count() {
                0 => items.clone(),
                _ => items.iter().map(|item| Some(item.unwrap_or(nan))).collect(),
            }
        }
        Some(match items.data_type() {
            DataType::Float16 => Self::Half(known(items, f16::NAN)),
            DataType::Float32 => Self::Single(known(items, f32::NAN)),
            DataType::Float64 => Self::Double(known(items, f64::NAN)),
            _ => return None,
        })
    }

    fn get(&self, range: Range<usize>) -> Option<Numbers<'_>> {
        match self {
            Self::Half(items) => items.values().get(range).map(Numbers::Half),
            Self::Single(items) => items.values().get(range).map(Numbers::Single),
            Self::Double(items) => items.values().get(range).map(Numbers::Double),
        }
    }
}

/// Whether a column of this type holds lists of floating-point numbers; if all have one length by their type, that.
pub(super) fn vector_type(data_type: &DataType) -> Option<Option<usize>> {
    let is_float =
        |item: &DataType| matches!(item, DataType::Float16 | DataType::Float32 | DataType::Float64);
    match data_type {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => is_float(item.data_type()).then_some(None),
        DataType::FixedSizeList(item, length) => {
            is_float(item.data_type()).then(|| usize::try_from(*length).ok())
        }
        _ => None,
    }
}

/// The length of the first list of a column that is neither missing nor empty.
pub(super) fn first_length(array: &ArrayRef) -> Option<usize> {
    let length = |row| match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().value_length(row).as_usize(),
        DataType::LargeList(_) => array.as_list::<i64>().value_length(row).as_usize(),
        DataType::ListView(_) => array.as_list_view::<i32>().value_size(row).as_usize(),
        DataType::LargeListView(_) => array.as_list_view::<i64>().value_size(row).as_usize(),
        _ => 0,
    };
    (0..array.len()).filter(|row| array.is_valid(*row)).map(length).find(|length| *length > 0)
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
            // A u64 may not fit an i64; as a text it is parsed, and reported, exactly.
            DataType::UInt64 => {
                let numbers = array.as_primitive::<UInt64Type>();
                Self::Text(numbers.iter().map(|number| number.map(|number| number.to_string())).collect())
            }
            DataType::Float16 => number::<Float16Type>(array, f64::from),
            DataType::Float32 => number::<Float32Type>(array, f64::from),
            DataType::Float64 => Self::Number(array.as_primitive::<Float64Type>().clone()),
            DataType::Decimal32(_, scale) => number::<Decimal32Type>(array, |digits| decimal(digits, *scale)),
            DataType::Decimal64(_, scale) => number::<Decimal64Type>(array, |digits| decimal(digits, *scale)),
            DataType::Decimal128(_, scale) => {
                number::<Decimal128Type>(array, |digits| decimal(digits, *scale))
            }
            DataType::Decimal256(_, scale) => {
                number::<Decimal256Type>(array, |digits| decimal(digits, *scale))
            }
            DataType::List(_) => Self::of_lists(array.as_list::<i32>())?,
            DataType::LargeList(_) => Self::of_lists(array.as_list::<i64>())?,
            DataType::ListView(_) => Self::of_views(array.as_list_view::<i32>())?,
            DataType::LargeListView(_) => Self::of_views(array.as_list_view::<i64>())?,
            // Lists of no items take no bytes, however many the file claims.
            DataType::FixedSizeList(_, 0) => Self::Missing,
            DataType::FixedSizeList(..) => {
                let lists = array.as_fixed_size_list();
                let items = |row| lists.value_offset_at(row)..lists.value_offset_at(row + 1);
                let row_items = (0..lists.len()).map(|row| lists.is_valid(row).then(|| items(row)));
                Self::of_items(lists.values(), row_items.collect())?
            }
            DataType::Utf8 => Self::ShortText(array.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Self::Text(array.as_string::<i64>().clone()),
            DataType::Utf8View => Self::TextView(array.as_string_view().clone()),
            _ => Self::Other,
        })
    }

    fn value(&self, row: usize) -> Raw<'_> {
        match self {
            Self::Text(array) if array.is_valid(row) => Raw::text_or_missing(array.value(row)),
            Self::ShortText(array) if array.is_valid(row) => Raw::text_or_missing(array.value(row)),
            Self::TextView(array) if array.is_valid(row) => Raw::text_or_missing(array.value(row)),
            Self::Whole(array) if array.is_valid(row) => Raw::Whole(array.value(row)),
            Self::Number(array) if array.is_valid(row) => Raw::Number(array.value(row)),
            Self::Boolean(array) if array.is_valid(row) => Raw::Boolean(array.value(row)),
            Self::Dictionary(values, keys) => {
                keys.get(row).copied().flatten().map_or(Raw::Missing, |key| values.value(key))
            }
            Self::Vectors(components, rows) => {
                let range = rows.get(row).cloned().flatten();
                range.map_or(Raw::Missing, |range| components.get(range).map_or(Raw::Other, Raw::Vector))
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

    fn of_lists<O: OffsetSizeTrait>(lists: &GenericListArray<O>) -> Result<Self, ArrowError> {
        let ends = lists.value_offsets().windows(2);
        let items = |ends: &[O]| match ends {
            [start, end] => start.as_usize()..end.as_usize(),
            _ => 0..0,
        };
        let rows = ends.enumerate().map(|(row, ends)| lists.is_valid(row).then(|| items(ends)));
        Self::of_items(lists.values(), rows.collect())
    }

    fn of_views<O: OffsetSizeTrait>(lists: &GenericListViewArray<O>) -> Result<Self, ArrowError> {
        let places = lists.offsets().iter().zip(lists.sizes().iter()).enumerate();
        let rows = places.map(|(row, (start, size))| {
            lists.is_valid(row).then(|| start.as_usize()..start.as_usize().saturating_add(size.as_usize()))
        });
        Self::of_items(lists.values(), rows.collect())
    }

    /// Lists of `items`, given by the range of each.
    fn of_items(items: &ArrayRef, mut lists: Vec<Option<Range<usize>>>) -> Result<Self, ArrowError> {
        // A piece of a large batch has the items of all of it: only those that are used are converted.
        let used = || lists.iter().flatten().filter(|list| list.start < list.end);
        let start = used().map(|list| list.start).min().unwrap_or_default();
        let end = used().map(|list| list.end).max().unwrap_or_default().max(start);
        if end > items.len() {
            return Err(ArrowError::InvalidArgumentError("a list ends after the last item".into()));
        }
        for list in lists.iter_mut().flatten() {
            *list = match list.start < list.end {
                true => list.start - start..list.end - start,
                false => 0..0,
            };
        }
        let items = items.slice(start, end - start);
        Ok(match Components::of(&items) {
            Some(components) => Self::Vectors(components, lists),
            None => Self::new(&items)?.joined(lists.into_iter()),
        })
    }

    /// Joins the items of each list to one text. Items of null type are not visited: they take no bytes, so a file may
    /// claim any number of them.
    fn joined(&self, lists: impl Iterator<Item = Option<Range<usize>>>) -> Self {
        match self {
            Self::Missing => return Self::Missing,
            Self::Other => return Self::Other,
            _ => {}
        }
        let mut joined: Vec<Option<String>> = Vec::new();
        for items in lists {
            let mut texts = Vec::new();
            for item in items.clone().into_iter().flatten() {
                match self.value(item) {
                    Raw::Text(text) => texts.push(text.to_owned()),
                    Raw::Whole(number) => texts.push(number.to_string()),
                    Raw::Number(number) => texts.push(number.to_string()),
                    Raw::Boolean(boolean) => texts.push(boolean.to_string()),
                    Raw::Missing => {}
                    Raw::Vector(_) | Raw::Other | Raw::NotUtf8(_) => return Self::Other,
                }
            }
            joined.push(items.map(|_| texts.join(&ARTIST_SEPARATOR.to_string())));
        }
        Self::Text(joined.into_iter().collect())
    }
}

fn whole<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Values {
    Values::Whole(array.as_primitive::<T>().unary(Into::into))
}

fn number<T: ArrowPrimitiveType>(array: &ArrayRef, convert: impl Fn(T::Native) -> f64) -> Values {
    Values::Number(array.as_primitive::<T>().unary(convert))
}

/// The decimal `digits / 10^scale`, rounded once, as if it were parsed from text.
fn decimal(digits: impl Display, scale: i8) -> f64 {
    format!("{digits}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
    use arrow_array::{
        Date32Array, Decimal128Array, Decimal256Array, DictionaryArray, FixedSizeListArray, Float32Array,
        Int8Array, LargeListArray, NullArray, StringArray, StringViewArray, UInt8Array, UInt64Array,
        new_empty_array,
    };
    use arrow_buffer::{OffsetBuffer, i256};
    use arrow_schema::Field;

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
    fn decimals_are_rounded_once() {
        let read = |digits: i128, scale| {
            let array = Decimal128Array::from(vec![digits]).with_precision_and_scale(38, scale).unwrap();
            match Values::new(&(Arc::new(array) as ArrayRef)).unwrap().value(0) {
                Raw::Number(number) => number,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(read(201_933 * 10i128.pow(18), 18), 201_933.0);
        assert_eq!(read(7 * 10i128.pow(25), 25), 7.0);
        assert_eq!(read(1, -5), 100_000.0);
        assert_eq!(read(-1, 38), -1e-38);
    }

    #[test]
    fn lists_of_nothing_take_no_time_however_many_items_they_claim() {
        let many = 1usize << 50;
        let item = |kind| Arc::new(Field::new("item", kind, true));
        let ends = OffsetBuffer::new(vec![0i64, many as i64].into());
        let nulls = Arc::new(NullArray::new(many));
        let of_nulls = LargeListArray::new(item(DataType::Null), ends.clone(), nulls, None);
        let texts = Arc::new(StringArray::from(Vec::<&str>::new()));
        let kind = item(DataType::Utf8);
        let empty = FixedSizeListArray::try_new_with_length(kind.clone(), 0, texts, None, many).unwrap();
        let of_empty =
            LargeListArray::new(item(DataType::FixedSizeList(kind, 0)), ends, Arc::new(empty), None);
        for lists in [Arc::new(of_nulls) as ArrayRef, Arc::new(of_empty)] {
            assert_eq!(Values::new(&lists).unwrap().value(0), Raw::Missing);
        }
    }

    #[test]
    fn lists_of_dictionaries_are_joined() {
        let names = DictionaryArray::<Int8Type>::from_iter([Some("A"), Some("B"), None, Some("A")]);
        let item = Arc::new(Field::new("item", names.data_type().clone(), true));
        let lists =
            LargeListArray::new(item, OffsetBuffer::new(vec![0i64, 2, 4].into()), Arc::new(names), None);
        let read = Values::new(&(Arc::new(lists) as ArrayRef)).unwrap();
        assert_eq!([read.value(0), read.value(1)], [Raw::Text("A;B"), Raw::Text("A")]);
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
