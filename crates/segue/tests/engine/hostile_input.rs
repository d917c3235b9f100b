//! Inputs that are damaged, or made to do harm: a catalogue or an error, never a panic, and never memory
//! without bounds, which no test could tell from a crash.

use std::fs;
use std::io::{Read, Write};
use std::sync::Arc;

use crate::encoded::{arrow_file, arrow_stream, batch, parquet_file};
use arrow_array::{ArrayRef, LargeStringArray, RecordBatch};
use arrow_ipc::CompressionType;
use parquet::basic::Encoding;
use segue::catalogue::ingest::RejectLimit;
use segue::{Catalogue, Error, Ingest, Input, inspect};

/// The batch in every columnar encoding.
fn encodings(batch: &RecordBatch) -> Vec<(String, Vec<u8>)> {
    let parquet = [None, Some(Encoding::DELTA_BYTE_ARRAY), Some(Encoding::DELTA_LENGTH_BYTE_ARRAY)];
    let mut encodings: Vec<(String, Vec<u8>)> =
        parquet.map(|encoding| (format!("Parquet {encoding:?}"), parquet_file(batch, encoding))).into();
    for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
        encodings.push((format!("Arrow file {compression:?}"), arrow_file(batch, compression)));
        encodings.push((format!("Arrow stream {compression:?}"), arrow_stream(batch, compression)));
    }
    encodings
}

fn read(bytes: Vec<u8>) -> Result<Catalogue, Error> {
    let ingest = Ingest::new().max_rejects(RejectLimit::Rows(u64::MAX));
    ingest.read([Input::bytes("hostile", bytes)]).map(|(catalogue, _)| catalogue)
}

/// That bytes are refused, whether they come from memory or from a file.
fn refused(bytes: &[u8], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile");
    fs::write(&path, bytes).unwrap();
    let summary = |input| inspect::table(input).map(|_| ());
    for failed in [summary(Input::bytes("hostile", bytes)), summary(Input::path(&path))] {
        let message = failed.expect_err("refused").to_string();
        assert!(message.contains("hostile") && words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn every_encoding_is_read_as_long_as_it_is_whole() {
    let batch = batch(30);
    let whole = read(encodings(&batch)[0].1.clone()).unwrap().to_batch().unwrap();
    for (encoding, bytes) in encodings(&batch) {
        assert_eq!(read(bytes).unwrap().to_batch().unwrap(), whole, "{encoding}");
    }
}

#[test]
fn no_flipped_bit_and_no_cut_makes_a_columnar_file_panic() {
    for (encoding, bytes) in encodings(&batch(3)) {
        let mut errors = 0;
        for at in (0..bytes.len()).step_by(3) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            match read(flipped) {
                Ok(catalogue) => assert!(catalogue.to_batch().is_ok()),
                Err(error) => {
                    errors += 1;
                    assert!(!error.to_string().is_empty(), "{encoding}");
                }
            }
        }
        assert!(errors > 50, "{encoding}: {errors} errors");
        for length in (0..bytes.len()).step_by(11) {
            let cut = read(bytes[..length].to_vec());
            // What is lost of a stream may be no more than its mark of the end.
            assert!(cut.is_err() || encoding.contains("stream") && length + 16 > bytes.len(), "{encoding}");
        }
    }
}

/// A compressed buffer says first how many bytes it unpacks to; the reader allocates them at once.
#[test]
fn a_buffer_that_claims_an_exabyte_is_an_error_and_not_the_end_of_the_process() {
    // Titles of one letter, so that the buffer compresses, and its length is easy to find.
    let texts: LargeStringArray = std::iter::repeat_n(Some("a".repeat(50)), 1000).collect();
    let batch = RecordBatch::try_from_iter([("title", Arc::new(texts) as ArrayRef)]).unwrap();
    for compression in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
        for bytes in [arrow_file(&batch, Some(compression)), arrow_stream(&batch, Some(compression))] {
            let length = 50_000u64.to_le_bytes();
            let at = bytes.windows(8).rposition(|window| window == length).unwrap();
            for claim in [1 << 62, i64::MAX as u64, 1 << 50, 1 << 40, 1 << 34] {
                let mut bytes = bytes.clone();
                bytes[at..at + 8].copy_from_slice(&u64::to_le_bytes(claim));
                refused(&bytes, &["claims to unpack to", &claim.to_string()]);
            }
            // One too many can be, so the reader finds out.
            let mut bytes = bytes.clone();
            bytes[at..at + 8].copy_from_slice(&50_001u64.to_le_bytes());
            refused(&bytes, &["Arrow IPC"]);
            bytes[at..at + 8].copy_from_slice(&length);
            assert_eq!(inspect::table(Input::bytes("whole", bytes)).unwrap().rows, 1000);
        }
    }
}

#[test]
fn columns_within_columns_without_end_are_an_error_and_not_a_stack_overflow() {
    // A footer of Thrift: the version, then the schema as a list of columns of one child each.
    let columns = 200_000u32;
    let mut footer = vec![0x15, 2, 0x19, 0xfc];
    footer.extend([columns as u8 | 0x80, (columns >> 7) as u8 | 0x80, (columns >> 14) as u8]);
    footer.extend([0x35, 0, 0x18, 1, b'x', 0x15, 2, 0].repeat(columns as usize));
    footer.extend([0x16, 0, 0x19, 0x0c, 0]);
    let length = (footer.len() as u32).to_le_bytes();
    let file = [b"PAR1".as_slice(), &footer, &length, b"PAR1"].concat();
    refused(&file, &["nested more than 64 deep"]);
}

#[test]
fn a_gigabyte_of_commas_in_a_few_kilobytes_is_an_error_and_takes_no_memory() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(b"track_id,energy\n").unwrap();
    std::io::copy(&mut std::io::repeat(b',').take(1 << 30), &mut encoder).unwrap();
    let bytes = encoder.finish().unwrap();
    refused(&bytes, &["line 2", "more than 65536 fields"]);
}

