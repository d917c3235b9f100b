//! Safe wrappers of the readers of Parquet and Arrow IPC, which trust what a file claims: claims are checked first,
//! and a panic that remains becomes an error. What the columns mean is not known here.

use std::collections::VecDeque;
use std::io::{Read, Seek};
use std::panic::{self, AssertUnwindSafe};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::arrow::{Batch, first_length};
use super::ipc_guard::{self, CheckedStream};

pub(super) type Batches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The columns of a file, and its batches.
pub(super) type Columnar = std::result::Result<(SchemaRef, Batches), ArrowError>;

/// Splits batches, which may have any size, into small ones.
pub(super) struct Pieces {
    batches: Batches,
    /// What is read of the batches and not yet taken.
    ahead: VecDeque<RecordBatch>,
    /// The number of the next row, from 1.
    next: u64,
}

impl Pieces {
    pub(super) fn new(batches: Batches) -> Self {
        Self { batches, ahead: VecDeque::new(), next: 1 }
    }

    pub(super) fn next(&mut self) -> Result<Option<Batch>, ArrowError> {
        const ROWS: usize = 8192;
        loop {
            let ahead = self.ahead.pop_front().map(Ok);
            let Some(batch) = ahead.or_else(|| self.batches.next()).transpose()? else {
                return Ok(None);
            };
            let rows = batch.num_rows().min(ROWS);
            if rows == 0 {
                continue;
            }
            if rows < batch.num_rows() {
                self.ahead.push_front(batch.slice(rows, batch.num_rows() - rows));
            }
            let piece = Batch::new(&batch.slice(0, rows), self.next)?;
            self.next += rows as u64;
            return Ok(Some(piece));
        }
    }

    /// Sets the lengths of lists, given by the places of their columns, where the type does not say them: to those of
    /// the first lists that are not empty, which are looked for in the first rows.
    pub(super) fn find_lengths(&mut self, vectors: &mut [(usize, Option<usize>)]) -> Result<(), ArrowError> {
        const MOST_ROWS: usize = 65_536;
        let mut rows = 0;
        while rows < MOST_ROWS && vectors.iter().any(|(_, length)| length.is_none()) {
            let Some(batch) = self.batches.next().transpose()? else { break };
            for (place, length) in &mut *vectors {
                *length = length.or_else(|| first_length(batch.columns().get(*place)?));
            }
            rows += batch.num_rows();
            self.ahead.push_back(batch);
        }
        Ok(())
    }
}

pub(super) fn arrow_file(mut source: impl Read + Seek + Send + 'static) -> Columnar {
    ipc_guard::check_sizes(&mut source).map_err(ArrowError::ParseError)?;
    let reader = FileReader::try_new(source, None)?;
    Ok((RecordBatchReader::schema(&reader), Box::new(reader)))
}

/// The batches of a stream, which are read one after the other.
pub(super) fn arrow_stream(source: impl Read + Send + 'static) -> Columnar {
    let reader = StreamReader::try_new(CheckedStream::new(source), None)?;
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
        | ArrowError::InvalidArgumentError(what)
        | ArrowError::IoError(what, _) => what,
        error => error.to_string(),
    };
    reason.trim_end_matches(['.', ' ', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::catalogue::ingest::input::Counted;

    #[test]
    fn a_reader_that_panics_makes_an_error() {
        let failed = contained(|| -> std::result::Result<(), ArrowError> { panic!("offset {} is wrong", 7) });
        assert_eq!(reason(failed.unwrap_err()), "offset 7 is wrong");
        let failed = contained(|| -> std::result::Result<(), ArrowError> { std::panic::panic_any(7) });
        assert_eq!(reason(failed.unwrap_err()), "its reader gave up");
    }

    #[test]
    fn a_stream_is_read_no_further_than_its_batches_are_taken() {
        let texts = arrow_array::StringArray::from(vec!["a text of some length"; 100]);
        let batch = RecordBatch::try_from_iter([("title", Arc::new(texts) as _)]).unwrap();
        let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        (0..50).for_each(|_| writer.write(&batch).unwrap());
        let stream = writer.into_inner().unwrap();
        let (total, bytes) = (stream.len() as u64, Arc::<AtomicU64>::default());
        let counted = Counted { inner: std::io::Cursor::new(stream), bytes: Arc::clone(&bytes) };
        let (_, mut batches) = arrow_stream(counted).unwrap();
        for number in 1..=50 {
            assert_eq!(batches.next().unwrap().unwrap().num_rows(), 100);
            assert!(bytes.load(Ordering::Relaxed) <= total * (number + 1) / 50 + 100, "batch {number}");
        }
        assert!(batches.next().is_none());
    }
}
