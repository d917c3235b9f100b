//! `segue demo`: a generated catalogue, the same on every machine.

use std::fs;

use crate::support::{CommandOutput, Place};

#[test]
fn demo_shows_the_whole_way_and_what_to_do_next() {
    let place = Place::new();
    let shown = place.run(&["demo", "--tracks", "500"]).succeeds();
    assert_eq!((shown.err.as_str(), place.names()), ("", vec![]), "nothing is written");
    for part in ["500 tracks", "$ segue search", "$ segue recommend", "similarity", "segue build spotify.csv"]
    {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    assert_eq!(shown.out, place.run(&["demo", "--tracks", "500"]).succeeds().out);
    assert_ne!(shown.out, place.run(&["demo", "--tracks", "500", "--seed", "2"]).succeeds().out);
    let json = place.run(&["demo", "--tracks", "500", "--format", "json"]).succeeds().json();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["recommend", "report", "search"]);
    assert_eq!(json["report"]["counts"]["tracks"], 500);
    assert_eq!(json["recommend"]["recommendations"].as_array().unwrap().len(), 10);
    for tracks in ["1", "2", "3"] {
        place.run(&["demo", "--tracks", tracks]).succeeds();
    }
}

#[test]
fn what_demo_shows_can_be_repeated_with_the_commands_it_names() {
    let place = Place::new();
    let shown = place.run(&["demo", "--tracks", "400", "--seed", "9", "--format", "json"]).succeeds().json();
    let made = place.run(&["demo", "--tracks", "400", "--seed", "9", "--out", "demo.csv"]).succeeds();
    assert_eq!(made.out, "");
    insta::assert_snapshot!(made.err, @"segue: wrote demo.csv: 495 rows of 400 tracks");
    let report = place.run(&["build", "demo.csv", "--format", "json"]).succeeds().json();
    assert_eq!(report["counts"], shown["report"]["counts"]);
    let seed = shown["recommend"]["seed"]["track_id"].as_str().unwrap();
    let answer = place.run(&["recommend", "--id", seed, "--format", "json"]).succeeds().json();
    assert_eq!(answer, shown["recommend"]);
}

#[test]
fn a_written_catalogue_is_the_same_every_time_and_everywhere() {
    let place = Place::new();
    place.run(&["demo", "--tracks", "3000", "--out", "a.csv"]).succeeds();
    CommandOutput::of(
        place.segue(&["demo", "--tracks", "3000", "--out", "b.csv"]).env("RAYON_NUM_THREADS", "7"),
    )
    .succeeds();
    let piped = place.run(&["demo", "--tracks", "3000", "--out", "-"]).succeeds();
    assert_eq!(piped.err, "");
    assert!(place.read("a.csv") == place.read("b.csv") && place.read("a.csv") == piped.out.as_bytes());
    assert_eq!(place.names(), ["a.csv", "b.csv"]);
    let other = place.run(&["demo", "--tracks", "3000", "--seed", "2", "--out", "-"]).succeeds();
    assert_ne!(other.out, piped.out);
    let quiet = place.run(&["demo", "--tracks", "10", "--out", "c.csv", "--quiet"]).succeeds();
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
}

#[test]
fn a_file_appears_only_when_it_is_complete() {
    let place = Place::new();
    let error = place.run(&["demo", "--out", "no/such/demo.csv"]).fails();
    insta::assert_snapshot!(error, @"segue: cannot write no/such/demo.csv: No such file or directory (os error 2)");
    fs::create_dir(place.path("folder")).unwrap();
    insta::assert_snapshot!(place.run(&["demo", "--tracks", "10", "--out", "folder"]).fails(), @"segue: cannot write folder: Is a directory (os error 21)");
    assert_eq!(place.names(), ["folder"]);
    place.write("demo.csv", "mine");
    if cfg!(unix) {
        // With files limited to 8 kB the write fails half way.
        let program = assert_cmd::cargo::cargo_bin!("segue");
        let line =
            format!("trap '' XFSZ; ulimit -f 8; '{}' demo --tracks 5000 --out demo.csv", program.display());
        let output = std::process::Command::new("sh")
            .args(["-c", &line])
            .current_dir(place.path(""))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("segue: cannot write demo.csv: "), "{error}");
        assert_eq!(
            (place.names(), place.read("demo.csv")),
            (vec!["demo.csv".into(), "folder".into()], b"mine".into())
        );
    }
    place.run(&["demo", "--tracks", "10", "--out", "demo.csv"]).succeeds();
    assert_ne!(place.read("demo.csv"), b"mine");
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_written_to_and_never_replaced() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let place = Place::new();
    let wanted = place.run(&["demo", "--tracks", "200", "--out", "-"]).succeeds().out;
    assert!(std::process::Command::new("mkfifo").arg(place.path("pipe")).status().unwrap().success());
    let pipe = place.path("pipe");
    let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
    place.run(&["demo", "--tracks", "200", "--out", "pipe"]).succeeds();
    assert_eq!(reader.join().unwrap(), wanted);
    assert!(place.path("pipe").metadata().unwrap().file_type().is_fifo());

    place.write("real.csv", "old");
    symlink("real.csv", place.path("link.csv")).unwrap();
    symlink("/dev/null", place.path("null")).unwrap();
    place.run(&["demo", "--tracks", "200", "--out", "link.csv"]).succeeds();
    place.run(&["demo", "--tracks", "200", "--out", "null"]).succeeds();
    assert!(place.path("link.csv").is_symlink() && place.path("null").is_symlink());
    assert_eq!(place.read("real.csv"), wanted.as_bytes());
    assert_eq!(place.names(), ["link.csv", "null", "pipe", "real.csv"]);
}

#[test]
fn demo_has_no_csv_of_what_it_shows_and_says_so() {
    insta::assert_snapshot!(Place::new().run(&["demo", "--tracks", "50", "--format", "csv"]).fails_with_usage(), @"segue: demo has no CSV of what it shows; --out FILE.csv writes its tracks");
}

#[test]
fn more_tracks_than_fit_in_memory_are_only_written() {
    assert!(
        Place::new().run(&["demo", "--tracks", "1000000000"]).fails_with_usage().contains("--out FILE.csv")
    );
}
