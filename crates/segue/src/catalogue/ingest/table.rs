//! An input of any file format as a table: a header, and chunks of rows of raw values.
//!
//! The format is recognised by the first bytes, never by the file's name. What the columns mean is not known here.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::RecordBatchReader;
use arrow_schema::{ArrowError, DataType, SchemaRef};

use super::arrow::{Batch, vector_type};
use super::batches;
use super::columnar::{self, Batches, Pieces, contained, reason};
use super::csv::{Block, CsvProblem, CsvReader, MAX_FIELDS, PieceReader, Record, RecordBuffer};
use super::folder::FolderColumn;
use super::input::{Consumed, Counted, Input, Source, compression, peek, read_all, read_fully};
use super::ipc_guard;
#[cfg(feature = "parquet")]
use super::parquet_pages;
use super::report::Place;
use super::value::Raw;
use crate::error::{Error, Result};

pub(crate) struct Table {
    pub(crate) origin: Origin,
    pub(crate) header: Vec<String>,
    /// The number of values of a row, which are those of the header but for columns that folders add.
    pub(crate) fields: usize,
    /// The positions of the list columns; none in CSV.
    pub(super) lists: Vec<usize>,
    /// The positions of the columns that hold lists of numbers, and the length of the first list.
    vectors: Vec<(usize, Option<usize>)>,
    rows: Rows,
    progress: Consumed,
}

/// The source of rows, for messages.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The input as the user named it.
    pub(crate) name: String,
    pub(crate) format: &'static str,
    /// The columns that have one value in all rows, by their places in the header.
    pub(super) columns: Vec<(usize, Option<String>)>,
}

impl Origin {
    fn new(name: String, format: &'static str) -> Self {
        Self { name, format, columns: Vec::new() }
    }
}

enum Rows {
    Csv(Box<CsvReader>),
    Arrow(Pieces),
}

/// Some rows of a table, in parts that can be parsed independently.
#[derive(Debug)]
pub(crate) enum Chunk {
    Csv(Block),
    Arrow(Batch),
}

impl Default for Chunk {
    fn default() -> Self {
        Self::Csv(Block::default())
    }
}

pub(crate) enum Part<'a> {
    Csv(PieceReader<'a>),
    Arrow(&'a Batch, Range<usize>),
}

/// The number of rows in a part of a columnar chunk.
const PART_ROWS: usize = 512;

impl Chunk {
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::Csv(block) => block.len(),
            Self::Arrow(batch) => batch.len().div_ceil(PART_ROWS),
        }
    }

    pub(crate) fn part(&self, part: usize) -> Part<'_> {
        match self {
            Self::Csv(block) => Part::Csv(block.piece(part)),
            Self::Arrow(batch) => {
                let start = part * PART_ROWS;
                Part::Arrow(batch, start..(start + PART_ROWS).min(batch.len()))
            }
        }
    }
}

impl Part<'_> {
    /// Calls `take` with the rows, in order.
    ///
    /// # Errors
    /// [`Error::Input`] if the part cannot be split into rows.
    pub(crate) fn for_each_row(self, origin: &Origin, mut take: impl FnMut(RowRef<'_>)) -> Result<()> {
        match self {
            Self::Csv(mut piece) => {
                let mut record = RecordBuffer::default();
                while piece.read(&mut record).map_err(|problem| csv_error(origin, problem))? {
                    take(RowRef { row: FileRow::Csv(record.record()), columns: &origin.columns });
                }
            }
            Self::Arrow(batch, rows) => rows.for_each(|row| {
                take(RowRef { row: FileRow::Arrow(batch, row), columns: &origin.columns });
            }),
        }
        Ok(())
    }
}

/// The magic at the start and the end of a Parquet file.
pub(super) const PARQUET_MAGIC: &[u8] = b"PAR1";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The formats of inputs that are no files.
const STREAM: &str = "Arrow IPC stream";
const BATCHES: &str = "Arrow record batches";
pub(super) const WANTED: &str = "a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted";

impl Table {
    /// Opens a file, a reader or batches, and reads its header.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Input`] if it is not a table.
    pub(crate) fn open(input: Input) -> Result<Self> {
        let Input { name, source, columns } = input;
        let mut table = Self::open_source(name, source)?;
        columns.into_iter().for_each(|column| table.add_column(column));
        Ok(table)
    }

    /// Adds a column that has one value in all rows; one of the file that has the same name is replaced.
    fn add_column(&mut self, FolderColumn { name, value }: FolderColumn) {
        let known = self.header.iter().position(|found| *found == name);
        let place = known.unwrap_or(self.header.len());
        if known.is_none() {
            self.header.push(name);
        }
        self.lists.retain(|list| *list != place);
        self.vectors.retain(|(vector, _)| *vector != place);
        self.origin.columns.push((place, value));
    }

