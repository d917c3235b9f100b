//! The small table of tracks in the encodings that `segue build` reads.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::tracks::{COLUMNS, Fields};

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(content: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(content, 3).unwrap()
}

/// The rows as columns of the types that pandas infers; an empty text is null.
pub fn batch(rows: &[Fields]) -> RecordBatch {
    let column = |place: usize| rows.iter().map(move |row| row[place].as_str()).map(present);
    let arrays = COLUMNS.iter().enumerate().map(|(place, name)| {
        let array: ArrayRef = match *name {
            "track_id" | "artists" | "album_name" | "track_name" | "track_genre" => {
                Arc::new(column(place).collect::<StringArray>())
            }
            "explicit" => {
                Arc::new(column(place).map(|text| text.map(|text| text == "True")).collect::<BooleanArray>())
            }
            "popularity" | "duration_ms" | "key" | "mode" | "time_signature" => Arc::new(
                column(place).map(|text| text.map(|text| text.parse().unwrap())).collect::<Int64Array>(),
            ),
            _ => Arc::new(
                column(place).map(|text| text.map(|text| text.parse().unwrap())).collect::<Float64Array>(),
            ),
        };
        (*name, array)
    });
    RecordBatch::try_from_iter_with_nullable(arrays.map(|(name, array)| (name, array, true))).unwrap()
}

fn present(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A Parquet file whose row groups have at most `group` rows.
pub fn parquet(batch: &RecordBatch, compression: Compression, group: usize) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(group))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn ipc_options(compression: Option<CompressionType>) -> IpcWriteOptions {
    IpcWriteOptions::default().try_with_compression(compression).unwrap()
}

/// An Arrow IPC file of two batches.
pub fn arrow_file(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer =
        FileWriter::try_new_with_options(Vec::new(), &batch.schema(), ipc_options(compression)).unwrap();
    halves(batch).iter().for_each(|half| writer.write(half).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// An Arrow IPC stream of two batches.
pub fn arrow_stream(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer =
        StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), ipc_options(compression)).unwrap();
    halves(batch).iter().for_each(|half| writer.write(half).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

fn halves(batch: &RecordBatch) -> [RecordBatch; 2] {
    let middle = batch.num_rows() / 2;
    [batch.slice(0, middle), batch.slice(middle, batch.num_rows() - middle)]
}
