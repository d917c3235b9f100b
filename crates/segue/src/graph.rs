//! The k-nearest-neighbour graph of a catalogue, written as one Parquet file.

use std::io::{self, Write};
use std::iter::repeat_n;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::Serialize;

use crate::catalogue::{Malformed, Row, TextField};
use crate::error::{Error, Result, unless_stopped};
use crate::index::{Index, Space};
use crate::neighbours::Neighbour;
use crate::progress::{Progress, Stage};

/// The maximum number of neighbours per chunk, and of tracks; two chunks are in memory at a time.
const MAX_NEIGHBOURS: usize = 1 << 20;
const MAX_TRACKS: usize = 1 << 12;
/// The size limit of a dictionary page: up to it, every id is stored once and referred to by number.
const DICTIONARY_BYTES: usize = 16 << 20;

const SOURCE: &str = "source_id";
const RANK: &str = "rank";
const TARGET: &str = "target_id";
const SIMILARITY: &str = "similarity";

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GraphWritten {
    /// The tracks of the catalogue.
    pub tracks: usize,
    /// The neighbours of each: as many as asked for, or all others.
    pub neighbours: usize,
    /// The rows of the file: one for each neighbour of each track.
    pub rows: u64,
}

/// Writes the `k` nearest neighbours of every track under the profile of `space` to `out` as Parquet: `source_id`
/// and `target_id` (track ids), `rank` (from 1), `similarity` (cosine, -1 to 1), one row per neighbour, in catalogue
/// order of the source, then by rank.
///
/// Runs in parallel, with about two million neighbours in memory. The bytes do not depend on the number of threads.
/// `name` stands for `out` in messages.
///
/// # Errors
/// [`Error::Io`] if it cannot be written, [`Error::Index`] if the index is damaged, [`Error::Stopped`]; what was
/// written is then no whole file.
pub fn write_graph(
    index: &Index,
    space: &Space,
    k: usize,
    name: &str,
    out: impl Write + Send,
    progress: &dyn Progress,
) -> Result<GraphWritten> {
    let tracks = index.len();
    let neighbours = k.min(tracks.saturating_sub(1));
    progress.start(Stage::Neighbours, Some(tracks as u64));
    let failed = |error: ParquetError| Error::io("write", name, into_io(error));
    let invalid = |error: ArrowError| Error::index("memory", error.to_string());
    let ids = index.catalogue().texts(TextField::TrackId).to_array().map_err(invalid)?;
    if ids.null_count() > 0 {
        let missing = Malformed(format!("{} values are missing", ids.null_count()));
        return Err(index.catalogue().damaged(TextField::TrackId.name(), missing));
    }
    // Without the Arrow schema in the file, readers see plain texts instead of dictionaries.
    let options = ArrowWriterOptions::new().with_properties(properties()).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, Arc::new(schema()), options).map_err(failed)?;
    let chunk = (MAX_NEIGHBOURS / neighbours.max(1)).clamp(1, MAX_TRACKS);
    // One chunk is written while the next is searched.
    let mut found: Option<(Vec<Row>, Vec<Vec<Neighbour>>)> = None;
    let mut written_rows = 0;
    let mut rest = index.catalogue().rows();
    loop {
        unless_stopped(progress)?;
        let rows: Vec<Row> = rest.by_ref().take(chunk).collect();
        let write = || match &found {
            Some((sources, found)) => {
                let batch = batch(&ids, sources, found).map_err(invalid)?;
                writer.write(&batch).map_err(failed)?;
                written_rows += batch.num_rows() as u64;
                progress.advance(sources.len() as u64);
                Ok(())
            }
            None => Ok(()),
        };
        let (written, next) =
            rayon::join(write, || space.neighbours().neighbours_of(&rows, neighbours, None));
        written?;
        if rows.is_empty() {
            break;
        }
        found = Some((rows, next));
    }
    writer.close().map_err(failed)?;
    index.check_unchanged()?;
    Ok(GraphWritten { tracks, neighbours, rows: written_rows })
}

fn schema() -> Schema {
    let id = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::LargeUtf8));
    Schema::new(vec![
        Field::new(SOURCE, id.clone(), false),
        Field::new(RANK, DataType::Int32, false),
        Field::new(TARGET, id, false),
        Field::new(SIMILARITY, DataType::Float64, false),
    ])
}