    fn open_source(name: String, source: Source) -> Result<Self> {
        let mut progress = Consumed::default();
        let (mut reader, file): (Box<dyn Read + Send>, Option<File>) = match source {
            Source::Batches(reader) => return Self::open_batches(name, reader, progress),
            Source::Reader(reader) => (reader, None),
            Source::Path(path) => {
                let file = File::open(&path).map_err(|error| Error::io("open", &path, error))?;
                let metadata = file.metadata().map_err(|error| Error::io("read", &path, error))?;
                progress.total = metadata.is_file().then_some(metadata.len());
                let again = metadata.is_file().then(|| File::open(&path)).transpose();
                (Box::new(file), again.map_err(|error| Error::io("open", &path, error))?)
            }
        };
        reader = Box::new(Counted { inner: reader, bytes: Arc::clone(&progress.bytes) });
        let (prefix, reader) = peek(reader).map_err(|error| Error::io("read", &name, error))?;
        if let Some(open) = compression(&prefix) {
            let (format, reader) = open(reader).map_err(|error| match error.kind() {
                io::ErrorKind::Unsupported => Error::input(&name, error.to_string()),
                _ => Error::io("read", &name, error),
            })?;
            let (prefix, reader) =
                peek(reader).map_err(|error| damaged(&Origin::new(name.clone(), format), &error))?;
            return Self::open_plain(name, format, &prefix, reader, None, progress);
        }
        Self::open_plain(name, "CSV", &prefix, reader, file, progress)
    }

