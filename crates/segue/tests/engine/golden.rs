//! The profile `classic` against the notebook's own results, computed by an independent implementation.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use segue::neighbours::Among;
use segue::recommend::{FoundTrack, Matching, SearchQuery};
use segue::{Index, IndexWriter, Ingest, Input, Profile, Query, Recommender};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct GoldenStandardiser {
    rows_read: u64,
    unique_track_ids: u64,
    rows_after_cleaning: u64,
    feature_order: Vec<String>,
    mean: BTreeMap<String, f64>,
    std_ddof0: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct GoldenNeighbours {
    seed: String,
    neighbours: Vec<(String, f64)>,
}

#[derive(Deserialize)]
struct GoldenSearch {
    query: String,
    matches: usize,
    first: Vec<(String, String, String, String)>,
}

fn golden<T: DeserializeOwned>(name: &str) -> Option<T> {
    let text = std::fs::read(crate::support::shared(&format!("golden/{name}"))?).unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

/// The index of the real data set, built once.
fn index() -> Option<&'static Index> {
    static INDEX: OnceLock<Option<Index>> = OnceLock::new();
    INDEX.get_or_init(|| crate::support::shared("data/spotify.csv").map(build)).as_ref()
}

fn build(path: impl Into<std::path::PathBuf>) -> Index {
    let (catalogue, _) = Ingest::new().read([Input::path(path)]).unwrap();
    Index::builder().profile(Profile::classic()).build(catalogue).unwrap()
}

#[test]
fn counts_means_and_deviations_are_the_notebooks() {
    let (Some(index), Some(golden)) = (index(), golden::<GoldenStandardiser>("standardiser.json")) else {
        return;
    };
    let counts = index.catalogue().counts().unwrap();
    assert_eq!(
        (counts.rows, counts.unique, counts.tracks, counts.rejected),
        (golden.rows_read, golden.unique_track_ids, golden.rows_after_cleaning, 0)
    );
    let model = index.spaces()[0].model();
    let names: Vec<_> = model.profile().aspects().iter().map(|(aspect, _)| aspect.name()).collect();
    assert_eq!(names, golden.feature_order);
    let moments = model.standardiser().mean().iter().zip(model.standardiser().deviation());
    for (name, (mean, deviation)) in names.into_iter().zip(moments) {
        for (found, expected) in [(mean, golden.mean[&name]), (deviation, golden.std_ddof0[&name])] {
            let error = (found - expected).abs() / expected.abs();
            assert!(error < 1e-12, "{name}: {found} instead of {expected}, off by {error:e}");
        }
    }
}

#[test]
fn neighbours_are_the_notebooks() {
    const TOLERANCE: f64 = 1e-6;
    let (Some(index), Some(golden)) = (index(), golden::<Vec<GoldenNeighbours>>("neighbours.json")) else {
        return;
    };
    assert_eq!(golden.len(), 300);
    let recommender = Recommender::new(index.clone());
    for GoldenNeighbours { seed, neighbours } in &golden {
        let query = Query::new(recommender.row(seed).unwrap()).limit(neighbours.len());
        let found = recommender.recommend(&query).unwrap().recommendations;
        assert_eq!(found.len(), neighbours.len());
        for (found, (_, similarity)) in found.iter().zip(neighbours) {
            let error = (found.similarity - similarity).abs();
            assert!(error <= TOLERANCE, "{seed}, rank {}: off by {error:e}", found.rank);
        }
        // The order counts wherever neighbours differ by more than the tolerance: within a stretch of
        // near-ties the same tracks are there, except that the last stretch may be cut differently.
        let mut start = 0;
        for end in 1..neighbours.len() {
            if neighbours[end - 1].1 - neighbours[end].1 > TOLERANCE {
                let mut expected: Vec<&str> =
                    neighbours[start..end].iter().map(|(id, _)| id.as_str()).collect();
                let mut ids: Vec<&str> = found[start..end].iter().map(|found| found.track.track_id).collect();
                expected.sort_unstable();
                ids.sort_unstable();
                assert_eq!(ids, expected, "{seed}, ranks {}..={end}", start + 1);
                start = end;
            }
        }
        assert!(neighbours.len() - start < 45, "{seed}: hardly anything was compared");
    }
}

#[test]
fn searches_are_the_notebooks() {
    let (Some(index), Some(golden)) = (index(), golden::<Vec<GoldenSearch>>("search.json")) else { return };
    let recommender = Recommender::new(index.clone());
    for GoldenSearch { query, matches, first } in &golden {
        let found = recommender
            .search(&SearchQuery::new(query).matching(Matching::Contains).limit(first.len()))
            .unwrap();
        assert_eq!((found.total, found.tracks.len()), (*matches, first.len()), "{query}");
        for (FoundTrack { track, .. }, (id, title, artists, genre)) in found.tracks.iter().zip(first) {
            assert_eq!((track.track_id, track.track_name), (id.as_str(), title.as_str()), "{query}");
            assert_eq!((track.artists.join(";"), track.track_genre), (artists.clone(), Some(genre.as_str())));
        }
    }
}

#[test]
fn every_number_of_threads_gives_the_same_bits_and_so_does_the_mapped_index() {
    let (Some(path), Some(golden)) =
        (crate::support::shared("data/spotify.csv"), golden::<Vec<GoldenNeighbours>>("neighbours.json"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let answers = |index: &Index| {
        let seeds = golden.iter().take(40).map(|golden| index.row(&golden.seed).unwrap().unwrap());
        seeds
            .flat_map(|seed| {
                let all = index.spaces()[0].neighbours();
                all.nearest(all.vectors().get(seed).unwrap(), 50, Among::all_but(seed))
            })
            .map(|neighbour| (neighbour.row, neighbour.similarity.to_bits()))
            .collect::<Vec<_>>()
    };
    let expected = answers(index().unwrap());
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let built = build(&path);
            assert_eq!(built.spaces()[0].model(), index().unwrap().spaces()[0].model(), "{threads} threads");
            assert_eq!(answers(&built), expected, "{threads} threads");
            let at = folder.path().join(threads.to_string());
            IndexWriter::create(&at).unwrap().write(&built, &()).unwrap();
            assert_eq!(answers(&Index::open(&at).unwrap()), expected, "{threads} threads, mapped");
        });
    }
    let generation = |threads: &str| folder.path().join(threads).join("generation-1");
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    let folders = ["", "classic"].map(|folder| files(&generation("1").join(folder)));
    let written = folders.concat();
    assert_eq!(written.len(), 6);
    for one in written {
        let name = one.strip_prefix(generation("1")).unwrap();
        let other = generation("7").join(name);
        assert!(
            std::fs::read(&one).unwrap() == std::fs::read(other).unwrap(),
            "{} differs between 1 and 7 threads",
            name.display()
        );
    }
}
