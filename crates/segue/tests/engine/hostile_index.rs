//! Index files with a matching manifest whose content was made to do harm: offsets that point anywhere,
//! lengths that lie, numbers that are none. Nothing may panic or reach beyond the end of a buffer.

use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::damage::{Asked, FILES, ask_everything, file_of, match_manifest, write_demo};
use arrow_ipc::{root_as_footer, root_as_message};
use segue::Index;
use segue::index::verify;

const TRACKS: u64 = 40;

fn index() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, TRACKS, 1);
    (folder, path)
}

/// Where the parts of an Arrow file of one batch lie in it.
struct Parts {
    /// The message of the batch.
    message: Range<usize>,
    /// Each buffer that is not empty.
    buffers: Vec<Range<usize>>,
    /// The places of the lengths in the metadata: of the batch, of its columns, of its buffers.
    lengths: Vec<usize>,
}

fn parts(bytes: &[u8]) -> Parts {
    let end = bytes.len() - 10;
    let footer_length = u32::from_le_bytes(bytes[end..end + 4].try_into().unwrap()) as usize;
    let footer = root_as_footer(&bytes[end - footer_length..end]).unwrap();
    let block = *footer.recordBatches().unwrap().get(0);
    let start = block.offset() as usize;
    let body = start + block.metaDataLength() as usize;
    let message = start + 8..body;
    let batch = root_as_message(&bytes[message.clone()]).unwrap().header_as_record_batch().unwrap();
    let place = |part: &[u8]| part.as_ptr() as usize - bytes.as_ptr() as usize;
    let structs = |part: &[u8]| (place(part)..place(part) + part.len()).step_by(8).collect::<Vec<_>>();
    let mut lengths = structs(batch.nodes().unwrap().bytes());
    lengths.extend(structs(batch.buffers().unwrap().bytes()));
    // The block in the footer: offset, length of the metadata, length of the body.
    lengths.extend(structs(footer.recordBatches().unwrap().bytes()));
    // Every other aligned place of the message: among them the lengths of batch and body.
    lengths.extend(message.clone().step_by(8));
    let buffers = batch.buffers().unwrap().iter().filter(|buffer| buffer.length() > 0);
    let buffers = buffers.map(|buffer| {
        let from = body + buffer.offset() as usize;
        from..from + buffer.length() as usize
    });
    let buffers = buffers.collect();
    Parts { message, buffers, lengths }
}

/// Puts a damaged file into the index, asks everything, and puts the old one back.
fn try_out(path: &Path, name: &str, bytes: &[u8], damage: &str) -> Option<Asked> {
    let file = file_of(path, name);
    let own = fs::read(&file).unwrap();
    fs::write(&file, bytes).unwrap();
    match_manifest(path);
    let tried = catch_unwind(AssertUnwindSafe(|| {
        _ = verify(path);
        Index::open(path).ok().map(|index| ask_everything(index, 3))
    }));
    fs::write(&file, own).unwrap();
    tried.unwrap_or_else(|_| panic!("{name}, {damage}: panicked"))
}

const NUMBERS: [i64; 14] =
    [0, 1, -1, 7, 41, 64, 1 << 20, 1 << 31, 1 << 32, 1 << 47, 1 << 61, i64::MAX - 63, i64::MAX, i64::MIN];

#[test]
fn lengths_that_lie_are_no_danger() {
    let (_folder, path) = index();
    for name in FILES {
        let whole = fs::read(file_of(&path, name)).unwrap();
        let parts = parts(&whole);
        assert!(!parts.message.is_empty());
        let mut refused = 0;
        for &place in &parts.lengths {
            for number in NUMBERS {
                let mut bytes = whole.clone();
                bytes[place..place + 8].copy_from_slice(&number.to_le_bytes());
                let asked = try_out(&path, name, &bytes, &format!("{number} at byte {place}"));
                refused += usize::from(asked.is_none());
            }
        }
        assert!(refused > parts.lengths.len(), "{name}: {refused} refused");
    }
}

