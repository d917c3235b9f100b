//! A table with columns of its own and none of Spotify's, from building to serving, on the command line.

use serde_json::json;

use crate::support::Place;
use crate::support::server::Server;

const TRACKS: usize = 60;

/// The embedding of a track: near to those of the same remainder.
fn embedding(track: usize) -> [f32; 4] {
    let mut vector = [0.1; 4];
    vector[track % 4] = 1.0 + track as f32 / 100.0;
    vector
}

fn csv() -> String {
    let mut csv = String::from("track_id,track_name,artists,bpm,k,emb_0,emb_1,emb_2,emb_3\n");
    for track in 0..TRACKS {
        let [a, b, c, d] = embedding(track);
        let bpm = 60 + track * 7 % 90;
        csv += &format!("t{track:02},Song {track:02},Artist {},{bpm},{track},{a},{b},{c},{d}\n", track % 9);
    }
    csv
}

fn npy(vector: &[f32]) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}\n", vector.len());
    let numbers: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", length.as_slice(), header.as_bytes(), &numbers].concat()
}

fn place() -> Place {
    let place = Place::new();
    place.write("tracks.csv", csv());
    let args = ["build", "tracks.csv", "-o", "i", "--vector", "emb_*", "--feature", "bpm:log", "--keep", "k"];
    place.run(&[&args[..], &["--weight", "bpm:log=0.1"]].concat()).succeeds();
    place
}

#[test]
fn own_columns_are_compared_filtered_explained_and_verified() {
    let place = place();
    let ask = |args: &[&str]| place.run(&[&["recommend", "-i", "i", "--format", "json"], args].concat());
    let answer = ask(&["--id", "t08", "-k", "5", "--why"]).succeeds().json();
    assert_eq!(answer["profile"], "mine");
    assert_eq!(answer["seed"]["popularity"], json!(null));
    for found in answer["recommendations"].as_array().unwrap() {
        let id: usize = found["track_id"].as_str().unwrap()[1..].parse().unwrap();
        assert_eq!(id % 4, 0, "{found}");
        assert!(found["why"]["phrase"].as_str().unwrap().contains("close in emb"), "{found}");
        assert!(found["why"]["contributions"]["emb_*"].as_f64().unwrap() > 0.5, "{found}");
    }
    let late = ask(&["--id", "t08", "--min", "k=30", "--target", "bpm=100"]).succeeds().json();
    assert!(
        late["recommendations"]
            .as_array()
            .unwrap()
            .iter()
            .all(|found| found["track_id"].as_str() >= Some("t30"))
    );
    place.run(&["verify", "i"]).succeeds();
    let seen = place.run(&["inspect", "i", "--format", "json"]).succeeds().json();
    let names: Vec<&str> =
        seen["columns"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names[6..], ["bpm", "k"]);
    let table = place.run(&["recommend", "-i", "i", "--id", "t08"]).succeeds();
    assert!(table.out.contains("\nt08, no genre\n"), "{}", table.out);
}

