//! Rejects: rows that cannot be read are counted, the first are shown, all are listed, and too many are an error.

use crate::support::tracks::{Fields, csv, line, some, track, with};
use crate::support::{Place, encode};
use crate::{refusal, refusal_of};

/// A folder with `songs.csv`: 100 rows, of which `rejects` cannot be read.
fn with_rejects(rejects: usize) -> Place {
    let place = Place::new();
    let row = |number| if number < rejects { with(number, &[("energy", "loud")]) } else { track(number) };
    place.write("songs.csv", csv(&(0..100).map(row).collect::<Vec<_>>()));
    place
}

fn every_kind() -> Vec<u8> {
    let rows: [Fields; 6] = [
        track(0),
        with(1, &[("energy", "loud, \"very\"")]),
        with(2, &[("tempo", "inf")]),
        with(3, &[("popularity", "1.5")]),
        with(4, &[("explicit", "perhaps")]),
        with(5, &[("track_name", "caf#")]),
    ];
    let long = with(6, &[("album_name", &"é".repeat(40_000))]);
    let text = csv(&rows) + "one,two,three\n" + &line(&long) + &line(&track(7));
    text.bytes().map(|byte| if byte == b'#' { 0xe9 } else { byte }).collect()
}

#[test]
fn all_rejects_are_listed_with_line_column_value_and_reason() {
    let place = Place::new();
    place.write("songs.csv", every_kind());
    let args = ["build", "songs.csv", "--rejects", "rejects.csv", "--max-rejects", "7"];
    insta::assert_snapshot!(place.run(&args).succeeds().out.split("wrote ").next().unwrap(), @r###"
    read songs.csv: CSV, recognised as a Spotify Tracks Dataset, 9 rows
      rows                    9
      rejected                7
                              1  neither true nor false
                              1  not UTF-8
                              1  not a finite number
                              1  not a number
                              1  not a whole number
                              1  text too long
                              1  wrong number of fields
      repeated                0  ids met before; their genres are kept
      unique                  2  track ids
      incomplete              0
      tracks                  2
    rows that cannot be read (--rejects FILE lists all):
      songs.csv, line 3, column energy: a number was wanted, found "loud, \"very\""
      songs.csv, line 4, column tempo: a finite number was wanted, at most 3.4e38 in size, found "inf"
      songs.csv, line 5, column popularity: a whole number of 32 bits was wanted, found "1.5"
      songs.csv, line 7, column explicit: true or false was wanted, found "perhaps"
      songs.csv, line 8, column track_name: text in UTF-8 was wanted, found "caf�"
    "###);
    let listed = String::from_utf8(place.read("rejects.csv")).unwrap();
    insta::assert_snapshot!(listed.replace(&"é".repeat(200), "é*200"), @r###"
    input,line,column,value,reason
    songs.csv,3,energy,"loud, ""very""",a number was wanted
    songs.csv,4,tempo,inf,"a finite number was wanted, at most 3.4e38 in size"
    songs.csv,5,popularity,1.5,a whole number of 32 bits was wanted
    songs.csv,7,explicit,perhaps,true or false was wanted
    songs.csv,8,track_name,caf�,text in UTF-8 was wanted
    songs.csv,9,,,"20 fields were wanted as in the header, found 3"
    songs.csv,10,album_name,é*200,"a text of at most 65536 bytes was wanted, it has 80000 (is a quote left open?)"
    "###);

    let report = place.run(&[&args[..], &["--format", "json"]].concat()).succeeds().json();
    assert_eq!(report["counts"]["rejected"], 7);
    assert_eq!(report["first_rejects"].as_array().unwrap().len(), 5, "the first few are shown");
    let by_reason = report["rejected_by_reason"].as_object().unwrap();
    assert_eq!(by_reason.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), 7);
}

#[test]
fn lines_are_those_of_the_file_also_after_titles_of_two_lines() {
    let place = Place::new();
    // Track 3 has a title of two lines, so track 5 begins on line 8.
    let mut rows = some(5);
    rows.push(with(5, &[("key", "H")]));
    for text in [csv(&rows), csv(&rows).replace('\n', "\r\n"), format!("\u{feff}{}", csv(&rows))] {
        place.write("songs.csv", text);
        place.run(&["build", "songs.csv", "--rejects", "rejects.csv", "--max-rejects", "1"]).succeeds();
        let listed = String::from_utf8(place.read("rejects.csv")).unwrap();
        assert_eq!(listed.lines().nth(1), Some("songs.csv,8,key,H,a number was wanted"));
    }
}

#[test]
fn in_columnar_files_the_number_of_the_row_stands_for_the_line() {
    let place = Place::new();
    let batch =
        encode::batch(&[track(0), track(1), with(2, &[("energy", "inf")]), with(3, &[("tempo", "-inf")])]);
    place.write("songs.parquet", encode::parquet(&batch, parquet::basic::Compression::SNAPPY, 1));
    place.run(&["build", "songs.parquet", "--rejects", "rejects.csv", "--max-rejects", "50%"]).succeeds();
    let listed = String::from_utf8(place.read("rejects.csv")).unwrap();
    insta::assert_snapshot!(listed, @r###"
    input,line,column,value,reason
    songs.parquet,3,energy,inf,"a finite number was wanted, at most 3.4e38 in size"
    songs.parquet,4,tempo,-inf,"a finite number was wanted, at most 3.4e38 in size"
    "###);
}

#[test]
fn up_to_one_per_cent_of_the_rows_may_be_rejected() {
    let place = with_rejects(1);
    place.run(&["build", "songs.csv", "-o", "index"]).succeeds();
    let place = with_rejects(2);
    insta::assert_snapshot!(refusal(&place, &["songs.csv"]), @r###"segue: 2 of 100 rows cannot be read, more than the 1 % allowed; the first is songs.csv, line 2, column energy: a number was wanted, found "loud"; list them all with --rejects FILE, mend the input, or allow more with --max-rejects"###);
}

#[test]
fn the_limit_is_a_share_or_a_count() {
    let place = with_rejects(5);
    for enough in ["5", "5%", "5.0%", "100%", "6", "99999999999"] {
        place.run(&["build", "songs.csv", "-o", "index", "--max-rejects", enough]).succeeds();
    }
    for too_few in ["0", "0%", "4", "4%", "4.99%"] {
        let error = refusal(&place, &["songs.csv", "--max-rejects", too_few]);
        assert!(error.contains("songs.csv") && error.contains("5 of 100 rows"), "{error}");
    }
    for wrong in ["", "-1", "1.5", "101%", "many", "NaN%"] {
        let limit = format!("--max-rejects={wrong}");
        let error = place.run(&["build", "songs.csv", "-o", "none", &limit]).fails_with_usage();
        assert!(error.contains("--max-rejects"), "{error}");
    }
    assert!(!place.has("none"));
    // The limit counts the rows of all inputs together.
    place.write("more.csv", csv(&some(400)));
    place.run(&["build", "songs.csv", "more.csv", "-o", "index"]).succeeds();
}

#[test]
fn when_nothing_can_be_read_the_reason_is_given() {
    let place = with_rejects(100);
    let error = refusal(&place, &["songs.csv", "--max-rejects", "100%"]);
    assert!(error.contains("songs.csv"), "{error}");
    insta::assert_snapshot!(error, @r#"segue: songs.csv: no track is left of 100 rows; 100 cannot be read, the first is songs.csv, line 2, column energy: a number was wanted, found "loud"; an index needs at least one track"#);
    let rows: Vec<Fields> = (0..3).map(|number| with(number, &[("artists", "")])).collect();
    insta::assert_snapshot!(refusal_of("songs.csv", csv(&rows)), @"segue: songs.csv: no track is left of 3 rows; all lack artists: the column is there, but empty; an index needs at least one track; if another column has the values, give it: --map OTHER=ours");
}

#[test]
fn too_many_rejects_are_still_listed() {
    let place = with_rejects(30);
    place.run(&["build", "songs.csv", "-o", "index", "--rejects", "rejects.csv"]).fails();
    assert_eq!(String::from_utf8(place.read("rejects.csv")).unwrap().lines().count(), 31);
    assert!(!place.has("index"));
}

#[test]
fn a_list_of_rejects_that_cannot_be_written_stops_the_build() {
    let place = with_rejects(1);
    insta::assert_snapshot!(refusal(&place, &["songs.csv", "--rejects", "no/such/folder.csv"]), @"segue: cannot write the list of rejects: No such file or directory (os error 2)");
    std::fs::create_dir(place.path("folder")).unwrap();
    insta::assert_snapshot!(refusal(&place, &["songs.csv", "--rejects", "folder"]), @"segue: cannot write the list of rejects: Is a directory (os error 21)");
    if cfg!(target_os = "linux") {
        let error = refusal(&place, &["songs.csv", "--rejects", "/dev/full"]);
        assert!(error.contains("cannot write /dev/full: "), "{error}");
    }
}

#[test]
fn the_list_of_rejects_never_overwrites_an_input() {
    let place = with_rejects(1);
    let before = place.read("songs.csv");
    insta::assert_snapshot!(refusal(&place, &["songs.csv", "--rejects", "./songs.csv"]), @"segue: ./songs.csv is an input, the list of rejects would overwrite it; choose another: --rejects FILE");
    assert!(before == place.read("songs.csv"));
}