#[test]
fn content_that_lies_is_no_danger() {
    let (_folder, path) = index();
    let mut errors = 0;
    for name in FILES {
        let whole = fs::read(file_of(&path, name)).unwrap();
        for buffer in parts(&whole).buffers {
            let mut fill = |pattern: &[u8], step: usize| {
                let mut bytes = whole.clone();
                for place in buffer.clone().step_by(step) {
                    let end = (place + pattern.len()).min(buffer.end);
                    bytes[place..end].copy_from_slice(&pattern[..end - place]);
                }
                let damage = format!("{pattern:?} each {step} bytes of {buffer:?}");
                match try_out(&path, name, &bytes, &damage) {
                    Some(asked) => errors += asked.errors,
                    // Where a buffer begins, a reader finds it: such damage is not refused by opening, unless it
                    // is the two offsets of one of the tree's parts, which say how large the part is, or the names
                    // of genres, which are read at once.
                    None => {
                        let is_part_of_tree = name == "mine/tree.arrow" && buffer.len() <= 64;
                        assert!(is_part_of_tree || name == "mine/genres.arrow", "opened: {damage}");
                    }
                }
            };
            for number in NUMBERS {
                fill(&number.to_le_bytes(), 8);
                fill(&number.to_le_bytes(), usize::MAX / 2);
            }
            for number in [f64::NAN, -f64::NAN, f64::INFINITY, f64::MIN, f64::MAX, 5e-324, -0.0] {
                fill(&number.to_le_bytes(), 8);
                fill(&(number as f32).to_le_bytes(), 4);
            }
            for byte in [0x00, 0xff, 0x80, 0xc3, b'\n'] {
                fill(&[byte], 1);
                fill(&[byte], 3);
            }
            for number in [i32::MIN, i32::MAX, -1, 40, 41] {
                fill(&number.to_le_bytes(), 4);
            }
        }
    }
    assert!(errors > 1000, "{errors} errors: too few for the damage that was done");
}

/// Verifying tells what is wrong, even where sizes and hashes agree.
#[test]
fn verify_sees_content_that_makes_no_sense() {
    let (_folder, path) = index();
    let refused = |name: &str, words: &str, change: &dyn Fn(&mut [u8], &Parts)| {
        let own = fs::read(file_of(&path, name)).unwrap();
        let mut bytes = own.clone();
        change(&mut bytes, &parts(&own));
        fs::write(file_of(&path, name), &bytes).unwrap();
        match_manifest(&path);
        let error = verify(&path).expect_err("no sense").to_string();
        assert!(error.contains(name) && error.contains(words), "{error}");
        fs::write(file_of(&path, name), own).unwrap();
    };
    let last = |parts: &Parts| parts.buffers.last().unwrap().clone();
    refused("ids.arrow", "not sorted", &|bytes, parts| {
        let (first, rest) = bytes[last(parts)].split_at_mut(4);
        first.swap_with_slice(&mut rest[..4]);
    });
    refused("ids.arrow", "not sorted", &|bytes, parts| {
        let first = last(parts).start;
        bytes.copy_within(first..first + 4, first + 4);
    });
    refused("ids.arrow", "row 4294967295", &|bytes, parts| bytes[last(parts)][..4].fill(0xff));
    for (column, what) in ["a release of the song", "a version of the work"].into_iter().enumerate() {
        let numbers = |parts: &Parts| parts.buffers[column].clone();
        refused("songs.arrow", "comes after it", &|bytes, parts| bytes[numbers(parts)][..4].fill(0xff));
        refused("songs.arrow", &format!("row 0 is {what} 1"), &|bytes, parts| {
            bytes[numbers(parts)][..4].copy_from_slice(&1u32.to_le_bytes());
        });
        refused("songs.arrow", "itself one of 0", &|bytes, parts| {
            let numbers = &mut bytes[numbers(parts)];
            numbers[4..8].copy_from_slice(&0u32.to_le_bytes());
            numbers[8..12].copy_from_slice(&1u32.to_le_bytes());
        });
    }
    refused("songs.arrow", "row 1 is of another work than 0, of the same song", &|bytes, parts| {
        bytes[parts.buffers[0].clone()][4..8].copy_from_slice(&0u32.to_le_bytes());
    });
    refused("mine/vectors.arrow", "squared length", &|bytes, parts| bytes[last(parts)][..4].fill(0x7f));
    refused("mine/vectors.arrow", "squared length NaN", &|bytes, parts| bytes[last(parts)][..4].fill(0xff));
    refused("mine/tree.arrow", "box", &|bytes, parts| bytes[last(parts)][0] ^= 1);
    refused("mine/tree.arrow", "code", &|bytes, parts| {
        bytes[parts.buffers[parts.buffers.len() - 3].clone()][0] ^= 1
    });
    refused("tracks.arrow", "", &|bytes, parts| bytes[last(parts)][..1].fill(0xff));
    refused("tracks.arrow", "", &|bytes, parts| bytes[parts.buffers[0].clone()][8..16].fill(0xff));
    match_manifest(&path);
    verify(&path).unwrap();
}
