//! Safe wrappers of the readers of Parquet and Arrow IPC, which trust what a file claims: claims are checked first,
//! and a panic that remains becomes an error. What the columns mean is not known here.

use std::io::{Read, Seek};
use std::panic::{self, AssertUnwindSafe};

use super::ipc_guard;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

pub(super) type Batches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The columns of a file, and its batches.
pub(super) type Columnar = std::result::Result<(SchemaRef, Batches), ArrowError>;

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

    #[test]
    fn a_reader_that_panics_makes_an_error() {
        let failed = contained(|| -> std::result::Result<(), ArrowError> { panic!("offset {} is wrong", 7) });
        assert_eq!(reason(failed.unwrap_err()), "offset 7 is wrong");
        let failed = contained(|| -> std::result::Result<(), ArrowError> { std::panic::panic_any(7) });
        assert_eq!(reason(failed.unwrap_err()), "its reader gave up");
    }
}
