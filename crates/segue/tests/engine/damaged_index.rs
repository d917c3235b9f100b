//! An index that is cut off or has a wrong bit, wherever that is: refused, or answered from without harm.
//!
//! Opening an index does not read its content, so a wrong byte there is only seen by `verify`; but whatever
//! it is, nothing may panic, reach beyond the end of a buffer, or yield text that is not UTF-8.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::damage::{Asked, FILES, MANIFEST, ask_everything, file_of, match_manifest, write_demo};
use segue::Index;
use segue::index::verify;

const TRACKS: u64 = 100;

fn index() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, TRACKS, 1);
    (folder, path)
}

fn all_files() -> impl Iterator<Item = &'static str> {
    std::iter::once(MANIFEST).chain(FILES)
}

/// Opens the index and, every so often, asks it everything; tells what was damaged if that panics.
fn open_and_ask(path: &Path, ask: bool, damage: &str) -> Option<Asked> {
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let index = Index::open(path).ok()?;
        Some(if ask { ask_everything(index, 41) } else { Asked::default() })
    }));
    tried.unwrap_or_else(|_| panic!("{damage}: panicked"))
}

#[test]
fn a_whole_index_answers_every_question() {
    let (_folder, path) = index();
    let asked = ask_everything(Index::open(&path).unwrap(), 1);
    // Rows beyond the end, and words that no track has, are the only errors.
    assert!(asked.answers as u64 > 5 * TRACKS && asked.errors < 50, "{asked:?}");
    assert_eq!(verify(&path).unwrap().tracks as u64, TRACKS);
}

#[test]
fn an_index_cut_off_at_any_byte_is_refused_by_name() {
    let (_folder, path) = index();
    for name in all_files() {
        let file = file_of(&path, name);
        let bytes = fs::read(&file).unwrap();
        let handle = File::options().write(true).open(&file).unwrap();
        for length in (0..bytes.len()).rev() {
            handle.set_len(length as u64).unwrap();
            let error = Index::open(&path).expect_err("cut off").to_string();
            assert!(error.contains(name), "{name} cut off at byte {length}: {error}");
            assert!(error.contains("build the index anew"), "{error}");
            if length % 97 == 0 {
                verify(&path).expect_err("cut off");
            }
        }
        fs::write(&file, &bytes).unwrap();
        verify(&path).unwrap();
    }
}

/// The manifest's sizes stop most cuts; this is what stands behind them.
#[test]
fn a_file_cut_off_at_any_byte_is_no_danger_even_where_the_manifest_agrees() {
    let (_folder, path) = index();
    for name in FILES {
        let file = file_of(&path, name);
        let bytes = fs::read(&file).unwrap();
        for length in (0..bytes.len()).step_by(13).chain(bytes.len().saturating_sub(64)..bytes.len()) {
            fs::write(&file, &bytes[..length]).unwrap();
            match_manifest(&path);
            let error = Index::open(&path).expect_err("cut off").to_string();
            assert!(error.contains(name), "{name} cut off at byte {length}: {error}");
        }
        // More bytes than there should be push the footer out of its place.
        for more in [1, 10, 4096] {
            fs::write(&file, [bytes.as_slice(), &vec![0; more]].concat()).unwrap();
            match_manifest(&path);
            Index::open(&path).expect_err("too long");
        }
        fs::write(&file, &bytes).unwrap();
        match_manifest(&path);
        verify(&path).unwrap();
    }
}

/// Flips bits of a file one at a time, and hands each damaged index to `judge`.
fn flip_bits(file: &Path, bits: impl Fn(usize) -> Vec<u8>, mut judge: impl FnMut(usize, u8)) {
    let bytes = fs::read(file).unwrap();
    let handle = File::options().write(true).open(file).unwrap();
    for (at, &byte) in bytes.iter().enumerate() {
        for bit in bits(at) {
            handle.write_all_at(&[byte ^ (1 << bit)], at as u64).unwrap();
            judge(at, bit);
        }
        handle.write_all_at(&[byte], at as u64).unwrap();
    }
    assert_eq!(fs::read(file).unwrap(), bytes);
}

#[test]
fn verify_sees_every_flipped_bit() {
    let (_folder, path) = index();
    for name in all_files() {
        let file = file_of(&path, name);
        flip_bits(
            &file,
            |at| vec![(at % 8) as u8],
            |at, bit| {
                let error = verify(&path).expect_err("damaged").to_string();
                assert!(error.contains(name), "bit {bit} of byte {at} of {name}: {error}");
            },
        );
        verify(&path).unwrap();
    }
}

#[test]
fn no_flipped_bit_makes_an_index_panic() {
    let (_folder, path) = index();
    for name in std::iter::once(MANIFEST).chain(FILES) {
        let file = file_of(&path, name);
        let metadata = metadata_of(&file, name);
        let (mut refused, mut answered) = (0, 0);
        // Every bit of the metadata, one of each byte of the content. An index is always opened; as the
        // content is much alike, some of its bytes are enough to ask everything.
        let step = (fs::metadata(&file).unwrap().len() as usize / 400).max(31) | 1;
        let bits = |at| if metadata(at) { (0..8).collect() } else { vec![(at % 8) as u8] };
        flip_bits(&file, bits, |at, bit| {
            let ask = metadata(at) && bit == at as u8 % 8 || at % step == 0;
            match open_and_ask(&path, ask, &format!("bit {bit} of byte {at} of {name}")) {
                None => refused += 1,
                Some(_) => answered += 1,
            }
        });
        assert!(refused > 0, "{name}: no damage to the metadata was seen");
        assert_eq!(name == MANIFEST, answered == 0, "{name}: {answered} answered");
    }
}

/// Which bytes of a file are not content: all of a manifest; of an Arrow file the message before the first
/// buffer, and the footer.
fn metadata_of(file: &Path, name: &str) -> impl Fn(usize) -> bool + use<> {
    let bytes = fs::read(file).unwrap();
    let footer_length = u32::from_le_bytes(bytes[bytes.len() - 10..][..4].try_into().unwrap());
    let (start, end) = match name {
        MANIFEST => (bytes.len(), 0),
        _ => (first_buffer(&bytes), bytes.len() - 10 - footer_length as usize),
    };
    move |at| at < start || at >= end
}

/// Where the content of the record batch begins: after the schema's message and its own.
fn first_buffer(bytes: &[u8]) -> usize {
    let length_at = |at: usize| u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize + 8;
    let mut at = 8;
    // The file begins with a magic, padded as buffers are.
    while bytes[at..at + 4] != [0xff; 4] {
        at += 8;
    }
    let batch = at + length_at(at);
    batch + length_at(batch)
}
