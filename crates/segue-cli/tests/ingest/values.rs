//! Values are read by what they are, whichever column or file they are in; what was converted is in the report.

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::tracks::{COLUMNS, Fields, csv, csv_with, id, some, with};

/// The report of a build of a table, and its tracks.
struct Built {
    report: Value,
    tracks: Vec<Value>,
    /// The summaries of the columns.
    columns: Vec<Value>,
}

#[track_caller]
fn build(table: &str, options: &[&str]) -> Built {
    let folder = Place::new();
    folder.write("songs.csv", table);
    let report = folder
        .run(&[&["build", "songs.csv", "-o", "i", "--format", "json"], options].concat())
        .succeeds()
        .json();
    let args = ["search", "-i", "i", "-n", "1000", "--match", "contains", "--format", "json", ""];
    let tracks = folder.run(&args).succeeds().json()["tracks"].as_array().unwrap().clone();
    let columns = folder.run(&["inspect", "i", "--format", "json"]).succeeds().json()["columns"].clone();
    Built { report, tracks, columns: columns.as_array().unwrap().clone() }
}

impl Built {
    /// The least and the greatest value of a numeric column.
    fn range(&self, column: &str) -> [f64; 2] {
        let spread = &self.columns.iter().find(|found| found["name"] == column).unwrap()["spread"];
        [&spread["min"], &spread["max"]].map(|value| value.as_f64().unwrap())
    }

    /// The conversions of a column, each as its form, its count and its example.
    fn conversions(&self, column: &str) -> Vec<(String, u64, String)> {
        let all = self.report["conversions"].as_array().cloned().unwrap_or_default();
        let of_column = all.into_iter().filter(|conversion| conversion["column"] == column);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        of_column
            .map(|conversion| {
                let example = format!("{} as {}", text(&conversion["from"]), text(&conversion["to"]));
                (text(&conversion["form"]), conversion["values"].as_u64().unwrap(), example)
            })
            .collect()
    }
}

/// Rows that differ in one column alone.
fn column(name: &str, values: &[&str]) -> Vec<Fields> {
    values.iter().enumerate().map(|(number, value)| with(number, &[(name, value)])).collect()
}

#[test]
fn values_of_every_form_are_converted_and_told() {
    for (name, values, wanted, form) in [
        ("duration_ms", ["3:50", "1:02:03"], [230_000.0, 3_723_000.0], "in hours, minutes and seconds"),
        ("duration_ms", ["199.5", "230"], [199_500.0, 230_000.0], "in seconds where milliseconds belong"),
        ("duration_ms", ["230,666", "1,230,666"], [230_666.0, 1_230_666.0], "with thousands separators"),
        ("key", ["C#", "B♭ minor"], [1.0, 10.0], "that are names of keys"),
        ("key", ["8B", "8A"], [0.0, 9.0], "that are keys of the Camelot wheel"),
        ("mode", ["minor", "Major"], [0.0, 1.0], "that are names of modes"),
        ("energy", ["7,5 %", "68%"], [0.075, 0.68], "with a per cent sign"),
        ("energy", ["41", "68"], [0.41, 0.68], "from 0 to 100 where 0 to 1 belongs"),
        ("energy", ["0,1", "0,676"], [0.1, 0.676], "with decimal commas"),
    ] {
        let built = build(&csv(&column(name, &values)), &[]);
        assert_eq!(built.range(name), wanted, "{name} {values:?}");
        let conversions = built.conversions(name);
        assert_eq!((conversions[0].0.as_str(), conversions[0].1), (form, 2), "{name} {values:?}");
    }
}

#[test]
fn ids_are_those_of_addresses() {
    let ids = ["6DCZcSspjsKoFjzjrWoCdn", "0VjIjW4GlUZAMYd2vXMi3b", "4iV5W9uYEdYUVa79Axb7Rh"];
    let written = [
        format!("spotify:track:{}", ids[0]),
        format!("https://open.spotify.com/intl-de/track/{}?si=abc", ids[1]),
        format!(" {} ", ids[2]),
    ];
    let built = build(&csv(&column("track_id", &written.each_ref().map(String::as_str))), &[]);
    let found: Vec<&str> = built.tracks.iter().map(|track| track["track_id"].as_str().unwrap()).collect();
    assert_eq!(found, ids);
    let conversions = built.conversions("track_id");
    assert_eq!(conversions[0].2, format!("{} as {}", written[0], ids[0]));
    assert_eq!((conversions[0].1, conversions[1].1), (2, 1));
}

