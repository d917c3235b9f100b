//! An index to damage, a manifest made to match what was damaged, and everything that can be asked.

use std::fs;
use std::path::{Path, PathBuf};

use segue::catalogue::TextField;
use segue::model::Aspect;
use segue::recommend::{Matching, SearchQuery, TrackRef};
use segue::{Error, Index, IndexWriter, Ingest, Input, Profile, Query, Recommender, Row, inspect};
use segue_demo::Demo;
use serde_json::Value;
use twox_hash::XxHash3_64;

pub const MANIFEST: &str = "manifest.json";
/// The files of a generation, as the manifest lists them.
pub const FILES: [&str; 8] = [
    "ids.arrow",
    "map.arrow",
    "mine/genres.arrow",
    "mine/tree.arrow",
    "mine/vectors.arrow",
    "songs.arrow",
    "text.arrow",
    "tracks.arrow",
];

/// A small profile that has every kind of file.
fn profile() -> Profile {
    let aspects = ["energy", "valence", "key_in_fifths", "genres"];
    Profile::new("mine", 1, &aspects.map(|name| (Aspect::named(name).unwrap(), 1.0))).unwrap()
}

/// An index of a generated catalogue, in memory.
pub fn demo(tracks: u64, seed: u64) -> Index {
    let mut csv = Vec::new();
    Demo { tracks, seed }.write_csv(&mut csv, |_| ()).unwrap();
    let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap();
    Index::builder().profile(profile()).map(true).build(catalogue).unwrap()
}

/// Writes a generated index to `path`.
pub fn write_demo(path: &Path, tracks: u64, seed: u64) {
    IndexWriter::create(path).unwrap().write(&demo(tracks, seed), &()).unwrap();
}

/// The path of one file of the index that `path` holds now.
pub fn file_of(path: &Path, name: &str) -> PathBuf {
    match name {
        MANIFEST => path.join(MANIFEST),
        _ => path.join(format!("generation-{}", manifest(path)["generation"])).join(name),
    }
}

pub fn manifest(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path.join(MANIFEST)).unwrap()).unwrap()
}

/// The text of a manifest with the checksum that belongs to it: XXH3 of the text with zeros in its place.
pub fn sealed(manifest: &Value) -> String {
    let zeros = "0".repeat(16);
    let mut manifest = manifest.clone();
    manifest["checksum"] = zeros.clone().into();
    let text = serde_json::to_string_pretty(&manifest).unwrap() + "\n";
    let checksum = format!("{:016x}", XxHash3_64::oneshot(text.as_bytes()));
    text.replace(&format!("\"checksum\": \"{zeros}\""), &format!("\"checksum\": \"{checksum}\""))
}

/// Changes the manifest so that nothing but the change is wrong with it.
pub fn change_manifest(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut manifest = manifest(path);
    change(&mut manifest);
    fs::write(path.join(MANIFEST), sealed(&manifest)).unwrap();
}

/// Makes the manifest say of the files what they are now, so that only their content can be wrong.
pub fn match_manifest(path: &Path) {
    let files: Vec<_> =
        FILES.into_iter().map(|name| (name, fs::read(file_of(path, name)).unwrap())).collect();
    change_manifest(path, |manifest| {
        for (name, bytes) in &files {
            manifest["files"][*name]["bytes"] = bytes.len().into();
            manifest["files"][*name]["xxh3_64"] = format!("{:016x}", XxHash3_64::oneshot(bytes)).into();
        }
    });
}

/// How many of the questions had an answer, and how many an error.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub answers: usize,
    pub errors: usize,
}

impl Asked {
    fn note<T>(&mut self, answer: Result<T, Error>) -> Option<T> {
        match answer {
            Ok(answer) => {
                self.answers += 1;
                Some(answer)
            }
            Err(error) => {
                // Whatever is wrong with an index, the message says which file.
                let message = error.to_string();
                assert!(!message.is_empty(), "an error without a word");
                self.errors += 1;
                None
            }
        }
    }
}

