//! Binary files, and text in other encodings.

use crate::refusal_of;
use crate::support::tracks::{csv, some};

/// Pseudo-random bytes, the same on every run.
fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn binary_files_of_other_kinds_are_refused_as_such() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(noise(1, 5000));
    insta::assert_snapshot!(refusal_of("cover.png", &png), @"segue: cover.png: is a binary file of another kind, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    for (name, start) in [
        ("short.png", b"\x89PNG\r\n\x1a\n".as_slice()),
        ("songs.zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
        ("songs.xlsx", b"PK\x03\x04\x14\0\x06\0\x08\0"),
        ("program", b"\x7fELF\x02\x01\x01"),
        ("songs.sqlite", b"SQLite format 3\0"),
        ("songs.bz2", b"BZh91AY&SY\x10\x02"),
        ("songs.xz", b"\xfd7zXZ\0\0\x04"),
        ("songs.pickle", b"\x80\x04\x95\x10\0\0\0"),
        ("zeros", &[0; 100]),
    ] {
        let error = refusal_of(name, start);
        assert!(error.contains("is a binary file of another kind"), "{error}");
    }
}

#[test]
fn noise_is_refused_and_never_a_panic() {
    for seed in 0..30 {
        let error = refusal_of("noise", noise(seed, 3000));
        assert!(error.len() < 500, "{seed}: {error}");
    }
    // The same after the magic number of every encoding.
    for (seed, magic) in (0..).zip([
        b"PAR1".as_slice(),
        b"ARROW1\0\0",
        b"\xff\xff\xff\xff",
        b"\xff\xff\xff\xff\x10\0\0\0",
        b"\x1f\x8b\x08\0",
        b"\x28\xb5\x2f\xfd",
        b"\xef\xbb\xbf",
    ]) {
        refusal_of("noise", [magic, &noise(seed, 3000)].concat());
        refusal_of("noise", magic);
    }
}

#[test]
fn utf16_is_named() {
    let text = csv(&some(5));
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    insta::assert_snapshot!(refusal_of("songs.csv", [b"\xff\xfe", little.as_slice()].concat()), @"segue: songs.csv: is text in UTF-16, UTF-8 was wanted; save it as UTF-8");
    let error = refusal_of("songs.csv", [b"\xfe\xff", big.as_slice()].concat());
    assert!(error.contains("is text in UTF-16, UTF-8 was wanted"), "{error}");
    // Without a byte-order mark, UTF-16 counts as binary because of its zero bytes.
    for unmarked in [little, big] {
        let error = refusal_of("songs.csv", unmarked);
        assert!(error.contains("is a binary file of another kind"), "{error}");
    }
}
