//! `recommend --batch`: ids in, one JSON object a line out, in the same order.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::tracks::id;
use crate::support::{CommandOutput, Place};

const ASK: [&str; 7] = ["recommend", "-i", "tracks.segue", "-k", "4", "--batch", "-"];

fn ask(place: &Place, ids: impl Into<Vec<u8>>) -> CommandOutput {
    place.run_on(&ASK, ids)
}

fn lines(ran: &CommandOutput) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn seeds(ran: &CommandOutput) -> Vec<String> {
    lines(ran).iter().map(|line| line["seed"]["track_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn answers_come_in_the_order_of_the_ids_and_are_those_of_single_questions() {
    let place = Place::with_index();
    // More lines than a chunk holds, with repeated ids.
    let asked: Vec<String> = (0..2500).map(|number| id(number * 7 % 40)).collect();
    let ran = ask(&place, asked.join("\n")).succeeds();
    assert_eq!((seeds(&ran), ran.err.as_str()), (asked, ""));
    let single =
        place.run(&["recommend", "-i", "tracks.segue", "-k", "4", "--format", "json", "--id", &id(7)]);
    assert_eq!(lines(&ran)[1], single.succeeds().json());
}

#[test]
fn a_file_of_ids_is_as_good_as_standard_input() {
    let place = Place::with_index();
    let ids = format!("{}\n{}\n", id(1), id(2));
    place.write("ids.txt", &ids);
    let of_file = place.run(&["recommend", "-i", "tracks.segue", "-k", "4", "--batch", "ids.txt"]).succeeds();
    assert_eq!(of_file.out, ask(&place, ids).succeeds().out);
    let error = place.run(&["recommend", "-i", "tracks.segue", "--batch", "no-ids.txt"]).fails();
    assert!(error.starts_with("segue: cannot read no-ids.txt: "), "{error}");
    let error = place.run(&["recommend", "-i", "tracks.segue", "--batch", "."]).fails();
    assert!(error.starts_with("segue: cannot read .: "), "{error}");
}

#[test]
fn standard_input_is_either_the_tracks_or_the_ids() {
    let place = Place::with_index();
    let tracks = place.read("tracks.csv");
    place.write("ids.txt", id(1));
    let ran = place.run_on(&["recommend", "-i", "-", "--batch", "ids.txt"], tracks.clone());
    assert_eq!(seeds(&ran.succeeds()), [id(1)]);
    let error = place.run_on(&["recommend", "-i", "-", "--batch", "-"], tracks).fails_with_usage();
    insta::assert_snapshot!(error, @"segue: standard input cannot hold both the tracks (-i -) and the ids (--batch -); give one as a file");
}

#[test]
fn an_unknown_id_is_an_object_with_its_error_and_the_exit_code_tells() {
    let place = Place::with_index();
    let ran = ask(&place, format!("{}\nabc\n{}\nPlain\n", id(1), id(2)));
    assert_eq!(ran.code, 1);
    let lines = lines(&ran);
    assert_eq!(lines.len(), 4);
    let unknown = |id: &str| {
        json!({
            "id": id,
            "error": format!("unknown track id {id:?}: not in this catalogue of 40 tracks; try: segue search TITLE"),
        })
    };
    assert_eq!((&lines[1], &lines[3]), (&unknown("abc"), &unknown("Plain")), "titles are not taken");
    assert_eq!(
        (&lines[0]["seed"]["track_id"], &lines[2]["seed"]["track_id"]),
        (&id(1).into(), &id(2).into())
    );
}

#[test]
fn blank_lines_windows_line_ends_and_spaces_do_not_matter() {
    let place = Place::with_index();
    let wanted = vec![id(1), id(2), id(3)];
    for text in [
        format!("{}\n{}\n{}", id(1), id(2), id(3)),
        format!("{}\r\n{}\r\n{}\r\n", id(1), id(2), id(3)),
        format!("\n\n{}\n   \n\t{}  \n\r\n{}\n\n\n", id(1), id(2), id(3)),
        format!("\u{feff}{}\n{}\n{}\n", id(1), id(2), id(3)),
        format!("spotify:track:{}\nhttps://open.spotify.com/track/{}?si=x\n{}", id(1), id(2), id(3)),
    ] {
        assert_eq!(seeds(&ask(&place, text).succeeds()), wanted);
    }
    for nothing in ["", "\n", "\r\n\r\n", "  \n\t\n"] {
        assert_eq!(ask(&place, nothing).succeeds().out, "");
    }
}

#[test]
fn lines_that_are_no_ids_do_no_harm() {
    let place = Place::with_index();
    for length in [4095, 4096, 4097, 8192, 100_000, 1_000_000] {
        let ran = ask(&place, format!("{}\n{}\n{}\n", id(1), "x".repeat(length), id(2)));
        let lines = lines(&ran);
        assert_eq!((ran.code, lines.len()), (1, 3), "{length}");
        assert!(lines[1]["error"].as_str().unwrap().starts_with("unknown track id \"xxx"));
        assert!(lines[1].to_string().len() < 20_000);
        assert_eq!(lines[2]["seed"]["track_id"], id(2).as_str());
    }
    let ran = ask(&place, [id(1).as_bytes(), b"\n\xff\xfe\xc3\n\0\n\x1b[31m\n", id(2).as_bytes()].concat());
    let lines = lines(&ran);
    assert_eq!((ran.code, lines.len()), (1, 5));
    assert_eq!(lines[1]["id"], "\u{fffd}\u{fffd}\u{fffd}");
    assert_eq!((&lines[2]["id"], &lines[3]["id"]), (&"\0".into(), &"\u{1b}[31m".into()));
    assert_eq!(lines[4]["seed"]["track_id"], id(2).as_str());
}

#[test]
fn whoever_writes_one_id_gets_its_answer_before_writing_the_next() {
    let place = Place::with_index();
    let mut child = place.child(&ASK).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (sender, answers) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in output.lines() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    let mut ask = |text: &str, awaited: &[String]| {
        input.write_all(text.as_bytes()).unwrap();
        for id in awaited {
            let Ok(answer) = answers.recv_timeout(Duration::from_secs(20)) else {
                child.kill().unwrap();
                panic!("no answer to {text:?} while the input is open");
            };
            let answer: Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(answer["seed"]["track_id"], id.as_str());
        }
    };
    ask(&format!("{}\n", id(1)), &[id(1)]);
    ask(&format!("{}\n{}\n", id(2), id(3)), &[id(2), id(3)]);
    // A complete line and part of the next: the complete one is answered.
    ask(&format!("\n\n{}\n{}", id(4), &id(5)[..9]), &[id(4)]);
    ask(&format!("{}\n", &id(5)[9..]), &[id(5)]);
    drop(input);
    assert!(child.wait().unwrap().success());
    reader.join().unwrap();
}

#[test]
fn long_answers_to_many_ids_are_the_same_as_one_by_one() {
    let place = Place::with_index();
    let ids: String = (0..2500).map(|number| id(number % 40) + "\n").collect();
    place.write("ids.txt", &ids);
    let all =
        place.run(&["recommend", "-i", "tracks.segue", "--batch", "ids.txt", "-k", "1000000"]).succeeds();
    let lines: Vec<&str> = all.out.lines().collect();
    assert_eq!(lines.len(), 2500);
    assert!((0..2460).all(|line| lines[line] == lines[line + 40]));
}

#[test]
#[cfg(unix)]
fn an_index_that_is_cut_off_meanwhile_is_an_error_and_not_the_end_of_the_process() {
    let place = Place::with_index();
    let mut child = place.child(&ASK);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let (mut ids, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut line = String::new();
    writeln!(ids, "{}", id(1)).unwrap();
    answers.read_line(&mut line).unwrap();
    assert!(line.contains(&id(1)), "{line}");
    std::fs::File::options().write(true).open(place.tracks_file("tracks.segue")).unwrap().set_len(9).unwrap();
    writeln!(ids, "{}", id(2)).unwrap();
    drop(ids);
    line.clear();
    assert_eq!(answers.read_line(&mut line).unwrap(), 0, "{line}");
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{:?} {error}", output.status);
    assert!(error.contains("tracks.arrow") && error.contains("while it was in use"), "{error}");
    // With `--in-memory` the truncated index is refused when it is read.
    let args = [&ASK[..], &["--in-memory"]].concat();
    let error = place.run_on(&args, id(1)).fails();
    assert!(error.contains("tracks.arrow"), "{error}");
}
