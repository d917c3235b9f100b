//! Readable tables that are not tables of tracks.

use crate::support::tracks::{COLUMNS, csv, csv_with, line, place, quoted, some, track, with};
use crate::support::{Place, encode};
use crate::{refusal, refusal_of};

#[test]
fn an_empty_file_is_refused() {
    insta::assert_snapshot!(refusal_of("songs.csv", ""), @"segue: songs.csv: is empty, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    insta::assert_snapshot!(refusal_of("songs.csv.gz", encode::gzip(b"")), @"segue: songs.csv.gz: is empty, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    insta::assert_snapshot!(refusal_of("songs.csv.zst", encode::zstd(b"")), @"segue: songs.csv.zst: is empty, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    insta::assert_snapshot!(refusal_of("blank.csv", "\n\r\n\n"), @"segue: blank.csv: has no header line, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
    insta::assert_snapshot!(refusal_of("mark.csv", "\u{feff}"), @"segue: mark.csv: has no header line, a CSV (plain, gzip or zstd), Parquet or Arrow IPC file was wanted");
}

#[test]
fn a_header_alone_is_refused() {
    insta::assert_snapshot!(refusal_of("header.csv", line(&COLUMNS)), @"segue: header.csv: no track is left of 0 rows; an index needs at least one track");
    refusal_of("header.csv", line(&COLUMNS).trim_end());
    let batch = encode::batch(&[]);
    refusal_of("header.parquet", encode::parquet(&batch, parquet::basic::Compression::SNAPPY, 9));
    refusal_of("header.arrow", encode::arrow_file(&batch, None));
    refusal_of("header.arrows", encode::arrow_stream(&batch, None));
}

#[test]
fn all_missing_columns_are_named() {
    let kept = ["track_id", "track_name", "artists", "danceability", "tempo"];
    let fields = |row: &[String; 20]| kept.iter().map(|column| row[place(column)].clone()).collect();
    let classic = |text: String| {
        let folder = Place::new();
        folder.write("songs.csv", text);
        folder.run(&["build", "songs.csv", "--profile", "classic"]).fails()
    };
    insta::assert_snapshot!(classic(csv_with(&kept, &some(3), fields)), @"segue: songs.csv: read as a Spotify Tracks Dataset, it lacks columns that an index needs: popularity, duration_ms, energy, loudness, mode, speechiness, acousticness, instrumentalness, liveness, valence, time_signature, key; it also lacks album_name, track_genre, explicit, which an index can do without: --allow-missing album_name --allow-missing track_genre --allow-missing explicit; if a column has another name here, give it: --map OTHER=ours; or build a profile that does without: --profile segue; or compare columns of its own: segue build FILE --feature COLUMN --vector COLUMN");
    for missing in COLUMNS {
        let kept: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != missing).collect();
        let text =
            csv_with(&kept, &some(3), |row| kept.iter().map(|column| row[place(column)].clone()).collect());
        let error = classic(text);
        assert!(
            error.contains(&format!("needs: {missing};"))
                || error.contains(&format!("--allow-missing {missing};")),
            "{error}"
        );
    }
}

#[test]
fn a_table_of_other_things_is_refused() {
    insta::assert_snapshot!(refusal_of("cities.csv", "name,country\nOslo,Norway\n"), @"segue: cities.csv: read as a table with columns of its own, it lacks columns that an index needs: track_id, artists, danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo; if a column has another name here, give it: --map OTHER=ours");
    let error = refusal_of("notes.txt", "Dear diary\ntoday I listened to music\n");
    assert!(error.contains("lacks columns that an index needs: track_id, track_name,"), "{error}");
    let error = refusal_of("index.html", "<!DOCTYPE html>\n<html><body>404</body></html>\n");
    assert!(error.contains("lacks columns that an index needs: track_id, track_name,"), "{error}");
}

#[test]
fn wrong_types_are_refused_with_the_first_place() {
    let rows: Vec<_> = (0..20).map(|number| with(number, &[("energy", "loud")])).collect();
    insta::assert_snapshot!(refusal_of("songs.csv", csv(&rows)), @r###"segue: 20 of 20 rows cannot be read, more than the 1 % allowed; the first is songs.csv, line 2, column energy: a number was wanted, found "loud"; list them all with --rejects FILE, mend the input, or allow more with --max-rejects"###);
    // Columns of unsupported types.
    let batch = encode::batch(&some(4));
    let (mut columns, schema) = (batch.columns().to_vec(), batch.schema());
    columns.swap(place("track_name"), place("explicit"));
    let swapped =
        columns.into_iter().zip(schema.fields()).map(|(array, field)| (field.name().clone(), array, true));
    let batch = arrow_array::RecordBatch::try_from_iter_with_nullable(swapped).unwrap();
    insta::assert_snapshot!(refusal_of("songs.arrow", encode::arrow_file(&batch, None)), @r###"segue: 4 of 4 rows cannot be read, more than the 1 % allowed; the first is songs.arrow, row 1, column track_name: text was wanted, the column has another type, found "true"; list them all with --rejects FILE, mend the input, or allow more with --max-rejects"###);
}

#[test]
fn ragged_rows_are_refused_with_the_first_place() {
    let text = csv(&some(5)) + "short,row\n" + &line(&track(6)).replace('\n', ",more\n") + &line(&track(7));
    insta::assert_snapshot!(refusal_of("songs.csv", text), @"segue: 2 of 8 rows cannot be read, more than the 1 % allowed; the first is songs.csv, line 8: 20 fields were wanted as in the header, found 2; list them all with --rejects FILE, mend the input, or allow more with --max-rejects");
    // Semicolons, as spreadsheets write in some locales.
    let semicolons = csv(&some(5)).replace(',', ";");
    let error = refusal_of("songs.csv", semicolons);
    assert!(error.contains("needs: track_id, track_name, artists,"), "{error}");
}

#[test]
fn a_name_that_occurs_twice_matters_only_where_it_is_used() {
    let twice = |name: &'static str| {
        let header: Vec<&str> = COLUMNS.into_iter().chain([name, "comment", "comment"]).collect();
        csv_with(&header, &some(4), |row| [row.as_slice(), &[const { String::new() }; 3]].concat())
    };
    insta::assert_snapshot!(refusal_of("songs.csv", twice("energy")), @r#"segue: songs.csv: the column "energy" occurs twice in the header, as fields 9 and 21; rename the one that is not meant"#);
    // The exact name `energy` is taken; `Energy` and `ENERGY` together are ambiguous.
    let place = Place::new();
    place.write("songs.csv", twice("ENERGY"));
    place.run(&["build", "songs.csv"]).succeeds();
    let error = refusal_of("songs.csv", twice("ENERGY").replacen("energy", "Energy", 1));
    assert!(
        error.contains("the column \"Energy\" occurs twice in the header, as fields 9 and 21;"),
        "{error}"
    );
    place.write("songs.csv", twice("remark"));
    place.run(&["build", "songs.csv"]).succeeds();
    // A column named by `--map` counts as used.
    let error = refusal(&place, &["songs.csv", "--map", "comment=track_name"]);
    assert!(
        error.contains("the column \"comment\" occurs twice in the header, as fields 22 and 23;"),
        "{error}"
    );
    // The recognised column is not used if `--map` names another for it.
    let header: Vec<&str> = COLUMNS.into_iter().chain(["energy", "loud"]).collect();
    let both = |row: &[String; 20]| [row.as_slice(), &["x".into(), "0.5".into()]].concat();
    place.write("songs.csv", csv_with(&header, &some(4), both));
    place.run(&["build", "songs.csv", "--map", "loud=energy"]).succeeds();
}

#[test]
fn text_that_is_not_utf8_matters_only_where_it_is_used() {
    let latin = |column: &str| {
        let mut rows = some(4);
        rows[2][place(column)] = "caf#".into();
        csv(&rows).bytes().map(|byte| if byte == b'#' { 0xe9 } else { byte }).collect::<Vec<_>>()
    };
    insta::assert_snapshot!(refusal_of("songs.csv", latin("artists")), @r###"segue: 1 of 4 rows cannot be read, more than the 1 % allowed; the first is songs.csv, line 4, column artists: text in UTF-8 was wanted, found "caf�"; list them all with --rejects FILE, mend the input, or allow more with --max-rejects"###);
    let error = refusal_of("songs.csv", latin("energy"));
    assert!(error.contains("column energy: a number was wanted, found \"caf\u{fffd}\""), "{error}");

    let header: Vec<&str> = COLUMNS.into_iter().chain(["comment"]).collect();
    let rows = csv_with(&header, &some(4), |row| [row.as_slice(), &["caf#".to_owned()]].concat());
    let place = Place::new();
    place.write(
        "songs.csv",
        rows.bytes().map(|byte| if byte == b'#' { 0xe9 } else { byte }).collect::<Vec<_>>(),
    );
    let report = place.run(&["build", "songs.csv", "--format", "json"]).succeeds().json();
    assert_eq!((&report["counts"]["tracks"], &report["counts"]["rejected"]), (&4.into(), &0.into()));
}

#[test]
fn a_field_of_ten_megabytes_is_one_reject() {
    let long = "x".repeat(10_000_000);
    let mut rows = some(120);
    rows[60][place("track_name")] = long.clone();
    let folder = Place::new();
    folder.write("songs.csv", csv(&rows));
    let report = folder.run(&["build", "songs.csv", "--format", "json"]).succeeds().json();
    assert_eq!(report["rejected_by_reason"], serde_json::json!({"text too long": 1}));
    assert_eq!(report["counts"]["tracks"], 119);
    assert!(report["first_rejects"][0]["value"].as_str().unwrap().len() <= 1000);
    let batch = encode::batch(&rows);
    folder.write("songs.arrow", encode::arrow_file(&batch, None));
    let of_arrow = folder.run(&["build", "songs.arrow", "--format", "json"]).succeeds().json();
    assert_eq!(of_arrow["counts"], report["counts"]);

    let error = refusal_of("one.csv", csv(&[with(1, &[("track_name", &long)])]));
    assert!(error.len() < 1000, "{error}");
    insta::assert_snapshot!(error, @r###"segue: 1 of 1 rows cannot be read, more than the 1 % allowed; the first is one.csv, line 2, column track_name: a text of at most 65536 bytes was wanted, it has 10000000 (is a quote left open?), found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"…; list them all with --rejects FILE, mend the input, or allow more with --max-rejects"###);
    // A number of ten million digits, and a header of the same length.
    let error = refusal_of("digits.csv", csv(&[with(1, &[("energy", &"1".repeat(10_000_000))])]));
    assert!(error.len() < 1000, "{error}");
    let error = refusal_of("header.csv", format!("{long},track_id\n1,2\n"));
    assert!(error.len() < 2000, "{} bytes", error.len());
}

#[test]
fn a_quote_left_open_over_20_megabytes_is_named_with_its_line() {
    let mut text = csv(&some(3));
    text += &format!("id,\"{}", quoted("never closed\n").trim_matches('"'));
    while text.len() < 20 << 20 {
        text += "all of this is in the quote, whatever it looks like\n";
    }
    let lines = csv(&some(3)).lines().count();
    let error = refusal_of("songs.csv", &text);
    assert!(error.contains(&format!("line {}", lines + 1)), "{error}");
    insta::assert_snapshot!(error, @"segue: songs.csv: the row that begins on line 5 has no end within 16 MiB; is a quote left open there?");
    // An open quote at the very start: the header never ends.
    let error = refusal_of("songs.csv", format!("\"{}", "track_id,track_name\n".repeat(1 << 20)));
    assert!(error.contains("line 1 has no end"), "{error}");
}

#[test]
fn huge_numbers_never_become_infinite() {
    for (column, value) in [
        ("energy", "1e400"),
        ("energy", "1e308"),
        ("loudness", "-1e308"),
        ("duration_ms", "9223372036854775808"),
        ("duration_ms", "-99999999999999999999999999"),
        ("popularity", "1e39"),
        ("tempo", "340282350000000000000000000000000000001e3"),
    ] {
        let error = refusal_of("songs.csv", csv(&[with(1, &[(column, value)]), track(2)]));
        assert!(error.contains(&format!("column {column}: ")) && error.contains(value), "{error}");
    }
    // The largest accepted values still give finite similarities.
    let place = Place::new();
    let large: Vec<_> = (0..6)
        .map(|number| match number {
            0 => with(0, &[("energy", "3.4e38"), ("valence", "-3.4e38"), ("duration_ms", "2147483647")]),
            1 => with(1, &[("tempo", "3.4e38"), ("loudness", "0")]),
            number => track(number),
        })
        .collect();
    place.write("songs.csv", csv(&large));
    let answer = place.run(&[
        "recommend",
        "-i",
        "songs.csv",
        "--format",
        "json",
        "--id",
        &crate::support::tracks::id(0),
    ]);
    for found in answer.succeeds().json()["recommendations"].as_array().unwrap() {
        let similarity = found["similarity"].as_f64().unwrap();
        assert!((-1.0..=1.0).contains(&similarity), "{similarity}");
    }
}

#[test]
fn rows_that_are_all_the_same_and_a_single_track_make_an_index() {
    let place = Place::new();
    place.write("same.csv", csv(&vec![track(1); 50]));
    let report = place
        .run(&["build", "same.csv", "-o", "one.segue", "--profile", "classic", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!((&report["counts"]["tracks"], &report["counts"]["repeated"]), (&1.into(), &49.into()));
    place.run(&["verify", "one.segue"]).succeeds();
    let ask = |index: &str| {
        let id = crate::support::tracks::id(1);
        place
            .run(&["recommend", "-i", index, "--profile", "classic", "--format", "json", "--id", &id])
            .succeeds()
            .json()
    };
    assert_eq!(ask("one.segue")["recommendations"], serde_json::json!([]));
    assert_eq!(ask("same.csv")["recommendations"], serde_json::json!([]));

    // If all tracks have the same features, every vector is zero, and all similarities are 0.
    let ids: Vec<String> = (1..40).map(crate::support::tracks::id).collect();
    let twins: Vec<_> = ids.iter().map(|id| with(1, &[("track_id", id)])).collect();
    place.write("twins.csv", csv(&twins));
    let answer = ask("twins.csv");
    let found = answer["recommendations"].as_array().unwrap();
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(|track| track["similarity"] == 0.0), "{answer}");
    assert!(
        found.iter().zip(&ids[1..]).all(|(track, id)| track["track_id"] == id.as_str()),
        "in catalogue order"
    );
}

#[test]
fn a_quote_that_is_left_open_swallows_no_rows_in_silence() {
    let whole = csv(&some(3000));
    let opened = |line: usize| {
        let mut lines: Vec<String> =
            whole.lines().filter(|line| !line.contains('"')).map(str::to_owned).collect();
        lines[line - 1] = lines[line - 1].replacen(',', ",\"", 1);
        lines
    };
    let never = opened(1000).join("\n") + "\n";
    insta::assert_snapshot!(refusal_of("songs.csv", never), @"segue: songs.csv: a quote in the row that begins on line 1000 is never closed; close it, or double it if it is meant");
    // A later quote closes it: the rows in between count as rejected.
    let mut lines = opened(1000);
    lines[1999] = lines[1999].replacen(',', "\",", 1);
    insta::assert_snapshot!(refusal_of("songs.csv", lines.join("\n") + "\n"), @"segue: 1001 of 2250 rows cannot be read, more than the 1 % allowed; the first is songs.csv, line 1000: 20 fields were wanted as in the header, found 21 over 1001 lines (is a quote left open?); list them all with --rejects FILE, mend the input, or allow more with --max-rejects");
}

#[test]
fn contradictions_in_the_mapping_are_refused() {
    let place = Place::new();
    place.write("songs.csv", csv(&some(4)));
    insta::assert_snapshot!(refusal(&place, &["songs.csv", "--map", "track_name=track_id"]), @"segue: songs.csv: read as a Spotify Tracks Dataset, it lacks columns that an index needs: track_name; if a column has another name here, give it: --map OTHER=ours");
    insta::assert_snapshot!(refusal(&place, &["songs.csv", "--map", "key=tempo", "--map", "mode=tempo"]), @r###"segue: songs.csv: both "key" and "mode" are to be taken as tempo; one of them was wanted"###);
}

#[test]
fn a_text_that_happens_to_be_called_genres_is_ignored() {
    let header: Vec<&str> = COLUMNS.into_iter().chain(["genres"]).collect();
    let rows = csv_with(&header, &some(4), |row| [row.as_slice(), &["['pop', 'rock']".into()]].concat());
    let place = Place::new();
    place.write("songs.csv", rows);
    place.run(&["build", "songs.csv", "-o", "index"]).succeeds();
    assert!(!place.run(&["search", "-i", "index", "", "--format", "json"]).succeeds().out.contains("['pop"));
}
