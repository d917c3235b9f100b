//! Files of playlists: what is read, refused and said of what was found.

use crate::support::Place;
use crate::support::tracks::{csv, id, some, with};

fn place() -> Place {
    let place = Place::new();
    let mut rows = some(10);
    for (number, title, artists) in
        [(20, "Golden Hour", "Ada Stone"), (21, "Silver Lining", "Bob;Cleo"), (22, "Copper - Live", "Dora")]
    {
        rows.push(with(number, &[("track_name", title), ("artists", artists), ("album_name", "Metals")]));
    }
    place.write("tracks.csv", csv(&rows));
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    place
}

fn ask<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["recommend", "-i", "tracks.segue", "-k", "1", "--like-playlist", file][..], more].concat()
}

/// A file with the first two of the tracks, in each format.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let texts = [
        (
            "a.pls",
            "[playlist]\nFile1=Ada Stone - Golden Hour.mp3\nFile2=/x/Bob/Metals/02 Silver Lining.mp3\n",
        ),
        (
            "a.wpl",
            "<?wpl version=\"1.0\"?><smil><body><seq><media src=\"..\\Ada Stone\\Metals\\01 Golden Hour.wma\"/>\
             <media src=\"Cleo - Silver Lining.wma\"/></seq></body></smil>",
        ),
        (
            "a.cue",
            "PERFORMER \"Ada Stone\"\nFILE \"x.wav\" WAVE\n TRACK 01 AUDIO\n  TITLE \"Golden Hour\"\n TRACK 02 AUDIO\n  \
             TITLE \"Silver Lining\"\n  PERFORMER \"Bob\"\n",
        ),
        (
            "account.json",
            r#"{"playlists": [{"name": "Mine", "items": [{"track": {"trackName": "Golden Hour", "artistName": "Ada Stone", "trackUri": "spotify:track:6DCZcSspjsKoFjzjrWoCdn"}},
            {"track": {"trackName": "Silver Lining", "artistName": "Bob"}}]}]}"#,
        ),
        (
            "history.json",
            r#"[{"endTime": "x", "trackName": "Golden Hour", "artistName": "Ada Stone", "msPlayed": 1}, {"endTime": "x", "trackName": "Silver Lining", "artistName": "Cleo", "msPlayed": 1},
            {"endTime": "x", "trackName": "Golden Hour", "artistName": "Ada Stone", "msPlayed": 1}]"#,
        ),
        (
            "a.xml",
            "<?xml version=\"1.0\"?><plist><dict><key>Tracks</key><dict><key>1</key><dict><key>Track ID</key><integer>1</integer>\
             <key>Name</key><string>Golden Hour</string><key>Artist</key><string>Ada Stone</string></dict><key>2</key><dict>\
             <key>Name</key><string>Silver Lining</string><key>Artist</key><string>Bob &amp; Cleo</string></dict></dict></dict></plist>",
        ),
        (
            "lastfm.csv",
            "Ada Stone,Metals,Golden Hour,05 May 2024 18:43\nBob,,Silver Lining,05 May 2024 18:40\n",
        ),
        ("a.txt", "1. Ada Stone – Golden Hour (Official Video)\n2. Silver Lining by Cleo\n"),
        (
            "ids.csv",
            "track_id,track_name,artists\nno-such,Golden Hour,Ada Stone\nnor-this,Silver Lining,Bob\n",
        ),
    ];
    let mut files: Vec<_> = texts.map(|(name, text)| (name, text.as_bytes().to_vec())).into();
    let apple = "\u{feff}Name\tArtist\tAlbum\nGolden Hour\tAda Stone\tMetals\nSilver Lining\tBob\t\n";
    files.push(("apple.txt", utf16(apple)));
    files
}

