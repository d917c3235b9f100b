//! Work that its progress stops: it fails as such wherever it is, and leaves the old index as it was.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::damage::{demo, write_demo};
use segue::eval::{TestPlaylist, Training, train};
use segue::index::verify;
use segue::playlist::Mention;
use segue::recommend::FoundEntry;
use segue::{
    Error, Index, IndexWriter, Ingest, Input, Profile, Progress, Query, Recommender, Row, write_graph,
};

/// Says from the `after`-th question on that the work is to stop.
struct StopsAfter {
    after: usize,
    asked: AtomicUsize,
}

impl StopsAfter {
    fn new(after: usize) -> Self {
        Self { after, asked: AtomicUsize::new(0) }
    }
}

impl Progress for StopsAfter {
    fn is_stopped(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.after
    }
}

/// Stops an operation at each of its questions, or at many of them; `check` is called after each.
fn stop_everywhere<T>(work: impl Fn(&dyn Progress) -> Result<T, Error>, mut check: impl FnMut()) {
    const STOPS: usize = 40;
    let never = StopsAfter::new(usize::MAX);
    assert!(work(&never).is_ok());
    let questions = never.asked.into_inner();
    assert!(questions >= 3, "asked only {questions} times");
    for after in (0..questions).step_by(questions.div_ceil(STOPS)) {
        let progress = StopsAfter::new(after);
        match work(&progress) {
            Err(Error::Stopped) => {}
            // With several threads the number of questions differs a little.
            Ok(_) if progress.asked.into_inner() <= after => {}
            Ok(_) => panic!("stopped at question {after} of {questions}, and done nevertheless"),
            Err(error) => panic!("stopped at question {after} of {questions}: {error}"),
        }
        check();
    }
}

fn answers(path: &Path) -> Vec<(String, f64)> {
    let recommender = Recommender::new(Index::open(path).unwrap());
    let answer = recommender.recommend(&Query::new(Row(7)).limit(10)).unwrap();
    answer.recommendations.iter().map(|one| (one.track.track_id.to_owned(), one.similarity)).collect()
}

#[test]
fn reading_that_is_stopped_gives_no_catalogue() {
    let mut csv = Vec::new();
    segue_demo::Demo { tracks: 20_000, seed: 1 }.write_csv(&mut csv, |_| ()).unwrap();
    let read = |progress: &dyn Progress| {
        Ingest::new().progress(progress).read([Input::bytes("demo.csv", csv.clone())])
    };
    stop_everywhere(read, || ());
}

#[test]
fn building_that_is_stopped_gives_no_index() {
    let catalogue = demo(3_000, 1).catalogue().clone();
    let build = |progress: &dyn Progress| {
        let profiles = [Profile::segue(), Profile::classic()];
        Index::builder().profiles(profiles).progress(progress).build(catalogue.clone())
    };
    stop_everywhere(build, || ());
}

#[test]
fn writing_that_is_stopped_leaves_the_old_index_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, 300, 1);
    let expected = answers(&path);
    let catalogue = demo(3_000, 2).catalogue().clone();
    // A new one each time, since songs and trees are made once.
    let write = |path: &Path, progress: &dyn Progress| {
        let index = Index::builder().build(catalogue.clone()).unwrap();
        IndexWriter::create(path).unwrap().write(&index, progress)
    };
    let never = StopsAfter::new(usize::MAX);
    write(&folder.path().join("other.segue"), &never).unwrap();
    let questions = never.asked.into_inner();
    assert!(questions > 20, "asked only {questions} times");
    for after in (0..questions).step_by(questions.div_ceil(40)) {
        let stopped = write(&path, &StopsAfter::new(after));
        assert!(matches!(stopped, Err(Error::Stopped)), "at question {after} of {questions}: {stopped:?}");
        assert_eq!(answers(&path), expected);
        assert_eq!(verify(&path).unwrap().generation, 1);
        let mut left: Vec<_> =
            std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["build.lock", "generation-1", "manifest.json"]);
    }
}

#[test]
fn a_new_index_that_is_stopped_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/demo.segue");
    let stopped = IndexWriter::create(&path).unwrap().write(&demo(100, 1), &StopsAfter::new(0));
    assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
    assert!(!folder.path().join("new").exists());
}

#[test]
fn a_graph_that_is_stopped_is_none() {
    let index = demo(9_000, 1);
    let write = |progress: &dyn Progress| {
        write_graph(&index, &index.spaces()[0], 3, "graph.parquet", std::io::sink(), progress)
    };
    stop_everywhere(write, || ());
}

#[test]
fn training_that_is_stopped_gives_no_weights() {
    let index = demo(300, 1);
    let playlists: Vec<TestPlaylist> =
        (0..4).map(|list| TestPlaylist { rows: (0..6).map(|at| Row(list * 20 + at)).collect() }).collect();
    let start = r#"{"profile": "start", "features": ["energy", "valence"], "weights": {"energy": 3}}"#;
    let training = Training::default().start(Profile::from_json(start).unwrap()).folds(2);
    let train = |progress: &dyn Progress| train(&index, &playlists, &training, progress, |_| ());
    stop_everywhere(train, || ());
}

#[test]
fn a_playlist_is_resolved_as_far_as_there_is_time() {
    let recommender = Recommender::new(demo(300, 1));
    let title = recommender.track(Row(7)).unwrap().track_name.to_owned();
    let mut mentions = vec![Mention::id("none"), Mention::words("qq zz xx")];
    mentions.push(Mention::words(&title));
    mentions.extend((0..100).map(|row| Mention::id(recommender.track(Row(row)).unwrap().track_id)));
    let mentions: Vec<&Mention> = mentions.iter().collect();
    let resolve = |after| recommender.resolve_entries(&mentions, &StopsAfter::new(after)).unwrap();
    let all = resolve(usize::MAX);
    for (mention, found) in mentions.iter().zip(&all) {
        let alone = recommender.resolve_entry(mention);
        assert_eq!(
            alone.map_err(|error| error.to_string()),
            found.as_ref().map(|found| *found).map_err(Error::to_string)
        );
    }
    assert!(matches!(all[..2], [Err(Error::UnknownTrack { .. }), Err(Error::NoMatch { .. })]));
    let stopped = |found: &[Result<FoundEntry, Error>]| {
        found.iter().filter(|found| matches!(found, Err(Error::Stopped))).count()
    };
    // What is found as it is written is found first.
    assert_eq!((stopped(&resolve(0)), stopped(&resolve(mentions.len()))), (mentions.len(), 1));
    assert!(matches!(resolve(mentions.len())[1], Err(Error::Stopped)));
}
