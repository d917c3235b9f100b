//! Files of other tools are recognised by their columns and converted to our columns.

use serde_json::{Value, json};

use crate::shared::shared;
use crate::support::Place;
use crate::support::tracks::{COLUMNS, Fields, csv, csv_with, id, place, some, track, with};

/// Builds from one file and returns its tracks; asserts the recognised layout.
#[track_caller]
fn tracks_of(content: &str, layout: &str, options: &[&str]) -> Vec<Value> {
    let folder = Place::new();
    folder.write("file.csv", content);
    let args = [&["build", "file.csv", "-o", "index", "--format", "json"], options].concat();
    let report = folder.run(&args).succeeds().json();
    assert_eq!(report["inputs"][0]["layout"], json!(layout));
    let found = folder
        .run(&["search", "-i", "index", "-n", "1000", "--match", "contains", "--format", "json", ""])
        .succeeds()
        .json();
    found["tracks"].as_array().unwrap().clone()
}

fn value(row: &Fields, column: &str) -> String {
    row[place(column)].clone()
}

/// The tracks of the same rows in the notebook's layout.
fn expected(rows: &[Fields]) -> Vec<Value> {
    tracks_of(&csv(rows), "a Spotify Tracks Dataset", &[])
}

/// TidyTuesday's name for one of our columns.
fn tidytuesday(column: &str) -> &str {
    match column {
        "artists" => "track_artist",
        "album_name" => "track_album_name",
        "track_genre" => "playlist_genre",
        "popularity" => "track_popularity",
        other => other,
    }
}

#[test]
fn the_notebooks_table_is_recognised_with_its_unnamed_index() {
    let rows = some(5);
    let header: Vec<&str> = [""].into_iter().chain(COLUMNS).collect();
    let text = csv_with(&header, &rows, |row| [&["0".to_owned()], row.as_slice()].concat());
    assert_eq!(tracks_of(&text, "a Spotify Tracks Dataset", &[]), expected(&rows));
}

#[test]
fn the_real_file_of_tidytuesday_is_refused_naming_what_it_lacks() {
    let Some(path) = shared("data/tidytuesday_spotify_songs.csv") else { return };
    let folder = Place::new();
    let error = folder.run(&["build", path.to_str().unwrap(), "--profile", "classic"]).fails();
    insta::assert_snapshot!(
        error.replace(path.to_str().unwrap(), "spotify_songs.csv"),
        @"segue: spotify_songs.csv: read as TidyTuesday's spotify_songs.csv, it lacks columns that an index needs: time_signature; it also lacks explicit, which an index can do without: --allow-missing explicit; if a column has another name here, give it: --map OTHER=ours; or build a profile that does without: --profile segue"
    );
    // `--allow-missing explicit` does not help if a feature column is missing too.
    let error = folder
        .run(&["build", path.to_str().unwrap(), "--allow-missing", "explicit", "--profile", "classic"])
        .fails();
    assert!(error.contains("needs: time_signature;"), "{error}");
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_file_of_tidytuesday_with_a_time_signature_builds_without_explicit() {
    let rows = some(6);
    let ours: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != "explicit").collect();
    let header: Vec<&str> = ours.iter().map(|column| tidytuesday(column)).chain(["playlist_id"]).collect();
    let text = csv_with(&header, &rows, |row| {
        ours.iter().map(|column| value(row, column)).chain(["37i9".to_owned()]).collect()
    });
    let mut wanted = expected(&rows);
    wanted.iter_mut().for_each(|track| track["explicit"] = Value::Null);
    let found = tracks_of(&text, "TidyTuesday's spotify_songs.csv", &["--allow-missing", "explicit"]);
    assert_eq!(found, wanted);
}

