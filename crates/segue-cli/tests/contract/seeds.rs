//! The ways to name a track, and unknown or ambiguous names.

use crate::shared::shared;
use crate::support::tracks::{csv, id, some, with};
use crate::support::{CommandOutput, Place};

/// An index of tracks with titles that collide.
fn titles() -> Place {
    let place = Place::new();
    let mut rows = some(10);
    for (number, title, artists, popularity) in [
        (20, "Gold", "Ada", "10"),
        (21, "gold", "Bob;Cleo", "80"),
        (22, "Gold", "Dora", "80"),
        (23, "Gold Dust", "Ada", "100"),
        (24, "Silver - Live", "Ada", "20"),
        (25, "Silver", "Live", "90"),
        (26, "Old Gold Dust", "Eve", "99"),
        (27, "Bronze", "Tyler, The Creator", "5"),
    ] {
        rows.push(with(number, &[("track_name", title), ("artists", artists), ("popularity", popularity)]));
    }
    // An id that is also a title.
    rows.push(with(28, &[("track_name", &id(3)), ("popularity", "100")]));
    place.write("tracks.csv", csv(&rows));
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    place
}

fn ask(place: &Place, args: &[&str]) -> CommandOutput {
    place.run(&[&["recommend", "-i", "tracks.segue", "-k", "3", "--format", "json"], args].concat())
}

/// The id of the seed that was chosen, and the message about it.
fn taken(place: &Place, text: &str) -> (String, String) {
    let ran = ask(place, &[text]).succeeds();
    (ran.json()["seed"]["track_id"].as_str().unwrap().to_owned(), ran.err)
}

#[test]
fn an_id_a_uri_and_a_url_name_the_same_track() {
    let place = titles();
    let id = id(3);
    for text in [
        id.clone(),
        format!(" {id}\n"),
        format!("spotify:track:{id}"),
        format!("https://open.spotify.com/track/{id}"),
        format!("https://open.spotify.com/track/{id}?si=0123456789abcdef"),
        format!("https://open.spotify.com/intl-pt/track/{id}/"),
        format!("open.spotify.com/track/{id}"),
    ] {
        assert_eq!(taken(&place, &text), (id.clone(), String::new()), "{text}");
    }
}

#[test]
fn the_artist_may_also_come_first_if_nothing_fits_otherwise() {
    let place = titles();
    assert_eq!(taken(&place, "ada - gold").0, id(20));
    assert_eq!(taken(&place, "Tyler, The Creator - Bronze").0, id(27));
    // "Silver - Live" is a title, so this is not the track "Live" by "Silver", nor "Silver" by "Live".
    assert_eq!(taken(&place, "Silver - Live").0, id(24));
    assert!(ask(&place, &["nobody - gold"]).fails().contains("no track matches"));
}

