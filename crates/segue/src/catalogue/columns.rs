//! Columns over raw Arrow buffers, checked at every access.
//!
//! A catalogue is used in place in a memory-mapped file, without a pass over it first. So these columns trust no
//! byte of their content: lengths and alignment are checked when a column is made, and offsets and texts whenever
//! they are read. They know nothing of files or tracks.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, FixedSizeListArray, Float16Array, Float32Array, Float64Array, Int32Array,
    LargeListArray, LargeStringArray, make_array,
};
use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, ScalarBuffer};
use arrow_data::ArrayData;
use arrow_schema::{ArrowError, DataType, Field};
use half::f16;

/// Describes what is wrong with malformed data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) String);

/// A buffer as `len` values of `T`; an error if it is too short or not aligned.
pub(crate) fn scalars<T: ArrowNativeType>(buffer: Buffer, len: usize) -> Result<ScalarBuffer<T>, Malformed> {
    let wanted =
        len.checked_mul(size_of::<T>()).ok_or_else(|| Malformed(format!("{len} values overflow")))?;
    if buffer.len() < wanted {
        return Err(Malformed(format!("{} bytes where {wanted} were expected", buffer.len())));
    }
    if !(buffer.as_ptr() as usize).is_multiple_of(align_of::<T>()) {
        return Err(Malformed(format!("a buffer that is not aligned to {} bytes", align_of::<T>())));
    }
    Ok(ScalarBuffer::new(buffer, 0, len))
}

/// The validity bitmap of a column; without one, no value is missing.
#[derive(Debug, Clone)]
struct Validity(Option<Buffer>);

impl Validity {
    fn new(rows: usize, bitmap: Option<Buffer>) -> Result<Self, Malformed> {
        match bitmap {
            Some(bitmap) if bitmap.len() < rows.div_ceil(8) => {
                Err(Malformed(format!("a bitmap of {} bytes for {rows} rows", bitmap.len())))
            }
            bitmap => Ok(Self(bitmap)),
        }
    }

    fn is_valid(&self, row: usize) -> bool {
        self.0.as_ref().is_none_or(|bitmap| bit(bitmap, row))
    }
}

fn bit(bitmap: &[u8], row: usize) -> bool {
    bitmap.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
}

/// The range of list or text `row` among the `values` items or bytes that `offsets` divide.
fn extent(offsets: &[i64], row: usize, values: usize) -> Result<Range<usize>, Malformed> {
    let bounds = (offsets.get(row), offsets.get(row + 1));
    if let (Some(&from), Some(&to)) = bounds
        && let (Ok(from), Ok(to)) = (usize::try_from(from), usize::try_from(to))
        && from <= to
        && to <= values
    {
        return Ok(from..to);
    }
    Err(Malformed(format!("offsets {bounds:?} of row {row} in {values} values")))
}

/// The first eight bytes of a text as a big-endian number, a shorter text padded with zeros. Unequal heads are ordered
/// as their texts are.
pub(crate) fn head(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(head) => u64::from_be_bytes(*head),
        None => text.iter().rev().fold(0, |head, byte| head >> 8 | u64::from(*byte) << 56),
    }
}

/// Texts, some of which may be missing: Arrow's `LargeUtf8`.
#[derive(Debug, Clone)]
pub(crate) struct TextColumn {
    validity: Validity,
    offsets: ScalarBuffer<i64>,
    bytes: Buffer,
}

impl TextColumn {
    pub(crate) fn new(
        rows: usize,
        validity: Option<Buffer>,
        offsets: Buffer,
        bytes: Buffer,
    ) -> Result<Self, Malformed> {
        Ok(Self { validity: Validity::new(rows, validity)?, offsets: scalars(offsets, rows + 1)?, bytes })
    }

    /// A column without missing texts. There must be at least one offset.
    pub(crate) fn of_parts(offsets: ScalarBuffer<i64>, bytes: Buffer) -> Self {
        Self { validity: Validity(None), offsets, bytes }
    }

    /// The bytes of a text, not checked to be UTF-8; `None` where it is missing.
    pub(crate) fn bytes(&self, row: usize) -> Result<Option<&[u8]>, Malformed> {
        if !self.validity.is_valid(row) {
            return Ok(None);
        }
        Ok(self.bytes.get(extent(&self.offsets, row, self.bytes.len())?))
    }

