//! Output paths that are not writable, must not be overwritten, or have odd names.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use segue::index::verify;

use super::{
    Mount, answers, assert_fails, assert_whole_and_tidy, build, built, demo, folder, names, segue, stderr,
};

#[test]
fn an_index_on_a_read_only_disk_is_read_and_not_replaced() {
    let Some(disk) = Mount::new("size=4m") else { return };
    let folder = folder();
    let input = demo(folder.path(), 300, 1);
    let index = disk.path().join("old.segue");
    built(&input, &index);
    let before = answers(&index);
    disk.make_read_only();
    for target in [index.clone(), disk.path().join("fresh.segue"), disk.path().join("a/b/fresh.segue")] {
        let words = ["cannot create", &target.display().to_string(), "Read-only file system"];
        assert_fails(&build(&input, &target).output().unwrap(), &words);
    }
    assert_whole_and_tidy(&index);
    assert_eq!(answers(&index), before);
    for command in ["verify", "inspect"] {
        let output = segue().arg(command).arg(&index).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named() {
    let folder = folder();
    let input = demo(folder.path(), 100, 1);
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("try"), "").is_ok() {
        // Bypasses the test runner's output capture, so that a skipped test is visible.
        _ = writeln!(std::io::stderr(), "SKIPPED: permissions do not bind this user");
        return;
    }
    for target in [locked.clone(), locked.join("fresh.segue")] {
        let words = ["cannot create", &target.display().to_string(), "Permission denied"];
        assert_fails(&build(&input, &target).output().unwrap(), &words);
    }
    assert!(names(&locked).is_empty());
}

#[test]
fn a_file_or_a_folder_of_other_things_is_refused_and_untouched() {
    let folder = folder();
    let input = demo(folder.path(), 100, 1);
    let file = folder.path().join("notes.txt");
    fs::write(&file, "mine").unwrap();
    assert_fails(&build(&input, &file).output().unwrap(), &["notes.txt", "is a file", "-o DIR"]);
    assert_fails(&build(&input, file.join("below")).output().unwrap(), &["notes.txt/below"]);
    assert_eq!(fs::read(&file).unwrap(), b"mine");

    let photos = folder.path().join("photos");
    fs::create_dir_all(photos.join("generation-1")).unwrap();
    fs::write(photos.join("generation-1").join("cat.jpg"), "cat").unwrap();
    fs::write(photos.join("manifest.json.new"), "mine").unwrap();
    let words = ["photos", "other files", "-o DIR"];
    assert_fails(&build(&input, &photos).output().unwrap(), &words);
    // The manifest.json of another program does not make the folder an index.
    fs::write(photos.join("manifest.json"), r#"{"format": "photo album", "version": 1}"#).unwrap();
    assert_fails(&build(&input, &photos).output().unwrap(), &words);
    assert_eq!(names(&photos), ["generation-1", "manifest.json", "manifest.json.new"]);
    assert_eq!(fs::read(photos.join("generation-1").join("cat.jpg")).unwrap(), b"cat");

    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    built(&input, &empty);
    assert_whole_and_tidy(&empty);
}

#[test]
fn an_index_behind_a_symbolic_link_is_replaced_where_it_lies() {
    let folder = folder();
    let inputs = [demo(folder.path(), 100, 1), demo(folder.path(), 150, 2)];
    let (index, link) = (folder.path().join("real.segue"), folder.path().join("link.segue"));
    built(&inputs[0], &index);
    symlink(&index, &link).unwrap();
    built(&inputs[1], &link);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(answers(&index).0, 150);
    assert_whole_and_tidy(&index);

    let dangling = folder.path().join("dangling.segue");
    symlink(folder.path().join("nowhere"), &dangling).unwrap();
    assert_fails(&build(&inputs[0], &dangling).output().unwrap(), &["cannot create", "dangling.segue"]);

    // A symbolic link named like a generation is removed; its target stays.
    symlink(&inputs[0], index.join("generation-7")).unwrap();
    let treasure = folder.path().join("treasure");
    fs::create_dir(&treasure).unwrap();
    fs::write(treasure.join("gold"), "gold").unwrap();
    symlink(&treasure, index.join("generation-8")).unwrap();
    built(&inputs[0], &index);
    assert!(treasure.join("gold").exists() && inputs[0].exists());
    assert_eq!(answers(&index).0, 100);
}

#[test]
fn odd_names_are_fine() {
    let folder = folder();
    let input = demo(folder.path(), 100, 1);
    let odd: [&[u8]; 5] =
        [b"with spaces and 'quotes'", b"caf\xe9 \xff\xfe", "日本語".as_bytes(), b"new\nline", b"-dash"];
    for name in odd {
        let index = folder.path().join(OsStr::from_bytes(name));
        built(&input, &index);
        assert_whole_and_tidy(&index);
        let mut command = segue();
        command.args(["search", "a", "--format", "json", "-i"]).arg(&index);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(found["total"].as_u64().unwrap() > 0);
        let output = build(&input, &index).args(["--format", "json"]).output().unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
        fs::remove_file(index.join("manifest.json")).unwrap();
        assert_fails_once(&index);
    }
    assert!(verify(folder.path()).is_err());
}

/// Asserts that `segue verify` fails because the folder is not an index.
fn assert_fails_once(index: &Path) {
    let output = segue().arg("verify").arg(index).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("is not an index"), "{}", stderr(&output));
}