    fn open_plain(
        name: String,
        csv_format: &'static str,
        prefix: &[u8],
        reader: Box<dyn Read + Send>,
        file: Option<File>,
        progress: Consumed,
    ) -> Result<Self> {
        if prefix.is_empty() {
            return Err(Error::input(&name, format!("is empty, {WANTED}")));
        }
        if prefix.starts_with(PARQUET_MAGIC) {
            return Self::open_parquet(name, reader, file, progress);
        }
        if prefix.starts_with(ipc_guard::MAGIC) || prefix.starts_with(ipc_guard::CONTINUATION) {
            return Self::open_arrow(name, prefix, reader, file, progress);
        }
        if prefix.starts_with(b"\xff\xfe") || prefix.starts_with(b"\xfe\xff") {
            return Err(Error::input(&name, "is text in UTF-16, UTF-8 was wanted; save it as UTF-8"));
        }
        if prefix.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
            return Err(Error::input(&name, format!("is a binary file of another kind, {WANTED}")));
        }
        Self::open_csv(name, csv_format, reader, progress)
    }

    fn new(
        origin: Origin,
        header: Vec<String>,
        (lists, vectors): (Vec<usize>, Vec<(usize, Option<usize>)>),
        rows: Rows,
        progress: Consumed,
    ) -> Self {
        Self { origin, fields: header.len(), header, lists, vectors, rows, progress }
    }

    fn open_csv(
        name: String,
        format: &'static str,
        mut reader: Box<dyn Read + Send>,
        progress: Consumed,
    ) -> Result<Self> {
        let origin = Origin::new(name, format);
        // Some programs write a second byte-order mark.
        let mut start = [0; 2 * BYTE_ORDER_MARK.len()];
        let read = read_fully(&mut reader, &mut start).map_err(|error| damaged(&origin, &error))?;
        let mut start = start.get(..read).unwrap_or_default();
        while let Some(rest) = start.strip_prefix(BYTE_ORDER_MARK) {
            start = rest;
        }
        let mut csv = CsvReader::new(Box::new(Cursor::new(start.to_vec()).chain(reader)));
        let Some(header) = csv.read_header().map_err(|problem| csv_error(&origin, problem))? else {
            return Err(Error::input(&origin.name, format!("has no header line, {WANTED}")));
        };
        let header = header.into_iter().map(|name| name.trim().to_owned()).collect();
        let (lists, vectors) = Default::default();
        Ok(Self::new(origin, header, (lists, vectors), Rows::Csv(Box::new(csv)), progress))
    }

    #[cfg(not(feature = "parquet"))]
    fn open_parquet(name: String, _: Box<dyn Read + Send>, _: Option<File>, _: Consumed) -> Result<Self> {
        Err(Error::input(&name, "is a Parquet file, which the crate segue reads with its feature parquet"))
    }

    #[cfg(feature = "parquet")]
    fn open_parquet(
        name: String,
        reader: Box<dyn Read + Send>,
        file: Option<File>,
        progress: Consumed,
    ) -> Result<Self> {
        let not = |error: ArrowError| {
            Error::input(&name, format!("is not a whole Parquet file: {}", reason(error)))
        };
        let (schema, batches) = match file {
            Some(file) => contained(|| parquet_pages::open(&file, file.try_clone()?)).map_err(not)?,
            None => {
                let bytes = bytes::Bytes::from(read_all(&name, reader)?);
                contained(|| parquet_pages::open(Cursor::new(&bytes), bytes.clone())).map_err(not)?
            }
        };
        Self::columnar(name, "Parquet", &schema, batches, progress)
    }

    fn open_arrow(
        name: String,
        prefix: &[u8],
        reader: Box<dyn Read + Send>,
        file: Option<File>,
        progress: Consumed,
    ) -> Result<Self> {
        let not = |error: ArrowError| {
            Error::input(&name, format!("is not a whole Arrow IPC file: {}", reason(error)))
        };
        if !prefix.starts_with(ipc_guard::MAGIC) {
            let opened = contained(|| columnar::arrow_stream(reader));
            let (schema, batches) =
                opened.map_err(|error| damaged_batches(&Origin::new(name.clone(), STREAM), error))?;
            return Self::columnar(name, STREAM, &schema, batches, progress);
        }
        let (schema, batches) = match file {
            Some(file) => contained(|| columnar::arrow_file(BufReader::new(file))).map_err(not)?,
            None => {
                let bytes = Cursor::new(read_all(&name, reader)?);
                contained(|| columnar::arrow_file(bytes)).map_err(not)?
            }
        };
        Self::columnar(name, "Arrow IPC", &schema, batches, progress)
    }

    fn open_batches(
        name: String,
        reader: Box<dyn RecordBatchReader + Send>,
        progress: Consumed,
    ) -> Result<Self> {
        let origin = Origin::new(name, BATCHES);
        let opened = contained(|| batches::checked(reader));
        let (schema, batches) = opened.map_err(|error| damaged_batches(&origin, error))?;
        Self::columnar(origin.name, BATCHES, &schema, batches, progress)
    }

    fn columnar(
        name: String,
        format: &'static str,
        schema: &SchemaRef,
        batches: Batches,
        progress: Consumed,
    ) -> Result<Self> {
        let fields = schema.fields().iter();
        if schema.fields().is_empty() {
            return Err(Error::input(&name, "has no columns"));
        }
        if fields.clone().all(|field| field.data_type().is_null()) {
            return Err(Error::input(&name, "has no column that holds any value"));
        }
        let is_list = |data_type: &DataType| {
            matches!(
                data_type,
                DataType::List(_)
                    | DataType::LargeList(_)
                    | DataType::ListView(_)
                    | DataType::LargeListView(_)
                    | DataType::FixedSizeList(..)
            )
        };
        let lists = fields.clone().enumerate().filter(|(_, field)| is_list(field.data_type()));
        let lists = lists.map(|(place, _)| place).collect();
        let header = fields.map(|field| field.name().clone()).collect();
        // Other columnar files are not read from start to end, so the bytes read say nothing about progress.
        let total = if format == STREAM { progress.total } else { None };
        let progress = Consumed { total, ..progress };
        let vectors = schema.fields().iter().enumerate();
        let vectors = vectors.filter_map(|(place, field)| Some((place, vector_type(field.data_type())?)));
        let mut vectors: Vec<_> = vectors.collect();
        let (origin, mut pieces) = (Origin::new(name, format), Pieces::new(batches));
        let found = contained(|| pieces.find_lengths(&mut vectors));
        found.map_err(|error| damaged_batches(&origin, error))?;
        Ok(Self::new(origin, header, (lists, vectors), Rows::Arrow(pieces), progress))
    }

    /// Whether a column holds lists of numbers.
    pub(super) fn is_vector(&self, place: usize) -> bool {
        self.vectors.iter().any(|(vector, _)| *vector == place)
    }

    /// The length of the lists of numbers in a column, if it holds any.
    pub(super) fn dimension(&self, place: usize) -> Option<usize> {
        self.vectors.iter().find(|(vector, _)| *vector == place).and_then(|(_, length)| *length)
    }

    /// A handle that reports how much has been read, while reading continues.
    pub(crate) fn consumed(&self) -> Consumed {
        self.progress.clone()
    }

    /// Replaces the content of `chunk` by the next rows; false at the end of the table.
    ///
    /// # Errors
    /// [`Error::Input`] if the input cannot be read.
    pub(crate) fn read(&mut self, chunk: &mut Chunk) -> Result<bool> {
        match &mut self.rows {
            Rows::Csv(csv) => {
                let mut block = match std::mem::take(chunk) {
                    Chunk::Csv(block) => block,
                    Chunk::Arrow(_) => Block::default(),
                };
                let read = csv.read(&mut block);
                *chunk = Chunk::Csv(block);
                read.map_err(|problem| csv_error(&self.origin, problem))
            }
            Rows::Arrow(pieces) => {
                let read = contained(|| pieces.next());
                let read = read.map_err(|error| damaged_batches(&self.origin, error))?;
                let more = read.is_some();
                *chunk = read.map(Chunk::Arrow).unwrap_or_default();
                Ok(more)
            }
        }
    }
}

