//! `segue graph`: the neighbours of every track in a file that appears only when it is complete.

use std::fs::{self, File};

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::Place;

#[test]
fn graph_writes_what_recommend_answers() {
    let place = Place::new();
    place.run(&["demo", "--tracks", "60", "--out", "demo.csv"]).succeeds();
    place.run(&["build", "demo.csv"]).succeeds();
    let report =
        place.run(&["graph", "-k", "4", "-o", "graph.parquet", "--format", "json"]).succeeds().json();
    assert_eq!(
        (&report["tracks"], &report["neighbours"], &report["rows"]),
        (&60.into(), &4.into(), &240.into())
    );
    let path = place.path("graph.parquet");
    assert_eq!(report["bytes"], fs::metadata(&path).unwrap().len());
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let batch = reader.build().unwrap().next().unwrap().unwrap();
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["source_id", "rank", "target_id", "similarity"]);
    for row in [0, 4, 236] {
        let source = batch.column(0).as_string::<i32>().value(row).to_owned();
        let answer = place.run(&["recommend", "--id", &source, "--format", "json"]).succeeds().json();
        let first = &answer["recommendations"][0];
        assert_eq!(first["track_id"], batch.column(2).as_string::<i32>().value(row));
        assert_eq!(first["similarity"], batch.column(3).as_primitive::<Float64Type>().value(row));
    }
    // Indexed in memory, the file of tracks gives the same bytes.
    place.run(&["graph", "-i", "demo.csv", "-k", "4", "-o", "other.parquet"]).succeeds();
    assert!(fs::read(place.path("other.parquet")).unwrap() == fs::read(&path).unwrap());
}

#[test]
fn a_graph_that_fails_leaves_what_was_there() {
    let place = Place::new();
    place.run(&["demo", "--tracks", "60", "--out", "demo.csv"]).succeeds();
    fs::write(place.path("graph.parquet"), "old").unwrap();
    let names = place.names();
    let failed = place.run(&["graph", "-i", "nothing.segue", "-o", "graph.parquet"]);
    assert!(failed.fails().contains("nothing.segue"));
    let failed = place.run(&["graph", "-i", "demo.csv", "-o", "no/such/folder.parquet"]);
    assert!(failed.fails().contains("cannot write no/such/folder.parquet"));
    assert_eq!(fs::read(place.path("graph.parquet")).unwrap(), b"old");
    assert_eq!(place.names(), names);
}