    /// The offsets of the texts of some rows, one more than there are rows, and the bytes from the start of the first
    /// text to the end of the last; `None` if the offsets do not ascend or are out of bounds. A missing text may have
    /// bytes there.
    pub(crate) fn span(&self, rows: Range<usize>) -> Option<(&[i64], &[u8])> {
        let offsets = self.offsets.get(rows.start..=rows.end)?;
        let (first, last) =
            (usize::try_from(*offsets.first()?).ok()?, usize::try_from(*offsets.last()?).ok()?);
        offsets.is_sorted().then_some(())?;
        Some((offsets, self.bytes.get(first..last)?))
    }

    pub(crate) fn get(&self, row: usize) -> Result<Option<&str>, Malformed> {
        let text = self.bytes(row)?.map(str::from_utf8).transpose();
        text.map_err(|error| Malformed(format!("text of row {row}: {error}")))
    }

    fn data(&self) -> Result<ArrayData, ArrowError> {
        ArrayData::builder(DataType::LargeUtf8)
            .len(self.offsets.len().saturating_sub(1))
            .null_bit_buffer(self.validity.0.clone())
            .add_buffer(self.offsets.inner().clone())
            .add_buffer(self.bytes.clone())
            .build()
    }

    pub(crate) fn to_array(&self) -> Result<ArrayRef, ArrowError> {
        Ok(make_array(self.data()?))
    }
}

impl From<&LargeStringArray> for TextColumn {
    fn from(array: &LargeStringArray) -> Self {
        Self {
            validity: Validity(bitmap(array)),
            offsets: array.offsets().inner().clone(),
            bytes: array.values().clone(),
        }
    }
}

/// Lists of texts, none missing: Arrow's `LargeList<LargeUtf8>`.
#[derive(Debug, Clone)]
pub(crate) struct TextListColumn {
    offsets: ScalarBuffer<i64>,
    items: TextColumn,
    item_count: usize,
}

impl TextListColumn {
    pub(crate) fn new(
        rows: usize,
        offsets: Buffer,
        item_count: usize,
        items: TextColumn,
    ) -> Result<Self, Malformed> {
        Ok(Self { offsets: scalars(offsets, rows + 1)?, items, item_count })
    }

    /// The texts of one list, in order.
    pub(crate) fn get(&self, row: usize) -> Result<Vec<&str>, Malformed> {
        let items = extent(&self.offsets, row, self.item_count)?;
        items.filter_map(|item| self.items.get(item).transpose()).collect()
    }

    pub(crate) fn to_array(&self) -> Result<ArrayRef, ArrowError> {
        let data = ArrayData::builder(Self::data_type())
            .len(self.offsets.len().saturating_sub(1))
            .add_buffer(self.offsets.inner().clone())
            .add_child_data(self.items.data()?)
            .build()?;
        Ok(make_array(data))
    }

    /// The Arrow type of such a column.
    pub(crate) fn data_type() -> DataType {
        DataType::LargeList(Arc::new(Field::new("item", DataType::LargeUtf8, false)))
    }
}

impl TryFrom<&LargeListArray> for TextListColumn {
    type Error = Malformed;

    fn try_from(array: &LargeListArray) -> Result<Self, Malformed> {
        let items = array.values().as_any().downcast_ref::<LargeStringArray>();
        let items = items.ok_or_else(|| Malformed(format!("a list of {}", array.value_type())))?;
        Ok(Self {
            offsets: array.offsets().inner().clone(),
            items: TextColumn::from(items),
            item_count: items.len(),
        })
    }
}

/// Booleans, some of which may be missing: Arrow's `Boolean`.
#[derive(Debug, Clone)]
pub(crate) struct BooleanColumn {
    rows: usize,
    validity: Validity,
    bits: Buffer,
}

impl BooleanColumn {
    pub(crate) fn new(rows: usize, validity: Option<Buffer>, bits: Buffer) -> Result<Self, Malformed> {
        if bits.len() < rows.div_ceil(8) {
            return Err(Malformed(format!("{} bytes of bits for {rows} rows", bits.len())));
        }
        Ok(Self { rows, validity: Validity::new(rows, validity)?, bits })
    }

    pub(crate) fn get(&self, row: usize) -> Option<bool> {
        self.validity.is_valid(row).then(|| bit(&self.bits, row))
    }

