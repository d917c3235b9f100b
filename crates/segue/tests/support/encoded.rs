//! A few generated tracks in the encodings that are read.

use std::sync::Arc;

use arrow_array::{ArrayRef, LargeStringArray, RecordBatch};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::Encoding;
use parquet::file::properties::WriterProperties;
use segue_demo::Demo;

/// A few generated tracks as a batch of texts: what a table says is read alike from all types.
pub fn batch(tracks: u64) -> RecordBatch {
    let mut text = Vec::new();
    Demo { tracks, seed: 1 }.write_csv(&mut text, |_| ()).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let columns = header.iter().enumerate().map(|(place, name)| {
        let values: LargeStringArray = rows.iter().map(|row| row.get(place)).collect();
        (name.to_owned(), Arc::new(values) as ArrayRef)
    });
    RecordBatch::try_from_iter(columns).unwrap()
}

fn options(compression: Option<CompressionType>) -> IpcWriteOptions {
    IpcWriteOptions::default().try_with_compression(compression).unwrap()
}

pub fn arrow_file(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer =
        FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options(compression)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

pub fn arrow_stream(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let mut writer =
        StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options(compression)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

pub fn parquet_file(batch: &RecordBatch, encoding: Option<Encoding>) -> Vec<u8> {
    let properties = encoding.map(|encoding| {
        let properties = WriterProperties::builder().set_dictionary_enabled(false);
        properties.set_encoding(encoding).build()
    });
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), properties).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}
