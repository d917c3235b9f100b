//! Builds that run out of disk space.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Output};

use segue::index::verify;

use super::{Mount, answers, assert_fails, assert_whole_and_tidy, build, built, demo, folder, names};

/// Runs a build with a limit on the size of files, in blocks of 512 bytes (`ulimit -f`).
fn build_limited(input: &Path, index: &Path, blocks: u64) -> Output {
    let command = build(input, index);
    let mut words: Vec<OsString> = vec![command.get_program().to_owned()];
    words.extend(command.get_args().map(ToOwned::to_owned));
    let script = format!("ulimit -f {blocks}; exec \"$@\"");
    Command::new("sh").arg("-c").arg(script).arg("sh").args(words).output().unwrap()
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_that_names_the_file_and_harms_nothing() {
    let folder = folder();
    let (old, new) = (demo(folder.path(), 500, 1), demo(folder.path(), 1500, 2));
    let (index, fresh) = (folder.path().join("old.segue"), folder.path().join("fresh.segue"));
    built(&old, &index);
    let before = (fs::metadata(index.join("manifest.json")).unwrap().ino(), answers(&index));
    built(&new, &fresh);
    let bytes = |name: &str| fs::metadata(fresh.join("generation-1").join(name)).unwrap().len();
    let sizes =
        ["tracks.arrow", "segue/vectors.arrow", "segue/tree.arrow", "ids.arrow", "songs.arrow"].map(bytes);
    let manifest = fs::metadata(fresh.join("manifest.json")).unwrap().len();
    fs::remove_dir_all(&fresh).unwrap();

    let largest = *sizes.iter().max().unwrap() / 512 + 1;
    let mut limits: Vec<u64> = vec![0, 1, 2, 3, manifest / 512, manifest / 512 + 1];
    limits.extend(sizes.iter().flat_map(|bytes| [bytes / 512 - 1, bytes / 512]));
    limits.extend((1..8).map(|part| largest * part / 8));
    for limit in limits.into_iter().filter(|limit| limit * 512 < sizes[0]) {
        let failed = build_limited(&new, &index, limit);
        assert_fails(&failed, &["cannot write", "old.segue", "File too large"]);
        assert_eq!(fs::metadata(index.join("manifest.json")).unwrap().ino(), before.0);
        assert_whole_and_tidy(&index);
        assert_eq!(answers(&index), before.1, "limit {limit}");

        let failed = build_limited(&new, &fresh, limit);
        assert_fails(&failed, &["cannot write", "tracks.arrow", "File too large"]);
        assert!(!fresh.exists(), "limit {limit}: something is left of an index that never came");
    }
    let enough = build_limited(&new, &index, 2 * largest);
    assert!(enough.status.success(), "{}", super::stderr(&enough));
    assert_whole_and_tidy(&index);
}

#[test]
fn a_full_disk_is_an_error_that_names_the_file_and_harms_nothing() {
    let Some(disk) = Mount::new("size=4m") else { return };
    let folder = folder();
    let (small, large) = (demo(folder.path(), 1000, 1), demo(folder.path(), 20_000, 2));
    let (index, fresh) = (disk.path().join("old.segue"), disk.path().join("fresh.segue"));
    built(&small, &index);
    let before = answers(&index);
    let assert_full = |input: &Path| {
        for target in [&index, &fresh] {
            let words = ["cannot ", &target.display().to_string(), "No space left"];
            assert_fails(&build(input, target).output().unwrap(), &words);
        }
        assert!(!fresh.exists(), "something is left of an index that never came");
        assert_whole_and_tidy(&index);
        assert_eq!(answers(&index), before);
    };
    assert_full(&large);

    // Less and less space for an index that fits the empty disk: the last kilobytes decide which of its files does
    // not fit, tracks, vectors, ids or manifest.
    let filler = disk.path().join("filler");
    let needed: u64 = verify(&index).unwrap().files.iter().map(|file| file.bytes).sum();
    let free = 4 * 1024 * 1024 - needed - 64 * 1024;
    let mut failures = 0;
    for missing in (0..needed + 64 * 1024).step_by(24 * 1024) {
        fs::write(&filler, vec![1; (free - needed + missing) as usize]).unwrap_or_default();
        let output = build(&small, &index).output().unwrap();
        if !output.status.success() {
            assert_fails(&output, &["cannot ", "old.segue", "No space left"]);
            failures += 1;
        }
        assert_whole_and_tidy(&index);
        assert_eq!(answers(&index), before);
    }
    assert!(failures > 3, "{failures} builds had no room");
    assert_full(&small);
    fs::remove_file(&filler).unwrap();
    built(&small, &index);
    assert_whole_and_tidy(&index);
    assert_eq!(names(disk.path()), ["old.segue"]);
}
