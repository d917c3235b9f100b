//! Builds that are killed, run concurrently, or lack disk space or permissions: the folder always opens as the complete
//! old index or the complete new one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(missing_docs, unreachable_pub)]

mod concurrent;
mod kills;
mod places;
mod signals;
mod space;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use segue::index::verify;
use segue::{Index, Query, Recommender, Row};
use segue_demo::Demo;
use tempfile::TempDir;

/// The command with `--quiet`, without `SEGUE_INDEX` and standard input.
fn segue() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.env_remove("SEGUE_INDEX").stdin(Stdio::null()).arg("--quiet");
    command
}

fn build(input: &Path, index: impl AsRef<OsStr>) -> Command {
    let mut command = segue();
    command.arg("build").arg(input).arg("-o").arg(index.as_ref());
    command
}

/// Runs a build that must succeed.
fn built(input: &Path, index: impl AsRef<OsStr>) {
    let output = build(input, index).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts exit status 1, and one line on standard error that contains all these words.
fn assert_fails(output: &Output, words: &[&str]) {
    let message = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(words.iter().all(|word| message.contains(word)), "{words:?} in {message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.starts_with("segue: ") && !message.contains("panicked"), "{message}");
}

/// A generated file of tracks.
fn demo(folder: &Path, tracks: u64, seed: u64) -> PathBuf {
    let path = folder.join(format!("demo-{tracks}-{seed}.csv"));
    Demo { tracks, seed }.write_csv(File::create(&path).unwrap(), |_| ()).unwrap();
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Recommendations, which identify an index.
type Answers = (usize, Vec<(String, f64)>);

fn answers(path: &Path) -> Answers {
    let recommender = Recommender::new(Index::open(path).unwrap());
    let tracks = recommender.index().len();
    let rows = (0..tracks as u32).step_by(tracks / 7).map(Row);
    let found = rows.flat_map(|row| {
        let answer = recommender.recommend(&Query::new(row).limit(5)).unwrap();
        let found = answer.recommendations.into_iter();
        found.map(|found| (found.track.track_id.to_owned(), found.similarity)).collect::<Vec<_>>()
    });
    (tracks, found.collect())
}

/// The names in the folder of an index.
fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Asserts that an index is complete and that nothing else is left in its folder.
fn assert_whole_and_tidy(path: &Path) {
    let generation = verify(path).unwrap().generation;
    assert_eq!(
        names(path),
        ["build.lock".to_owned(), format!("generation-{generation}"), "manifest.json".into()]
    );
    let files = names(&path.join(format!("generation-{generation}")));
    assert_eq!(files, ["ids.arrow", "segue", "songs.arrow", "text.arrow", "tracks.arrow"]);
}

/// A tmpfs mounted for one test; where mounting is not allowed, the test is skipped with a message on standard error.
struct Mount(TempDir);

impl Mount {
    fn new(options: &str) -> Option<Self> {
        let folder = folder();
        let mounted = mount(&["-t", "tmpfs", "-o", options, "tmpfs"], folder.path());
        if !mounted {
            use std::io::Write;
            // Bypasses the test runner's output capture, so that a skipped test is visible.
            _ = writeln!(std::io::stderr(), "SKIPPED: mounting a tmpfs is not allowed here");
            return None;
        }
        Some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn make_read_only(&self) {
        assert!(mount(&["-o", "remount,ro"], self.path()));
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        _ = Command::new("umount").arg(self.path()).status();
    }
}

fn mount(options: &[&str], path: &Path) -> bool {
    let output = Command::new("mount").args(options).arg(path).output();
    output.is_ok_and(|output| output.status.success())
}