    /// The rows with this value as a bitset, 64 rows per word, the first in the lowest bit.
    pub(crate) fn having(&self, wanted: bool) -> impl Iterator<Item = u64> {
        let word = |bits: &[u8], at: usize| {
            let bytes = bits.get(at * 8..).unwrap_or_default().iter().take(8).rev();
            bytes.fold(0u64, |word, byte| word << 8 | u64::from(*byte))
        };
        (0..self.rows.div_ceil(64)).map(move |at| {
            let values = word(&self.bits, at);
            let known = self.validity.0.as_ref().map_or(u64::MAX, |bitmap| word(bitmap, at));
            known & if wanted { values } else { !values }
        })
    }

    pub(crate) fn to_array(&self) -> Result<ArrayRef, ArrowError> {
        let data = ArrayData::builder(DataType::Boolean)
            .len(self.rows)
            .null_bit_buffer(self.validity.0.clone())
            .add_buffer(self.bits.clone())
            .build()?;
        Ok(make_array(data))
    }
}

impl From<&BooleanArray> for BooleanColumn {
    fn from(array: &BooleanArray) -> Self {
        Self { rows: array.len(), validity: Validity(bitmap(array)), bits: array.values().inner().clone() }
    }
}

/// Numbers: Arrow's `Int32`, none missing, or `Float64`, where a missing one is NaN.
#[derive(Debug, Clone)]
pub(crate) enum NumberColumn {
    Whole(ScalarBuffer<i32>),
    Real(ScalarBuffer<f64>),
}

impl NumberColumn {
    /// One value; `None` past the end.
    pub(crate) fn get(&self, row: usize) -> Option<f64> {
        match self {
            Self::Whole(values) => values.get(row).copied().map(f64::from),
            Self::Real(values) => values.get(row).copied(),
        }
    }

    /// Replaces the content of `out` by the values of `rows`; empties it if some of them are past the end.
    pub(crate) fn copy_to(&self, rows: Range<usize>, out: &mut Vec<f64>) {
        out.clear();
        match self {
            Self::Whole(values) => {
                out.extend(values.get(rows).unwrap_or_default().iter().copied().map(f64::from))
            }
            Self::Real(values) => out.extend_from_slice(values.get(rows).unwrap_or_default()),
        }
    }

    pub(crate) fn to_array(&self) -> ArrayRef {
        match self {
            Self::Whole(values) => Arc::new(Int32Array::new(values.clone(), None)),
            Self::Real(values) => {
                let is_some: NullBuffer =
                    values.iter().map(|value| !value.is_nan()).collect::<Vec<_>>().into();
                let nulls = Some(is_some).filter(|nulls| nulls.null_count() > 0);
                Arc::new(Float64Array::new(values.clone(), nulls))
            }
        }
    }

    /// How many values are missing.
    pub(crate) fn missing(&self) -> usize {
        match self {
            Self::Whole(_) => 0,
            Self::Real(values) => values.iter().filter(|value| value.is_nan()).count(),
        }
    }
}

/// Vectors of one dimension, none missing: Arrow's `FixedSizeList` of `Float32` or `Float16`.
#[derive(Debug, Clone)]
pub(crate) struct VectorColumn {
    dimension: usize,
    components: Components,
}

#[derive(Debug, Clone)]
enum Components {
    Single(ScalarBuffer<f32>),
    Half(ScalarBuffer<f16>),
}

impl VectorColumn {
    /// Vectors from their components, one vector after the other, stored with half precision if `half`.
    pub(crate) fn of(dimension: usize, components: Vec<f32>, half: bool) -> Self {
        let components = match half {
            true => Components::Half(components.into_iter().map(f16::from_f32).collect::<Vec<_>>().into()),
            false => Components::Single(components.into()),
        };
        Self { dimension, components }
    }

