//! Files that were truncated or corrupted.

use arrow_ipc::CompressionType;
use parquet::basic::Compression;

use crate::support::tracks::{csv, id, some};
use crate::support::{Place, encode};
use crate::{refusal, refusal_of};

/// Lengths to truncate to: all near both ends, and many in between.
fn cuts(len: usize) -> impl Iterator<Item = usize> {
    (1..len).filter(move |cut| *cut < 12 || len - cut < 12 || cut.is_multiple_of(len / 16))
}

/// Asserts that every proper prefix of the file is refused, as a file and from standard input.
fn every_cut_is_refused(name: &str, content: &[u8]) {
    let place = Place::new();
    for cut in cuts(content.len()) {
        let start = &content[..cut];
        place.write(name, start);
        let error = place.run(&["build", name, "-o", "index"]).fails();
        assert!(error.contains(name) && !place.has("index"), "cut at {cut}: {error}");
        let error = place.run_on(&["build", "-", "-o", "index"], start).fails();
        assert!(error.contains("standard input") && !place.has("index"), "cut at {cut}: {error}");
    }
}

#[test]
fn a_truncated_gzip_file_is_refused_wherever_it_ends() {
    let text = csv(&some(200));
    every_cut_is_refused("songs.csv.gz", &encode::gzip(text.as_bytes()));
    let whole = encode::gzip(text.as_bytes());
    insta::assert_snapshot!(refusal_of("songs.csv.gz", &whole[..whole.len() / 2]), @"segue: songs.csv.gz: the compressed data is damaged or cut off (CSV (gzip)): incomplete deflate stream");
    insta::assert_snapshot!(refusal_of("songs.csv.gz", &whole[..whole.len() - 4]), @"segue: songs.csv.gz: the compressed data is damaged or cut off (CSV (gzip)): unexpected end of file");
    // The second of two gzip members is truncated.
    let two = [whole.clone(), whole.clone()].concat();
    refusal_of("songs.csv.gz", &two[..two.len() - 100]);
}

#[test]
fn a_truncated_zstd_file_is_refused_wherever_it_ends() {
    let whole = encode::zstd(csv(&some(200)).as_bytes());
    every_cut_is_refused("songs.csv.zst", &whole);
    insta::assert_snapshot!(refusal_of("songs.csv.zst", &whole[..whole.len() / 2]), @"segue: songs.csv.zst: the compressed data is damaged or cut off (CSV (zstd)): incomplete frame");
}

#[test]
fn a_truncated_parquet_file_is_refused_wherever_it_ends() {
    let whole = encode::parquet(&encode::batch(&some(60)), Compression::SNAPPY, 20);
    every_cut_is_refused("songs.parquet", &whole);
    insta::assert_snapshot!(refusal_of("songs.parquet", &whole[..whole.len() / 2]), @"segue: songs.parquet: is not a whole Parquet file: its end is missing");
}

#[test]
fn a_truncated_arrow_file_is_refused_wherever_it_ends() {
    let batch = encode::batch(&some(60));
    let whole = encode::arrow_file(&batch, Some(CompressionType::LZ4_FRAME));
    every_cut_is_refused("songs.arrow", &whole);
    insta::assert_snapshot!(refusal_of("songs.arrow", &whole[..whole.len() / 2]), @"segue: songs.arrow: is not a whole Arrow IPC file: its end is missing");
}

#[test]
fn a_truncated_arrow_stream_is_refused_or_is_whole_as_far_as_it_goes() {
    let whole = encode::arrow_stream(&encode::batch(&some(60)), None);
    let place = Place::new();
    for cut in cuts(whole.len()) {
        // The end-of-stream marker of 8 bytes is optional in Arrow's format.
        if cut >= whole.len() - 8 {
            continue;
        }
        place.write("songs.arrows", &whole[..cut]);
        let error = place.run(&["build", "songs.arrows", "-o", "index"]).fails();
        assert!(
            error.contains("songs.arrows") && !place.has("index"),
            "cut at {cut} of {}: {error}",
            whole.len()
        );
    }
    insta::assert_snapshot!(refusal_of("songs.arrows", &whole[..whole.len() / 2]), @"segue: songs.arrows: is not a whole Arrow IPC stream: it is cut off");
}

#[test]
fn a_changed_byte_in_compressed_data_is_found() {
    let text = csv(&some(100));
    for (name, mut whole) in
        [("songs.csv.gz", encode::gzip(text.as_bytes())), ("songs.csv.zst", checked_zstd(text.as_bytes()))]
    {
        for step in 1..8 {
            let at = whole.len() * step / 8;
            whole[at] ^= 0x10;
            // The checksum is at the end, so another error in the data may come first.
            refusal_of(name, &whole);
            whole[at] ^= 0x10;
        }
    }
}

fn checked_zstd(content: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    std::io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

/// A bit flipped anywhere in a columnar file gives an error or tracks, but never a panic or an invalid index.
#[test]
fn flipped_bits_in_columnar_files_never_panic() {
    let batch = encode::batch(&some(20));
    let files = [
        encode::parquet(&batch, Compression::SNAPPY, 7),
        encode::arrow_file(&batch, None),
        encode::arrow_file(&batch, Some(CompressionType::ZSTD)),
        encode::arrow_stream(&batch, None),
    ];
    let place = Place::new();
    for mut whole in files {
        for step in 0..60 {
            let (at, bit) = (whole.len() * step / 60 + step % 5, 1 << (step % 8));
            whole[at] ^= bit;
            place.write("songs", &whole);
            let ran = place.run(&["build", "songs", "-o", "index"]);
            match ran.code {
                0 => {
                    place.run(&["verify", "index"]).succeeds();
                    std::fs::remove_dir_all(place.path("index")).unwrap();
                }
                1 => assert!(ran.err.contains("songs") && !place.has("index"), "byte {at}: {}", ran.err),
                code => panic!("exit code {code} for byte {at}: {}", ran.err),
            }
            whole[at] ^= bit;
        }
    }
}

#[test]
fn a_bad_input_among_good_ones_spoils_the_build_and_is_the_one_that_is_named() {
    let place = Place::new();
    place.write("a.csv", csv(&some(5)));
    let whole = encode::gzip(csv(&some(50)).as_bytes());
    place.write("b.csv.gz", &whole[..whole.len() - 9]);
    let error = refusal(&place, &["a.csv", "b.csv.gz", "a.csv"]);
    assert!(error.starts_with("segue: b.csv.gz: "), "{error}");
    let error = refusal(&place, &["a.csv", "c.csv"]);
    assert!(error.contains("c.csv"), "{error}");
    // `recommend -i` refuses the same file in the same way.
    let error = place.run(&["recommend", "-i", "b.csv.gz", "--id", &id(1)]).fails();
    assert!(error.starts_with("segue: b.csv.gz: the compressed data is damaged or cut off"), "{error}");
}
