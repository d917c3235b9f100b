//! Generated catalogues for the benchmarks: the same on every machine.

#![allow(dead_code, clippy::expect_used, clippy::indexing_slicing, unreachable_pub)]

use segue::neighbours::Vectors;
use segue::{Index, Ingest, Input, Profile};
use segue_demo::Demo;

/// The CSV file of a catalogue.
pub fn csv(tracks: u64) -> Vec<u8> {
    let mut csv = Vec::new();
    Demo { tracks, seed: 3 }.write_csv(&mut csv, |_| ()).expect("memory can be written");
    csv
}

/// A catalogue that was read, cleaned and indexed in memory.
pub fn index(csv: Vec<u8>) -> Index {
    let input = Input::bytes("demo.csv", csv);
    let (catalogue, _) = Ingest::new().read([input]).expect("a generated catalogue can be read");
    Index::builder()
        .profile(Profile::classic())
        .build(catalogue)
        .expect("a generated catalogue can be indexed")
}

/// The vectors of a catalogue, without anything that finds the nearest.
pub fn vectors(tracks: u64) -> Vectors {
    index(csv(tracks)).spaces()[0].neighbours().vectors().clone()
}
