//! Safe wrappers of the readers of Parquet and Arrow IPC, which trust what a file claims: claims are checked first,
//! and a panic that remains becomes an error. What the columns mean is not known here.

use std::io::{Read, Seek};
use std::panic::{self, AssertUnwindSafe};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
#[cfg(feature = "parquet")]
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader};
#[cfg(feature = "parquet")]
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
#[cfg(feature = "parquet")]
use parquet::file::reader::ChunkReader;

use super::ipc_guard;
#[cfg(feature = "parquet")]
use super::{parquet_guard, parquet_pages::CheckedRowGroups};

pub(super) type Batches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The columns of a file, and its batches.
type Columnar = std::result::Result<(SchemaRef, Batches), ArrowError>;

/// The magic at the start and the end of a Parquet file.
pub(super) const PARQUET_MAGIC: &[u8] = b"PAR1";

/// The maximum number of rows of a batch of a Parquet file.
#[cfg(feature = "parquet")]
const BATCH_ROWS: usize = 1024;

/// Opens a Parquet file; `bytes` and `source` are two readers of the same file.
#[cfg(feature = "parquet")]
pub(super) fn parquet(bytes: impl Read + Seek, source: impl ChunkReader + 'static) -> Columnar {
    parquet_guard::check_nesting(bytes).map_err(ArrowError::ParseError)?;
    let source = parquet_guard::Bounded(source);
    let metadata = ArrowReaderMetadata::load(&source, Default::default())?;
    let schema = SchemaRef::clone(metadata.schema());
    let columns = metadata.parquet_schema();
    let levels = parquet_to_arrow_field_levels(columns, ProjectionMask::all(), Some(schema.fields()))?;
    let groups = CheckedRowGroups { source: source.into(), metadata: metadata.metadata().clone() };
    let reader = ParquetRecordBatchReader::try_new_with_row_groups(&levels, &groups, BATCH_ROWS, None)?;
    Ok((schema, Box::new(reader)))
}

pub(super) fn arrow(mut source: impl Read + Seek + Send + 'static, is_file: bool) -> Columnar {
    ipc_guard::check_sizes(&mut source).map_err(ArrowError::ParseError)?;
    if is_file {
        let reader = FileReader::try_new(source, None)?;
        return Ok((RecordBatchReader::schema(&reader), Box::new(reader)));
    }
    let reader = StreamReader::try_new(source, None)?;
    Ok((reader.schema(), Box::new(reader)))
}

/// Runs code of the readers of Parquet and Arrow, which panic on some damaged files, and turns a panic into an error.
///
/// A reader that panicked is not used again. The process's panic hook is called as for every panic.
pub(super) fn contained<T>(
    read: impl FnOnce() -> std::result::Result<T, ArrowError>,
) -> std::result::Result<T, ArrowError> {
    panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("its reader gave up");
        Err(ArrowError::ParseError(said.to_owned()))
    })
}

/// The message of an error without the prefix that names its kind.
pub(super) fn reason(error: ArrowError) -> String {
    let reason = match error {
        ArrowError::ParseError(what)
        | ArrowError::IpcError(what)
        | ArrowError::ParquetError(what)
        | ArrowError::InvalidArgumentError(what) => what,
        error => error.to_string(),
    };
    reason.trim_end_matches(['.', ' ', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "parquet")]
    #[test]
    fn a_page_that_claims_more_than_the_file_has_is_an_error_at_once() {
        let numbers = arrow_array::Float64Array::from_iter_values((0..1000).map(f64::from));
        let batch = RecordBatch::try_from_iter([("energy", std::sync::Arc::new(numbers) as _)]).unwrap();
        let mut file = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        // In place of the first page's header: a field that claims a list of 2^28 numbers, which are not in the file.
        let list = [0xf9, 0xf7, 0x80, 0x80, 0x80, 0x80, 0x01];
        file[4..][..list.len()].copy_from_slice(&list);
        let bytes = bytes::Bytes::from(file);
        let (_, batches) = parquet(std::io::Cursor::new(&bytes), bytes.clone()).unwrap();
        let problem = { batches }.find_map(|batch| batch.err()).unwrap();
        assert!(reason(problem).contains("end of file"), "and not after minutes");
    }

    #[test]
    fn a_reader_that_panics_makes_an_error() {
        let failed = contained(|| -> std::result::Result<(), ArrowError> { panic!("offset {} is wrong", 7) });
        assert_eq!(reason(failed.unwrap_err()), "offset 7 is wrong");
        let failed = contained(|| -> std::result::Result<(), ArrowError> { std::panic::panic_any(7) });
        assert_eq!(reason(failed.unwrap_err()), "its reader gave up");
    }
}
