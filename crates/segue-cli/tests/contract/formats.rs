//! The JSON and the CSV of every command: names and types of all fields.

use serde_json::{Map, Value};

use crate::support::tracks::{COLUMNS, csv, id, some, with};
use crate::support::{CommandOutput, Place};

/// The shape of a document: type names in place of values, and only the first item of each list.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "true or false".into(),
        Value::Number(number) if number.is_f64() => "number".into(),
        Value::Number(_) => "whole number".into(),
        Value::String(_) => "text".into(),
        Value::Array(items) => items.iter().take(1).map(shape).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect::<Map<_, _>>().into()
        }
    }
}

fn shape_of(document: &Value) -> String {
    serde_json::to_string(&shape(document)).unwrap()
}

const TRACK: &str = r#"{"album_name":"text","artists":["text"],"duration_ms":"whole number","explicit":"true or false","genres":["text"],"popularity":"whole number","track_genre":"text","track_id":"text","track_name":"text"}"#;

#[test]
fn recommend_gives_the_seed_the_profile_and_ranked_tracks() {
    let place = Place::with_index();
    let ran = place.run(&["recommend", "-i", "tracks.segue", "--id", &id(3), "-k", "5", "--format", "json"]);
    let answer = ran.succeeds().json();
    assert_eq!(
        answer.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["profile", "recommendations", "seed"]
    );
    assert_eq!(shape_of(&answer["seed"]), TRACK);
    assert_eq!((&answer["seed"]["track_id"], &answer["profile"]), (&id(3).into(), &"segue".into()));
    let found = answer["recommendations"].as_array().unwrap();
    assert_eq!(found.len(), 5);
    for (track, rank) in found.iter().zip(1..) {
        let mut track = track.as_object().unwrap().clone();
        assert_eq!(track.remove("rank"), Some(rank.into()));
        let similarity = track.remove("similarity").unwrap().as_f64().unwrap();
        assert!((-1.0..=1.0).contains(&similarity));
        assert_eq!(shape_of(&track.into()), TRACK);
    }
    let similarities: Vec<f64> = found.iter().map(|track| track["similarity"].as_f64().unwrap()).collect();
    assert!(similarities.is_sorted_by(|first, second| first >= second), "the most similar first");
    assert!(found.iter().all(|track| track["track_id"] != answer["seed"]["track_id"]));
}

#[test]
fn what_a_catalogue_does_not_know_is_null() {
    let place = Place::new();
    let rows = [with(1, &[("explicit", ""), ("album_name", ""), ("track_genre", "")])];
    place.write("songs.csv", csv(&rows));
    let allow = ["explicit", "album_name", "track_genre"].map(|column| format!("--allow-missing={column}"));
    place.run(&["build", "songs.csv", "-o", "index", &allow[0], &allow[1], &allow[2]]).succeeds();
    let answer =
        place.run(&["recommend", "-i", "index", "--id", &id(1), "--format", "json"]).succeeds().json();
    let seed = &answer["seed"];
    assert_eq!([&seed["explicit"], &seed["album_name"], &seed["track_genre"]], [&Value::Null; 3]);
    assert_eq!(seed["genres"], serde_json::json!([]));
}

#[test]
fn search_gives_the_query_the_total_and_tracks_in_catalogue_order() {
    let place = Place::with_index();
    let found = place
        .run(&["search", "-i", "tracks.segue", "--match", "contains", "--format", "json", "-n", "3", "ROCK"])
        .succeeds()
        .json();
    let fields = found.as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(fields, ["facets", "query", "total", "tracks"]);
    assert_eq!((&found["query"], &found["total"]), (&"ROCK".into(), &10.into()));
    let tracks = found["tracks"].as_array().unwrap();
    assert!(tracks.iter().all(|track| shape_of(track) == TRACK));
    assert_eq!(
        tracks.iter().map(|track| track["track_id"].as_str().unwrap()).collect::<Vec<_>>(),
        [id(1), id(5), id(9)]
    );
    let facets = &found["facets"]["genres"];
    assert_eq!(facets[0], serde_json::json!({"name": "rock", "count": 10}));
    // An empty result is a success.
    let none = place.run(&["search", "-i", "tracks.segue", "--format", "json", "polka"]).succeeds().json();
    assert_eq!(
        none,
        serde_json::json!({"query": "polka", "total": 0, "tracks": [], "facets": {"genres": [], "artists": []}})
    );
    let none = place.run(&["search", "-i", "tracks.segue", "polka"]).succeeds();
    assert_eq!(none.out, "no track matches \"polka\"\n");
}