/// One row of a chunk, as raw values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowRef<'a> {
    row: FileRow<'a>,
    /// The columns that have one value in all rows.
    columns: &'a [(usize, Option<String>)],
}

/// A row as its file has it.
#[derive(Debug, Clone, Copy)]
enum FileRow<'a> {
    Csv(Record<'a>),
    Arrow(&'a Batch, usize),
}

impl<'a> RowRef<'a> {
    /// A row of a CSV file with no other columns.
    pub(super) fn csv(record: Record<'a>) -> Self {
        Self { row: FileRow::Csv(record), columns: &[] }
    }

    pub(crate) fn place(self) -> Place {
        match self.row {
            FileRow::Csv(record) => Place::Line(record.line),
            FileRow::Arrow(batch, row) => Place::Row(batch.first + row as u64),
        }
    }

    pub(crate) fn lines(self) -> u64 {
        match self.row {
            FileRow::Csv(record) => record.lines(),
            FileRow::Arrow(..) => 1,
        }
    }

    /// The number of values in the file; see [`Table::fields`].
    pub(crate) fn fields(self) -> usize {
        match self.row {
            FileRow::Csv(record) => record.len(),
            FileRow::Arrow(batch, _) => batch.columns(),
        }
    }

    /// One value; missing if the row has no such column.
    pub(crate) fn value(self, column: usize) -> Raw<'a> {
        if let Some((_, value)) = self.columns.iter().find(|(place, _)| *place == column) {
            return value.as_deref().map_or(Raw::Missing, Raw::text_or_missing);
        }
        match self.row {
            FileRow::Csv(record) => record.get(column).unwrap_or(Raw::Missing),
            FileRow::Arrow(batch, row) => batch.value(column, row),
        }
    }
}

pub(super) fn csv_error(origin: &Origin, problem: CsvProblem) -> Error {
    let name = &origin.name;
    match problem {
        CsvProblem::Io(error) => damaged(origin, &error),
        CsvProblem::RecordTooLong { line } => Error::input(
            name,
            format!(
                "the row that begins on line {line} has no end within 16 MiB; is a quote left open there?"
            ),
        ),
        CsvProblem::OpenQuote { line } => Error::input(
            name,
            format!(
                "a quote in the row that begins on line {line} is never closed; close it, or double it if it is meant"
            ),
        ),
        CsvProblem::TooManyFields { line } => Error::input(
            name,
            format!("the row that begins on line {line} has more than {MAX_FIELDS} fields; {WANTED}"),
        ),
    }
}

fn damaged_batches(Origin { name, format, .. }: &Origin, error: ArrowError) -> Error {
    let problem = match *format {
        BATCHES => "the record batches are not valid".to_owned(),
        STREAM => format!("is not a whole {STREAM}"),
        format => format!("the {format} file is damaged"),
    };
    Error::input(name, format!("{problem}: {}", reason(error)))
}

fn damaged(Origin { name, format, .. }: &Origin, error: &io::Error) -> Error {
    match *format {
        "CSV" => Error::input(name, format!("cannot be read on: {error}")),
        _ => Error::input(name, format!("the compressed data is damaged or cut off ({format}): {error}")),
    }
}

#[cfg(all(test, not(any(feature = "parquet", feature = "compression"))))]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_needs_a_feature_says_so() {
        for (bytes, feature) in [
            (&b"PAR1...."[..], "parquet"),
            (b"\x1f\x8b....", "compression"),
            (b"\x28\xb5\x2f\xfd....", "compression"),
        ] {
            let error = Table::open(Input::bytes("tracks", bytes)).err().unwrap();
            assert!(matches!(error, Error::Input { .. }), "{error:?}");
            assert!(error.to_string().ends_with(&format!("reads with its feature {feature}")), "{error}");
        }
    }
}
