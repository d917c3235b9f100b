//! Options of `recommend`: each has its documented effect, and none is silently ignored.

use serde_json::Value;

use crate::support::tracks::{csv, id, some, with};
use crate::support::{CommandOutput, Place};

fn place() -> Place {
    let place = Place::new();
    let mut rows = some(60);
    // Several releases of one song, and another track by the same artist.
    for release in [id(101), id(102)] {
        rows.push(with(
            101,
            &[("track_id", &release), ("track_name", "Twice"), ("artists", "Ada"), ("popularity", "50")],
        ));
    }
    rows.push(with(103, &[("track_name", "Other"), ("artists", "Ada"), ("explicit", "True")]));
    place.write("tracks.csv", csv(&rows));
    let build = ["build", "tracks.csv", "-o", "tracks.segue", "--profile", "segue", "--profile", "classic"];
    place.run(&build).succeeds();
    place
}

fn ask(place: &Place, args: &[&str]) -> CommandOutput {
    place.run(&[&["recommend", "-i", "tracks.segue", "--format", "json", "-k", "100"], args].concat())
}

fn listed(answer: &Value) -> Vec<String> {
    let list = answer["recommendations"].as_array().unwrap();
    list.iter().map(|track| track["track_id"].as_str().unwrap().to_owned()).collect()
}

fn list(place: &Place, args: &[&str]) -> Vec<String> {
    listed(&ask(place, &[&["--id", &id(3)], args].concat()).succeeds().json())
}

#[test]
fn songs_are_listed_once_but_with_classic() {
    let place = place();
    let both = |rows: &[String]| rows.contains(&id(101)) && rows.contains(&id(102));
    assert!(!both(&list(&place, &[])) && both(&list(&place, &["--all-releases"])));
    assert!(both(&list(&place, &["--profile", "classic"])));
    assert!(!both(&list(&place, &["--profile", "classic", "--songs"])));
    ask(&place, &["--id", &id(3), "--songs", "--all-releases"]).fails_with_usage();
}

#[test]
fn versions_of_a_work_are_listed_if_asked_for() {
    let place = Place::new();
    let mut rows = some(60);
    rows.push(with(101, &[("track_name", "Twice"), ("artists", "Ada")]));
    rows.push(with(104, &[("track_name", "Twice - Live at Home"), ("artists", "Ada")]));
    place.write("tracks.csv", csv(&rows));
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    let of_work = |args: &[&str]| {
        list(&place, args).into_iter().filter(|listed| [id(101), id(104)].contains(listed)).count()
    };
    assert_eq!((of_work(&[]), of_work(&["--versions"]), of_work(&["--all-releases"])), (1, 2, 2));
    let like_it = |args: &[&str]| {
        listed(&ask(&place, &[&["--id", &id(101)], args].concat()).succeeds().json()).contains(&id(104))
    };
    assert!(!like_it(&[]) && like_it(&["--versions"]), "a version of the seed");
}

#[test]
fn songs_of_a_season_and_words_are_left_out() {
    let place = Place::new();
    let mut rows = some(60);
    rows.push(with(101, &[("track_name", "Last Christmas")]));
    rows.push(with(102, &[("track_name", "Summer Days"), ("album_name", "Très Live")]));
    place.write("tracks.csv", csv(&rows));
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    let has = |number: usize, args: &[&str]| list(&place, args).contains(&id(number));
    assert!(!has(101, &[]) && has(101, &["--seasonal"]) && has(101, &["--all-releases"]));
    assert!(has(102, &[]) && !has(102, &["--without-words", "snow,LIVE"]));
    assert!(has(102, &["--without-words", "liv"]), "whole words");
    assert!(!has(101, &["--seasonal", "--without-words", "christmas"]));
    ask(&place, &["--id", &id(3), "--without-words", " "]).fails_with_usage();
}

#[test]
fn filters_leave_out_what_they_say() {
    let place = place();
    let all = list(&place, &[]);
    let tracks = |args: &[&str]| {
        let answer = ask(&place, &[&["--id", &id(3)], args].concat()).succeeds().json();
        assert!(listed(&answer).len() < all.len(), "{args:?} has no effect");
        answer["recommendations"].as_array().unwrap().clone()
    };
    let popularity = |track: &Value| track["popularity"].as_i64().unwrap();
    assert!(tracks(&["--min", "popularity=30"]).iter().all(|track| popularity(track) >= 30));
    assert!(tracks(&["--max", "popularity=30"]).iter().all(|track| popularity(track) <= 30));
    let is_rock = |track: &Value| track["genres"].as_array().unwrap().contains(&"rock".into());
    assert!(tracks(&["--genre", "Rock"]).iter().all(is_rock));
    assert!(!tracks(&["--not-genre", "rock"]).iter().any(is_rock));
    let is_ada = |track: &Value| track["artists"].as_array().unwrap().contains(&"Ada".into());
    assert!(tracks(&["--artist", "ada"]).iter().all(is_ada));
    assert!(!tracks(&["--not-artist", "Ada"]).iter().any(is_ada));
    assert!(tracks(&["--explicit", "yes"]).iter().all(|track| track["explicit"] == true));
    assert!(tracks(&["--explicit", "no"]).iter().all(|track| track["explicit"] == false));
    assert!(tracks(&["--per-artist", "1"]).iter().filter(|track| is_ada(track)).count() == 1);
    tracks(&["--per-album", "1"]);
    tracks(&["--tempo-within", "5"]);
    tracks(&["--harmonic"]);
    place.write("never.txt", format!("{}\nhttps://open.spotify.com/track/{}\n", all[0], id(9)));
    let kept = list(&place, &["--never", "never.txt", "--never", &all[2]]);
    assert!([&all[0], &all[2], &id(9)].iter().all(|id| !kept.contains(id)));
}