/// A column of an Exportify export, and its value for a row.
type Exported = (&'static str, fn(&Fields) -> String);

fn exportify(rows: &[Fields], described: &[Exported]) -> String {
    let features = [
        ("Danceability", "danceability"),
        ("Energy", "energy"),
        ("Key", "key"),
        ("Loudness", "loudness"),
        ("Mode", "mode"),
        ("Speechiness", "speechiness"),
        ("Acousticness", "acousticness"),
        ("Instrumentalness", "instrumentalness"),
        ("Liveness", "liveness"),
        ("Valence", "valence"),
        ("Tempo", "tempo"),
        ("Time Signature", "time_signature"),
        ("Popularity", "popularity"),
        ("Album Name", "album_name"),
        ("Track Name", "track_name"),
    ];
    let header: Vec<&str> =
        described.iter().map(|(name, _)| *name).chain(features.iter().map(|(name, _)| *name)).collect();
    csv_with(&header, rows, |row| {
        let features = features.iter().map(|(_, column)| value(row, column));
        described.iter().map(|(_, describe)| describe(row)).chain(features).collect()
    })
}

fn uri(row: &Fields) -> String {
    format!("spotify:track:{}", value(row, "track_id"))
}

fn duration(row: &Fields) -> String {
    value(row, "duration_ms")
}

#[test]
fn both_exportify_exports_are_read_with_their_own_lists_of_artists() {
    let rows = [
        with(1, &[("artists", "Tyler, The Creator;A$AP Rocky"), ("explicit", "True")]),
        with(2, &[("artists", "Earth, Wind & Fire"), ("explicit", "False")]),
    ];
    // exportify.net: several artists by a bare comma or a semicolon, several genres by commas.
    let newer: [Exported; 5] = [
        ("Track URI", uri),
        ("Artist Name(s)", |row| value(row, "artists").replace(';', ",")),
        ("Duration (ms)", duration),
        ("Explicit", |row| value(row, "explicit").to_lowercase()),
        ("Genres", |_| "hip hop,rap".to_owned()),
    ];
    let mut wanted = expected(&rows);
    for track in &mut wanted {
        track["genres"] = json!(["hip hop", "rap"]);
        track["track_genre"] = json!("hip hop");
    }
    assert_eq!(tracks_of(&exportify(&rows, &newer), "an Exportify export", &[]), wanted);
    // The case of the header may differ.
    let text = exportify(&rows, &newer);
    let (header, rest) = text.split_once('\n').unwrap();
    let shouted = format!("{}\n{rest}", header.to_uppercase());
    assert_eq!(tracks_of(&shouted, "an Exportify export", &[]), wanted);

    // watsonbox's: artists by a comma and a space, commas within names escaped.
    let older: [Exported; 5] = [
        ("Track URI", uri),
        ("Artist Name(s)", |row| value(row, "artists").replace(',', "\\,").replace(';', ", ")),
        ("Track Duration (ms)", duration),
        ("Explicit", |row| value(row, "explicit").to_lowercase()),
        ("Artist Genres", |_| "hip hop, rap".to_owned()),
    ];
    assert_eq!(tracks_of(&exportify(&rows, &older), "an Exportify export", &[]), wanted);
}

#[test]
fn an_exportify_export_without_genres_says_how_to_do_without_them() {
    let rows = some(3);
    let columns: [Exported; 4] = [
        ("Track URI", uri),
        ("Artist Name(s)", |row| value(row, "artists")),
        ("Duration (ms)", duration),
        ("Explicit", |row| value(row, "explicit")),
    ];
    let text = exportify(&rows, &columns);
    let folder = Place::new();
    folder.write("liked.csv", &text);
    insta::assert_snapshot!(folder.run(&["build", "liked.csv", "--profile", "classic"]).fails(), @r###"segue: liked.csv: read as an Exportify export, it lacks track_genre, which an index can do without: --allow-missing track_genre; if a column has another name here, give it: --map OTHER=ours"###);
    let found = tracks_of(&text, "an Exportify export", &["--allow-missing", "track_genre"]);
    assert_eq!((&found[0]["track_genre"], &found[0]["genres"]), (&Value::Null, &json!([])));
    assert_eq!(found[0]["track_id"], json!(id(0)));
}

fn tracks_features(rows: &[Fields], with_popularity: bool) -> String {
    let ours: Vec<&str> = COLUMNS
        .into_iter()
        .filter(|column| *column != "track_genre" && (with_popularity || *column != "popularity"))
        .collect();
    let theirs = |column: &&'static str| match *column {
        "track_id" => "id",
        "track_name" => "name",
        "album_name" => "album",
        other => other,
    };
    let header: Vec<&str> = ours.iter().map(theirs).chain(["year", "release_date"]).collect();
    csv_with(&header, rows, |row| {
        let field = |column: &&str| match *column {
            "artists" => {
                let names =
                    value(row, "artists").split(';').map(|name| format!("{name:?}")).collect::<Vec<_>>();
                format!("[{}]", names.join(", "))
            }
            column => value(row, column),
        };
        ours.iter().map(field).chain(["1999".to_owned(), "1999-11-02".to_owned()]).collect()
    })
}

#[test]
fn tracks_features_lacks_popularity_and_builds_when_it_is_added() {
    let rows = [with(1, &[("artists", "Rage Against The Machine;Guns N' Roses")]), track(2)];
    let folder = Place::new();
    folder.write("tracks_features.csv", tracks_features(&rows, false));
    insta::assert_snapshot!(folder.run(&["build", "tracks_features.csv", "--profile", "classic"]).fails(), @"segue: tracks_features.csv: read as tracks_features.csv, it lacks columns that an index needs: popularity; it also lacks track_genre, which an index can do without: --allow-missing track_genre; if a column has another name here, give it: --map OTHER=ours; or build a profile that does without: --profile segue");

    let mut wanted = expected(&rows);
    for track in &mut wanted {
        (track["track_genre"], track["genres"]) = (Value::Null, json!([]));
    }
    let found =
        tracks_of(&tracks_features(&rows, true), "tracks_features.csv", &["--allow-missing", "track_genre"]);
    assert_eq!(found, wanted);
}

#[test]
fn other_names_are_mapped() {
    let rows = some(4);
    let header = COLUMNS.map(|column| match column {
        "track_name" => "Lied = Titel",
        "artists" => "Singer",
        other => other,
    });
    let text = csv_with(&header, &rows, |row| row.to_vec());
    let map = ["--map", "Lied = Titel=track_name", "--map", "Singer=artists"];
    assert_eq!(tracks_of(&text, "a table with columns of its own", &map), expected(&rows));

    let folder = Place::new();
    folder.write("songs.csv", &text);
    let unmapped = folder.run(&["build", "songs.csv"]).fails();
    assert!(unmapped.contains("lacks columns that an index needs: track_name, artists;"), "{unmapped}");
    let absent = folder.run(&["build", "songs.csv", "--map", "Titel=track_name"]).fails();
    assert!(
        absent.contains("songs.csv: has no column \"Titel\" to take as track_name; its columns are "),
        "{absent}"
    );
    insta::assert_snapshot!(folder.run(&["build", "songs.csv", "--map", "Titel=title"]).fails_with_usage(), @r###"
    error: invalid value 'Titel=title' for '--map <OTHER=OURS>': "title" is none of our columns: track_id, track_name, artists, album_name, track_genre, popularity, duration_ms, explicit, danceability, energy, loudness, mode, speechiness, acousticness, instrumentalness, liveness, valence, tempo, time_signature, key, isrc

    For more information, try '--help'.
    "###);
    insta::assert_snapshot!(folder.run(&["build", "songs.csv", "--map=Titel"]).fails_with_usage(), @r###"
    error: invalid value 'Titel' for '--map <OTHER=OURS>': OTHER=ours was wanted, such as Song=track_name

    For more information, try '--help'.
    "###);
}

#[test]
fn a_mapped_column_wins_over_the_one_that_is_recognised() {
    let rows = some(2);
    let header: Vec<&str> = COLUMNS.into_iter().chain(["real_title"]).collect();
    let text = csv_with(&header, &rows, |row| [row.as_slice(), &["Real".to_owned()]].concat());
    let found = tracks_of(&text, "a Spotify Tracks Dataset", &["--map", "real_title=track_name"]);
    assert_eq!(found[0]["track_name"], json!("Real"));
}

#[test]
fn descriptive_columns_may_be_allowed_to_be_missing_and_others_never() {
    let rows = some(3);
    for missing in ["album_name", "track_genre", "explicit"] {
        let ours: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != missing).collect();
        let text = csv_with(&ours, &rows, |row| ours.iter().map(|column| value(row, column)).collect());
        let found = tracks_of(&text, "a Spotify Tracks Dataset", &["--allow-missing", missing]);
        assert_eq!(found[0][missing], Value::Null);
    }
    // A missing value in an optional column does not drop the row.
    let found = tracks_of(
        &csv(&[with(1, &[("explicit", "")])]),
        "a Spotify Tracks Dataset",
        &["--allow-missing", "explicit"],
    );
    assert_eq!(found[0]["explicit"], Value::Null);
    let folder = Place::new();
    folder.write("tracks.csv", csv(&rows));
    insta::assert_snapshot!(folder.run(&["build", "tracks.csv", "--allow-missing", "energy"]).fails_with_usage(), @"
    error: invalid value 'energy' for '--allow-missing <COLUMN>': only album_name, track_genre and explicit can be missing; the catalogue needs the others

    For more information, try '--help'.
    ");
}
