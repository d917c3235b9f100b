//! `eval` and `train`: what they measure, and how they say it.

use serde_json::{Value, json};

use crate::support::Place;
use crate::support::tracks::{csv, id, some};

const EVAL: [&str; 6] = ["eval", "-i", "tracks.segue", "--playlists", "playlists.csv", "--quiet"];

/// An index with both profiles, and six playlists of seven songs.
fn place() -> Place {
    let place = Place::new();
    place.write("tracks.csv", csv(&some(60)));
    let build = ["build", "tracks.csv", "-o", "tracks.segue", "--profile", "segue", "--profile", "classic"];
    place.run(&build).succeeds();
    let lists: String =
        (0..6).flat_map(|list| (1..8).map(move |at| format!("p{list},{}\n", id(list * 7 + at)))).collect();
    place.write("playlists.csv", format!("playlist_id,track_id\n{lists}p9,unknown\n"));
    place
}

#[test]
fn profiles_are_measured_on_playlists() {
    let place = place();
    let measured = place.run(&[&EVAL[..], &["--format", "json"]].concat()).succeeds().json();
    let names: Vec<&str> = measured["evaluations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["profile"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["segue", "classic", "popular", "random"]);
    assert_eq!(
        (&measured["playlists"], &measured["unknown"], &measured["too_short"]),
        (&6.into(), &1.into(), &1.into())
    );
    let precision = &measured["evaluations"][0]["values"][0];
    assert_eq!(precision["measure"], "precision@10");
    let (low, high) =
        (precision["interval"][0].as_f64().unwrap(), precision["interval"][1].as_f64().unwrap());
    assert!(low <= precision["value"].as_f64().unwrap() && precision["value"].as_f64().unwrap() <= high);
    let (popularity, comparison) = (&measured["popularity"], &measured["comparisons"][0]);
    let parts = ["head", "middle", "tail"].map(|part| popularity[part].as_u64().unwrap());
    assert_eq!(parts.iter().sum::<u64>(), measured["tracks"].as_u64().unwrap(), "{popularity}");
    assert!(popularity["middle_from"].as_f64() <= popularity["head_from"].as_f64());
    assert_eq!(
        (&comparison["profile"], &comparison["than"], &comparison["measure"]),
        (&"segue".into(), &"classic".into(), &"precision@10".into())
    );
    let playlists = ["better", "worse", "equal"].map(|how| comparison[how].as_u64().unwrap());
    assert_eq!(playlists.iter().sum::<u64>(), 6, "{comparison}");
    let value_of = |evaluation: usize, measure: &str| {
        let values = measured["evaluations"][evaluation]["values"].as_array().unwrap();
        values.iter().find(|value| value["measure"] == measure).map(|value| value["value"].as_f64().unwrap())
    };
    let precision_of = |evaluation| value_of(evaluation, "precision@10").unwrap();
    let difference = comparison["difference"].as_f64().unwrap();
    assert!((difference - (precision_of(0) - precision_of(1))).abs() < 1e-12, "{comparison}");
    assert_eq!(measured["artist_seeds"], 1, "the guest of every third track");
    for measure in [
        "artist_seeds@10",
        "head_precision@10",
        "playlist_sonic_distance",
        "same_artist_in_a_row@20",
        "repeated_versions@20",
        "out_of_season@20",
    ] {
        assert!(value_of(0, measure).is_some() && value_of(3, measure).is_some(), "{measure}");
    }
    let table = place.run(&EVAL).succeeds().out;
    assert!(table.contains("sonic distance") && table.contains(" ±"), "{table}");
    assert!(
        table.contains("\nsegue is better than classic on ") && table.contains(" of 6 playlists "),
        "{table}"
    );
    assert!(table.contains("head, middle, tail: seeds of popularity "), "{table}");
}

#[test]
fn profiles_are_trained_on_playlists() {
    let place = place();
    place
        .write("start.json", r#"{"profile": "start", "version": 1, "weights": {"energy": 1, "valence": 1}}"#);
    let train = [
        "train",
        "-i",
        "tracks.segue",
        "--playlists",
        "playlists.csv",
        "--start",
        "start.json",
        "-o",
        "ours.json",
        "--name",
        "ours",
    ];
    let told = place.run(&train).succeeds();
    assert!(told.out.contains("on playlists that it was not trained on"), "{}", told.out);
    assert!(told.out.contains("x start  x classic\n"), "{}", told.out);
    assert!(!told.out.contains("ended early"), "{}", told.out);
    assert!(told.err.contains("training on 6 playlists"), "{}", told.err);
    assert!(told.err.contains("search 4 of 4, on all playlists; about "), "{}", told.err);
    let profile: Value = serde_json::from_slice(&place.read("ours.json")).unwrap();
    let (steps, ratios) = (&profile["provenance"]["steps"], &profile["provenance"]["held_out_over_start"]);
    assert_eq!(steps, &json!({"done": 4 * 3 * 2, "planned": 4 * 3 * 2}));
    assert!(ratios.get("artist_filtered_precision_at_50").is_some(), "{ratios}");
    assert_eq!(
        (&profile["profile"], &profile["provenance"]["playlists"]["playlists"]),
        (&"ours".into(), &6.into())
    );
    let args = [&EVAL[..], &["--profile", "ours.json", "--format", "json"]].concat();
    assert_eq!(place.run(&args).succeeds().json()["evaluations"][0]["profile"], "ours");
    let short =
        place.run(&[&train[..], &["--minutes", "1e-9", "--format", "json"]].concat()).succeeds().json();
    assert_eq!(short["provenance"]["ended_early"], true);
    let short = place.run(&[&train[..], &["--minutes", "1e-9"]].concat()).succeeds().out;
    assert!(short.contains("ended early by --minutes"), "{short}");
    assert!(short.contains("found: 0 of 24 steps were made"), "{short}");
    place.run(&[&train[..], &["--minutes", "0"]].concat()).fails_with_usage();
    let few = [&train[..], &["--folds", "9"]].concat();
    let few = place.run(&few);
    assert_eq!(few.code, 1);
    assert!(few.err.contains("6 playlists for 9 parts"), "{}", few.err);
    place.run(&[&train[..11], &["--name", "segue"]].concat()).fails_with_usage();
}
