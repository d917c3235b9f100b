//! The precedence of flags, environment, file and defaults, and errors in them.

use std::net::TcpListener;

use crate::support::server::{Server, wait_until};
use crate::support::{CommandOutput, Place};

#[test]
fn a_flag_goes_before_a_variable_before_the_file_before_the_default() {
    let place = Place::new();
    place.write("segue.toml", "max_k = 5\nmax_queries = 6\nmax_url = 700\nlisten = \"127.0.0.1:1\"\n");
    let mut command = place.segue(&["serve", "--config", "segue.toml", "--print-config", "--max-k", "7"]);
    command.env("SEGUE_MAX_K", "8").env("SEGUE_MAX_QUERIES", "9");
    let printed = CommandOutput::of(&mut command).succeeds().out;
    for line in
        ["max_k = 7", "max_queries = 9", "max_url = 700", "listen = \"127.0.0.1:1\"", "max_body = 262144"]
    {
        assert!(printed.lines().any(|other| other == line), "{line} in {printed}");
    }
    // The printed file has the same settings.
    place.write("printed.toml", &printed);
    let again = place.run(&["serve", "--config", "printed.toml", "--print-config"]).succeeds();
    assert_eq!(again.out, printed);
}

#[test]
fn what_cannot_work_is_said_before_anything_begins() {
    let place = Place::with_index();
    place.write("wrong.toml", "max_k = 5\nlissten = \"x\"\n");
    place.write("empty.txt", "");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (args, wanted) in [
        (&["--config", "wrong.toml"][..], "wrong.toml: "),
        (&["--config", "none.toml"], "cannot read none.toml"),
        (&["-i", "none.segue"], "make one: segue build TRACKS.csv -o none.segue"),
        (&["-i", "tracks.segue", "--keys", "none.txt"], "cannot read none.txt"),
        (&["-i", "tracks.segue", "--keys", "empty.txt"], "holds no key"),
        (&["-i", "tracks.segue", "--tls-cert", "empty.txt", "--tls-key", "empty.txt"], "empty.txt"),
        (&["-i", "tracks.segue", "--listen", &taken], "cannot listen on 127.0.0.1:"),
    ] {
        let args = [&["serve", "--listen", "127.0.0.1:0", "--log-level", "error"], args].concat();
        let mut args = args;
        if args.iter().filter(|arg| **arg == "--listen").count() == 2 {
            args.drain(1..3);
        }
        let ran = place.run(&args);
        assert_eq!(ran.code, 1, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(wanted), "{args:?}: {}", ran.err);
    }
    for args in [
        &["--max-k", "0"][..],
        &["--request-timeout", "nan"],
        &["--tls-cert", "a"],
        &["--new-key", "a b"],
        &["--admin"],
    ] {
        place.run(&[&["serve"], args].concat()).fails_with_usage();
    }
}

#[test]
fn a_file_of_tracks_is_indexed_in_memory_and_the_first_answer_is_a_good_one() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.csv"]);
    let catalogue = server.get("/api/v1/catalogue").json();
    assert_eq!((&catalogue["tracks"], &catalogue["generation"]), (&40.into(), &serde_json::Value::Null));
    assert_eq!(server.get("/api/v1/search?q=artist").status, 200);
    // An index in memory cannot be reloaded; SIGHUP must not end the process.
    server.signal("HUP");
    wait_until("it says so", || server.log().contains("is not opened anew"));
    assert_eq!(server.get("/health/ready").status, 200);
}

#[test]
fn its_own_health_can_be_asked_from_the_command_line() {
    let place = Place::with_index();
    let server = Server::start(&place, &["-i", "tracks.segue"]);
    let address = server.address.to_string();
    place.run(&["serve", "--check-health", "--listen", &address]).succeeds();
    drop(server);
    let message = place.run(&["serve", "--check-health", "--listen", &address]).fails();
    assert!(message.contains(&address), "{message}");
}
