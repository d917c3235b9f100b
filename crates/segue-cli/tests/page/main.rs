//! The page in a real browser, and the types of its modules. The tests themselves are the `.mjs` files beside this one, run
//! by Node's test runner; `SEGUE_NODE_MODULES` names the folder of the packages, and Chromium is on the path or is named by
//! `SEGUE_CHROMIUM`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]
#![allow(missing_docs, unreachable_pub)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with the scripts, and the packages where Node looks for them; `None` if there are none.
fn place() -> Option<tempfile::TempDir> {
    let modules = std::env::var_os("SEGUE_NODE_MODULES").map(PathBuf::from);
    let modules = modules.filter(|modules| modules.join("playwright-core").exists());
    let Some(modules) = modules else {
        assert!(std::env::var_os("SEGUE_TEST_ALL").is_none(), "SEGUE_NODE_MODULES has no playwright-core");
        println!("skipped: SEGUE_NODE_MODULES names no folder with playwright-core");
        return None;
    };
    let place = tempfile::tempdir().unwrap();
    let scripts = here();
    for entry in std::fs::read_dir(&scripts).unwrap() {
        let name = entry.unwrap().file_name();
        std::fs::copy(scripts.join(&name), place.path().join(&name)).unwrap();
    }
    std::os::unix::fs::symlink(modules, place.path().join("node_modules")).unwrap();
    std::os::unix::fs::symlink(web(), place.path().join("web")).unwrap();
    Some(place)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page")
}

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web")
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("SEGUE_CHROMIUM").map(PathBuf::from);
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = named.or_else(|| {
        let folders = std::env::split_paths(&paths).collect::<Vec<_>>();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        folders.iter().flat_map(|folder| names.map(|name| folder.join(name))).find(|path| path.exists())
    });
    if found.is_none() {
        assert!(std::env::var_os("SEGUE_TEST_ALL").is_none(), "chromium is not on the path");
        println!("skipped: chromium is not on the path, and SEGUE_CHROMIUM is not set");
    }
    found
}

#[test]
fn the_modules_of_the_page_have_the_types_that_they_say() {
    let Some(place) = place() else { return };
    // Not by the link: a checker of types follows it, and looks for its settings there.
    let config = std::fs::read_to_string(here().join("tsconfig.json")).unwrap();
    let config = config.replace("\"web\"", &format!("{:?}", web().canonicalize().unwrap()));
    std::fs::write(place.path().join("tsconfig.json"), config).unwrap();
    let checker = place.path().join("node_modules/typescript/bin/tsc");
    succeeds(Command::new("node").arg(checker).arg("-p").arg(place.path().join("tsconfig.json")));
}

#[test]
fn the_stories_of_the_page_go_as_told_in_a_browser() {
    let (Some(place), Some(chromium)) = (place(), chromium()) else { return };
    let mut scripts: Vec<PathBuf> =
        std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    scripts.sort();
    // One at a time: each starts a browser and a service.
    succeeds(
        Command::new("node")
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
            .args(scripts)
            .env("SEGUE", assert_cmd::cargo::cargo_bin!("segue"))
            .env("SEGUE_CHROMIUM", chromium)
            .env_remove("SEGUE_INDEX"),
    );
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{out}");
    assert!(output.status.success(), "{out}\n{err}");
}
