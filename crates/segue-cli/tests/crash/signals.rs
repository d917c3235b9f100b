//! Commands that are ended by a signal leave no files, and concurrent writers of one file do not mix.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::{built, demo, folder, names, segue};

fn spawn(arguments: &[&str]) -> Child {
    segue().args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(child: &Child, signal: &str) {
    // Ignored: the process may have ended already.
    _ = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn two_writers_of_one_file_leave_a_whole_one() {
    let folder = folder();
    let file = folder.path().join("demo.csv");
    let whole = |seed: &str| std::fs::read(folder.path().join(format!("{seed}.csv"))).unwrap();
    for seed in ["1", "2"] {
        let alone = folder.path().join(format!("{seed}.csv"));
        let mut child = spawn(&["demo", "--tracks", "20000", "--seed", seed, "--out", text(&alone)]);
        assert!(child.wait().unwrap().success());
    }
    for _ in 0..10 {
        let writers = ["1", "2", "1", "2"];
        let writers =
            writers.map(|seed| spawn(&["demo", "--tracks", "20000", "--seed", seed, "--out", text(&file)]));
        for writer in writers {
            let output = writer.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", super::stderr(&output));
        }
        let written = std::fs::read(&file).unwrap();
        assert!(written == whole("1") || written == whole("2"), "neither of the two");
        assert_eq!(names(folder.path()), ["1.csv", "2.csv", "demo.csv"]);
    }
}

/// Sets signals to their defaults in the processes that are spawned from now on. A shell that starts the tests in the
/// background makes them ignore SIGINT, which would be inherited; a signal with a handler is not.
fn reset_signals() {
    let ends = Arc::new(AtomicBool::new(true));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&ends)).unwrap();
    }
}

#[test]
fn a_signal_removes_the_file_that_is_not_yet_whole() {
    reset_signals();
    let folder = folder();
    let file = folder.path().join("demo.csv");
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let mut child = spawn(&["demo", "--tracks", "5000000", "--out", text(&file)]);
        wait_until("it writes", || !names(folder.path()).is_empty());
        send(&child, signal);
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        assert_eq!(names(folder.path()), <[String; 0]>::default(), "{signal}");
    }
}

#[test]
fn a_signal_that_the_process_was_started_to_ignore_stays_ignored() {
    let folder = folder();
    let file = folder.path().join("demo.csv");
    let command = segue();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).arg(command.get_program());
    let mut child = shell.args(["demo", "--tracks", "300000", "--out", text(&file)]).spawn().unwrap();
    wait_until("it writes", || !names(folder.path()).is_empty());
    send(&child, "HUP");
    assert!(child.wait().unwrap().success());
    assert_eq!(names(folder.path()), ["demo.csv"]);
}

#[test]
fn a_first_build_that_is_told_to_end_leaves_nothing() {
    reset_signals();
    let inputs = folder();
    let input = demo(inputs.path(), 20_000, 1);
    for (signal, wait) in [("INT", 0), ("TERM", 60), ("HUP", 200), ("TERM", 400)] {
        let folder = folder();
        let index = folder.path().join("some/where/first.segue");
        let mut child = spawn(&["build", text(&input), "-o", text(&index)]);
        wait_until("it has begun", || index.join("build.lock").exists());
        thread::sleep(Duration::from_millis(wait));
        send(&child, signal);
        let status = child.wait().unwrap();
        match status.success() {
            true => _ = segue::index::verify(&index).unwrap(),
            false => assert_eq!(names(folder.path()), <[String; 0]>::default(), "{signal} {wait}: {status}"),
        }
    }
}

#[test]
fn a_later_build_that_is_told_to_end_leaves_the_index() {
    let folder = folder();
    let (old, new) = (demo(folder.path(), 500, 1), demo(folder.path(), 20_000, 2));
    let index = folder.path().join("old.segue");
    built(&old, &index);
    let mut child = spawn(&["build", text(&new), "-o", text(&index)]);
    thread::sleep(Duration::from_millis(200));
    send(&child, "TERM");
    child.wait().unwrap();
    segue::index::verify(&index).unwrap();
}