fn properties() -> WriterProperties {
    // Similarities hardly repeat: byte-stream splitting compresses them better than a dictionary.
    let similarity = ColumnPath::from(SIMILARITY);
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_column_dictionary_enabled(similarity.clone(), false)
        .set_column_encoding(similarity, Encoding::BYTE_STREAM_SPLIT)
        .build()
}

fn batch(
    ids: &ArrayRef,
    sources: &[Row],
    found: &[Vec<Neighbour>],
) -> std::result::Result<RecordBatch, ArrowError> {
    let all = || found.iter().flatten();
    let source_rows = sources.iter().zip(found).flat_map(|(source, found)| repeat_n(source.0, found.len()));
    let numbered = |rows: UInt32Array| DictionaryArray::<UInt32Type>::try_new(rows, Arc::clone(ids));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(numbered(UInt32Array::from_iter_values(source_rows))?),
        Arc::new(Int32Array::from_iter_values(found.iter().flat_map(|found| (1..).take(found.len())))),
        Arc::new(numbered(UInt32Array::from_iter_values(all().map(|neighbour| neighbour.row.0)))?),
        Arc::new(Float64Array::from_iter_values(all().map(|neighbour| neighbour.similarity))),
    ];
    RecordBatch::try_new(Arc::new(schema()), columns)
}

/// The I/O error inside a Parquet error, or the Parquet error as an I/O error.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float64Type, Int32Type};
    use bytes::Bytes;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::neighbours::oracle;
    use crate::{Ingest, Input, Profile};
    use segue_demo::Demo;

    fn index(tracks: u64) -> Index {
        let mut csv = Vec::new();
        Demo { tracks, seed: 5 }.write_csv(&mut csv, |_| ()).unwrap();
        let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap();
        Index::builder().profile(Profile::classic()).build(catalogue).unwrap()
    }

    fn graph(index: &Index, k: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let written = write_graph(index, &index.spaces()[0], k, "memory", &mut out, &()).unwrap();
        let neighbours = k.min(index.len() - 1);
        assert_eq!((written.neighbours, written.rows), (neighbours, (index.len() * neighbours) as u64));
        out
    }

    #[test]
    fn a_graph_holds_what_the_oracle_finds_for_every_track() {
        let index = index(300);
        let id = |row| index.catalogue().required_text(TextField::TrackId, row).unwrap().to_owned();
        for k in [1, 7, 1000] {
            let expected: Vec<_> = index
                .catalogue()
                .rows()
                .flat_map(|row| {
                    let vectors = index.spaces()[0].neighbours().vectors();
                    let found = oracle::nearest(vectors, vectors.get(row).unwrap(), k, Some(row));
                    found.into_iter().zip(1i32..).map(move |(one, rank)| (row, rank, one))
                })
                .map(|(row, rank, one)| (id(row), rank, id(one.row), one.similarity))
                .collect();
            let bytes = Bytes::from(graph(&index, k));
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
            let found: Vec<_> = reader
                .map(|batch| batch.unwrap())
                .flat_map(|batch| {
                    let text =
                        |column: usize, row| batch.column(column).as_string::<i32>().value(row).to_owned();
                    let row = |row| {
                        let rank = batch.column(1).as_primitive::<Int32Type>().value(row);
                        (
                            text(0, row),
                            rank,
                            text(2, row),
                            batch.column(3).as_primitive::<Float64Type>().value(row),
                        )
                    };
                    (0..batch.num_rows()).map(row).collect::<Vec<_>>()
                })
                .collect();
            assert_eq!(found, expected, "k = {k}");
        }
    }

    #[test]
    fn every_number_of_threads_writes_the_same_bytes() {
        // More than one chunk.
        let index = index(MAX_TRACKS as u64 + 100);
        let expected = graph(&index, 3);
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert!(pool.install(|| graph(&index, 3)) == expected, "{threads} threads");
        }
    }

    #[test]
    fn a_writer_that_fails_is_an_error_that_names_it() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let index = index(100);
        let error = write_graph(&index, &index.spaces()[0], 3, "graph.parquet", Full, &()).unwrap_err();
        assert!(error.to_string().starts_with("cannot write graph.parquet: "), "{error}");
        assert!(matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull));
    }
}