    pub(crate) fn new(rows: usize, dimension: usize, half: bool, buffer: Buffer) -> Result<Self, Malformed> {
        let len = rows.checked_mul(dimension);
        let len = len.ok_or_else(|| Malformed("a number of components that overflows".into()))?;
        let components = match half {
            true => Components::Half(scalars(buffer, len)?),
            false => Components::Single(scalars(buffer, len)?),
        };
        Ok(Self { dimension, components })
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    pub(crate) fn is_half(&self) -> bool {
        matches!(self.components, Components::Half(_))
    }

    /// The components of a vector; none past the end.
    pub(crate) fn components(&self, row: usize) -> impl Iterator<Item = f64> {
        let (single, half) = match &self.components {
            Components::Single(values) => (stretch(values, row, self.dimension), &[][..]),
            Components::Half(values) => (&[][..], stretch(values, row, self.dimension)),
        };
        single.iter().copied().map(f64::from).chain(half.iter().copied().map(f64::from))
    }

    /// Replaces the content of `columns`, one per component, by the components of the vectors of `rows`.
    pub(crate) fn copy_to(&self, rows: Range<usize>, columns: &mut [Vec<f64>]) {
        columns.iter_mut().for_each(|column| {
            column.clear();
            column.reserve(rows.len());
        });
        match &self.components {
            Components::Single(values) => {
                for row in rows {
                    let vector = stretch(values, row, self.dimension);
                    columns.iter_mut().zip(vector).for_each(|(column, value)| column.push(f64::from(*value)));
                }
            }
            Components::Half(values) => {
                for row in rows {
                    let vector = stretch(values, row, self.dimension);
                    columns.iter_mut().zip(vector).for_each(|(column, value)| column.push(f64::from(*value)));
                }
            }
        }
    }

    /// The Arrow type of such a column.
    pub(crate) fn data_type(dimension: usize, half: bool) -> DataType {
        let kind = if half { DataType::Float16 } else { DataType::Float32 };
        DataType::FixedSizeList(Arc::new(Field::new("item", kind, false)), dimension as i32)
    }

    pub(crate) fn to_array(&self) -> Result<ArrayRef, ArrowError> {
        let (half, values): (bool, ArrayRef) = match &self.components {
            Components::Single(values) => (false, Arc::new(Float32Array::new(values.clone(), None))),
            Components::Half(values) => (true, Arc::new(Float16Array::new(values.clone(), None))),
        };
        let DataType::FixedSizeList(item, size) = Self::data_type(self.dimension, half) else {
            return Err(ArrowError::InvalidArgumentError("vectors are lists of fixed size".into()));
        };
        Ok(Arc::new(FixedSizeListArray::try_new(item, size, values, None)?))
    }
}

fn stretch<T>(values: &[T], at: usize, len: usize) -> &[T] {
    let rest = at.checked_mul(len).and_then(|start| values.get(start..));
    rest.and_then(|rest| rest.get(..len)).unwrap_or_default()
}

fn bitmap(array: &dyn Array) -> Option<Buffer> {
    array.nulls().filter(|nulls| nulls.null_count() > 0).map(|nulls| nulls.inner().inner().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(offsets: &[i64], bytes: &[u8]) -> TextColumn {
        TextColumn::new(offsets.len() - 1, None, Buffer::from_slice_ref(offsets), Buffer::from(bytes))
            .unwrap()
    }

    #[test]
    fn a_text_column_reads_what_was_written() {
        let array = LargeStringArray::from(vec![Some("日本"), None, Some(""), Some("é")]);
        let column = TextColumn::from(&array);
        assert_eq!(
            [0, 1, 2, 3].map(|row| column.get(row).unwrap()),
            [Some("日本"), None, Some(""), Some("é")]
        );
        assert_eq!(column.to_array().unwrap().as_ref(), &array as &dyn Array);
    }

    #[test]
    fn wrong_offsets_and_wrong_text_are_errors_and_never_a_panic() {
        for offsets in [[0, -1], [2, 1], [0, 99], [i64::MIN, i64::MAX], [-5, 2]] {
            assert!(texts(&offsets, b"ab").get(0).is_err(), "{offsets:?}");
        }
        assert!(texts(&[0, 2], b"\xff\xfe").get(0).is_err());
        assert!(texts(&[0, 2], b"ab").get(1).is_err(), "past the end");
        assert!(texts(&[0, 2], b"ab").get(usize::MAX - 1).is_err());
    }

    #[test]
    fn buffers_that_are_too_short_are_refused() {
        assert!(TextColumn::new(3, None, Buffer::from_slice_ref([0i64, 1]), Buffer::from(b"a")).is_err());
        assert!(
            TextColumn::new(9, Some(Buffer::from(&[1u8])), Buffer::from(&[0u8; 80]), Buffer::from(b""))
                .is_err()
        );
        assert!(BooleanColumn::new(9, None, Buffer::from(&[0u8])).is_err());
        assert!(scalars::<f64>(Buffer::from(&[0u8; 15]), 2).is_err());
        assert!(scalars::<f64>(Buffer::from(&[0u8; 16]), usize::MAX).is_err());
        assert!(scalars::<f64>(Buffer::from(&[0u8; 24]).slice(1), 2).is_err(), "misaligned");
    }
}
