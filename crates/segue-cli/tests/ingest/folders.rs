//! A folder of files is one input wherever one is taken.

use std::fs;

use parquet::basic::Compression;

use crate::support::tracks::{COLUMNS, Fields, csv, csv_with, id, place as at, some};
use crate::support::{Place, encode};

fn write(place: &Place, name: &str, content: impl AsRef<[u8]>) {
    fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
    place.write(name, content);
}

fn parquet(rows: &[Fields]) -> Vec<u8> {
    encode::parquet(&encode::batch(rows), Compression::SNAPPY, 1000)
}

/// The rows as CSV without some columns.
fn without(columns: &[&str], rows: &[Fields]) -> String {
    let header: Vec<&str> = COLUMNS.into_iter().filter(|name| !columns.contains(name)).collect();
    csv_with(&header, rows, |row| header.iter().map(|name| row[at(name)].clone()).collect())
}

/// A folder of tracks as Spark leaves it.
fn spark() -> Place {
    let (place, rows) = (Place::new(), some(60));
    place.write("whole.csv", csv(&rows));
    for (part, rows) in rows.chunks(20).enumerate() {
        write(&place, &format!("tracks.parquet/part-0000{part}-c000.snappy.parquet"), parquet(rows));
        write(&place, &format!("tracks.parquet/.part-0000{part}-c000.snappy.parquet.crc"), "crc\0");
    }
    write(&place, "tracks.parquet/_SUCCESS", "");
    place
}

#[test]
fn a_folder_of_parts_gives_the_index_of_the_whole_table() {
    let place = spark();
    place.run(&["build", "whole.csv", "-o", "whole"]).succeeds();
    let report = place.run(&["build", "tracks.parquet/", "-o", "parts"]).succeeds().out;
    let read = "read tracks.parquet/: 3 files, Parquet, recognised as a Spotify Tracks Dataset, 60 rows\n";
    assert!(report.starts_with(read), "{report}");
    let tracks = |index| fs::read(place.tracks_file(index)).unwrap();
    assert!(tracks("whole") == tracks("parts"), "another catalogue: {report}");
    let json = place.run(&["build", "tracks.parquet", "-o", "parts", "--format", "json"]).succeeds().json();
    assert_eq!((&json["inputs"][0]["files"], &json["inputs"].as_array().unwrap().len()), (&3.into(), &1));
}

#[test]
fn a_folder_is_taken_wherever_a_file_is() {
    let place = spark();
    let answer =
        |input| place.run(&["recommend", "-i", input, "--format", "json", "--id", &id(7)]).succeeds().out;
    assert_eq!(answer("tracks.parquet"), answer("whole.csv"));
    let seen = place.run(&["inspect", "tracks.parquet"]).succeeds().out;
    assert!(seen.starts_with("tracks.parquet: 60 rows x 20 columns\n3 files, Parquet, a Spotify"), "{seen}");
    let json = |path| place.run(&["inspect", path, "--format", "json"]).succeeds().json();
    let (folder, file) = (json("tracks.parquet"), json("whole.csv"));
    assert_eq!((&folder["columns"], &folder["tracks"]), (&file["columns"], &file["tracks"]));
    // Beside other inputs, and under a name that is a link.
    place.run(&["build", "whole.csv", "tracks.parquet", "-o", "both"]).succeeds();
    let pipe = place.run(&["inspect", "-"]).fails_with_usage();
    assert!(pipe.contains("reads a file twice"), "{pipe}");
}

#[test]
fn a_folder_that_is_an_index_stays_an_index() {
    let place = Place::with_index();
    let answer = place.run(&["recommend", "-i", "tracks.segue", "--id", &id(7)]).succeeds().out;
    // A folder of tracks may hold the index that is made of it.
    write(&place, "music/tracks.csv", csv(&some(40)));
    for build in ["1", "2"] {
        let report = place.run(&["build", "music", "-o", "music/tracks.segue", "--format", "json"]);
        assert_eq!(report.succeeds().json()["generation"].to_string(), build);
    }
    assert_eq!(place.run(&["recommend", "-i", "music/tracks.segue", "--id", &id(7)]).succeeds().out, answer);
    fs::remove_file(place.path("tracks.segue/manifest.json")).unwrap();
    let broken = place.run(&["recommend", "-i", "tracks.segue", "--id", &id(7)]).fails();
    assert!(broken.contains("is not an index, it has no manifest.json"), "{broken}");
    fs::create_dir(place.path("empty")).unwrap();
    let empty = place.run(&["recommend", "-i", "empty", "--id", &id(7)]).fails();
    assert!(empty.contains("empty: is not an index, it has no manifest.json"), "{empty}");
    let inside = place.run(&["build", "music", "--rejects", "music/rejects.csv"]).fails();
    assert!(inside.contains("is in a folder that is an input"), "{inside}");
}