#[test]
fn a_binary_file_of_another_kind_is_told_from_a_table() {
    for start in [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), b"PK\x03\x04\x14\0", b"\x7fELF\x02\x01\x01\0"]
    {
        refused(start, &["is a binary file of another kind"]);
    }
    refused(b"PAR1", &["Parquet"]);
    refused(b"PAR1PAR1", &["Parquet"]);
    refused(b"ARROW1", &["Arrow IPC"]);
    refused(&[0xff; 64], &["Arrow IPC"]);
    refused(b"\x1f\x8b", &["gzip"]);
    refused(b"\x28\xb5\x2f\xfd", &["zstd"]);
}

#[test]
fn a_stream_that_ends_within_the_mark_of_a_message_is_cut_off() {
    let (first, second) = (batch(20), batch(30));
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &first.schema()).unwrap();
    writer.write(&first).unwrap();
    let boundary = writer.get_ref().len();
    writer.write(&second).unwrap();
    let stream = writer.into_inner().unwrap();
    let read = |cut: usize| Ingest::new().read([Input::bytes("tracks", &stream[..cut])]);
    // A stream may end without its mark of the end, so one that ends between messages is whole.
    assert_eq!(read(boundary).unwrap().0.len(), 20);
    for cut in boundary + 1..boundary + 8 {
        assert!(read(cut).unwrap_err().to_string().contains("cut off"), "{cut}");
    }
}

#[test]
fn columns_of_nothing_take_no_memory_however_many_rows_they_claim() {
    let nothing = |rows: usize| -> ArrayRef { Arc::new(arrow_array::NullArray::new(rows)) };
    let all =
        RecordBatch::try_from_iter([("track_id", nothing(1 << 31)), ("tempo", nothing(1 << 31))]).unwrap();
    for file in [arrow_file(&all, None), arrow_stream(&all, None)] {
        let error = Ingest::new().read([Input::bytes("tracks", file.clone())]).unwrap_err();
        assert!(error.to_string().contains("no column that holds any value"), "{error}");
        assert!(inspect::table(Input::bytes("tracks", file)).is_err());
    }
}