#[test]
fn ranked_search_pages_through_songs_and_says_what_it_made_of_a_query() {
    let place = Place::with_index();
    let search = |args: &[&str]| place.run(&[&["search", "-i", "tracks.segue"], args].concat()).succeeds();
    let json = |args: &[&str]| search(&[args, &["--format", "json"]].concat()).json();
    let ids = |found: &Value| {
        let tracks = found["tracks"].as_array().unwrap();
        tracks.iter().map(|track| track["track_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = json(&["rock", "-n", "10"]);
    assert_eq!((&all["total"], &all["tracks"][0]["other_releases"]), (&10.into(), &0.into()));
    let pages = ["0", "4", "8"].map(|offset| ids(&json(&["rock", "-n", "4", "--offset", offset])));
    assert_eq!(pages.concat(), ids(&all));
    assert_eq!(ids(&json(&["artist:\"Artist 4\""])), [id(4)]);
    assert_eq!(json(&["rock -guest"])["total"], 7);
    assert_eq!(json(&["^.*rock$", "--match", "regex"])["total"], 10);
    let open = search(&["\"rock"]);
    assert!(open.err.contains("a quote is not closed"), "{}", open.err);
    assert_eq!(json(&["\"rock"])["note"], "a quote is not closed, its words were searched for");
    let error = place.run(&["search", "-i", "tracks.segue", "(", "--match", "regex"]).fails();
    assert!(error.starts_with("segue: the regular expression: cannot be used"), "{error}");
}

#[test]
fn search_takes_letters_of_either_case_in_every_script() {
    let place = Place::with_index();
    let total = |query: &str| {
        place
            .run(&["search", "-i", "tracks.segue", "--match", "contains", "--format", "json", query])
            .succeeds()
            .json()["total"]
            .clone()
    };
    assert_eq!(total("ünïcödé"), total("ÜNÏCÖDÉ"));
    assert_eq!(total("ダンシング"), total("ンシン"));
    assert_eq!(total("with \"QUOTES\""), 4);
    assert_eq!(total("two\nlines"), 0);
    assert_eq!(total("over\ntwo"), 4);
    assert_eq!(total(""), 40, "the empty query matches every track");
    assert_eq!(total("guest"), 14, "artists are searched");
}

#[test]
fn build_reports_what_it_read_and_wrote() {
    let place = Place::new();
    place.write("songs.csv", csv(&[some(120), vec![with(3, &[]), with(200, &[("energy", "?")])]].concat()));
    place.write("more.csv", csv(&[with(300, &[("tempo", "")])]));
    let ran = place.run(&["build", "songs.csv", "more.csv", "-o", "index", "--format", "json"]).succeeds();
    assert_eq!(ran.err, "");
    insta::assert_snapshot!(serde_json::to_string_pretty(&shape(&ran.json())).unwrap(), @r#"
    {
      "bytes": "whole number",
      "counts": {
        "incomplete": "whole number",
        "rejected": "whole number",
        "repeated": "whole number",
        "rows": "whole number",
        "tracks": "whole number",
        "unique": "whole number"
      },
      "first_rejects": [
        {
          "column": "text",
          "input": "text",
          "line": "whole number",
          "reason": "text",
          "value": "text"
        }
      ],
      "generation": "whole number",
      "index": "text",
      "inputs": [
        {
          "format": "text",
          "input": "text",
          "layout": "text",
          "rows": "whole number"
        }
      ],
      "missing_by_column": {
        "tempo": "whole number"
      },
      "profiles": [
        "text"
      ],
      "rejected_by_reason": {
        "not a number": "whole number"
      }
    }
    "#);
    let table = place.run(&["build", "songs.csv", "more.csv", "-o", "index"]).succeeds();
    insta::assert_snapshot!(table.out.replace(table.out.split(" in ").nth(1).and_then(|rest| rest.split(" s\n").next()).unwrap(), "[time]"), @r###"
    read songs.csv: CSV, recognised as a Spotify Tracks Dataset, 122 rows
    read more.csv: CSV, recognised as a Spotify Tracks Dataset, 1 row
      rows                  123
      rejected                1
                              1  not a number
      repeated                1  ids met before; their genres are kept
      unique                121  track ids
      incomplete              1  dropped
                              1  without tempo
      tracks                120
    rows that cannot be read (--rejects FILE lists all):
      songs.csv, line 134, column energy: a number was wanted, found "?"
    wrote index in [time] s
      profile segue, build 2, 108.15 KiB, 922 bytes a track
    "###);
    let counts = place.run(&["build", "songs.csv", "more.csv", "-o", "index", "--format", "csv"]).succeeds();
    insta::assert_snapshot!(counts.out, @"
    rows,rejected,repeated,unique,incomplete,tracks
    123,1,1,121,1,120
    ");
}

#[test]
fn inspect_shows_a_file_as_it_is_and_as_it_cleans() {
    let place = Place::with_index();
    let of_file = place.run(&["inspect", "tracks.csv", "--format", "json"]).succeeds().json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&shape(&of_file)).unwrap(), @r#"
    {
      "cleaning": {
        "counts": {
          "incomplete": "whole number",
          "rejected": "whole number",
          "repeated": "whole number",
          "rows": "whole number",
          "tracks": "whole number",
          "unique": "whole number"
        },
        "first_rejects": [],
        "inputs": [
          {
            "format": "text",
            "input": "text",
            "layout": "text",
            "rows": "whole number"
          }
        ],
        "missing_by_column": {},
        "rejected_by_reason": {}
      },
      "columns": [
        {
          "missing": "whole number",
          "name": "text",
          "spread": "null",
          "type": "text",
          "unreadable": "whole number"
        }
      ],
      "format": "text",
      "layout": "text",
      "no_tracks": "null",
      "ragged": "whole number",
      "rows": "whole number",
      "source": "text",
      "tracks": {
        "genres": [
          {
            "first": "whole number",
            "genre": "text",
            "tracks": "whole number"
          }
        ],
        "identical_groups": "whole number",
        "identical_tracks": "whole number",
        "tracks": "whole number"
      }
    }
    "#);
    let of_index = place.run(&["inspect", "tracks.segue", "--format", "json"]).succeeds().json();
    let names = |document: &Value| document.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&of_file), names(&of_index));
    assert_eq!(of_file["tracks"], of_index["tracks"]);
    assert_eq!((&of_file["rows"], &of_index["rows"]), (&40.into(), &40.into()));
    let types = |document: &Value| -> Vec<(String, String)> {
        let columns = document["columns"].as_array().unwrap().iter();
        let text = |column: &Value, name: &str| column[name].as_str().unwrap().to_owned();
        let mut types: Vec<_> = columns.map(|column| (text(column, "name"), text(column, "type"))).collect();
        types.sort();
        types
    };
    assert_eq!(types(&of_file), types(&of_index));
}

#[test]
fn inspect_shows_a_file_that_makes_no_catalogue_and_says_why() {
    let place = Place::new();
    place.write("cities.csv", "name,people\nOslo,709037\nBergen,?\n");
    let seen = place.run(&["inspect", "cities.csv", "--format", "json"]).succeeds().json();
    assert_eq!((&seen["rows"], &seen["tracks"], &seen["cleaning"]), (&2.into(), &Value::Null, &Value::Null));
    assert!(seen["no_tracks"].as_str().unwrap().contains("lacks columns that an index needs: track_id"));
    place.write("cities.csv", "name,people\nOslo,709037\nBergen\nVoss,1,2\n");
    let ragged = place.run(&["inspect", "cities.csv", "--format", "json"]).succeeds().json();
    assert_eq!((&ragged["rows"], &ragged["ragged"]), (&3.into(), &2.into()));
    let text = place.run(&["inspect", "cities.csv"]).succeeds().out;
    assert!(text.contains("2 rows with another number of fields"), "{text}");
    assert!(text.contains("no catalogue can be made of it: cities.csv: "), "{text}");
}

#[test]
fn verify_lists_the_files_of_an_index() {
    let place = Place::with_index();
    let verified = place.run(&["verify", "tracks.segue", "--format", "json"]).succeeds().json();
    insta::assert_snapshot!(shape_of(&verified), @r#"{"files":[{"bytes":"whole number","name":"text","xxh3_64":"text"}],"generation":"whole number","tracks":"whole number"}"#);
    assert_eq!((&verified["generation"], &verified["tracks"]), (&1.into(), &40.into()));
    let table = place.run(&["verify", "tracks.segue"]).succeeds();
    assert!(table.out.ends_with("tracks.segue is whole: build 1, 40 tracks\n"), "{}", table.out);
    assert!(place.run(&["verify", "tracks.csv"]).fails().contains("tracks.csv"));
    assert!(place.run(&["verify", "nowhere"]).fails().contains("nowhere"));
}

/// The records of a CSV text, read by the crate `csv`.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn csv_output_says_the_same_as_json() {
    let place = Place::with_index();
    let ask = |format: &str| {
        place
            .run(&["recommend", "-i", "tracks.segue", "--id", &id(4), "-k", "39", "--format", format])
            .succeeds()
    };
    let (rows, json) = (records(&ask("csv").out), ask("json").json());
    insta::assert_snapshot!(rows[0].join(","), @"rank,similarity,track_id,track_name,artists,album_name,track_genre,genres,popularity,duration_ms,explicit");
    assert_eq!(rows.len(), 40);
    for (row, track) in rows[1..].iter().zip(json["recommendations"].as_array().unwrap()) {
        for (name, field) in rows[0].iter().zip(row) {
            let wanted = match &track[name] {
                Value::String(text) => text.clone(),
                Value::Array(names) => {
                    names.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>().join(";")
                }
                Value::Number(number) if name == "similarity" => {
                    assert_eq!(field.parse::<f64>().unwrap(), number.as_f64().unwrap());
                    continue;
                }
                other => other.to_string(),
            };
            assert_eq!(*field, wanted, "{name}");
        }
    }
    let found = place
        .run(&["search", "-i", "tracks.segue", "--match", "contains", "--format", "csv", "-n", "99", ""])
        .succeeds();
    let found = records(&found.out);
    assert_eq!((found.len(), found[0].join(",")), (41, rows[0][2..].join(",")));
    assert_eq!(found[4][1], "Over\ntwo lines");
    for args in [&["inspect", "tracks.csv"][..], &["inspect", "tracks.segue"], &["verify", "tracks.segue"]] {
        let listed = records(&place.run(&[args, &["--format", "csv"]].concat()).succeeds().out);
        assert!(listed.len() > 3 && listed.iter().all(|row| row.len() == listed[0].len()), "{listed:?}");
    }
    let columns = records(&place.run(&["inspect", "tracks.csv", "--format", "csv"]).succeeds().out);
    assert_eq!(columns[1..].iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), COLUMNS);
}

#[test]
fn a_limit_beyond_the_catalogue_gives_all_and_none_is_misuse() {
    let place = Place::with_index();
    for limit in ["39", "40", "1000000", "18446744073709551615"] {
        let args = [
            "recommend",
            "-i",
            "tracks.segue",
            "--id",
            &id(0),
            "--all-releases",
            "--format",
            "json",
            "-k",
            limit,
        ];
        let answer = place.run(&args).succeeds().json();
        assert_eq!(answer["recommendations"].as_array().unwrap().len(), 39, "-k {limit}");
        let found =
            place.run(&["search", "-i", "tracks.segue", "--format", "json", "-n", limit, ""]).succeeds();
        assert_eq!(found.json()["tracks"].as_array().unwrap().len(), limit.parse().unwrap_or(40).min(40));
    }
    for limit in ["0", "-1", "1.5", "ten", "", "18446744073709551616"] {
        let limit = format!("-k={limit}");
        let error =
            place.run(&["recommend", "-i", "tracks.segue", "--id", &id(0), &limit]).fails_with_usage();
        assert!(error.contains("--limit <K>"), "{error}");
    }
    insta::assert_snapshot!(place.run(&["recommend", "x", "-k", "0"]).fails_with_usage(), @"
    error: invalid value '0' for '--limit <K>': a whole number from 1 on was wanted

    For more information, try '--help'.
    ");
}

#[test]
fn several_words_are_one_question_and_k_and_n_are_one_option() {
    let place = Place::with_index();
    let search =
        |args: &[&str]| place.run(&[&["search", "-i", "tracks.segue"], args].concat()).succeeds().out;
    assert_eq!(search(&["with", "comma", "-k", "2"]), search(&["with comma", "-n", "2"]));
    let recommend = |args: &[&str]| {
        let ran = place.run(&[&["recommend", "-i", "tracks.segue", "--format", "csv"], args].concat());
        ran.succeeds().out
    };
    assert_eq!(recommend(&["with", "comma", "37", "-n", "2"]), recommend(&["With, comma 37", "-k", "2"]));
    let path = ["path", "-i", "tracks.segue", &id(3), &id(5), "-k", "4", "--format", "uris"];
    assert_eq!(place.run(&path).succeeds().out.lines().count(), 4);
}

#[test]
fn reasons_are_a_column_and_old_names_of_filters_are_understood() {
    let place = Place::with_index();
    let list = |args: &[&str]| {
        let list = ["recommend", "-i", "tracks.segue", "--id", &id(4), "--format", "csv"];
        place.run(&[&list[..], args].concat()).succeeds().out
    };
    let with = list(&["--why"]);
    let mut lines = with.lines();
    assert!(lines.next().unwrap().ends_with(",why"), "{with}");
    assert!(!lines.next().unwrap().ends_with(','), "{with}");
    for (new, old) in [("--without-genre", "--not-genre"), ("--without-artist", "--not-artist")] {
        let name = if new.ends_with("genre") { "rock" } else { "Artist 37" };
        assert_eq!(list(&[new, name]), list(&[old, name]));
    }
    assert_eq!(list(&["--without", &id(3)]), list(&["--never", &id(3)]));
    assert!(list(&[]).contains(&id(32)) && !list(&["--without", &id(32)]).contains(&id(32)));
}

#[test]
fn quiet_is_quiet_and_tables_are_as_wide_as_columns_says() {
    let place = Place::with_index();
    let built = place.run(&["build", "tracks.csv", "-o", "quiet.segue", "-q"]).succeeds();
    assert_eq!((built.out.as_str(), built.err.as_str()), ("", ""));
    let mut command = place.segue(&["recommend", "-i", "tracks.segue", "--id", &id(4)]);
    let narrow = CommandOutput::of(command.env("COLUMNS", "50")).succeeds().out;
    assert!(narrow.lines().filter(|line| line.is_ascii()).all(|line| line.len() <= 50), "{narrow}");
    assert!(narrow.contains('…'), "{narrow}");
}

#[test]
fn shells_and_manuals_have_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&["completions", shell]).succeeds().out;
        assert!(script.contains("recommend") && script.contains("without-genre"), "{shell}");
    }
    let page = place.run(&["man"]).succeeds().out;
    assert!(page.starts_with(".ie") && page.contains("recommend"), "{page}");
    let page = place.run(&["man", "recommend"]).succeeds().out;
    assert!(page.contains("segue\\-recommend") && page.contains("diversity"), "{page}");
}

#[test]
fn measuring_needs_playlists_that_can_be_told_apart() {
    let place = Place::with_index();
    let message = place.run(&["eval", "-i", "tracks.segue", "--playlists", "tracks.csv"]).fails();
    assert!(message.contains("playlist_id"), "{message}");
}
