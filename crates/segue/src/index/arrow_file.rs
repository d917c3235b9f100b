//! Writes Arrow IPC files of one record batch, and opens them without a pass over their content.
//!
//! The crate `arrow-ipc` validates every value when it reads, which takes time linear in the size of the file. Here
//! only the metadata is read (by the same crate's verified accessors). It gives the batch's buffers, and the columns
//! over them check each value when it is read.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::writer::FileWriter;
use arrow_ipc::{Block, MessageHeader, Precision, Type, root_as_footer, root_as_message};
use arrow_schema::{ArrowError, DataType, Schema};

use crate::catalogue::Malformed;

const MAGIC: &[u8] = b"ARROW1";
/// The size of the footer's length and the magic, at the end of the file.
const TRAILER: usize = 4 + MAGIC.len();
/// The size of the prefix of a message: a continuation marker and the message's length.
const MESSAGE_PREFIX: usize = 8;

/// Writes one record batch; buffers are aligned to 64 bytes, uncompressed.
pub(super) fn write(batch: &RecordBatch, out: impl Write) -> Result<(), ArrowError> {
    let mut writer = FileWriter::try_new(out, &batch.schema())?;
    writer.write(batch)?;
    writer.finish()
}

/// The buffers of a record batch, column by column as Arrow lays them out.
pub(super) struct RawBatch {
    pub(super) rows: usize,
    /// The number of columns in the schema of the file.
    pub(super) columns: usize,
    nodes: std::vec::IntoIter<(usize, bool)>,
    buffers: std::vec::IntoIter<Buffer>,
}

impl RawBatch {
    /// Finds the buffers in the bytes of a file, which must have this schema, or only its first `least` columns, as
    /// files of older versions have.
    pub(super) fn read(file: &Buffer, schema: &Schema, least: usize) -> Result<Self, Malformed> {
        let end = file.len().checked_sub(TRAILER).ok_or_else(|| wrong("is too short for an Arrow file"))?;
        let trailer = slice(file, end, TRAILER)?;
        let (length, magic) = trailer.split_at_checked(4).ok_or_else(|| wrong("has no trailer"))?;
        if magic != MAGIC || !file.starts_with(MAGIC) {
            return Err(wrong("is not an Arrow file"));
        }
        let length =
            <[u8; 4]>::try_from(length).map(u32::from_le_bytes).map_err(|_| wrong("has no trailer"))?;
        let start =
            end.checked_sub(length as usize).ok_or_else(|| wrong("has a footer that does not fit"))?;
        let footer = slice(file, start, length as usize)?;
        let footer =
            root_as_footer(&footer).map_err(|error| Malformed(format!("has a damaged footer: {error}")))?;
        let columns = check_schema(footer.schema().as_ref(), schema, least)?;
        let batches = footer.recordBatches().filter(|batches| batches.len() == 1);
        let block =
            batches.map(|batches| *batches.get(0)).ok_or_else(|| wrong("does not hold one record batch"))?;
        Self::read_batch(file, &block, columns)
    }

    fn read_batch(file: &Buffer, block: &Block, columns: usize) -> Result<Self, Malformed> {
        let (offset, metadata) = (size(block.offset())?, size(i64::from(block.metaDataLength()))?);
        let message = slice(file, offset, metadata)?;
        let message = message.get(MESSAGE_PREFIX..).ok_or_else(|| wrong("has no message"))?;
        let message =
            root_as_message(message).map_err(|error| Malformed(format!("has a damaged message: {error}")))?;
        if message.header_type() != MessageHeader::RecordBatch {
            return Err(wrong("holds another message than a record batch"));
        }
        let batch = message.header_as_record_batch().ok_or_else(|| wrong("holds no record batch"))?;
        if batch.compression().is_some() {
            return Err(wrong("is compressed"));
        }
        let start = offset.checked_add(metadata).ok_or_else(|| wrong("has offsets that overflow"))?;
        let body = slice(file, start, size(block.bodyLength())?)?;
        let buffers = batch.buffers().into_iter().flatten();
        let buffers: Vec<Buffer> = buffers
            .map(|buffer| slice(&body, size(buffer.offset())?, size(buffer.length())?))
            .collect::<Result<_, _>>()?;
        let nodes = batch.nodes().into_iter().flatten();
        let nodes: Vec<(usize, bool)> =
            nodes.map(|node| Ok((size(node.length())?, node.null_count() != 0))).collect::<Result<_, _>>()?;
        let rows = size(batch.length())?;
        Ok(Self { rows, columns, nodes: nodes.into_iter(), buffers: buffers.into_iter() })
    }

