//! Indexes of older versions of the format are opened and verified as they are.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema};
use segue::index::verify;
use segue::{Index, Ingest, Input, Profile, Query, Recommender, Row};

use crate::damage::{change_manifest, file_of, match_manifest, write_demo};

/// Titles of which two are of one work, and songs of their own.
const TRACKS: [&str; 4] = ["Hurt", "Hello", "Hurt - Live", "Hurt (Part 2)"];

fn catalogue_file() -> Vec<u8> {
    let mut csv = "track_id,track_name,artists,album_name,track_genre,popularity,duration_ms,explicit,danceability,\
        energy,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,key\n"
        .to_owned();
    for (at, title) in TRACKS.iter().enumerate() {
        let at = at as u32;
        csv += &format!(
            "id{at},{title},A,Hits,pop,50,{},False,0.{at},0.5,-6.0,1,0.1,0.{at},0.0,0.1,0.5,{}.0,4,{at}\n",
            200_000 + 9_000 * at,
            100 + 7 * at,
        );
    }
    csv.into_bytes()
}

/// Makes the index one of version 6 of the format, which knew no works: `songs.arrow` has one column.
fn make_older(path: &Path, songs: Vec<u32>) {
    let schema = Arc::new(Schema::new(vec![Field::new("song", DataType::UInt32, false)]));
    let column: ArrayRef = Arc::new(UInt32Array::from(songs));
    let batch = RecordBatch::try_new(schema.clone(), vec![column]).unwrap();
    let mut writer =
        FileWriter::try_new(File::create(file_of(path, "songs.arrow")).unwrap(), &schema).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    change_manifest(path, |manifest| manifest["version"] = 6.into());
}

#[test]
fn an_index_without_works_finds_them_in_its_titles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.segue");
    let (catalogue, _) = Ingest::new().read([Input::bytes("tracks.csv", catalogue_file())]).unwrap();
    Index::builder().profile(Profile::segue()).build(catalogue).unwrap().save(&path).unwrap();
    let listed = |versions: bool| {
        let recommender = Recommender::new(Index::open(&path).unwrap());
        let found = recommender.recommend(&Query::new(Row(0)).versions(versions)).unwrap();
        let mut titles: Vec<String> =
            found.recommendations.iter().map(|found| found.track.track_name.to_owned()).collect();
        titles.sort();
        titles
    };
    let newer = (Index::read(&path).unwrap().songs().unwrap().clone(), listed(false), listed(true));
    assert_eq!(newer.1, ["Hello", "Hurt (Part 2)"]);
    assert_eq!(newer.2, ["Hello", "Hurt (Part 2)", "Hurt - Live"]);

    make_older(&path, vec![0, 1, 2, 3]);
    seal(&path);
    verify(&path).unwrap();
    assert_eq!(Index::open(&path).unwrap().songs().unwrap(), &newer.0);
    assert_eq!((listed(false), listed(true)), (newer.1, newer.2));
}

/// Only an older index may lack works: in a newer one their columns were lost.
#[test]
fn an_index_that_lost_its_works_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, 4, 1);
    make_older(&path, vec![0, 1, 2, 3]);
    seal(&path);
    change_manifest(&path, |manifest| manifest["version"] = 6.into());
    Index::open(&path).unwrap();
    change_manifest(&path, |manifest| manifest["version"] = 7.into());
    for error in [Index::open(&path).unwrap_err(), verify(&path).unwrap_err()] {
        assert!(error.to_string().contains("songs.arrow"), "{error}");
    }
}

/// Songs of an older index are not trusted either: here each is a release of the other.
#[test]
fn songs_of_an_older_index_that_make_no_sense_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, 4, 1);
    make_older(&path, vec![1, 0, u32::MAX, 9]);
    match_manifest(&path);
    let error = verify(&path).unwrap_err().to_string();
    assert!(error.contains("songs.arrow") && error.contains("comes after it"), "{error}");
    crate::damage::ask_everything(Index::open(&path).unwrap(), 1);
}

/// Makes the manifest say of `songs.arrow` what it is now.
fn seal(path: &Path) {
    let bytes = fs::read(file_of(path, "songs.arrow")).unwrap();
    change_manifest(path, |manifest| {
        manifest["files"]["songs.arrow"]["bytes"] = bytes.len().into();
        manifest["files"]["songs.arrow"]["xxh3_64"] =
            format!("{:016x}", twox_hash::XxHash3_64::oneshot(&bytes)).into();
    });
}

/// A profile that comes with Segue may have changed since an index was built with it.
#[test]
fn an_index_of_an_older_version_of_a_built_in_profile_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.segue");
    let (catalogue, _) = Ingest::new().read([Input::bytes("tracks.csv", catalogue_file())]).unwrap();
    Index::builder().profile(Profile::segue()).build(catalogue).unwrap().save(&path).unwrap();
    change_manifest(&path, |manifest| {
        manifest["models"][0]["version"] = 1.into();
        manifest["models"][0]["aspects"][0]["weight"] = 3.25.into();
    });
    verify(&path).unwrap();
    let recommender = Recommender::new(Index::open(&path).unwrap());
    let found = recommender.recommend(&Query::new(Row(0))).unwrap();
    assert_eq!((found.profile, found.recommendations.len()), ("segue", 2));
}
