//! The optional column of ISRCs: read, kept, looked up, and no trace of it where no track has one.

use segue::playlist::Mention;
use segue::recommend::FoundBy;
use segue::{Column, Index, Ingest, Input, Isrc, Profile, Recommender, Row};

/// A demo's table with one more column, whose value depends on the track, from 0.
fn table(header: &str, isrc: impl Fn(usize) -> String) -> Vec<u8> {
    let mut csv = Vec::new();
    segue_demo::Demo { tracks: 40, seed: 3 }.write_csv(&mut csv, |_| ()).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let mut lines = csv.lines();
    let mut table = format!("{},{header}\n", lines.next().unwrap());
    let mut ids: Vec<&str> = Vec::new();
    for line in lines {
        // Some tracks are listed more than once.
        let id = line.split(',').next().unwrap();
        let at = ids.iter().position(|known| *known == id).unwrap_or_else(|| {
            ids.push(id);
            ids.len() - 1
        });
        table.push_str(&format!("{line},{}\n", isrc(at)));
    }
    table.into_bytes()
}

fn index(table: Vec<u8>) -> Index {
    let (catalogue, _) = Ingest::new().read([Input::bytes("tracks.csv", table)]).unwrap();
    Index::builder().profile(Profile::classic()).build(catalogue).unwrap()
}

fn code(text: &str) -> Isrc {
    Isrc::parse(text).unwrap()
}

#[test]
fn codes_are_kept_whatever_their_form_and_what_is_none_is_missing() {
    for header in ["isrc", "ISRC", "Track ISRC"] {
        let forms = |at: usize| match at {
            0 => "GBAYE0601477".to_owned(),
            1 => "gb-aye-06-01477".to_owned(),
            2 => "\"US RC1 76 07839\"".to_owned(),
            3 => "not a code".to_owned(),
            4 => "12345".to_owned(),
            _ => String::new(),
        };
        let built = index(table(header, forms));
        let folder = tempfile::tempdir().unwrap();
        built.save(folder.path().join("index")).unwrap();
        let opened = Index::open(folder.path().join("index")).unwrap();
        segue::index::verify(folder.path().join("index")).unwrap();
        for index in [&built, &opened] {
            let catalogue = index.catalogue();
            assert_eq!(catalogue.len(), 40, "no row is rejected");
            let found: Vec<_> = (0..6).map(|row| catalogue.isrc(Row(row)).unwrap()).collect();
            let same = Some("GBAYE0601477");
            assert_eq!(found, [same, same, Some("USRC17607839"), None, None, None], "{header}");
            assert_eq!(catalogue.rows_with_isrc(code("GBAYE0601477")).unwrap(), [Row(0), Row(1)]);
            assert_eq!(catalogue.rows_with_isrc(code("USRC17607839")).unwrap(), [Row(2)]);
            assert!(catalogue.rows_with_isrc(code("USRC17607838")).unwrap().is_empty());
            assert!(catalogue.rows_with_isrc(code("ZZZZZ9999999")).unwrap().is_empty());
            assert_eq!(catalogue.track(Row(2)).unwrap().isrc, Some("USRC17607839"));
            assert_eq!(catalogue.shown().last(), Some(&"isrc"));
            assert_eq!(catalogue.take(&[Row(3), Row(2)], &["isrc"]).unwrap().column(0).null_count(), 1);
        }
    }
}

#[test]
fn a_catalogue_without_codes_is_as_if_there_were_no_such_column() {
    let mut plain = Vec::new();
    segue_demo::Demo { tracks: 40, seed: 3 }.write_csv(&mut plain, |_| ()).unwrap();
    let without = index(plain);
    let empty = index(table("isrc", |_| "none".to_owned()));
    assert!(!empty.catalogue().has_isrc());
    assert_eq!(without.catalogue().schema(), empty.catalogue().schema());
    assert_eq!(without.catalogue().to_batch().unwrap(), empty.catalogue().to_batch().unwrap());
    assert_eq!(serde_json::to_string(&empty.catalogue().fields()).unwrap().find("isrc"), None);
    let track = serde_json::to_string(&empty.catalogue().track(Row(0)).unwrap()).unwrap();
    assert_eq!(track.find("isrc"), None);
    assert!(empty.catalogue().rows_with_isrc(code("GBAYE0601477")).unwrap().is_empty());
}

#[test]
fn a_code_may_be_the_id() {
    let table = table("isrc", |at| format!("USRC1760{at:04}"));
    let table = String::from_utf8(table).unwrap().replacen("track_id", "other", 1).into_bytes();
    let mapped = Ingest::new().map("isrc", Column::named("track_id").unwrap());
    let (catalogue, _) = mapped.read([Input::bytes("tracks.csv", table)]).unwrap();
    assert_eq!(catalogue.track(Row(1)).unwrap().track_id, "USRC17600001");
}

#[test]
fn an_entry_is_found_by_its_code_after_its_id() {
    let codes = |at: usize| format!("USRC1760{:04}", if at == 2 { 1 } else { at });
    let recommender = Recommender::new(index(table("isrc", codes)));
    let found = |mention: &Mention| {
        let found = recommender.resolve_entry(mention).unwrap();
        (found.row, found.by)
    };
    let mut mention = Mention::named("No Such Title", Some("Nobody"));
    mention.isrc = Some(code("us-rc1-76-00003"));
    assert_eq!(found(&mention), (Row(3), FoundBy::Isrc));
    mention.id = Some("no-such".into());
    assert_eq!(found(&mention), (Row(3), FoundBy::Isrc));
    mention.id = Some(recommender.track(Row(5)).unwrap().track_id.into());
    assert_eq!(found(&mention), (Row(5), FoundBy::Id));
    assert_eq!(found(&Mention::words("US-RC1-76-00004")), (Row(4), FoundBy::Isrc));

    let popularity = |row| recommender.track(row).unwrap().popularity;
    let of_both = if popularity(Row(2)) > popularity(Row(1)) { Row(2) } else { Row(1) };
    assert_eq!(found(&Mention::words("USRC17600001")), (of_both, FoundBy::Isrc));

    let track = recommender.track(Row(7)).unwrap();
    let mut unknown = Mention::named(track.track_name, track.artists.first().copied());
    unknown.isrc = Some(code("ZZZZZ9999999"));
    assert_eq!(found(&unknown).1, FoundBy::Name);
    unknown.title = Some("No Such Title".into());
    assert!(recommender.resolve_entry(&unknown).is_err());
}
