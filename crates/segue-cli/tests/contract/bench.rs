//! `segue bench`: its output, not its speed.

use serde_json::Value;

use crate::support::Place;

const FIELDS: [&str; 28] = [
    "batch_all_threads_queries_per_s",
    "batch_all_threads_us_per_query",
    "batch_one_thread_queries_per_s",
    "batch_one_thread_us_per_query",
    "compared_percent",
    "compared_tracks",
    "dimension",
    "index",
    "k",
    "kernel",
    "open_median_us",
    "oracle_median_us",
    "profile",
    "queries",
    "scan_median_us",
    "search_bytes_per_track",
    "search_contains_median_us",
    "search_first_us",
    "search_median_us",
    "search_p99_us",
    "seed_stride",
    "single_median_us",
    "single_min_us",
    "single_p99_us",
    "threads",
    "tracks",
    "vectors_bytes_per_track",
    "visited_percent",
];

#[track_caller]
fn is_complete(measured: &Value) {
    assert_eq!(measured.as_object().unwrap().keys().collect::<Vec<_>>(), FIELDS);
    for (name, value) in measured.as_object().unwrap() {
        match name.as_str() {
            "index" | "kernel" | "profile" => assert!(!value.as_str().unwrap().is_empty()),
            "open_median_us" => assert!(value.is_null() || value.as_f64().unwrap() >= 0.0),
            _ => assert!(value.as_f64().unwrap() >= 0.0, "{name}: {value}"),
        }
    }
    let number = |name: &str| measured[name].as_f64().unwrap();
    assert!(number("single_min_us") <= number("single_median_us"));
    assert!(number("single_median_us") <= number("single_p99_us"));
    assert!(number("visited_percent") <= 100.0 && number("compared_percent") <= 100.0);
}

#[test]
fn bench_measures_an_index() {
    let place = Place::with_index();
    let args = ["bench", "-i", "tracks.segue", "--queries", "30", "-k", "3", "--format", "json"];
    let ran = place.run(&args).succeeds();
    assert_eq!(ran.err, "");
    let measured = ran.json();
    is_complete(&measured);
    assert!(!measured["open_median_us"].is_null());
    for (name, value) in [("tracks", 40), ("dimension", 73), ("queries", 30), ("k", 3), ("seed_stride", 27)] {
        assert_eq!(measured[name], value, "{name}");
    }
    assert_eq!((&measured["index"], &measured["profile"]), (&"tracks.segue".into(), &"segue".into()));
    assert_eq!(measured["vectors_bytes_per_track"], 292.0);
}

#[test]
fn bench_measures_a_file_in_memory_and_asks_about_each_track_once_at_most() {
    let place = Place::with_index();
    let measured = place.run(&["bench", "-i", "tracks.csv", "--format", "json"]).succeeds().json();
    is_complete(&measured);
    assert!(measured["open_median_us"].is_null(), "nothing was opened");
    assert_eq!(measured["queries"], 40);
}

#[test]
fn bench_shows_a_table() {
    let place = Place::with_index();
    let ran = place.run(&["bench", "-i", "tracks.segue"]).succeeds();
    assert_eq!(ran.err, "");
    for part in [
        "tracks.segue: 40 tracks\n",
        "the 10 nearest of 40 seeds: row i * 27 mod 40\n",
        "us a query",
        "queries a second",
        "one by one, one thread: median",
        "in a batch, ",
        "naive oracle",
        "search, title and artist: median",
        "bytes a track: 292.0 of vectors",
        "opening the index takes ",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    let ran = place.run(&["bench", "-i", "tracks.csv"]).succeeds();
    assert!(!ran.out.contains("opening"), "{}", ran.out);
}

#[test]
fn bench_says_what_it_cannot_do() {
    let place = Place::with_index();
    insta::assert_snapshot!(place.run(&["bench", "-i", "tracks.segue", "--format", "csv"]).fails_with_usage(), @"segue: bench has no CSV; --format json is for programs");
    place.run(&["bench", "-i", "tracks.segue", "--queries", "0"]).fails_with_usage();
    assert!(place.run(&["bench", "-i", "nothing"]).fails().contains("nothing"));
}