#[test]
fn the_names_of_folders_are_columns() {
    let (place, rows) = (Place::new(), some(40));
    place.write("whole.csv", csv(&rows));
    for genre in ["pop", "rock", "j-pop", "r-n-b"] {
        let of: Vec<Fields> = rows.iter().filter(|row| row[at("track_genre")] == genre).cloned().collect();
        for explicit in ["True", "False"] {
            let of: Vec<Fields> = of.iter().filter(|row| row[at("explicit")] == explicit).cloned().collect();
            let folder = format!("tracks/track_genre={}/explicit={explicit}", genre.replace('-', "%2D"));
            // One of the files has the columns too, under values that the folders overrule.
            match (genre, explicit) {
                ("rock", "True") => {
                    let other = |row: &Fields| {
                        let mut row = row.clone();
                        row[at("track_genre")] = "classical".into();
                        row
                    };
                    write(
                        &place,
                        &format!("{folder}/a.parquet"),
                        parquet(&of.iter().map(other).collect::<Vec<_>>()),
                    );
                }
                _ => write(&place, &format!("{folder}/a.csv"), without(&["track_genre", "explicit"], &of)),
            }
        }
    }
    place.run(&["build", "whole.csv", "-o", "whole"]).succeeds();
    let report = place.run(&["build", "tracks", "-o", "parts"]).succeeds().out;
    assert!(
        report.contains(
            "read tracks: 8 files, several formats, recognised as a Spotify Tracks Dataset, 40 rows\n"
        ),
        "{report}"
    );
    assert!(!report.contains("the same columns"), "{report}");
    let search = |index: &str, query: &str| {
        let found =
            place.run(&["search", "-i", index, query, "-k", "40", "--format", "json"]).succeeds().json();
        let ids =
            found["tracks"].as_array().or(found["results"].as_array()).unwrap_or_else(|| panic!("{found}"));
        let mut ids: Vec<String> = ids.iter().map(|track| track["track_id"].to_string()).collect();
        ids.sort();
        ids
    };
    for query in ["genre:rock", "genre:j-pop"] {
        let found = search("parts", query);
        assert!(!found.is_empty(), "{query}");
        assert_eq!(found, search("whole", query), "{query}");
    }
    // A missing value, and one that is no value of its column.
    write(&place, "odd/track_genre=__HIVE_DEFAULT_PARTITION__/a.csv", without(&["track_genre"], &rows[..3]));
    write(&place, "odd/track_genre=soul/a.csv", without(&["track_genre"], &rows[3..8]));
    let odd = place
        .run(&["build", "odd", "-o", "odd.segue", "--profile", "classic", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!((&odd["missing_by_column"]["track_genre"], &odd["counts"]["tracks"]), (&3.into(), &5.into()));
    write(&place, "bad/explicit=perhaps/a.csv", without(&["explicit"], &rows[..3]));
    let bad = place.run(&["build", "bad", "-o", "bad.segue"]).fails();
    assert!(
        bad.contains("bad/explicit=perhaps/a.csv, line 2, column explicit") && bad.contains("perhaps"),
        "{bad}"
    );
}

#[test]
fn parts_with_other_columns_are_told() {
    let (place, rows) = (Place::new(), some(40));
    write(&place, "music/a.csv", csv(&rows[..20]));
    write(&place, "music/b.csv", without(&["album_name"], &rows[20..]).replacen("explicit", "Explicit", 1));
    let lacks = place.run(&["build", "music", "--profile", "classic"]).fails();
    assert!(
        lacks.starts_with("segue: music/b.csv: read as a Spotify Tracks Dataset, it lacks album_name"),
        "{lacks}"
    );
    let report = place.run(&["build", "music", "--allow-missing", "album_name"]).succeeds().out;
    let told = "  not all files have the same columns: music/b.csv lacks \"album_name\", \"explicit\" and has \"Explicit\", other than \
                music/a.csv\n";
    assert!(report.contains(told), "{report}");
    let seen = place.run(&["inspect", "music"]).succeeds().out;
    assert!(
        seen.contains("music: 40 rows x 21 columns") && seen.contains("not all files have the same"),
        "{seen}"
    );
    let columns = place.run(&["inspect", "music", "--format", "json"]).succeeds().json();
    let column = |name: &str| {
        let columns = columns["columns"].as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).unwrap()["missing"].clone()
    };
    assert_eq!(
        (column("album_name"), column("Explicit"), column("track_id")),
        (20.into(), 20.into(), 0.into())
    );
}

#[test]
fn formats_may_differ_and_a_damaged_part_is_named() {
    let (place, rows) = (Place::new(), some(40));
    write(&place, "music/1.csv.gz", encode::gzip(csv(&rows[..10]).as_bytes()));
    write(&place, "music/2.parquet", parquet(&rows[10..20]));
    write(&place, "music/more/3.arrow", encode::arrow_file(&encode::batch(&rows[20..30]), None));
    write(&place, "music/more/4.arrows", encode::arrow_stream(&encode::batch(&rows[30..]), None));
    let report = place.run(&["build", "music"]).succeeds().out;
    assert!(report.starts_with("read music: 4 files, several formats, recognised as a Spotify"), "{report}");
    for name in ["1.csv.gz", "2.parquet", "more/3.arrow", "more/4.arrows"] {
        let name = format!("music/{name}");
        let whole = place.read(&name);
        place.write(&name, &whole[..whole.len() / 2]);
        let cut = place.run(&["build", "music"]).fails();
        assert!(cut.starts_with(&format!("segue: {name}: ")), "{cut}");
        place.write(&name, whole);
    }
    place.run(&["build", "music"]).succeeds();
}