#[test]
fn an_exact_title_is_taken_before_a_part_of_one_and_then_the_most_popular() {
    let place = titles();
    // "Gold Dust" is more popular, but no exact title; of the two most popular the first row is taken.
    let (taken_id, remark) = taken(&place, "GOLD");
    assert_eq!(taken_id, id(21));
    insta::assert_snapshot!(remark, @r#"segue: took "gold" by Bob, Cleo (Album 5), the most popular of 3 tracks that match alike; its id is id00000000000000000021"#);
    // No exact title: the most popular that contains it.
    assert_eq!(taken(&place, "dust").0, id(23));
    assert_eq!(taken(&place, "old dust").0, id(26));
    assert_eq!(taken(&place, "Old Gold").0, id(26));
    assert_eq!(taken(&place, "bronze"), (id(27), String::new()), "no remark where there was no choice");
}

#[test]
fn an_artist_narrows() {
    let place = titles();
    assert_eq!(taken(&place, "gold - ada"), (id(20), String::new()));
    assert_eq!(taken(&place, "Gold - Cleo"), (id(21), String::new()));
    assert_eq!(taken(&place, "Gold - DOR").0, id(22));
    assert_eq!(taken(&place, "Bronze - Tyler, The Creator"), (id(27), String::new()));
    // A title that contains the separator ` - ` is tried as a whole first.
    assert_eq!(taken(&place, "Silver - Live"), (id(24), String::new()));
    assert_eq!(taken(&place, "Silver - Live - Ada"), (id(24), String::new()));
    let error = ask(&place, &["Gold - Nobody"]).fails();
    insta::assert_snapshot!(error, @r###"segue: no track matches "Gold - Nobody" among 19 titles; near are "Gold Dust" by Ada; "Old Gold Dust" by Eve; "gold" by Bob, Cleo"###);
}

#[test]
fn a_choice_is_told_on_standard_error_unless_asked_to_be_quiet() {
    let place = titles();
    let loud = ask(&place, &["gold"]).succeeds();
    let quiet = ask(&place, &["gold", "--quiet"]).succeeds();
    assert_eq!((loud.out, quiet.err.as_str()), (quiet.out, ""));
    assert!(loud.err.contains(&format!("its id is {}", id(21))), "{}", loud.err);
}

#[test]
fn strict_takes_ids_only() {
    let place = titles();
    assert_eq!(ask(&place, &["--id", &id(3)]).succeeds().json()["seed"]["track_id"], id(3).as_str());
    for other in ["Gold", "", " ", &format!("spotify:track:{}", id(3)), &id(3)[..21], &id(3).to_uppercase()] {
        assert!(ask(&place, &["--id", other]).fails().starts_with("segue: unknown track id "), "{other}");
    }
    for misuse in [
        &["Gold", "--id", "x"][..],
        &["--id", "x", "--batch", "y"],
        &["Gold", "--batch", "y"],
        &[],
        &["--id"],
    ] {
        ask(&place, misuse).fails_with_usage();
    }
}

#[test]
fn an_unknown_id_says_where_it_was_looked_for_and_what_to_try() {
    let place = titles();
    let known =
        "segue: unknown track id \"abc\": not in this catalogue of 19 tracks; try: segue search TITLE\n";
    assert_eq!(ask(&place, &["--id", "abc"]).fails(), known);
    assert_eq!(ask(&place, &["spotify:track:abc"]).fails(), known);
    assert_eq!(ask(&place, &["https://open.spotify.com/track/abc?si=1"]).fails(), known);
    insta::assert_snapshot!(ask(&place, &["no such title"]).fails(), @r#"segue: no track matches "no such title" among 19 titles; look for it by other words: segue search WORDS"#);
    insta::assert_snapshot!(ask(&place, &[""]).fails(), @r#"segue: no track matches "" among 19 titles; look for it by other words: segue search WORDS"#);
    insta::assert_snapshot!(ask(&place, &["ダンス \"x\"\n"]).fails(), @r#"segue: no track matches "ダンス \"x\"" among 19 titles; look for it by other words: segue search WORDS"#);
}

#[test]
fn the_notebooks_ten_tracks_come_for_gods_plan() {
    let Some(path) = shared("data/spotify.csv") else { return };
    let place = Place::new();
    let path = path.to_str().unwrap();
    let ask = |seed: &[&str]| {
        place.run(&[&["recommend", "-i", path, "--profile", "classic"], seed].concat()).succeeds()
    };
    let by_title = ask(&["God's Plan - Drake"]);
    let by_id = ask(&["--id", "6DCZcSspjsKoFjzjrWoCdn", "-k", "10"]);
    assert_eq!(by_title.out, by_id.out);
    insta::assert_snapshot!(by_id.out, @"
    like God's Plan by Drake
    6DCZcSspjsKoFjzjrWoCdn, popularity 84, 3:18, hip-hop

     #  similarity  title                   artists                genre
     1    0.955187  Just Friends            JORDY                  singer-songwriter
     2    0.947709  Gangsta's Paradise      Coolio, L.V.           funk
     3    0.914954  Closer To You           Rasmus Hagen, Nora A…  singer-songwriter
     4    0.912009  Take My Breath Away     EZI                    electro
     5    0.899412  I Wanna Fuck You        Snoop Dogg, Akon       funk
     6    0.894954  Oh shit…are we in lov…  Valley                 electro
     7    0.884450  Jawani                  Arjan Dhillon          pop
     8    0.881909  Streets                 Doja Cat               dance
     9    0.873278  Karıncalar              Hidra                  turkish
    10    0.867620  Sarcoma                 Killstation            emo
    ");
}

#[test]
fn a_file_of_tracks_is_read_in_place_as_build_reads_it() {
    let place = Place::new();
    let rows: Vec<_> = (1..9).map(|number| with(number, &[("track_genre", "")])).collect();
    place.write("tracks.csv", csv(&rows));
    let ask = ["recommend", "-i", "tracks.csv", "--id", &id(3), "--profile", "classic"];
    assert!(place.run(&ask).fails().contains("no track is left"));
    place.run(&[&ask[..], &["--allow-missing", "track_genre"]].concat()).succeeds();
    // The columns of an index are fixed when it is built.
    place.run(&["build", "tracks.csv", "--allow-missing", "track_genre", "-o", "index"]).succeeds();
    let asked = ["recommend", "-i", "index", "--id", &id(3), "--map", "a=tempo"];
    assert!(place.run(&asked).fails_with_usage().contains("an index is read as it is"));
}
