//! pyarrow, pandas and polars read the catalogue of an index, and Segue reads files that they write.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, unreachable_pub)]

mod support;

use std::io::Write;
use std::process::Command;

use serde_json::{Value, json};

use support::Place;
use support::tracks::{COLUMNS, csv, id, place, some, with};

/// Runs a script with the interpreter that `SEGUE_PYTHON` names, `python3` if it is not set, and parses its output as
/// JSON; `None`, with a message on standard error, if it lacks one of the modules.
///
/// With `SEGUE_TEST_ALL` set, a missing module fails the test instead of skipping it.
fn python(place: &Place, modules: &[&str], script: &str, args: &[&str]) -> Option<Value> {
    let interpreter = std::env::var_os("SEGUE_PYTHON").unwrap_or_else(|| "python3".into());
    let run = |script: &str| {
        Command::new(&interpreter).args(["-c", script]).args(args).current_dir(place.path("")).output()
    };
    let has_modules =
        run(&format!("import {}", modules.join(", "))).is_ok_and(|output| output.status.success());
    if !has_modules {
        let missing = format!("{} with the modules {}", interpreter.display(), modules.join(", "));
        assert!(std::env::var_os("SEGUE_TEST_ALL").is_none(), "{missing} is missing");
        // Bypasses the test runner's output capture, so that a skipped test is visible.
        _ = writeln!(std::io::stderr(), "SKIPPED: {missing} is not there");
        return None;
    }
    let output = run(script).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// A folder with an index in which some values are missing and some tracks have several genres.
fn with_gaps() -> (Place, String) {
    let folder = Place::new();
    let mut rows = some(30);
    rows.push(with(3, &[("track_genre", "second")]));
    rows.push(with(50, &[("explicit", ""), ("album_name", ""), ("track_genre", "")]));
    folder.write("tracks.csv", csv(&rows));
    let allow = ["explicit", "album_name", "track_genre"].map(|column| format!("--allow-missing={column}"));
    folder.run(&["build", "tracks.csv", "-o", "tracks.segue", &allow[0], &allow[1], &allow[2]]).succeeds();
    let tracks = folder.tracks_file("tracks.segue").to_str().unwrap().to_owned();
    (folder, tracks)
}

/// The columns and some of the values that every reader should find.
fn expected() -> Value {
    let rows = some(30);
    let value = |row: usize, column: &str| rows[row][place(column)].as_str();
    json!({
        "rows": 31,
        "columns": [
            "track_id", "track_name", "artists", "album_name", "track_genre", "popularity", "duration_ms",
            "explicit", "danceability", "energy", "loudness", "mode", "speechiness", "acousticness",
            "instrumentalness", "liveness", "valence", "tempo", "time_signature", "key", "genres",
        ],
        "ids": [id(0), id(29), id(50)],
        "titles": ["Plain", "Over\ntwo lines", "ダンシング・ヒーロー", "None"],
        "genres": [[value(3, "track_genre"), "second"], []],
        "numbers": [
            value(7, "energy").parse::<f64>().unwrap(),
            value(7, "loudness").parse::<f64>().unwrap(),
            value(7, "popularity").parse::<i64>().unwrap(),
            value(7, "duration_ms").parse::<i64>().unwrap(),
        ],
        "explicit": [value(5, "explicit") == "True", value(6, "explicit") == "True"],
        "missing": {"explicit": 1, "album_name": 1, "track_genre": 1},
    })
}

#[test]
fn pyarrow_opens_the_catalogue_as_it_is() {
    let (folder, tracks) = with_gaps();
    let script = r#"
import json, sys
import pyarrow as pa
with pa.memory_map(sys.argv[1]) as source:
    table = pa.ipc.open_file(source).read_all()
table.validate(full=True)
column = lambda name: table[name].to_pylist()
print(json.dumps({
    "rows": table.num_rows,
    "columns": table.column_names,
    "ids": [column("track_id")[row] for row in (0, 29, 30)],
    "titles": [column("track_name")[row] for row in (0, 3, 4, 6)],
    "genres": [column("genres")[row] for row in (3, 30)],
    "numbers": [column(name)[7] for name in ("energy", "loudness", "popularity", "duration_ms")],
    "explicit": column("explicit")[5:7],
    "missing": {name: table[name].null_count for name in table.column_names if table[name].null_count},
    "types": {name: str(table.schema.field(name).type) for name in table.column_names},
}))"#;
    let Some(mut found) = python(&folder, &["pyarrow"], script, &[&tracks]) else { return };
    let types = found.as_object_mut().unwrap().remove("types").unwrap();
    assert_eq!(found, expected());
    for (columns, wanted) in [
        (&["track_id", "track_name", "artists", "album_name", "track_genre"][..], "large_string"),
        (&["popularity", "duration_ms", "mode", "time_signature", "key"], "int32"),
        (&["danceability", "energy", "loudness", "valence", "tempo"], "double"),
        (&["explicit"], "bool"),
        (&["genres"], "large_list<item: large_string not null>"),
    ] {
        assert!(columns.iter().all(|column| types[column] == wanted), "{wanted}: {types}");
    }
}

#[test]
fn pandas_and_polars_open_the_catalogue_as_it_is() {
    let (folder, tracks) = with_gaps();
    let script = r#"
import json, sys
import pandas
table = pandas.read_feather(sys.argv[1])
column = lambda name: table[name].tolist()
print(json.dumps({
    "rows": len(table),
    "columns": list(table.columns),
    "ids": [column("track_id")[row] for row in (0, 29, 30)],
    "titles": [column("track_name")[row] for row in (0, 3, 4, 6)],
    "genres": [list(column("genres")[row]) for row in (3, 30)],
    "numbers": [column(name)[7] for name in ("energy", "loudness", "popularity", "duration_ms")],
    "explicit": column("explicit")[5:7],
    "missing": {name: int(count) for name, count in table.isna().sum().items() if count},
}))"#;
    if let Some(found) = python(&folder, &["pandas", "pyarrow"], script, &[&tracks]) {
        assert_eq!(found, expected());
    }
    let script = r#"
import json, sys
import polars
table = polars.read_ipc(sys.argv[1])
assert table.equals(polars.scan_ipc(sys.argv[1]).collect())
column = lambda name: table[name].to_list()
print(json.dumps({
    "rows": table.height,
    "columns": table.columns,
    "ids": [column("track_id")[row] for row in (0, 29, 30)],
    "titles": [column("track_name")[row] for row in (0, 3, 4, 6)],
    "genres": [column("genres")[row] for row in (3, 30)],
    "numbers": [column(name)[7] for name in ("energy", "loudness", "popularity", "duration_ms")],
    "explicit": column("explicit")[5:7],
    "missing": {name: table[name].null_count() for name in table.columns if table[name].null_count()},
}))"#;
    if let Some(found) = python(&folder, &["polars"], script, &[&tracks]) {
        assert_eq!(found, expected());
    }
}

#[test]
fn files_that_pandas_and_polars_write_make_the_catalogue_of_the_csv() {
    let folder = Place::new();
    folder.write("tracks.csv", csv(&some(50)));
    folder.run(&["build", "tracks.csv", "-o", "wanted"]).succeeds();
    let wanted = std::fs::read(folder.tracks_file("wanted")).unwrap();
    let same = |file: &str| {
        folder.run(&["build", file, "-o", "found"]).succeeds();
        assert!(std::fs::read(folder.tracks_file("found")).unwrap() == wanted, "{file}");
    };
    let script = r#"
import json
import pandas
table = pandas.read_csv("tracks.csv", keep_default_na=False)
table.to_parquet("snappy.parquet")
table.to_parquet("zstd.parquet", compression="zstd", row_group_size=11)
table.to_parquet("gzip.parquet", compression="gzip", index=True)
table.to_feather("lz4.feather", compression="lz4")
table.to_feather("zstd.feather", compression="zstd")
table.to_csv("pandas.csv.gz")
table["track_genre"] = table["track_genre"].astype("category")
table["popularity"] = table["popularity"].astype("int8")
table["artists"] = table["artists"].str.split(";")
table.to_parquet("typed.parquet")
table.to_feather("typed.feather")
print(json.dumps(list(table.columns)))"#;
    if let Some(columns) = python(&folder, &["pandas", "pyarrow"], script, &[]) {
        assert_eq!(columns, json!(COLUMNS));
        for file in ["snappy.parquet", "zstd.parquet", "gzip.parquet", "lz4.feather", "zstd.feather"] {
            same(file);
        }
        same("typed.parquet");
        same("typed.feather");
        same("pandas.csv.gz");
    }
    let script = r#"
import json
import polars
table = polars.read_csv("tracks.csv")
table.write_parquet("polars.parquet")
table.write_parquet("polars-lz4.parquet", compression="lz4", row_group_size=7)
table.write_ipc("polars.arrow", compression="lz4")
table.write_ipc("polars-views.arrow", compat_level=polars.CompatLevel.newest())
table.write_ipc_stream("polars.arrows")
print(json.dumps(table.height))"#;
    if let Some(rows) = python(&folder, &["polars"], script, &[]) {
        assert_eq!(rows, 50);
        for file in
            ["polars.parquet", "polars-lz4.parquet", "polars.arrow", "polars-views.arrow", "polars.arrows"]
        {
            same(file);
        }
    }
}