    /// The length of the next column, and its validity bitmap if values are missing.
    pub(super) fn column(&mut self) -> Result<(usize, Option<Buffer>), Malformed> {
        let (length, has_nulls) = self.nodes.next().ok_or_else(|| wrong("has too few columns"))?;
        let bitmap = self.buffer()?;
        Ok((length, has_nulls.then_some(bitmap)))
    }

    /// The validity bitmap of the next column, which must have as many values as the batch has rows; an error if values
    /// are missing and the column is not `nullable`.
    pub(super) fn column_of_rows(&mut self, nullable: bool) -> Result<Option<Buffer>, Malformed> {
        let (length, bitmap) = self.column()?;
        if length != self.rows {
            return Err(Malformed(format!("has a column of {length} rows among {} rows", self.rows)));
        }
        match bitmap {
            Some(_) if !nullable => Err(wrong("lacks values that must be there")),
            bitmap => Ok(bitmap),
        }
    }

    pub(super) fn buffer(&mut self) -> Result<Buffer, Malformed> {
        self.buffers.next().ok_or_else(|| wrong("has too few buffers"))
    }
}

fn wrong(what: &str) -> Malformed {
    Malformed(what.to_owned())
}

fn size(value: i64) -> Result<usize, Malformed> {
    usize::try_from(value).map_err(|_| Malformed(format!("has an impossible length {value}")))
}

fn slice(buffer: &Buffer, offset: usize, length: usize) -> Result<Buffer, Malformed> {
    match offset.checked_add(length) {
        Some(end) if end <= buffer.len() => Ok(buffer.slice_with_length(offset, length)),
        _ => Err(Malformed(format!("is cut off: {length} bytes from byte {offset} on, of {}", buffer.len()))),
    }
}

/// Checks the names and types of the columns, which are those wanted or the first `least` of them; returns their number.
fn check_schema(
    found: Option<&arrow_ipc::Schema<'_>>,
    wanted: &Schema,
    least: usize,
) -> Result<usize, Malformed> {
    let found = found.ok_or_else(|| wrong("has no schema"))?;
    if found.endianness() != arrow_ipc::Endianness::Little {
        return Err(wrong("holds numbers in another byte order"));
    }
    let fields: Vec<arrow_ipc::Field<'_>> = found.fields().into_iter().flatten().collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name().unwrap_or_default()).collect();
    let wanted_names: Vec<&str> = wanted.fields().iter().map(|field| field.name().as_str()).collect();
    if ![least, wanted_names.len()].contains(&names.len()) || !wanted_names.starts_with(&names) {
        return Err(Malformed(format!("has the columns {names:?}, {wanted_names:?} were expected")));
    }
    for (field, wanted) in fields.iter().zip(wanted.fields()) {
        if !has_type(field, wanted.data_type()) {
            return Err(Malformed(format!(
                "has a column {} of another type than {}",
                wanted.name(),
                wanted.data_type()
            )));
        }
    }
    Ok(names.len())
}

fn has_type(field: &arrow_ipc::Field<'_>, wanted: &DataType) -> bool {
    let child = |inner: &DataType| {
        let mut children = field.children().into_iter().flatten();
        children.next().is_some_and(|child| has_type(&child, inner)) && children.next().is_none()
    };
    let int = |bits, signed| {
        field.type_as_int().is_some_and(|int| int.bitWidth() == bits && int.is_signed() == signed)
    };
    let float = |wanted| field.type_as_floating_point().is_some_and(|float| float.precision() == wanted);
    if field.dictionary().is_some() {
        return false;
    }
    match (wanted, field.type_type()) {
        (DataType::LargeUtf8, Type::LargeUtf8)
        | (DataType::LargeBinary, Type::LargeBinary)
        | (DataType::Boolean, Type::Bool) => true,
        (DataType::Int32, Type::Int) => int(32, true),
        (DataType::UInt8, Type::Int) => int(8, false),
        (DataType::UInt32, Type::Int) => int(32, false),
        (DataType::UInt64, Type::Int) => int(64, false),
        (DataType::Float16, Type::FloatingPoint) => float(Precision::HALF),
        (DataType::Float32, Type::FloatingPoint) => float(Precision::SINGLE),
        (DataType::Float64, Type::FloatingPoint) => float(Precision::DOUBLE),
        (DataType::LargeList(item), Type::LargeList) => child(item.data_type()),
        (DataType::FixedSizeList(item, length), Type::FixedSizeList) => {
            field.type_as_fixed_size_list().is_some_and(|list| list.listSize() == *length)
                && child(item.data_type())
        }
        _ => false,
    }
}
