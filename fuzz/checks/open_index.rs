//! An index of which one file is replaced by arbitrary bytes or has some bytes changed, with a manifest whose sizes and
//! hashes match: it is refused, or every query returns an answer or an error, and nothing panics.
//!
//! The first byte of an input selects the file and the kind of damage; see `damaged`. No corpus is needed, since every
//! mutation starts from valid files.

#[path = "../../crates/segue/tests/support/damage.rs"]
#[allow(dead_code)]
mod damage;

use std::fs;
use std::sync::OnceLock;

use damage::{FILES, MANIFEST, ask_everything, file_of, match_manifest, write_demo};
use segue::Index;
use segue::index::verify;

/// An index in a temporary folder, and its files as they were written.
struct Subject {
    folder: tempfile::TempDir,
    manifest: Vec<u8>,
    files: [Vec<u8>; FILES.len()],
}

fn subject() -> &'static Subject {
    static SUBJECT: OnceLock<Subject> = OnceLock::new();
    SUBJECT.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_demo(folder.path(), 24, 1);
        let read = |name| fs::read(file_of(folder.path(), name)).expect("a file of the index");
        let (manifest, files) = (read(MANIFEST), FILES.map(read));
        Subject { folder, manifest, files }
    })
}

/// The damaged content of a file. Kind 0 is `bytes` itself. Otherwise every three of `bytes` change one byte of the
/// valid file: a 16-bit offset and the new value. The offset counts from the end for kind 1, where Arrow has its
/// metadata, and from the start for kind 2.
fn damaged(valid: &[u8], kind: u8, bytes: &[u8]) -> Vec<u8> {
    if kind == 0 {
        return bytes.to_vec();
    }
    let mut file = valid.to_vec();
    for change in bytes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        let place = if kind == 1 { file.len() - 1 - place } else { place };
        file[place] = change[2];
    }
    file
}

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let subject = subject();
    let path = subject.folder.path();
    fs::write(path.join(MANIFEST), &subject.manifest).expect("written");
    // The targets are the files and the manifest.
    let targets = FILES.len() as u8 + 1;
    let (which, kind) = (usize::from(choice % targets), choice / targets % 3);
    match FILES.get(which) {
        None => {
            fs::write(path.join(MANIFEST), damaged(&subject.manifest, kind, bytes)).expect("written");
        }
        Some(name) => {
            fs::write(file_of(path, name), damaged(&subject.files[which], kind, bytes)).expect("written");
            match_manifest(path);
        }
    }
    if let Ok(index) = Index::open(path) {
        ask_everything(index, 1);
    }
    _ = verify(path);
    if let Some(name) = FILES.get(which) {
        fs::write(path.join(MANIFEST), &subject.manifest).expect("written");
        fs::write(file_of(path, name), &subject.files[which]).expect("written");
    }
}
