//! Inputs as streams of bytes: files or readers, compressed or not. Their content is not interpreted here.

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatchReader;

use super::folder::{self, FolderColumn};
use crate::error::{Error, Result};

/// A source of tracks: a file, a folder of files, a reader, or record batches.
pub struct Input {
    pub(super) name: String,
    pub(super) source: Source,
    /// The columns that the folders around a file say.
    pub(super) columns: Vec<FolderColumn>,
}

pub(super) enum Source {
    Path(PathBuf),
    Reader(Box<dyn Read + Send>),
    Batches(Box<dyn RecordBatchReader + Send>),
}

impl Input {
    /// A file: CSV, Parquet or Arrow IPC; CSV may be compressed by gzip or zstd. It is opened when it is read.
    ///
    /// Or a folder of such files, as Spark, Dask and DuckDB write them: they are read in the order of their names, and
    /// those of folders within it. As Spark does, it passes over names that begin with a dot or an underscore, such as
    /// `_SUCCESS`, and empty files. A folder's name such as `genre=rock` is a column of the rows below it, with escapes
    /// such as `%20` decoded; `__HIVE_DEFAULT_PARTITION__` stands for a missing value. If a file has a column of that
    /// name too, the folder's value counts, as for Spark, Arrow and DuckDB.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self::new(path.display().to_string(), Source::Path(path))
    }

    fn new(name: String, source: Source) -> Self {
        Self { name, source, columns: Vec::new() }
    }

    /// Whether a path can be an input rather than an index: that of a file, or of a folder that has something to read and
    /// is no index. False if there is nothing.
    pub fn is_at(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        folder::has_parts(path) || path.exists() && !path.is_dir()
    }

    /// Any reader; `name` stands for it in messages. CSV and Arrow streams are read as they come; Parquet and Arrow
    /// files, whose ends say where their parts are, are read into memory first.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self::new(name.into(), Source::Reader(Box::new(reader)))
    }

    /// Bytes in memory; `name` stands for them in messages.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::reader(name, Cursor::new(bytes.into()))
    }

    /// Record batches, as they come from another program or library; `name` stands for them in messages. They are read
    /// one after the other, on another thread. Each must have the schema that the reader tells, and is validated before
    /// its values are read: where an array is not what it claims, reading fails with [`Error::Input`].
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{ArrayRef, Float64Array, StringArray};
    /// use segue::arrow::{RecordBatch, RecordBatchIterator};
    /// use segue::{Ingest, Input, Needs};
    ///
    /// let texts = |texts: [&str; 2]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    /// let batch = RecordBatch::try_from_iter([
    ///     ("track_id", texts(["a", "b"])),
    ///     ("track_name", texts(["One", "Two"])),
    ///     ("artists", texts(["X", "Y"])),
    ///     ("tempo", Arc::new(Float64Array::from(vec![120.0, 96.5]))),
    /// ])?;
    /// let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    /// let ingest = Ingest::new().needs(Needs::default());
    /// let (catalogue, _) = ingest.read([Input::batches("mine", reader)])?;
    /// assert_eq!(catalogue.values("tempo")?.collect::<Vec<_>>(), [Some(120.0), Some(96.5)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn batches(name: impl Into<String>, reader: impl RecordBatchReader + Send + 'static) -> Self {
        Self::new(name.into(), Source::Batches(Box::new(reader)))
    }

    /// The size in bytes, if the input is a file that exists.
    pub(super) fn size(&self) -> Option<u64> {
        match &self.source {
            Source::Path(path) => {
                std::fs::metadata(path).ok().filter(|file| file.is_file()).map(|file| file.len())
            }
            Source::Reader(_) | Source::Batches(_) => None,
        }
    }

    /// The files of the input, if it is a folder; else the input alone.
    ///
    /// # Errors
    /// [`Error::Io`] if a folder cannot be listed, [`Error::Input`] if it has no files or is an index.
    pub(crate) fn parts(self) -> Result<Parts> {
        let folder = match &self.source {
            Source::Path(path) if path.is_dir() => folder::parts(path)?,
            _ => return Ok(Parts { name: self.name.clone(), folder_bytes: None, inputs: vec![self] }),
        };
        let bytes = folder.iter().map(|part| part.bytes).sum();
        let inputs = folder.into_iter().map(|part| Self { columns: part.columns, ..Self::path(part.path) });
        Ok(Parts { name: self.name, folder_bytes: Some(bytes), inputs: inputs.collect() })
    }

    /// The name of the input in messages.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// An input as the files that it is.
pub(crate) struct Parts {
    /// The input as the user named it.
    pub(crate) name: String,
    /// The size of all files, if it is a folder.
    pub(crate) folder_bytes: Option<u64>,
    pub(crate) inputs: Vec<Input>,
}

/// How much of an input has been read, in bytes of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consumed {
    pub(super) bytes: Arc<AtomicU64>,
    /// The size of the file, if known.
    pub(crate) total: Option<u64>,
}

impl Consumed {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

pub(super) struct Counted<R> {
    pub(super) inner: R,
    pub(super) bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Enough bytes to recognise every file format.
const PREFIX: usize = 64;
pub(super) type Opened = io::Result<(&'static str, Box<dyn Read + Send>)>;

pub(super) fn compression(prefix: &[u8]) -> Option<fn(Box<dyn Read + Send>) -> Opened> {
    match prefix {
        [0x1f, 0x8b, ..] => Some(gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(zstd),
        _ => None,
    }
}

#[cfg(feature = "compression")]
fn gzip(reader: Box<dyn Read + Send>) -> Opened {
    let reader = io::BufReader::with_capacity(1 << 17, reader);
    Ok(("CSV (gzip)", Box::new(flate2::bufread::MultiGzDecoder::new(reader))))
}

#[cfg(feature = "compression")]
fn zstd(reader: Box<dyn Read + Send>) -> Opened {
    Ok(("CSV (zstd)", Box::new(zstd::stream::read::Decoder::new(reader)?)))
}

#[cfg(not(feature = "compression"))]
use self::{no_compression as gzip, no_compression as zstd};

#[cfg(not(feature = "compression"))]
fn no_compression(_: Box<dyn Read + Send>) -> Opened {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "is compressed, which the crate segue reads with its feature compression",
    ))
}

pub(super) fn peek(mut reader: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut prefix = [0; PREFIX];
    let read = read_fully(&mut reader, &mut prefix)?;
    let prefix = prefix.get(..read).unwrap_or_default().to_vec();
    Ok((prefix.clone(), Box::new(Cursor::new(prefix).chain(reader))))
}

/// Reads until the buffer is full or the reader ends; returns how many bytes were read.
pub(super) fn read_fully(reader: &mut dyn Read, mut buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while !buffer.is_empty() {
        match reader.read(buffer) {
            Ok(0) => break,
            Ok(read) => {
                filled += read;
                buffer = buffer.get_mut(read..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

pub(super) fn read_all(name: &str, mut reader: Box<dyn Read + Send>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| Error::io("read", name, error))?;
    Ok(bytes)
}