#[test]
fn a_recording_that_the_catalogue_lacks_is_given_by_its_vector() {
    let place = place();
    place.write("own.npy", npy(&embedding(20)));
    let first = |args: &[&str], input: &[u8]| {
        let args = [&["recommend", "-i", "i", "--format", "json", "-k", "1"], args].concat();
        place.run_on(&args, input).succeeds().json()["recommendations"][0]["track_id"].clone()
    };
    let ids: Vec<serde_json::Value> = vec![
        first(&["--like-vector", "own.npy"], b""),
        first(&["--like-vector", "emb_*=own.npy"], b""),
        first(&["--like-vector", "-"], &npy(&embedding(20))),
        first(&["--like-vector", "-"], b"[1.2, 0.1, 0.1, 0.1]"),
    ];
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    place.write("short.npy", npy(&[1.0, 2.0]));
    place.write("zero.npy", npy(&[0.0; 4]));
    for (file, problem) in [
        ("short.npy", "has 2 components; the profile mine compares emb_* (4 components)"),
        ("zero.npy", "no direction"),
        ("missing.npy", "cannot be read"),
        ("tracks.csv", "is no number"),
    ] {
        let error = place.run(&["recommend", "-i", "i", "--like-vector", file]).fails_with_usage();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn a_profile_file_makes_the_same_index_and_is_found_again() {
    let place = place();
    let profile =
        r#"{"profile": "mine", "vectors": ["emb_*"], "features": ["bpm:log"], "weights": {"bpm:log": 0.1}}"#;
    place.write("mine.json", profile);
    place.run(&["build", "tracks.csv", "-o", "j", "--profile", "mine.json", "--keep", "k"]).succeeds();
    let vectors = |index: &str| place.read(&format!("{index}/generation-1/mine/vectors.arrow"));
    assert_eq!(vectors("i"), vectors("j"));
    let ask = |index: &str| {
        let args = ["recommend", "-i", index, "--id", "t07", "--profile", "mine.json", "--format", "json"];
        place.run(&args).succeeds().json()["recommendations"].clone()
    };
    assert_eq!(ask("j"), ask("tracks.csv"), "an index, and the table itself");
    place.write("mine.json", profile.replace("0.1", "0.2"));
    let other = place.run(&["recommend", "-i", "j", "--id", "t07", "--profile", "mine.json"]).fails();
    assert!(other.contains("the index has other weights for the profile mine"), "{other}");
}

#[test]
fn what_is_missing_is_said_at_once_with_what_there_is() {
    let place = place();
    let fails = |args: &[&str]| place.run(args).fails();
    let missing = fails(&["build", "tracks.csv", "-o", "x", "--vector", "clap", "--feature", "loud"]);
    assert!(missing.contains("\"loud\", \"clap\"; its columns are \"track_id\""), "{missing}");
    assert!(!place.has("x"));
    let none = fails(&["build", "tracks.csv", "-o", "x", "--profile", "classic"]);
    assert!(none.contains("or compare columns of its own: segue build FILE --feature COLUMN"), "{none}");
    let mixing = fails(&["recommend", "-i", "i", "--id", "t01", "--harmonic"]);
    assert!(mixing.contains("harmonic mixing needs the numeric column key"), "{mixing}");
    let unknown = place.run(&["recommend", "-i", "i", "--id", "t01", "--min", "loud=1"]).fails_with_usage();
    assert!(unknown.contains("the numeric columns \"bpm\", \"k\""), "{unknown}");
    for (wrong, problem) in [
        (&["--weight", "clap=2"][..], "neither a --feature nor a --vector"),
        (&["--level-hubs"], "made by --feature and --vector"),
        (&["--feature", "hour:circle:0"], "has no period"),
        (&["--vector", "emb_*", "--name", "segue"], "is a built-in profile"),
        (&["--fill", "zero"], "mean was wanted"),
    ] {
        let error = place.run(&[&["build", "tracks.csv", "-o", "x"], wrong].concat()).fails_with_usage();
        assert!(error.contains(problem), "{error}");
    }
    let evaluated = "playlist_id,track_id\n1,t00\n1,t04\n2,t01\n2,t05\n";
    place.write("lists.csv", evaluated);
    let measured =
        place.run(&["eval", "-i", "i", "--playlists", "lists.csv", "--format", "json"]).succeeds().json();
    let profiles: Vec<&str> = measured["evaluations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["profile"].as_str())
        .collect();
    assert_eq!(profiles, ["mine", "popular", "random"], "classic lacks its columns");
}

#[test]
fn own_columns_are_served() {
    let place = place();
    let server = Server::start(&place, &["--index", "i"]);
    let facts = server.get("/api/v1/catalogue").json();
    assert_eq!(facts["columns"][0]["name"], "bpm");
    assert_eq!(facts["profiles"][0]["vectors"], json!([{"name": "emb_*", "dimension": 4}]));
    let track = server.get("/api/v1/tracks/t09").json();
    assert_eq!(track["audio_features"], json!({"bpm": 123, "k": 9}));
    let off = server.get("/v1/audio-features/t09");
    assert_eq!(off.status, 501);
}
