//! Unmodified Spotify clients, and schemathesis against the OpenAPI description.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Place;
use crate::support::server::Server;

/// The Python interpreter, if it has the module; otherwise `None`, and a message that the test is skipped.
fn python(module: &str) -> Option<PathBuf> {
    let interpreter: PathBuf = std::env::var_os("SEGUE_PYTHON").unwrap_or_else(|| "python3".into()).into();
    let has = Command::new(&interpreter).args(["-c", &format!("import {module}")]).output();
    if has.is_ok_and(|output| output.status.success()) {
        return Some(interpreter);
    }
    assert!(
        std::env::var_os("SEGUE_TEST_ALL").is_none(),
        "{module} is missing for {}",
        interpreter.display()
    );
    println!("skipped: {module} is missing for {}", interpreter.display());
    None
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// Runs a client in the folder of the test, since some cache their tokens in the working directory.
#[track_caller]
fn succeeds(place: &Place, command: &mut Command) {
    let output = command.current_dir(place.path("")).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    println!("{said}");
}

/// A server over a generated catalogue, large enough for the clients' searches to find something.
fn served() -> (Place, Server) {
    let place = Place::new();
    place.run(&["demo", "--tracks", "2000", "--out", "demo.csv"]).succeeds();
    place.run(&["build", "demo.csv", "--map", "-o", "demo.segue"]).succeeds();
    let server = Server::start(&place, &["-i", "demo.segue", "--log-requests", "false"]);
    (place, server)
}

#[test]
fn spotipy_makes_every_call() {
    let Some(python) = python("spotipy") else { return };
    let (place, server) = served();
    succeeds(&place, Command::new(python).arg(script("spotipy_client.py")).arg(server.url()));
}

#[test]
fn tekore_makes_every_call() {
    let Some(python) = python("tekore") else { return };
    let (place, server) = served();
    succeeds(&place, Command::new(python).arg(script("tekore_client.py")).arg(server.url()));
}

/// `SEGUE_NODE_MODULES` names the folder of the packages.
#[test]
fn the_typescript_sdk_makes_every_call() {
    let Some(modules) = std::env::var_os("SEGUE_NODE_MODULES") else {
        assert!(std::env::var_os("SEGUE_TEST_ALL").is_none(), "SEGUE_NODE_MODULES is not set");
        println!("skipped: SEGUE_NODE_MODULES is not set");
        return;
    };
    let (place, server) = served();
    // Node looks for packages beside the script.
    place.write("sdk.mjs", std::fs::read(script("sdk.mjs")).unwrap());
    std::os::unix::fs::symlink(modules, place.path("node_modules")).unwrap();
    succeeds(&place, Command::new("node").arg(place.path("sdk.mjs")).arg(server.url()));
}

#[test]
fn rspotify_makes_every_call() {
    let (_place, server) = served();
    crate::rspotify::makes_every_call(&server);
}

#[test]
fn schemathesis_finds_nothing() {
    let Some(python) = python("schemathesis") else { return };
    let (place, server) = served();
    tests_by_schemathesis(&python, &place, &server, &[]);
}

/// Where columns of Spotify's are missing, its API answers 501, which is no failure; a failure is also in the log.
#[test]
fn schemathesis_finds_nothing_with_columns_of_ones_own() {
    let Some(python) = python("schemathesis") else { return };
    let place = crate::own_columns::place();
    let server = Server::start(&place, &["-i", "i", "--log-requests", "false"]);
    tests_by_schemathesis(&python, &place, &server, &["not_a_server_error"]);
}

/// Schemathesis, with a body of bytes that is a whole number of `f32`s: a schema cannot say that.
const SCHEMATHESIS: &str = "
from hypothesis import strategies
import schemathesis
number = strategies.binary(min_size=4, max_size=4)
vector = strategies.lists(number, min_size=1, max_size=8).map(b''.join)
schemathesis.openapi.media_type('application/octet-stream', vector)
from schemathesis.cli import schemathesis
schemathesis()
";

/// No call creates anything: a POST asks, and what it names need not exist.
const OF_CREATION: &str = "ensure_resource_availability";

fn tests_by_schemathesis(python: &Path, place: &Place, server: &Server, excluded: &[&str]) {
    let excluded = [&[OF_CREATION], excluded].concat().join(",");
    let mut command = Command::new(python);
    command.args(["-c", SCHEMATHESIS, "--config-file"]).arg(script("schemathesis.toml"));
    command.args(["run", &format!("{}/openapi.json", server.url())]);
    command.args(["--checks", "all", "--max-examples", "40", "--seed", "1", "--no-color"]);
    command.args(["--exclude-checks", &excluded]);
    succeeds(place, &mut command);
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}