#[test]
fn the_order_follows_targets_chance_and_diversity() {
    let place = place();
    let plain = list(&place, &[]);
    let quiet = list(&place, &["--target", "energy=0"]);
    assert!(quiet != plain && quiet.len() == plain.len());
    let shuffled = list(&place, &["--shuffle", "0.5", "--seed", "7"]);
    assert_eq!(shuffled, list(&place, &["--shuffle", "0.5", "--seed", "7"]));
    assert_ne!(shuffled, list(&place, &["--shuffle", "0.5", "--seed", "8"]));
    assert_ne!(list(&place, &["--diversity", "0.7"]), plain);
}

#[test]
fn seeds_of_every_kind_are_taken() {
    let place = place();
    let seeds = |args: &[&str]| {
        let answer = ask(&place, args).succeeds().json();
        assert!(!listed(&answer).is_empty(), "{args:?}");
        answer["seeds"].clone()
    };
    let both = seeds(&["--like", &format!("{}*2", id(3)), "--unlike", &id(5)]);
    assert_eq!((&both[0]["weight"], &both[1]["weight"]), (&2.0.into(), &(-1.0).into()));
    assert_eq!(both[0]["track"]["track_id"], id(3).as_str());
    assert_eq!(seeds(&["--like-artist", "Ada"])[0]["artist"], "Ada");
    assert_eq!(seeds(&["--like-genre", "rock", "--unlike-genre", "pop"])[1]["genre"], "pop");
    let features = seeds(&["--like-features", "energy=0.9,genre=rock,explicit=no"]);
    assert_eq!(
        features[0]["features"],
        serde_json::json!({"energy": 0.9, "explicit": false, "genres": ["rock"]})
    );
    place.write("list.m3u8", format!("#EXTM3U\nspotify:track:{}\n#EXTINF:1,Ada - Other\nx.mp3\n", id(4)));
    let playlist = seeds(&["--like-playlist", "list.m3u8"]);
    assert_eq!(playlist[1]["track"]["track_id"], id(103).as_str());
    // The positional track is one seed among others.
    assert_eq!(seeds(&[&id(3), "--like", &id(4)]).as_array().unwrap().len(), 2);
}