/// Asks an index everything that can be asked of it: recommendations from every `step`-th row, the rest
/// of every row. Panics where an answer is impossible; an error is a fine answer.
pub fn ask_everything(index: Index, step: usize) -> Asked {
    let mut asked = Asked::default();
    let recommender = Recommender::new(index);
    let (index, catalogue) = (recommender.index(), recommender.index().catalogue());
    assert!(!index.is_empty(), "an opened index has tracks");
    let beyond = [Row(index.len() as u32), Row(u32::MAX)];
    for row in catalogue.rows().chain(beyond) {
        let track = asked.note(recommender.track(row));
        if let Some(track) = track {
            assert!(!beyond.contains(&row), "a track beyond the end");
            if asked.note(recommender.row(track.track_id)) == Some(row) {
                assert_eq!(recommender.track(row).unwrap().track_id, track.track_id);
            }
            assert_valid(&track);
        }
        for field in TextField::ALL {
            if let Some(text) = asked.note(catalogue.text(field, row)).flatten() {
                assert!(str::from_utf8(text.as_bytes()).is_ok(), "invalid text");
            }
        }
    }
    for row in catalogue.rows().step_by(step).chain(beyond) {
        ask_for_more_like(&recommender, row, 3, &mut asked);
    }
    ask_for_more_like(&recommender, Row(0), usize::MAX, &mut asked);
    for query in ["", "a", "é", "rock", "\u{0}"] {
        for matching in [Matching::Ranked, Matching::Contains, Matching::Regex] {
            let query = SearchQuery::new(query).matching(matching).limit(usize::MAX).facets(true);
            if let Some(found) = asked.note(recommender.search(&query)) {
                assert_eq!(found.tracks.len(), found.total);
                assert_valid(&found);
            }
        }
        for text in [query, "the - a", " - ", "spotify:track:x", "zzzz"] {
            assert!(matches!(TrackRef::parse(text), TrackRef::Id(_) | TrackRef::Text(_)));
            asked.note(recommender.resolve(text));
        }
    }
    ask_for_tiles(index, &mut asked);
    asked.note(inspect::columns(catalogue)).iter().for_each(assert_valid);
    asked.note(inspect::tracks(catalogue)).iter().for_each(assert_valid);
    if let Ok(batch) = catalogue.to_batch() {
        assert_eq!(batch.num_rows(), catalogue.len());
    }
    asked
}

fn ask_for_tiles(index: &Index, asked: &mut Asked) {
    let Some(map) = index.map() else { return };
    let place = |row| map.place(row).map(|place| place.iter().all(|value| (0.0..=1.0).contains(value)));
    assert!(index.catalogue().rows().all(|row| place(row) != Some(false)));
    for (z, x, y) in [(0, 0, 0), (1, 1, 0), (2, 1, 2), (16, 40_000, 65_535), (17, 0, 0)] {
        for most in [0, 5, usize::MAX] {
            let tile = map.tile(z, x, y, most);
            assert!(tile.rows.len() <= most.min(tile.total));
            assert!(tile.rows.iter().all(|row| row.0 < index.len() as u32) && tile.rows.is_sorted());
        }
    }
    if let Some(genres) = asked.note(segue::map::Genres::of(index)) {
        assert!(genres.labels().iter().all(|label| label.x.is_finite() && label.y.is_finite()));
    }
}

fn ask_for_more_like(recommender: &Recommender, row: Row, limit: usize, asked: &mut Asked) {
    // Whatever a damaged index says of songs, genres and artists, wishes do no harm.
    let wishes = Query::new(row)
        .diversity(0.3)
        .per_artist(1)
        .versions(row.0.is_multiple_of(2))
        .why(true)
        .limit(limit.min(20));
    asked.note(recommender.recommend(&wishes)).iter().for_each(assert_valid);
    let query = Query::new(row).all_releases(true).limit(limit);
    let Some(found) = asked.note(recommender.recommend(&query)) else { return };
    let similarities: Vec<f64> = found.recommendations.iter().map(|found| found.similarity).collect();
    assert!(similarities.iter().all(|similarity| (-1.0..=1.0).contains(similarity)), "{similarities:?}");
    assert!(similarities.is_sorted_by(|a, b| a >= b), "{similarities:?}");
    assert_eq!(similarities.len(), limit.min(recommender.index().len() - 1));
    assert_valid(&found);
}

/// What faces show is JSON that can be read again: valid text, and no number that JSON lacks.
fn assert_valid(answer: &impl serde::Serialize) {
    let text = serde_json::to_vec(answer).unwrap();
    assert!(str::from_utf8(&text).is_ok(), "invalid text");
    if text.len() < 4096 {
        assert!(serde_json::from_slice::<Value>(&text).is_ok(), "invalid JSON");
    }
}