#[test]
fn lists_of_many_programs_are_read() {
    let place = place();
    let seeds = |file: &str| {
        let answer = place.run(&ask(file, &["--format", "json"])).succeeds().json();
        let seeds = answer["seeds"].as_array().unwrap().clone();
        seeds.iter().map(|seed| seed["track"]["track_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (name, bytes) in files() {
        place.write(name, bytes);
        assert_eq!(seeds(name), [id(20), id(21)], "{name}");
    }
}

#[test]
fn what_is_no_list_is_refused_as_what_it_is() {
    let place = place();
    for (name, text, problem) in [
        ("a.html", "<!DOCTYPE html><html><body>x", "is a web page (HTML)"),
        ("a.pdf", "%PDF-1.7 x", "is a PDF document"),
        ("a.json", "{\"name\": \"x\", \"version\": \"1\"}", "is JSON, but no list of tracks"),
        ("a.xml", "<?xml version=\"1.0\"?><project><a/></project>", "the outermost element <project>"),
        ("a.rs", "fn main() {\n    let a = 1;\n    run(a);\n}\n", "looks like source code"),
        (
            "a.log",
            "2024-01-01T00:00:00 a\n2024-01-01T00:00:01 b\n2024-01-01T00:00:02 c\n",
            "looks like a log",
        ),
        ("a.csv", "1,2,3,4\n5,6,7,8\n", "has the columns 1, 2, 3, 4"),
        ("videos.csv", "Video ID,Time\nx,y\n", "YouTube's ids of videos without their titles"),
    ] {
        place.write(name, text);
        let message = place.run(&ask(name, &[])).fails();
        assert!(message.contains(&format!("{name}: ")) && message.contains(problem), "{name}: {message}");
    }
}

#[test]
fn what_was_found_is_said_and_may_be_asked_for() {
    let place = place();
    place.write("few.txt", "Ada Stone - Golden Hour\nNobody - Nothing\nNobody - Copper\nDora - Copper\n");
    let said = place.run(&ask("few.txt", &[])).succeeds().err;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "segue: only 1 of 4 tracks of few.txt were found");
    assert!(
        lines[1].starts_with("segue: 3 of 4 tracks of few.txt are not in the catalogue; the first: line 2: "),
        "{said}"
    );
    let message = place.run(&ask("few.txt", &["--min-found", "0.5"])).fails();
    assert!(
        message.contains("only 1 of 4 tracks of few.txt were found, a share of 0.5 was wanted"),
        "{message}"
    );
    place.run(&ask("few.txt", &["--min-found", "0.25"])).succeeds();
    place.run(&ask("few.txt", &["--min-found", "2"])).fails_with_usage();
    place.write("some.txt", "07. Ada Stone - Golden Hour\nBob - Silver Lining\nCopper - Live\n");
    let said = place.run(&ask("some.txt", &[])).succeeds().err;
    assert_eq!(
        said,
        "segue: found 1 by title and artist, 1 by title and artist without additions, 1 by title alone\n"
    );
}

#[test]
fn a_playlist_is_inspected() {
    let place = place();
    for (name, bytes) in files() {
        place.write(name, bytes);
    }
    let seen = |name: &str| place.run(&["inspect", name]).succeeds().out;
    assert_eq!(
        seen("history.json"),
        "history.json\nSpotify's streaming history, UTF-8\n1 playlist, 2 tracks\n  2 with title and artist\n  \
         3 plays, of which each track is one entry\n"
    );
    assert!(
        seen("apple.txt").starts_with("apple.txt\na table separated by tabs, UTF-16\n1 playlist, 2 tracks\n")
    );
    assert!(seen("account.json").contains("  1 with an id\n"), "{}", seen("account.json"));
    let json = place.run(&["inspect", "a.pls", "--format", "json"]).succeeds().json();
    assert_eq!((&json["format"], &json["with_words_only"]), (&"pls".into(), &2.into()));
    assert!(seen("ids.csv").contains("as a playlist: CSV, UTF-8"), "{}", seen("ids.csv"));
}
