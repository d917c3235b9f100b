//! Files of the served index are changed in place, under load: every response is correct or 503 `index_changed`, and
//! the service recovers and logs what happened.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::Place;
use crate::support::server::{Server, wait_until};
use crate::support::tracks::{csv, id, some};

const TRACKS: usize = 40;

fn path(number: usize) -> String {
    format!("/api/v1/tracks/{}/similar?k=5", id(number % TRACKS))
}

fn answers(server: &Server) -> Vec<Vec<u8>> {
    (0..TRACKS).map(|number| server.get(&path(number)).body).collect()
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(files_of(&path)),
            false => files.push(path),
        }
    }
    files
}

/// Like `cp -r FROM/. TO/`: existing files are truncated and rewritten in place.
fn copy_over(from: &Path, to: &Path) {
    for file in files_of(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

/// Sends requests without pause while `change` runs; every response must be one of `right`, or a refusal.
fn under_load(server: &Server, right: &[&Vec<Vec<u8>>], change: impl FnOnce()) {
    let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (over, asked) = (&over, &asked);
            scope.spawn(move || {
                let mut number = thread * 10;
                while !over.load(Ordering::Relaxed) {
                    let answer = server.get(&path(number));
                    match answer.status {
                        200 => {
                            let is_right = right.iter().any(|right| right[number % TRACKS] == answer.body);
                            assert!(is_right, "{}", String::from_utf8_lossy(&answer.body));
                        }
                        _ => _ = answer.problem(503, "index_changed"),
                    }
                    asked.fetch_add(1, Ordering::Relaxed);
                    number += 1;
                }
            });
        }
        wait_until("it is under load", || asked.load(Ordering::Relaxed) > 100);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(change));
        std::thread::sleep(Duration::from_millis(200));
        over.store(true, Ordering::Relaxed);
        done.unwrap();
    });
}

#[test]
fn another_index_is_copied_over_it() {
    let place = Place::with_index();
    place.write("other.csv", csv(&some(TRACKS + 15)));
    let profiles = ["--profile", "segue", "--profile", "classic"];
    place.run(&[&["build", "other.csv", "-o", "other.segue"][..], &profiles].concat()).succeeds();
    place.run(&[&["build", "tracks.csv", "-o", "first.segue"][..], &profiles].concat()).succeeds();
    let options = ["-i", "tracks.segue", "--watch-interval", "0.05", "--log-requests", "false"];
    let server = Server::start(&place, &options);
    let first = answers(&server);
    let second = answers(&Server::start(&place, &["-i", "other.segue"]));
    assert_ne!(first, second);
    for from in ["other.segue", "first.segue", "other.segue", "first.segue"] {
        let expected = if from == "first.segue" { &first } else { &second };
        under_load(&server, &[&first, &second], || {
            copy_over(&place.path(from), &place.path("tracks.segue"));
        });
        wait_until("what was copied answers", || answers(&server) == *expected);
    }
    assert_eq!(server.get("/health/ready").status, 200);
}

#[test]
fn its_files_are_cut_off() {
    for cut in ["tracks.arrow", "vectors.arrow", "tree.arrow", "ids.arrow", "songs.arrow"] {
        let place = Place::with_index();
        let options = ["-i", "tracks.segue", "--watch-interval", "0.05", "--log-requests", "false"];
        let server = Server::start(&place, &options);
        let right = answers(&server);
        under_load(&server, &[&right], || {
            let files = files_of(&place.path("tracks.segue"));
            for file in files.iter().filter(|file| file.ends_with(cut)) {
                File::options().write(true).open(file).unwrap().set_len(100).unwrap();
            }
        });
        server.get(&path(1)).problem(503, "index_changed");
        server.get("/health/ready").problem(503, "index_changed");
        assert_eq!(server.get("/health/live").status, 200, "{cut}");
        wait_until("the log says so", || server.log().contains("while it was in use"));
        // A new build repairs it.
        place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
        wait_until("it answers again", || server.get(&path(1)).status == 200);
    }
}

#[test]
fn in_memory_nothing_matters_that_happens_to_the_files() {
    let place = Place::with_index();
    let options = ["-i", "tracks.segue", "--in-memory", "--watch-interval", "0.05"];
    let server = Server::start(&place, &options);
    let right = answers(&server);
    for file in files_of(&place.path("tracks.segue")) {
        File::options().write(true).open(file).unwrap().set_len(3).unwrap();
    }
    assert_eq!(answers(&server), right);
    wait_until("the change is refused", || server.log().contains("refused"));
    assert_eq!(answers(&server), right);
    assert_eq!(server.get("/health/ready").status, 200);
}
