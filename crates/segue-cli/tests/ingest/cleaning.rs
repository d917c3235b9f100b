//! Cleaning: keeps the first row of each id with the genres of all its rows, then drops incomplete rows.

use serde_json::{Value, json};

use crate::shared::shared;
use crate::support::tracks::{Fields, csv, id, some, with};
use crate::support::{Place, encode};

/// The result of cleaning: the counts, and the tracks in catalogue order.
struct Cleaned {
    counts: Value,
    report: Value,
    tracks: Vec<Value>,
}

fn clean(content: impl AsRef<[u8]>, options: &[&str]) -> Cleaned {
    let place = Place::new();
    place.write("rows.csv", content);
    let args = [&["build", "rows.csv", "-o", "index", "--format", "json"], options].concat();
    let report = place.run(&args).succeeds().json();
    let found = place
        .run(&["search", "-i", "index", "-n", "1000", "--match", "contains", "--format", "json", ""])
        .succeeds()
        .json();
    Cleaned { counts: report["counts"].clone(), report, tracks: found["tracks"].as_array().unwrap().clone() }
}

fn clean_rows(rows: &[Fields]) -> Cleaned {
    clean(csv(rows), &[])
}

fn values(tracks: &[Value], column: &str) -> Vec<String> {
    tracks.iter().map(|track| track[column].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_first_row_of_an_id_wins() {
    let cleaned = clean_rows(&[
        with(1, &[("track_name", "First"), ("popularity", "10")]),
        with(2, &[]),
        with(1, &[("track_name", "Second"), ("popularity", "90")]),
    ]);
    assert_eq!(
        cleaned.counts,
        json!({"rows": 3, "rejected": 0, "repeated": 1, "unique": 2, "incomplete": 0, "tracks": 2})
    );
    assert_eq!(
        (&cleaned.tracks[0]["track_name"], &cleaned.tracks[0]["popularity"]),
        (&json!("First"), &json!(10))
    );
    assert_eq!(values(&cleaned.tracks, "track_id"), [id(1), id(2)]);
}

#[test]
fn a_missing_value_in_the_first_row_drops_the_id_even_if_a_later_row_is_complete() {
    let cleaned = clean_rows(&[with(1, &[("energy", "")]), with(1, &[]), with(2, &[])]);
    assert_eq!(
        cleaned.counts,
        json!({"rows": 3, "rejected": 0, "repeated": 1, "unique": 2, "incomplete": 1, "tracks": 1})
    );
    assert_eq!(values(&cleaned.tracks, "track_id"), [id(2)]);
    assert_eq!(cleaned.report["missing_by_column"], json!({"energy": 1}));
    // In the other order the track is kept, and the incomplete row still adds its genre.
    let cleaned =
        clean_rows(&[with(1, &[("track_genre", "a")]), with(1, &[("energy", ""), ("track_genre", "b")])]);
    assert_eq!(cleaned.tracks[0]["genres"], json!(["a", "b"]));
}

#[test]
fn rows_without_an_id_count_as_one_track() {
    let cleaned = clean_rows(&[with(1, &[("track_id", "")]), with(2, &[("track_id", "")]), with(3, &[])]);
    assert_eq!(
        cleaned.counts,
        json!({"rows": 3, "rejected": 0, "repeated": 1, "unique": 2, "incomplete": 1, "tracks": 1})
    );
}

#[test]
fn genres_are_united_in_the_order_of_their_rows() {
    let genre = |number, genre| with(number, &[("track_genre", genre)]);
    let cleaned = clean_rows(&[
        genre(1, "rock"),
        genre(2, "jazz"),
        genre(1, "pop"),
        genre(1, "rock"),
        genre(2, "acoustic"),
        genre(1, "blues, swing"),
    ]);
    assert_eq!(cleaned.tracks[0]["genres"], json!(["rock", "pop", "blues", "swing"]));
    assert_eq!(cleaned.tracks[0]["track_genre"], json!("rock"));
    assert_eq!(cleaned.tracks[1]["genres"], json!(["jazz", "acoustic"]));
    assert_eq!(cleaned.counts["repeated"], json!(4));
}

#[test]
fn an_empty_field_is_missing_in_every_column() {
    for column in crate::support::tracks::COLUMNS {
        let rows = csv(&[with(1, &[(column, "")]), with(2, &[])]);
        let cleaned = clean(&rows, &["--profile", "classic"]);
        assert_eq!(cleaned.counts["incomplete"], json!(1), "{column}");
        assert_eq!(cleaned.report["missing_by_column"], json!({column: 1}));
        // What is not compared may be missing.
        let kept = ["album_name", "track_genre", "explicit", "time_signature"].contains(&column);
        let cleaned = clean(&rows, &[]);
        assert_eq!(cleaned.counts["tracks"], json!(1 + u64::from(kept)), "{column}");
        if kept {
            assert_eq!(cleaned.report["lacking_by_column"], json!({column: 1}));
        }
    }
}

/// The rows without some columns, and with others emptied.
fn without(rows: &[Fields], absent: &[&str], empty: &[&str]) -> String {
    use crate::support::tracks::{COLUMNS, csv_with, place};
    let kept: Vec<&str> = COLUMNS.into_iter().filter(|column| !absent.contains(column)).collect();
    let value = |row: &Fields, column: &str| match empty.contains(&column) {
        true => String::new(),
        false => row[place(column)].clone(),
    };
    csv_with(&kept, rows, |row| kept.iter().map(|column| value(row, column)).collect())
}

#[test]
fn segue_does_without_what_is_missing_or_empty() {
    let all = crate::support::tracks::COLUMNS;
    let needed = ["track_id", "track_name", "artists", "energy"];
    let most: Vec<&str> = all.into_iter().filter(|column| !needed.contains(column)).collect();
    for count in [1, 2, 30] {
        for (absent, empty) in [(&most[..], &[][..]), (&[], &most[..]), (&most[4..], &most[..4])] {
            let folder = Place::new();
            folder.write("rows.csv", without(&some(count), absent, empty));
            let report =
                folder.run(&["build", "rows.csv", "-o", "index", "--format", "json"]).succeeds().json();
            assert_eq!(report["counts"]["tracks"], json!(count));
            assert_eq!(report["missing_columns"].as_array().unwrap().len(), most.len());
            assert_eq!(report["missing_columns"][0]["empty"], json!(!absent.contains(&"popularity")));
            folder.run(&["verify", "index"]).succeeds();
            let ask = ["recommend", "-i", "index", "--id", &id(0), "--why", "--format", "json"];
            let answer = folder.run(&ask).succeeds().json();
            let found = answer["recommendations"].as_array().unwrap();
            assert!(found.len() < count && found.iter().all(|track| track["similarity"].is_number()));
            folder.run(&["search", "-i", "index", "plain"]).succeeds();
        }
    }
}

#[test]
fn a_column_that_is_empty_is_named_where_it_is_needed() {
    let folder = Place::new();
    folder.write("genre.csv", without(&some(3), &[], &["track_genre"]));
    let error = folder.run(&["build", "genre.csv", "--profile", "classic"]).fails();
    assert!(error.contains("all lack track_genre: the column is there, but empty"), "{error}");
    assert!(error.contains("--allow-missing track_genre"), "{error}");
    folder.run(&["build", "genre.csv", "--profile", "classic", "--allow-missing", "track_genre"]).succeeds();
    let audio = [
        "danceability",
        "energy",
        "loudness",
        "speechiness",
        "acousticness",
        "instrumentalness",
        "liveness",
        "valence",
        "tempo",
    ];
    folder.write("silent.csv", without(&some(3), &[], &audio));
    let error = folder.run(&["build", "silent.csv"]).fails();
    assert!(error.contains("valence, tempo: the columns are there, but empty"), "{error}");
}

#[test]
fn rows_that_are_lost_to_one_column_are_told() {
    let rows = [with(1, &[("energy", ""), ("valence", "")]), with(2, &[]), with(3, &[])];
    let folder = Place::new();
    folder.write("rows.csv", csv(&rows));
    let told = folder.run(&["build", "rows.csv"]).succeeds();
    assert!(told.out.contains("1 of 3 tracks have no energy, valence, and are left out"), "{}", told.out);
    let filled = folder.run(&["build", "rows.csv", "--fill", "mean"]).succeeds();
    assert!(!filled.out.contains("left out"), "{}", filled.out);
    // A file that lacks a column which others have.
    folder.write("less.csv", without(&some(9)[4..], &["popularity"], &[]));
    let error = folder.run(&["build", "rows.csv", "less.csv"]).fails();
    assert!(error.contains("less.csv: lacks the column popularity, which other inputs have"), "{error}");
}

#[test]
fn words_for_nothing_are_titles_in_texts_and_missing_in_numbers() {
    for word in ["None", "NA", "null", "N/A", "none", "Null"] {
        let texts = ["track_name", "artists", "album_name", "track_genre"];
        let cleaned = clean_rows(&[with(1, &texts.map(|column| (column, word)))]);
        let track = &cleaned.tracks[0];
        assert_eq!(track["artists"], json!([word]));
        for column in ["track_name", "album_name", "track_genre"] {
            assert_eq!(track[column], json!(word));
        }
        for column in ["energy", "popularity", "explicit"] {
            let rows = csv(&[with(1, &[(column, word)]), with(2, &[])]);
            let cleaned = clean(rows, &["--profile", "classic"]);
            assert_eq!(cleaned.report["missing_by_column"], json!({column: 1}), "{word}");
            assert_eq!(cleaned.counts["rejected"], json!(0));
        }
    }
}

#[test]
fn infinity_is_a_reject_and_never_a_missing_value() {
    for word in ["inf", "-inf", "Infinity", "1e400", "-1e39"] {
        let rows = [with(1, &[("energy", word)]), with(2, &[])];
        let cleaned = clean(csv(&rows), &["--max-rejects", "1"]);
        assert_eq!(cleaned.counts["rejected"], json!(1), "{word}");
        assert_eq!(cleaned.report["rejected_by_reason"], json!({"not a finite number": 1}));
        // A rejected row does not count as the first of its id: a later row is kept.
        let rows = [with(1, &[("energy", word)]), with(1, &[])];
        let cleaned = clean(csv(&rows), &["--max-rejects", "50%"]);
        assert_eq!(cleaned.counts["tracks"], json!(1), "{word}");
    }
    // In Parquet, NaN is how pandas writes a missing value.
    let batch = encode::batch(&[with(1, &[("energy", "NaN")]), with(2, &[("tempo", "inf")]), with(3, &[])]);
    let file = encode::parquet(&batch, parquet::basic::Compression::SNAPPY, 2);
    let cleaned = clean(file, &["--max-rejects", "1"]);
    assert_eq!(cleaned.report["rejected_by_reason"], json!({"not a finite number": 1}));
    assert_eq!(cleaned.report["first_rejects"][0]["row"], json!(2));
    assert_eq!(cleaned.report["missing_by_column"], json!({"energy": 1}));
}

#[test]
fn whole_numbers_and_flags_are_read_strictly() {
    for (column, value, reason) in [
        ("popularity", "50.5", "not a whole number"),
        ("duration_ms", "9223372036854775808", "not a whole number"),
        ("key", "H", "not a number"),
        ("loudness", "1,5,5", "not a number"),
        ("explicit", "perhaps", "neither true nor false"),
        ("explicit", "2", "neither true nor false"),
    ] {
        let rows = [with(1, &[(column, value)]), with(2, &[])];
        let cleaned = clean(csv(&rows), &["--max-rejects", "1"]);
        assert_eq!(cleaned.report["rejected_by_reason"], json!({reason: 1}), "{column} {value}");
        let reject = &cleaned.report["first_rejects"][0];
        assert_eq!((&reject["column"], &reject["value"]), (&json!(column), &json!(value)));
    }
}

#[test]
fn every_row_is_accounted_for() {
    let mut rows = some(50);
    rows.extend([
        with(3, &[]),
        with(4, &[("track_name", "")]),
        with(60, &[("tempo", "")]),
        with(61, &[("key", "x")]),
    ]);
    let cleaned = clean(csv(&rows), &["--max-rejects", "5%"]);
    let count = |name: &str| cleaned.counts[name].as_u64().unwrap();
    assert_eq!(count("rows"), count("rejected") + count("repeated") + count("unique"));
    assert_eq!(count("unique"), count("incomplete") + count("tracks"));
    assert_eq!((count("rejected"), count("repeated"), count("incomplete"), count("tracks")), (1, 2, 1, 50));
    assert_eq!(cleaned.tracks.len(), 50);
}

#[test]
fn the_real_data_set_gives_the_counts_of_the_notebook() {
    let Some(path) = shared("data/spotify.csv") else { return };
    let place = Place::new();
    let report = place.run(&["build", path.to_str().unwrap(), "--format", "json"]).succeeds().json();
    assert_eq!(
        report["counts"],
        json!({
            "rows": 114_000, "rejected": 0, "repeated": 24_259, "unique": 89_741, "incomplete": 1, "tracks": 89_740,
        })
    );
    assert_eq!(report["inputs"][0]["layout"], json!("a Spotify Tracks Dataset"));
}

#[test]
fn an_index_built_from_the_tracks_of_another_keeps_all_genres() {
    let place = Place::new();
    let listed = |genre: &str| with(1, &[("track_genre", genre)]);
    place.write("rows.csv", csv(&[listed("rock"), with(2, &[]), listed("pop"), listed("blues/swing")]));
    place.run(&["build", "rows.csv", "-o", "first"]).succeeds();
    place.run(&["build", "first/generation-1/tracks.arrow", "-o", "second"]).succeeds();
    let tracks = |index: &str| {
        place.run(&["search", "-i", index, "--match", "contains", "--format", "json", ""]).succeeds().out
    };
    assert_eq!(tracks("second"), tracks("first"));
    assert!(tracks("second").contains("blues/swing"));
}
