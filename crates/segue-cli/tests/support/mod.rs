//! Shared by the tests: a small table of tracks in many encodings, a temporary folder for each test, the real binary.

#![allow(dead_code)]

pub mod encode;
pub mod server;
pub mod tracks;

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

/// A temporary folder, removed on drop.
pub struct Place {
    folder: TempDir,
}

/// The exit status and output of a command.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A folder that holds the small table of tracks as `tracks.csv`, and its index as `tracks.segue`.
    pub fn with_index() -> Self {
        let place = Self::new();
        place.write("tracks.csv", tracks::csv(&tracks::some(40)));
        let profiles = ["--profile", "segue", "--profile", "classic"];
        place.run(&[&["build", "tracks.csv", "-o", "tracks.segue"][..], &profiles].concat()).succeeds();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn has(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// The command in this folder, without `SEGUE_INDEX` and `NO_COLOR`.
    pub fn segue(&self, args: &[&str]) -> Command {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("segue");
        command.current_dir(self.folder.path()).env_remove("SEGUE_INDEX").env_remove("NO_COLOR");
        command.timeout(Duration::from_secs(60)).args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> CommandOutput {
        CommandOutput::of(&mut self.segue(args))
    }

    pub fn run_on(&self, args: &[&str], input: impl Into<Vec<u8>>) -> CommandOutput {
        CommandOutput::of(self.segue(args).write_stdin(input))
    }

    /// The command as a child process, whose streams the test sets up.
    pub fn child(&self, args: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("segue"));
        command.current_dir(self.folder.path()).env_remove("SEGUE_INDEX").env_remove("NO_COLOR").args(args);
        command
    }

    /// The names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The file `tracks.arrow` of an index.
    pub fn tracks_file(&self, index: &str) -> PathBuf {
        let manifest: serde_json::Value =
            serde_json::from_slice(&self.read(&format!("{index}/manifest.json"))).unwrap();
        let generation = manifest["generation"].as_u64().unwrap();
        self.path(&format!("{index}/generation-{generation}/tracks.arrow"))
    }

    /// Every file of an index with its content.
    pub fn index_bytes(&self, index: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.path(index), &mut files);
        files.sort();
        files
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push((path.clone(), std::fs::read(&path).unwrap())),
        }
    }
}

impl CommandOutput {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!err.contains("panicked"), "{err}");
        let code = output.status.code();
        let code = code.unwrap_or_else(|| panic!("ended by a signal or after a minute: {:?}", output.status));
        Self { code, out: String::from_utf8_lossy(&output.stdout).into_owned(), err }
    }

    /// Asserts success.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.err);
        self
    }

    /// Asserts exit status 1, no results, and one message on standard error; returns the message.
    #[track_caller]
    pub fn fails(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (1, ""), "{}", self.err);
        assert!(self.err.starts_with("segue: "), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "one message: {}", self.err);
        assert!(!self.err.trim_end().ends_with('.'), "no full stop: {}", self.err);
        self.err
    }

    /// Asserts exit status 2; returns the message.
    #[track_caller]
    pub fn fails_with_usage(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        self.err
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}
