//! Builds concurrent with another build or a reader.

use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use super::{answers, assert_fails, assert_whole_and_tidy, build, built, demo, folder, names, segue, stderr};

#[test]
fn the_second_of_two_builds_fails_at_once_and_does_not_harm_the_first() {
    let folder = folder();
    let (input, other) = (demo(folder.path(), 300, 1), demo(folder.path(), 400, 2));
    for old in [false, true] {
        let index = folder.path().join(format!("shared-{old}.segue"));
        if old {
            built(&other, &index);
        }
        // The first build has started and waits for standard input.
        let mut first = segue();
        first.args(["build", "-", "-o"]).arg(&index);
        let mut first =
            first.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        while names_if_any(&index).is_empty() && start.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(2));
        }
        thread::sleep(Duration::from_millis(300));
        for _ in 0..3 {
            let start = Instant::now();
            let second = build(&other, &index).output().unwrap();
            assert_fails(&second, &["is being built by another process", "-o", &index.display().to_string()]);
            assert!(start.elapsed() < Duration::from_secs(10), "it waited");
        }
        first.stdin.take().unwrap().write_all(&fs::read(&input).unwrap()).unwrap();
        let first = first.wait_with_output().unwrap();
        assert!(first.status.success(), "{}", stderr(&first));
        assert_whole_and_tidy(&index);
        assert_eq!(answers(&index).0, 300);
    }
}

fn names_if_any(path: &std::path::Path) -> Vec<String> {
    if path.exists() { names(path) } else { Vec::new() }
}

#[test]
fn a_build_that_fails_leaves_what_was_there() {
    let folder = folder();
    let input = demo(folder.path(), 300, 1);
    let broken = folder.path().join("broken.csv");
    fs::write(&broken, "track_id,energy\nx,loud\n").unwrap();
    let index = folder.path().join("kept.segue");
    assert_fails(&build(&broken, &index).output().unwrap(), &["broken.csv", "it lacks", "track_name"]);
    assert!(!index.exists(), "a folder for an index that never came");
    built(&input, &index);
    let before = answers(&index);
    assert_fails(&build(&broken, &index).output().unwrap(), &["broken.csv"]);
    let nowhere = folder.path().join("nowhere.csv");
    assert_fails(&build(&nowhere, &index).output().unwrap(), &["nowhere.csv", "No such file"]);
    assert_whole_and_tidy(&index);
    assert_eq!(answers(&index), before);
}

#[test]
fn an_index_is_read_while_builds_replace_it() {
    const BUILDS: usize = 25;
    let folder = folder();
    let inputs = [demo(folder.path(), 500, 1), demo(folder.path(), 800, 1)];
    let index = folder.path().join("live.segue");
    built(&inputs[0], &index);
    // The demo's ids depend on seed and number alone, so both catalogues have this track.
    let id = answers(&index).1[0].0.clone();
    built(&inputs[1], &index);
    let done = AtomicBool::new(false);
    let answered = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut answered = 0;
            while !done.load(Ordering::Relaxed) {
                let mut command = segue();
                command.args(["recommend", "--format", "json", "--id", &id, "-i"]).arg(&index);
                let output = command.output().unwrap();
                assert!(output.status.success(), "{}", stderr(&output));
                let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(answer["recommendations"].as_array().unwrap().len(), 10);
                answered += 1;
            }
            answered
        });
        let verifier = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let output = segue().arg("verify").arg(&index).output().unwrap();
                assert!(output.status.success(), "{}", stderr(&output));
            }
        });
        for number in 0..BUILDS {
            built(&inputs[number % 2], &index);
        }
        done.store(true, Ordering::Relaxed);
        verifier.join().unwrap();
        reader.join().unwrap()
    });
    assert!(answered > 3, "{answered}");
    assert_whole_and_tidy(&index);
}
