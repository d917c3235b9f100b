//! An index that is replaced while it is read: every reader sees the old one or the new one, whole.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::damage::{ask_everything, demo, write_demo};
use segue::index::verify;
use segue::{Error, Index, IndexWriter, Query, Recommender, Row};

/// What tells one index from another: the ids and similarities of a few answers.
fn answers(index: Index) -> Vec<(String, f64)> {
    let recommender = Recommender::new(index);
    let rows = [0, 7, 42].map(Row);
    rows.iter()
        .flat_map(|row| recommender.recommend(&Query::new(*row).limit(4)).unwrap().recommendations)
        .map(|found| (found.track.track_id.to_owned(), found.similarity))
        .collect()
}

#[test]
fn an_open_index_keeps_answering_the_old_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, 120, 1);
    let (old, expected) = (Index::open(&path).unwrap(), answers(demo(120, 1)));
    for seed in 2..5 {
        write_demo(&path, 120 + seed, seed);
        assert_eq!(answers(old.clone()), expected);
        assert_eq!(old.len(), 120);
        assert_eq!(answers(Index::open(&path).unwrap()), answers(demo(120 + seed, seed)));
    }
    assert_eq!(old.generation(), Some(1));
    assert!(!path.join("generation-1").exists(), "the old files have no name any more");
    let asked = ask_everything(old, 7);
    assert!(asked.errors < 50, "{asked:?}");
}

#[test]
fn every_open_and_every_verify_succeeds_while_builds_replace_the_index() {
    const BUILDS: u64 = 40;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    let indexes = [demo(60, 1), demo(90, 2)];
    let expected = indexes.clone().map(|index| (index.len(), answers(index)));
    let build = |number: u64| {
        let index = &indexes[number as usize % 2];
        IndexWriter::create(&path).unwrap().write(index, &()).unwrap()
    };
    build(0);
    let done = AtomicBool::new(false);
    let opened = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let index = Index::open(&path).unwrap();
                let len = index.len();
                let known = expected.iter().find(|(tracks, _)| *tracks == len).expect("one of the two");
                assert_eq!(answers(index), known.1);
                opened.fetch_add(1, Ordering::Relaxed);
            }
        });
        scope.spawn(|| {
            let mut last = 0;
            while !done.load(Ordering::Relaxed) {
                let generation = verify(&path).unwrap().generation;
                assert!(generation >= last, "an older index came back");
                last = generation;
            }
        });
        for number in 1..=BUILDS {
            assert_eq!(build(number).generation, number + 1);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(opened.into_inner() > 10);
    assert_eq!(verify(&path).unwrap().generation, BUILDS + 1);
}

/// A build that makes the folder and fails takes the folder and its lock away again, perhaps while another
/// one waits at the door.
#[test]
fn two_builds_never_hold_one_index_even_while_its_folder_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    let (holders, held) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    match IndexWriter::create(&path) {
                        Ok(writer) => {
                            assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0, "two writers at once");
                            for _ in 0..20 {
                                thread::yield_now();
                                assert!(path.join("build.lock").exists(), "a writer's lock is gone");
                            }
                            holders.fetch_sub(1, Ordering::SeqCst);
                            held.fetch_add(1, Ordering::Relaxed);
                            drop(writer);
                        }
                        Err(Error::Busy { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    assert!(held.into_inner() > 0);
    // Nothing was built: at most the lock of a build that found the folder there is left.
    let left = std::fs::read_dir(&path).into_iter().flatten().flatten();
    assert!(left.map(|entry| entry.file_name()).all(|name| name == "build.lock"));
}
