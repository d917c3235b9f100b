//! `segue map` and `segue build --map`: a map kept in an index, or drawn.

use std::fs;

use segue::index::verify;

use crate::support::Place;

/// Width and height, as a PNG says them.
fn size_of_png(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

fn has_map(place: &Place, index: &str) -> bool {
    verify(place.path(index)).unwrap().files.iter().any(|file| file.name == "map.arrow")
}

#[test]
fn build_keeps_a_map_where_map_names_no_column() {
    let place = Place::new();
    place.run(&["demo", "--tracks", "80", "--out", "demo.csv"]).succeeds();
    for (index, args) in [
        ("a.segue", &["demo.csv", "--map"][..]),
        ("b.segue", &["--map", "demo.csv"]),
        ("c.segue", &["demo.csv", "--with-map", "--map", "track_name=track_name"]),
    ] {
        let built = place.run(&[&["build", "-o", index], args].concat()).succeeds();
        assert!(built.out.contains("profile segue, with a map, build 1"), "{}", built.out);
        assert!(has_map(&place, index), "{index}");
    }
    place.run(&["build", "demo.csv", "-o", "d.segue", "--map", "track_name=track_name"]).succeeds();
    assert!(!has_map(&place, "d.segue"));
    let wrong = place.run(&["build", "demo.csv", "-o", "d.segue", "--map=track_name"]).fails_with_usage();
    assert!(wrong.contains("OTHER=ours was wanted"), "{wrong}");
}

#[test]
fn a_map_is_added_once() {
    let place = Place::with_index();
    let added = place.run(&["map", "-i", "tracks.segue"]).succeeds();
    insta::assert_snapshot!(added.err, @"segue: added a map of 40 tracks by the profile segue to tracks.segue, now build 2");
    assert!(has_map(&place, "tracks.segue"));
    let before = place.index_bytes("tracks.segue");
    let again = place.run(&["map", "-i", "tracks.segue"]).succeeds();
    insta::assert_snapshot!(again.err, @"segue: tracks.segue has a map by the profile segue already; nothing was changed");
    assert!(place.index_bytes("tracks.segue") == before);
    let other = place
        .run(&["map", "-i", "tracks.segue", "--profile", "classic", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(
        (&other["added"], &other["generation"], &other["profile"]),
        (&true.into(), &3.into(), &"classic".into())
    );
    let unknown = place.run(&["map", "-i", "tracks.segue", "--profile", "other"]).fails();
    assert!(unknown.contains("no vectors of the profile other"), "{unknown}");
    assert!(place.run(&["map", "-i", "nothing.segue"]).fails().contains("nothing.segue"));
    assert!(!place.has("nothing.segue"));
    let file = place.run(&["map", "-i", "tracks.csv"]).fails_with_usage();
    insta::assert_snapshot!(file, @"segue: a file of tracks keeps no map: draw it with -o FILE, or make an index with segue build FILE --with-map");
}

#[test]
fn a_map_is_drawn_of_an_index_or_a_file() {
    let place = Place::new();
    place.run(&["demo", "--tracks", "300", "--out", "demo.csv"]).succeeds();
    place.run(&["build", "demo.csv", "--map"]).succeeds();
    let before = place.index_bytes("catalogue.segue");
    let report = place.run(&["map", "-o", "map.png", "--size", "640", "--format", "json"]).succeeds().json();
    assert_eq!(
        (&report["tracks"], &report["bytes"]),
        (&300.into(), &fs::metadata(place.path("map.png")).unwrap().len().into())
    );
    assert!(report["labels"].as_u64().unwrap() > 3 && report["labels"].as_u64() <= report["genres"].as_u64());
    let light = place.read("map.png");
    assert_eq!(size_of_png(&light), (640, 640));
    // The same tracks without an index, on another background.
    place.run(&["map", "-i", "demo.csv", "-o", "same.png", "--width", "640"]).succeeds();
    assert!(place.read("same.png") == light);
    place.run(&["map", "-o", "dark.PNG", "--size", "640", "--dark"]).succeeds();
    assert!(place.read("dark.PNG") != light);
    let drawn = place.run(&["map", "-o", "map.svg"]).succeeds();
    assert!(
        drawn.err.starts_with("segue: wrote map.svg: 300 tracks by the profile segue, "),
        "{}",
        drawn.err
    );
    let svg = String::from_utf8(place.read("map.svg")).unwrap();
    assert!(
        svg.starts_with("<svg xmlns=")
            && svg.contains("viewBox=\"0 0 1600 1600\"")
            && svg.ends_with("</svg>\n")
    );
    assert!(svg.contains("data:image/png;base64,iVBOR") && svg.matches("<text ").count() > 3);
    assert!(place.index_bytes("catalogue.segue") == before);
}

#[test]
fn a_picture_that_cannot_be_drawn_changes_nothing() {
    let place = Place::with_index();
    place.write("map.png", "old");
    let draw = |args: &[&str]| place.run(&[&["map", "-i", "tracks.segue"], args].concat());
    assert!(
        draw(&["-o", "map.jpg"]).fails_with_usage().contains("a name that ends in .png or .svg was wanted")
    );
    assert!(draw(&["-o", "map.png", "--size", "100"]).fails_with_usage().contains("200..=8192"));
    assert!(draw(&["--dark"]).fails_with_usage().contains("--output <FILE>"));
    assert!(draw(&["-o", "no/such/map.png"]).fails().contains("cannot write no/such/map.png"));
    assert_eq!(fs::read(place.path("map.png")).unwrap(), b"old");
    assert!(!has_map(&place, "tracks.segue"));
}

#[test]
fn names_of_genres_are_texts_in_a_picture() {
    let place = Place::new();
    place.run(&["demo", "--tracks", "60", "--out", "demo.csv"]).succeeds();
    let csv = String::from_utf8(place.read("demo.csv")).unwrap();
    let header = csv.lines().next().unwrap().split(',').position(|column| column == "track_genre").unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut writer = csv::Writer::from_path(place.path("odd.csv")).unwrap();
    writer.write_record(reader.headers().unwrap()).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let field = |(at, field): (usize, &str)| {
            if at == header { "<script>&\u{202e}é日".to_owned() } else { field.to_owned() }
        };
        writer.write_record(record.iter().enumerate().map(field)).unwrap();
    }
    writer.flush().unwrap();
    place.run(&["map", "-i", "odd.csv", "-o", "map.svg"]).succeeds();
    let svg = String::from_utf8(place.read("map.svg")).unwrap();
    assert!(svg.contains("&lt;script&gt;&amp;") && !svg.contains("<script"));
    place.run(&["map", "-i", "odd.csv", "-o", "map.png"]).succeeds();
}