#[test]
fn reasons_are_given_in_words_and_numbers() {
    let place = place();
    let answer = ask(&place, &["--id", &id(3), "--why"]).succeeds().json();
    let first = &answer["recommendations"][0];
    let sum: f64 =
        first["why"]["contributions"].as_object().unwrap().values().map(|part| part.as_f64().unwrap()).sum();
    assert!((sum - first["similarity"].as_f64().unwrap()).abs() < 1e-9);
    let table = place.run(&["recommend", "-i", "tracks.segue", "--id", &id(3), "--why"]).succeeds().out;
    assert!(table.contains("both ") && !table.contains("alike in"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
}

#[test]
fn of_several_seeds_the_most_similar_is_named() {
    let place = place();
    let seeds = ["--like", &id(3), "--like", &id(4), "--unlike", &id(5), "--why"];
    let answer = ask(&place, &seeds).succeeds().json();
    let mut named = Vec::new();
    for found in answer["recommendations"].as_array().unwrap() {
        let (seed, phrase) =
            (found["why"]["seed"].as_str().unwrap(), found["why"]["phrase"].as_str().unwrap());
        let is_seed = |view: &&Value| view["track"]["track_id"] == seed;
        let view = answer["seeds"].as_array().unwrap().iter().find(is_seed).unwrap();
        let start = format!("like {}: ", view["track"]["track_name"].as_str().unwrap());
        assert!(phrase.starts_with(&start), "{phrase}");
        named.push(seed.to_owned());
    }
    named.sort();
    named.dedup();
    assert_eq!(named, [id(3), id(4)], "never the seed to be unlike");
    let one = ask(&place, &["--id", &id(3), "--why"]).succeeds().json();
    assert_eq!(one["recommendations"][0]["why"].get("seed"), None);
}

#[test]
fn lists_can_be_playlists() {
    let place = place();
    let write = |format: &str| {
        let args = ["recommend", "-i", "tracks.segue", "--id", &id(3), "-k", "5", "--format", format];
        place.run(&args).succeeds().out
    };
    let few = ["recommend", "-i", "tracks.segue", "--id", &id(3), "-k", "5", "--format", "json", "--spaced"];
    let expected = listed(&place.run(&few).succeeds().json());
    for (format, name) in
        [("m3u8", "list.m3u8"), ("xspf", "list.xspf"), ("jspf", "list.jspf"), ("uris", "list.txt")]
    {
        let playlist = write(format);
        assert!(expected.iter().all(|id| playlist.contains(id.as_str())), "{playlist}");
        place.write(name, &playlist);
        let again = ask(&place, &["--like-playlist", name]).succeeds().json();
        let seeds: Vec<&str> = again["seeds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|seed| seed["track"]["track_id"].as_str().unwrap())
            .collect();
        assert_eq!(seeds, expected, "{format}");
    }
    let uris =
        ["recommend", "-i", "tracks.segue", "--id", &id(3), "-k", "5", "--format", "uris", "--spaced=no"];
    let unspaced = place.run(&uris).succeeds().out;
    let unspaced: Vec<&str> = unspaced.lines().filter_map(|uri| uri.rsplit(':').next()).collect();
    assert_eq!(unspaced, list(&place, &[])[..5]);
    place.run(&["inspect", "tracks.segue", "--format", "m3u8"]).fails_with_usage();
    let path = place
        .run(&["path", "-i", "tracks.segue", &id(3), &id(5), "-n", "4", "--format", "uris"])
        .succeeds()
        .out;
    assert_eq!(path.lines().count(), 4);
}

#[test]
fn what_contradicts_itself_is_an_error_and_what_is_short_has_a_note() {
    let place = place();
    let error = |args: &[&str]| ask(&place, args).fails_with_usage();
    assert!(error(&["--id", &id(3), "--min", "energy=0.7", "--max", "energy=0.2"]).contains("at least 0.7"));
    assert!(error(&["--like", &id(3), "--unlike", &id(3)]).contains("both to be like"));
    assert!(error(&["--unlike", &id(3)]).contains("only seeds to be unlike"));
    assert!(error(&["--id", &id(3), "--genre", "hip-hop", "--not-genre", "Hip Hop"]).contains("both wanted"));
    let unknown = ask(&place, &["--id", &id(3), "--genre", "zydeco"]).fails();
    assert!(unknown.contains("has the genre \"zydeco\""), "{unknown}");
    assert!(error(&["--like-genre", "rock", "--harmonic"]).contains("no seed is one"));
    assert!(error(&["--id", &id(3), "--diversity", "2"]).contains("0 to 1 was wanted"));
    for wrong in [
        ["--min", "loud=1"],
        ["--target", "energy"],
        ["--explicit", "maybe"],
        ["--per-artist", "0"],
        ["--seed", "1"],
    ] {
        ask(&place, &[&["--id", &id(3)], &wrong[..]].concat()).fails_with_usage();
    }
    let none = ask(&place, &["--id", &id(3), "--min", "energy=5"]).succeeds();
    assert_eq!(none.json()["note"], "no track passes the filters");
    let few = place.run(&["recommend", "-i", "tracks.segue", "--id", &id(3), "--artist", "Ada"]).succeeds();
    assert!(few.err.contains("the filters leave 2 of 10 tracks"), "{}", few.err);
}

#[test]
fn a_profile_that_the_index_lacks_is_named_with_the_way_to_build_it() {
    let place = Place::new();
    place.write("tracks.csv", csv(&some(40)));
    place.run(&["build", "tracks.csv", "-o", "index"]).succeeds();
    let message = place.run(&["recommend", "-i", "index", "--id", &id(3), "--profile", "classic"]).fails();
    assert!(
        message
            .contains("it has segue; build them with: segue build INPUT --profile segue --profile classic"),
        "{message}"
    );
    place.write("mine.json", r#"{"profile": "mine", "version": 1, "weights": {"energy": 1, "genres": 2}}"#);
    place
        .run(&["build", "tracks.csv", "-o", "index", "--profile", "mine.json", "--profile", "classic"])
        .succeeds();
    for profile in ["mine", "mine.json"] {
        let args = ["recommend", "-i", "index", "--id", &id(3), "--profile", profile, "--format", "json"];
        assert_eq!(place.run(&args).succeeds().json()["profile"], "mine");
    }
    place.run(&["verify", "index"]).succeeds();
    place.write("mine.json", r#"{"profile": "mine", "version": 1, "weights": {"energy": 3, "genres": 2}}"#);
    let message = place.run(&["recommend", "-i", "index", "--id", &id(3), "--profile", "mine.json"]).fails();
    assert!(message.contains("other weights for the profile mine"), "{message}");
    place
        .run(&["build", "tracks.csv", "-o", "index", "--profile", "segue", "--profile", "segue"])
        .fails_with_usage();
}
