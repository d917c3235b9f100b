//! Files of an open index that are changed in place: what is read of them is refused, and the process lives.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::damage::{ask_everything, demo, write_demo};
use segue::index::catch_sigbus;
use segue::{Index, Query, Recommender, Row};

const FILES: [&str; 7] = [
    "tracks.arrow",
    "ids.arrow",
    "songs.arrow",
    "mine/vectors.arrow",
    "mine/tree.arrow",
    "text.arrow",
    "map.arrow",
];

fn written(folder: &Path) -> (PathBuf, Index) {
    let path = folder.join("demo.segue");
    write_demo(&path, 400, 1);
    let index = Index::open_verified(&path).unwrap();
    index.check_unchanged().unwrap();
    (path, index)
}

#[test]
fn a_file_that_is_cut_off_is_told_and_the_process_lives() {
    catch_sigbus();
    for name in FILES {
        for kept in [0, 4096] {
            let folder = tempfile::tempdir().unwrap();
            let (path, index) = written(folder.path());
            let file = path.join("generation-1").join(name);
            File::options().write(true).open(&file).unwrap().set_len(kept).unwrap();
            // Every question is answered or refused; what it says must not be given away.
            ask_everything(index.clone(), 7);
            let error = index.check_unchanged().unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("while it was in use"), "{error}");
            Index::open(&path).unwrap_err();
        }
    }
}

#[test]
fn a_file_that_is_written_into_is_told() {
    for name in FILES {
        let folder = tempfile::tempdir().unwrap();
        let (path, index) = written(folder.path());
        let mut file = File::options().write(true).open(path.join("generation-1").join(name)).unwrap();
        file.write_all(b"ARROW1").unwrap();
        drop(file);
        let error = index.check_unchanged().unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("was changed while it was in use"), "{error}");
    }
}

#[test]
fn a_build_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let (path, index) = written(folder.path());
    write_demo(&path, 300, 2);
    index.check_unchanged().unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    index.check_unchanged().unwrap();
}

#[test]
fn an_index_in_memory_needs_its_files_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = written(folder.path());
    let index = Index::read(&path).unwrap();
    for name in FILES {
        File::options().write(true).open(path.join("generation-1").join(name)).unwrap().set_len(1).unwrap();
    }
    index.check_unchanged().unwrap();
    let (read, built) = (Recommender::new(index), Recommender::new(demo(400, 1)));
    for row in (0..400).step_by(7).map(Row) {
        let query = Query::new(row);
        let (read, built) = (read.recommend(&query).unwrap(), built.recommend(&query).unwrap());
        assert_eq!(read.recommendations, built.recommendations);
    }
    assert_eq!(read.resolve("the").is_ok(), built.resolve("the").is_ok());
}
