//! Inputs and outputs that are not regular files.

use std::fs;
use std::process::Command;

use parquet::basic::Compression;

use crate::refusal;
use crate::support::tracks::{csv, id, some, with};
use crate::support::{Place, encode};

#[test]
fn a_missing_file_is_refused() {
    let place = Place::new();
    insta::assert_snapshot!(refusal(&place, &["no/such/songs.csv"]), @"segue: cannot open no/such/songs.csv: No such file or directory (os error 2)");
    insta::assert_snapshot!(refusal(&place, &["good.csv/songs.csv"]), @"segue: cannot open good.csv/songs.csv: Not a directory (os error 20)");
    let long = "x".repeat(5000);
    assert!(refusal(&place, &[&long]).contains(&long));
}

#[test]
fn a_folder_without_tracks_is_refused() {
    let place = Place::new();
    fs::create_dir(place.path("music")).unwrap();
    insta::assert_snapshot!(refusal(&place, &["music"]), @"segue: music: is a folder without files of tracks, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    place.write("music/notes.csv", "a,b\n1,2\n");
    assert!(
        refusal(&place, &["music"])
            .starts_with("segue: music/notes.csv: read as a table with columns of its own")
    );
    place.write("music/cover.jpg", [0xff, 0xd8, 0xff, 0xe0, 0, 16]);
    insta::assert_snapshot!(refusal(&place, &["music"]), @"segue: music/cover.jpg: is a binary file of another kind, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
}

#[test]
fn an_index_is_no_input() {
    let place = Place::with_index();
    insta::assert_snapshot!(refusal(&place, &["tracks.segue"]), @"segue: tracks.segue: is an index, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    // Nor can an index be the input of the build that replaces it.
    refusal(&place, &["good.segue"]);
    let manifest = place.run(&["build", "tracks.segue/manifest.json", "-o", "new.segue"]).fails();
    assert!(manifest.contains("lacks columns"), "{manifest}");
}

#[test]
fn an_output_that_is_something_else_is_never_touched() {
    let place = Place::with_index();
    place.write("notes.txt", "mine");
    fs::create_dir(place.path("music")).unwrap();
    place.write("music/song.mp3", "la la");
    insta::assert_snapshot!(place.run(&["build", "tracks.csv", "-o", "notes.txt"]).fails(), @"segue: notes.txt: is a file, a folder was wanted for the index; choose another: -o DIR");
    insta::assert_snapshot!(place.run(&["build", "tracks.csv", "-o", "music"]).fails(), @"segue: music: is a folder with other files in it, an index or an empty folder was wanted; choose another: -o DIR");
    insta::assert_snapshot!(place.run(&["build", "tracks.csv", "-o", "notes.txt/index"]).fails(), @"segue: cannot read notes.txt/index: Not a directory (os error 20)");
    assert_eq!((place.read("notes.txt"), place.read("music/song.mp3")), (b"mine".into(), b"la la".into()));
    assert_eq!(fs::read_dir(place.path("music")).unwrap().count(), 1);
    // An empty folder is accepted as output, and a failed build leaves it empty.
    fs::create_dir(place.path("empty")).unwrap();
    place.write("bad.csv", "a,b\n");
    place.run(&["build", "bad.csv", "-o", "empty"]).fails();
    place.run(&["build", "tracks.csv", "-o", "empty"]).succeeds();
}

#[test]
fn a_folder_that_was_made_for_an_index_that_never_came_goes_away() {
    let place = Place::new();
    place.write("bad.csv", "a,b\n1,2\n");
    place.run(&["build", "bad.csv"]).fails();
    assert_eq!(place.names(), ["bad.csv"]);
    place.run(&["build", "bad.csv", "-o", "deep/er/index"]).fails();
    assert!(!place.has("deep/er/index"));
}

#[cfg(unix)]
#[test]
fn links_are_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::with_index();
    symlink("tracks.csv", place.path("link.csv")).unwrap();
    symlink("nowhere", place.path("dangling.csv")).unwrap();
    symlink("loop.csv", place.path("loop.csv")).unwrap();
    symlink("tracks.segue", place.path("link.segue")).unwrap();
    let report = place.run(&["build", "link.csv", "-o", "link.segue", "--format", "json"]).succeeds().json();
    assert_eq!(report["counts"]["tracks"], 40);
    assert_eq!(report["generation"], 2, "the index that the link leads to is replaced");
    assert!(place.path("link.segue").is_symlink());
    place.run(&["verify", "tracks.segue"]).succeeds();
    place.run(&["recommend", "-i", "link.csv", "--id", &id(1)]).succeeds();
    assert!(refusal(&place, &["dangling.csv"]).contains("dangling.csv"));
    assert!(refusal(&place, &["loop.csv"]).contains("loop.csv"));
}

/// Runs the command while a thread writes to a named pipe that it reads.
#[cfg(unix)]
fn through_a_pipe(place: &Place, content: Vec<u8>, args: &[&str]) -> crate::support::CommandOutput {
    let path = place.path("pipe");
    if !path.exists() {
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    }
    let writer = std::thread::spawn(move || fs::write(path, content));
    let ran = place.run(args);
    // The command may close the pipe early, so the writer may fail.
    _ = writer.join().unwrap();
    ran
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_once_from_start_to_end() {
    let place = Place::new();
    let text = csv(&some(3000)).into_bytes();
    let batch = encode::batch(&some(3000));
    for (format, content) in [
        ("CSV", text.clone()),
        ("CSV (gzip)", encode::gzip(&text)),
        ("CSV (zstd)", encode::zstd(&text)),
        ("Parquet", encode::parquet(&batch, Compression::SNAPPY, 1000)),
        ("Arrow IPC", encode::arrow_file(&batch, None)),
        ("Arrow IPC stream", encode::arrow_stream(&batch, None)),
    ] {
        let ran =
            through_a_pipe(&place, content.clone(), &["build", "pipe", "-o", "index", "--format", "json"]);
        let report = ran.succeeds().json();
        assert_eq!(report["inputs"][0]["format"], format);
        assert_eq!(report["counts"]["tracks"], 3000);
        let half = content[..content.len() / 2].to_vec();
        let ran = through_a_pipe(&place, half, &["build", "pipe", "-o", "half", "--max-rejects", "0"]);
        assert!(ran.fails().contains("pipe"), "{format}");
        assert!(!place.has("half"), "{format}");
    }
    through_a_pipe(&place, Vec::new(), &["build", "pipe", "-o", "none"]).fails();
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_refused_without_reading_for_ever() {
    let place = Place::new();
    let error = refusal(&place, &["/dev/null"]);
    assert!(error.contains("/dev/null: is empty"), "{error}");
    let error = refusal(&place, &["/dev/zero"]);
    assert!(error.contains("/dev/zero: is a binary file"), "{error}");
    refusal(&place, &["/proc/self/mem"]);
}

#[test]
fn an_input_may_be_named_twice_and_standard_input_only_once() {
    let place = Place::with_index();
    let report = place.run(&["build", "tracks.csv", "./tracks.csv", "--format", "json"]).succeeds().json();
    assert_eq!((&report["counts"]["repeated"], &report["counts"]["tracks"]), (&40.into(), &40.into()));
    let twice = place.run_on(&["build", "-", "-", "-o", "twice"], csv(&some(3)));
    assert!(twice.fails().contains("standard input"));
    assert!(!place.has("twice"));
}

#[test]
fn a_build_that_fails_takes_away_the_folders_that_it_made() {
    let place = Place::new();
    place.write("empty.csv", "");
    place.run(&["build", "empty.csv", "-o", "deep/er/index"]).fails();
    assert_eq!(place.names(), ["empty.csv"]);
    place.write("loud.csv", csv(&[with(1, &[("energy", "loud")])]));
    place.run(&["build", "loud.csv", "-o", "deep/index"]).fails();
    assert_eq!(place.names(), ["empty.csv", "loud.csv"]);
}

#[test]
fn a_list_of_rejects_overwrites_no_index_and_nothing_before_there_is_a_reject() {
    let place = Place::with_index();
    let manifest = place.read("tracks.segue/manifest.json");
    place.write("notes.txt", "mine");
    let into_index = ["build", "tracks.csv", "-o", "tracks.segue", "--rejects", "tracks.segue/manifest.json"];
    assert!(place.run(&into_index).fails().contains("is in the folder of the index"));
    place.run(&["build", "nowhere.csv", "-o", "other", "--rejects", "notes.txt"]).fails();
    assert_eq!(
        (place.read("tracks.segue/manifest.json"), place.read("notes.txt")),
        (manifest, b"mine".to_vec())
    );
}
