//! Exit status, standard output and standard error, and the environment.

use std::fs::File;
use std::process::{ExitStatus, Stdio};

use crate::support::tracks::{csv, id, some};
use crate::support::{CommandOutput, Place};

/// Every command that writes results, for a folder with the small index.
fn all_commands() -> Vec<Vec<String>> {
    let id = id(1);
    [
        &["recommend", "-i", "tracks.segue", "--id", &id][..],
        &["recommend", "-i", "tracks.csv", "--id", &id, "--format", "json"],
        &["search", "-i", "tracks.segue", "rock"],
        &["search", "-i", "tracks.segue", "rock", "--format", "csv"],
        &["inspect", "tracks.segue"],
        &["inspect", "tracks.csv", "--format", "json"],
        &["verify", "tracks.segue"],
        &["build", "tracks.csv", "-o", "other.segue"],
        &["demo", "--tracks", "300"],
        &["demo", "--tracks", "300", "--out", "-"],
    ]
    .map(|args| args.iter().map(|arg| (*arg).to_owned()).collect())
    .into()
}

fn run(place: &Place, args: &[String]) -> CommandOutput {
    place.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn success_is_0_failure_is_1_and_misuse_is_2() {
    let place = Place::with_index();
    for args in all_commands() {
        run(&place, &args).succeeds();
    }
    for args in [
        &["recommend", "-i", "tracks.segue", "--id", "unknown"][..],
        &["recommend", "--id", "unknown"],
        &["search", "x"],
        &["inspect"],
        &["verify"],
        &["build", "missing.csv"],
        &["inspect", "missing.csv"],
        &["demo", "--tracks", "5", "--out", "no/such/folder.csv"],
    ] {
        place.run(args).fails();
    }
    for args in [
        &[][..],
        &["play"],
        &["build"],
        &["recommend"],
        &["search"],
        &["graph", "-o", "x", "-k", "1001"],
        &["recommend", "x", "--diversity", "3"],
        &["recommend", "x", "--shuffle", "-1"],
        &["recommend", "x", "--target", "energy=9"],
        &["completions", "no-such-shell"],
        &["man", "no-such-command"],
        &["recommend", "x", "--format", "xml"],
        &["recommend", "x", "--profile", "none.json"],
        &["build", "x", "--profile", "none"],
        &["search", "x", "--match", "none"],
        &["search", "x", "--match", "contains", "--all-releases"],
        &["demo", "--tracks", "0"],
        &["demo", "--tracks", "many"],
        &["verify", "--no-such-flag"],
    ] {
        place.run(args).fails_with_usage();
    }
    assert!(place.run(&["--version"]).succeeds().out.starts_with("segue 0."));
    for args in [&["--help"][..], &["--version"], &["help", "build"], &["recommend", "-h"]] {
        assert_eq!(place.run(args).succeeds().err, "");
    }
}

#[test]
fn an_index_that_is_not_there_is_an_error_that_says_how_to_make_one() {
    let place = Place::new();
    insta::assert_snapshot!(place.run(&["search", "x"]).fails(), @"segue: catalogue.segue: does not exist; an index was expected, a folder made by: segue build FILE -o DIR");
    insta::assert_snapshot!(place.run(&["recommend", "x", "-i", "songs.csv"]).fails(), @"segue: songs.csv: does not exist; an index was expected, a folder made by: segue build FILE -o DIR");
}

#[test]
fn results_go_to_standard_output_and_nothing_else_does() {
    let place = Place::with_index();
    for args in all_commands() {
        let loud = run(&place, &args);
        assert!(!loud.out.is_empty() && loud.err.is_empty(), "{args:?}: {}", loud.err);
        let quiet = run(&place, &[args.clone(), vec!["--quiet".into()]].concat());
        assert_eq!(quiet.err, "", "{args:?}");
        if args[0] != "build" {
            assert_eq!(quiet.out, loud.out, "{args:?}");
        }
    }
    let error = place.run(&["recommend", "-i", "tracks.segue", "--id", "x", "--quiet"]).fails();
    assert!(error.starts_with("segue: unknown track id"), "errors are told also in quiet");
}

#[test]
fn a_reader_that_stops_reading_has_what_it_wanted() {
    let place = Place::with_index();
    for args in all_commands() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = place.child(&as_str(&args)).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {:?}", output.status);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
    // A reader that closes the pipe after the beginning of a long output.
    place.write("much.csv", csv(&some(4000)));
    for args in [
        &["demo", "--tracks", "20000", "--out", "-"][..],
        &["search", "-i", "much.csv", "-n", "4000", "--format", "csv", ""],
        &["search", "-i", "much.csv", "-n", "4000", "--format", "json", ""],
        &["search", "-i", "much.csv", "-n", "4000", ""],
    ] {
        let mut child = place.child(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 20];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut start).unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{args:?}");
    }
}

