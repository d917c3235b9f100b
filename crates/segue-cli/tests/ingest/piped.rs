//! Arrow streams from standard input: read as they come, of any number of batches, and never taken for whole if cut.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};

use crate::support::tracks::some;
use crate::support::{Place, encode};

/// The tracks as a stream of batches of `rows` rows; genres and artists are dictionaries, which differ between batches.
fn stream(tracks: usize, rows: usize, compression: Option<CompressionType>) -> Vec<u8> {
    let whole = encode::batch(&some(tracks));
    let batches: Vec<RecordBatch> = (0..tracks)
        .step_by(rows)
        .map(|start| {
            let batch = whole.slice(start, rows.min(tracks - start));
            let (schema, columns, _) = batch.into_parts();
            let columns = schema.fields().iter().zip(columns).map(|(field, column)| {
                let texts = column.as_any().downcast_ref::<arrow_array::StringArray>();
                let column: ArrayRef = match (field.name().as_str(), texts) {
                    ("track_genre" | "artists", Some(texts)) => {
                        Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>())
                    }
                    _ => column,
                };
                (field.name().clone(), column, true)
            });
            RecordBatch::try_from_iter_with_nullable(columns).unwrap()
        })
        .collect();
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &batches[0].schema(), options).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn streams_of_many_batches_dictionaries_and_compressed_buffers_are_read() {
    let place = Place::new();
    place.write("whole.csv", crate::support::tracks::csv(&some(100)));
    place.run(&["build", "whole.csv", "-o", "whole"]).succeeds();
    let expected = std::fs::read(place.tracks_file("whole")).unwrap();
    for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
        for rows in [1, 7, 100] {
            let ran = place.run_on(&["build", "-", "-o", "piped"], stream(100, rows, compression)).succeeds();
            assert!(
                ran.out.starts_with("read standard input: Arrow IPC stream, recognised as"),
                "{}",
                ran.out
            );
            assert!(std::fs::read(place.tracks_file("piped")).unwrap() == expected, "{rows} {compression:?}");
        }
    }
}

#[test]
fn a_stream_that_is_cut_is_refused_wherever_it_is_cut() {
    let place = Place::with_index();
    let whole = stream(40, 10, None);
    let before = place.index_bytes("tracks.segue");
    for cut in (65..whole.len() - 8).step_by(whole.len() / 23) {
        let refused = place.run_on(&["build", "-", "-o", "tracks.segue"], &whole[..cut]).fails();
        assert!(
            refused.starts_with("segue: standard input: is not a whole Arrow IPC stream: "),
            "{cut}: {refused}"
        );
        assert_eq!(place.index_bytes("tracks.segue"), before);
    }
    // The mark at the end is optional.
    place.run_on(&["build", "-", "-o", "tracks.segue"], &whole[..whole.len() - 8]).succeeds();
}