#[test]
fn artists_are_those_of_lists_whatever_wrote_them() {
    for values in [
        ["['Nils', 'Ana']", "['Ana']"],
        [r#"["Nils", "Ana"]"#, r#"["Ana"]"#],
        [r#"[{"name": "Nils"}, {"name": "Ana"}]"#, r#"[{"name": "Ana"}]"#],
        ["Nils ; Ana", "Ana"],
        ["Nils;Ana", "Ana"],
        ["Nils feat. Ana", "Ana"],
        ["Nils,Ana", "Ana"],
    ] {
        let built = build(&csv(&column("artists", &values)), &[]);
        assert_eq!(built.tracks[0]["artists"], json!(["Nils", "Ana"]), "{values:?}");
        assert_eq!(built.tracks[1]["artists"], json!(["Ana"]));
    }
    let one = ["Earth, Wind & Fire", "Nils", "Ana", "Kai"];
    let built = build(&csv(&column("artists", &one)), &[]);
    assert_eq!(built.tracks[0]["artists"], json!(["Earth, Wind & Fire"]));
    assert_eq!(built.report["conversions"], Value::Null);
}

#[test]
fn explicit_tracks_may_be_all_that_is_marked() {
    let built = build(&csv(&column("explicit", &["yes", "No"])), &[]);
    assert_eq!((&built.tracks[0]["explicit"], &built.tracks[1]["explicit"]), (&json!(true), &json!(false)));
    assert_eq!(built.conversions("explicit")[0].0, "that are words for true and false");
    let built = build(&csv(&column("explicit", &["E", "", ""])), &[]);
    let found: Vec<&Value> = built.tracks.iter().map(|track| &track["explicit"]).collect();
    assert_eq!(found, [&json!(true), &json!(false), &json!(false)]);
    assert_eq!(built.conversions("explicit")[1].1, 2);
}

#[test]
fn values_out_of_range_are_kept_and_told_with_their_likely_cause() {
    for (name, odd, cause) in [
        ("popularity", "103703628", "counts of streams or plays"),
        ("popularity", "-1", "not known to Spotify"),
        ("loudness", "4.5", "louder than full scale, or a sign was lost"),
        ("tempo", "0", "no tempo was detected"),
        ("duration_ms", "230", "seconds or minutes, where milliseconds belong"),
        ("energy", "80", "per cent, or another scale"),
    ] {
        let mut rows = some(30);
        rows.push(with(40, &[(name, odd)]));
        let built = build(&csv(&rows), &[]);
        let unusual = &built.report["unusual"][0];
        assert_eq!((&unusual["column"], &unusual["values"]), (&json!(name), &json!(1)), "{unusual}");
        assert_eq!((&unusual["tracks"], &unusual["cause"]), (&json!(31), &json!(cause)));
    }
    let built = build(&csv(&some(5)), &[]);
    assert_eq!((&built.report["unusual"], &built.report["conversions"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_table_without_ids_is_read_by_title_and_artists() {
    let rows = [with(0, &[]), with(1, &[]), with(0, &[])];
    let ours: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != "track_id").collect();
    let table = csv_with(&ours, &rows, |row| row[1..].to_vec());
    let built = build(&table, &[]);
    assert_eq!((built.tracks.len(), &built.report["counts"]["repeated"]), (2, &json!(1)));
    assert_eq!(built.conversions("track_id")[0].0, "made from title and artists");
    let again = build(&table, &[]);
    assert_eq!(again.tracks, built.tracks, "ids do not depend on the build");
    let folder = Place::new();
    folder.write("songs.csv", table);
    let error = folder.run(&["build", "songs.csv", "--profile", "classic"]).fails();
    assert!(error.contains("lacks columns that an index needs: track_id;"), "{error}");
}

#[test]
fn a_key_says_the_mode_where_no_column_does() {
    let ours: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != "mode").collect();
    let rows = column("key", &["A minor", "C Major"]);
    let at = COLUMNS.iter().position(|column| *column == "mode").unwrap();
    let table = csv_with(&ours, &rows, |row| [&row[..at], &row[at + 1..]].concat());
    let built = build(&table, &[]);
    assert_eq!((built.range("key"), built.range("mode")), ([0.0, 9.0], [0.0, 1.0]));
    // Also where the key is under a name that the user says.
    let built = build(&table.replacen("key", "Tonart", 1), &["--map", "Tonart=key"]);
    assert_eq!(built.range("mode"), [0.0, 1.0]);
}

#[test]
fn the_report_has_a_line_for_each_column_that_was_converted() {
    let folder = Place::new();
    folder.write("songs.csv", csv(&column("duration_ms", &["3:50", "4:00"])));
    let text = folder.run(&["build", "songs.csv"]).succeeds().out;
    let line =
        r#"duration_ms             2  values in hours, minutes and seconds, such as "3:50" as "230000""#;
    assert!(text.contains(line), "{text}");
    assert!(!text.contains(&id(0)));
}

#[test]
fn an_inspection_reads_a_table_as_a_build_does() {
    let ours: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != "track_genre").collect();
    let rows = column("duration_ms", &["3:50", "4:00"]);
    let folder = Place::new();
    folder.write("songs.csv", csv_with(&ours, &rows, |row| row[..row.len() - 1].to_vec()));
    let text = folder.run(&["inspect", "songs.csv"]).succeeds().out;
    for line in ["track_genre is not there: segue does without genres", "in hours, minutes and seconds"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("no catalogue can be made of it"), "{text}");
}