#[test]
fn standard_error_may_be_closed() {
    let place = Place::with_index();
    let status = |args: &[&str]| -> ExitStatus {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        place.child(args).stdout(Stdio::null()).stderr(writer).status().unwrap()
    };
    assert_eq!(status(&["recommend", "-i", "tracks.segue", "plain"]).code(), Some(0));
    assert_eq!(status(&["recommend", "-i", "tracks.segue", "--id", "x"]).code(), Some(1));
    assert_eq!(status(&["recommend"]).code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let place = Place::with_index();
    for args in all_commands() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = place.child(&as_str(&args)).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.starts_with("segue: cannot write the results: ") && error.lines().count() == 1,
            "{error}"
        );
    }
}

fn as_str(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

#[test]
fn segue_index_names_the_index_and_the_option_wins() {
    let place = Place::with_index();
    place.write("other.csv", csv(&some(3)));
    let with = |index: &str, args: &[&str]| CommandOutput::of(place.segue(args).env("SEGUE_INDEX", index));
    for index in ["tracks.segue", "tracks.csv"] {
        with(index, &["recommend", "--id", &id(1)]).succeeds();
        with(index, &["search", "rock"]).succeeds();
        with(index, &["inspect"]).succeeds();
    }
    with("tracks.segue", &["verify"]).succeeds();
    with("elsewhere", &["search", "-i", "tracks.segue", "rock"]).succeeds();
    assert!(with("elsewhere", &["search", "rock"]).fails().contains("elsewhere"));
    with("made.segue", &["build", "other.csv"]).succeeds();
    assert!(place.has("made.segue") && !place.has("catalogue.segue"));
    // Without either, the default is catalogue.segue.
    place.run(&["build", "other.csv"]).succeeds();
    place.run(&["verify", "catalogue.segue"]).succeeds();
    place.run(&["recommend", "--id", &id(1)]).succeeds();
}

#[test]
fn a_file_of_tracks_is_as_good_as_its_index() {
    let place = Place::with_index();
    for format in ["table", "json", "csv"] {
        let answers = ["tracks.segue", "tracks.csv", "./tracks.csv"].map(|index| {
            place.run(&["recommend", "-i", index, "--id", &id(9), "--format", format]).succeeds().out
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }
    let of_input =
        place.run_on(&["recommend", "-i", "-", "--id", &id(9)], place.read("tracks.csv")).succeeds();
    assert_eq!(of_input.out, place.run(&["recommend", "-i", "tracks.segue", "--id", &id(9)]).succeeds().out);
    let rows = csv(&some(5)) + "a,short,row\n";
    place.write("odd.csv", &rows);
    assert!(place.run(&["search", "-i", "odd.csv", "rock"]).fails().contains("1 of 6 rows cannot be read"));
}

#[test]
fn nothing_is_coloured_in_a_pipe_and_the_number_of_threads_changes_nothing() {
    let place = Place::with_index();
    for args in all_commands().iter().filter(|args| args[0] != "build") {
        let plain = run(&place, args).succeeds();
        assert!(!plain.out.contains('\u{1b}'), "{args:?}");
        for (name, value) in [
            ("NO_COLOR", "1"),
            ("CLICOLOR_FORCE", "1"),
            ("RAYON_NUM_THREADS", "1"),
            ("RAYON_NUM_THREADS", "7"),
        ] {
            let other = CommandOutput::of(place.segue(&as_str(args)).env(name, value)).succeeds();
            assert_eq!(other.out, plain.out, "{args:?} with {name}={value}");
        }
        let uncoloured = run(&place, &[args.clone(), vec!["--no-color".into()]].concat()).succeeds();
        assert_eq!(uncoloured.out, plain.out);
    }
}

/// Runs the command on a pseudo-terminal, if the system's `script` can create one.
#[cfg(target_os = "linux")]
fn on_a_terminal(place: &Place, command: &str, variable: Option<(&str, &str)>) -> Option<String> {
    let line = format!("stty cols 80; {} {command}", assert_cmd::cargo::cargo_bin!("segue").display());
    let mut script = std::process::Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(place.path("")).stdin(Stdio::null());
    script.env_remove("NO_COLOR").env_remove("SEGUE_INDEX").env("TERM", "xterm-256color").envs(variable);
    match script.output() {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(error) => {
            assert!(std::env::var_os("SEGUE_TEST_ALL").is_none(), "script: {error}");
            _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("SKIPPED: script: {error}\n"));
            None
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_sees_bold_headers_unless_it_asks_for_none() {
    let place = Place::with_index();
    let command = format!("recommend -i tracks.segue --id {}", id(1));
    let Some(bold) = on_a_terminal(&place, &command, None) else { return };
    assert!(bold.contains("\u{1b}[1m"), "{bold}");
    for (flag, variable) in [(" --no-color", None), ("", Some(("NO_COLOR", "1")))] {
        let plain = on_a_terminal(&place, &format!("{command}{flag}"), variable).unwrap();
        assert!(plain.contains("similarity") && !plain.contains('\u{1b}'), "{plain}");
    }
    // An empty NO_COLOR has no effect: https://no-color.org
    assert!(on_a_terminal(&place, &command, Some(("NO_COLOR", ""))).unwrap().contains("\u{1b}[1m"));
    let json = on_a_terminal(&place, &format!("{command} --format json"), None).unwrap();
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
}
