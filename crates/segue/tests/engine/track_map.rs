//! The map of an index: written and read, added to an index that lacks one, in the file that tests damage.

use std::fs;
use std::path::Path;

use crate::damage::{change_manifest, demo, file_of, manifest, write_demo};
use segue::catalogue::TextField;
use segue::index::verify;
use segue::map::Genres;
use segue::{Error, Index, IndexWriter, Progress, Row};

/// An index without a map.
fn write_plain(path: &Path, tracks: u64) {
    let catalogue = demo(tracks, 1).catalogue().clone();
    Index::builder().build(catalogue).unwrap().save(path).unwrap();
}

fn places(index: &Index) -> Vec<[f32; 2]> {
    index.catalogue().rows().map(|row| index.map().unwrap().place(row).unwrap()).collect()
}

#[test]
fn a_map_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let built = demo(300, 1);
    let map = built.map().unwrap();
    assert_eq!((map.len(), map.profile()), (300, "mine"));
    assert_eq!(map.place(Row(300)), None);
    built.save(folder.path().join("demo.segue")).unwrap();
    for index in [Index::open, Index::read].map(|open| open(folder.path().join("demo.segue")).unwrap()) {
        assert_eq!(places(&index), places(&built));
        assert_eq!(index.map().unwrap().tile(1, 0, 1, 20), map.tile(1, 0, 1, 20));
        assert_eq!(Genres::of(&index).unwrap(), Genres::of(&built).unwrap());
    }
    let genres = Genres::of(&built).unwrap();
    let labels = genres.labels();
    for row in built.catalogue().rows() {
        let genre = built.catalogue().text(TextField::TrackGenre, row).unwrap();
        assert_eq!(genres.number(row).map(|number| labels[number].genre.as_str()), genre);
    }
    assert_eq!(labels.iter().map(|label| label.tracks).sum::<usize>(), 300);
    assert!(labels.is_sorted_by(|a, b| a.tracks >= b.tracks));
}

#[test]
fn a_map_is_added_to_an_index_that_lacks_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_plain(&path, 300);
    let before = manifest(&path);
    let old = Index::open(&path).unwrap();
    assert!(old.map().is_none() && Genres::of(&old).unwrap().labels().is_empty());
    let written = IndexWriter::create(&path).unwrap().add_map(None, &()).unwrap();
    assert_eq!(written.generation, 2);
    let verified = verify(&path).unwrap();
    assert_eq!(verified.files.iter().map(|file| file.bytes).sum::<u64>(), written.bytes);
    let index = Index::open(&path).unwrap();
    assert_eq!(places(&index), places(&old.clone().with_map(None, &()).unwrap()));
    // All other files are as they were, and an index that was opened before still answers.
    let after = manifest(&path);
    for (name, file) in before["files"].as_object().unwrap() {
        assert_eq!(&after["files"][name], file, "{name}");
    }
    assert_eq!((&after["models"], &after["version"]), (&before["models"], &before["version"]));
    old.check_unchanged().unwrap();
    assert!(!path.join("generation-1").exists());
    // Again: replaced by the same.
    let map = fs::read(file_of(&path, "map.arrow")).unwrap();
    IndexWriter::create(&path).unwrap().add_map(Some("segue"), &()).unwrap();
    assert!(fs::read(file_of(&path, "map.arrow")).unwrap() == map);
    verify(&path).unwrap();
    let other = IndexWriter::create(&path).unwrap().add_map(Some("classic"), &());
    assert!(matches!(other, Err(Error::NoProfile { .. })));
    assert_eq!(Index::open(&path).unwrap().generation(), Some(3));
}

#[test]
fn a_damaged_index_gets_no_map() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_plain(&path, 60);
    let vectors = file_of(&path, "segue/vectors.arrow");
    let mut bytes = fs::read(&vectors).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&vectors, bytes).unwrap();
    let error = IndexWriter::create(&path).unwrap().add_map(None, &()).unwrap_err();
    assert!(error.to_string().contains("vectors.arrow"), "{error}");
    assert_eq!(manifest(&path)["generation"], 1);
}

#[test]
fn a_manifest_names_a_profile_of_the_index() {
    let folder = tempfile::tempdir().unwrap();
    write_demo(folder.path(), 30, 1);
    change_manifest(folder.path(), |manifest| manifest["map"]["profile"] = "other".into());
    let error = Index::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("a map by \"other\", which is not one of its profiles"), "{error}");
    // An index whose manifest does not speak of the map is one without.
    change_manifest(folder.path(), |manifest| _ = manifest.as_object_mut().unwrap().remove("map"));
    assert!(Index::open(folder.path()).unwrap().map().is_none());
    verify(folder.path()).unwrap();
}

struct Stopped;

impl Progress for Stopped {
    fn is_stopped(&self) -> bool {
        true
    }
}

#[test]
fn adding_that_is_stopped_leaves_the_index_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_plain(&path, 60);
    let stopped = IndexWriter::create(&path).unwrap().add_map(None, &Stopped);
    assert!(matches!(stopped, Err(Error::Stopped)));
    assert_eq!(verify(&path).unwrap().generation, 1);
    assert!(!path.join("generation-2").exists());
}
