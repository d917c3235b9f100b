//! How fast a file becomes an index, and an index is opened, over a generated catalogue:
//! `cargo bench --bench index`.

#![allow(missing_docs, clippy::expect_used)]

mod support;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use segue::{Index, IndexWriter, Ingest, Input, Profile};

use crate::support::{csv, index};

fn main() {
    divan::main();
}

const TRACKS: u64 = 50_000;

#[divan::bench(sample_count = 20)]
fn read_and_clean(bencher: Bencher<'_, '_>) {
    let csv = csv(TRACKS);
    bencher
        .counter(BytesCount::new(csv.len()))
        .with_inputs(|| vec![Input::bytes("demo.csv", csv.clone())])
        .bench_values(|inputs| Ingest::default().read(inputs));
}

#[divan::bench(sample_count = 20)]
fn build_in_memory(bencher: Bencher<'_, '_>) {
    let input = Input::bytes("demo.csv", csv(TRACKS));
    let (catalogue, _) = Ingest::new().read([input]).expect("a generated catalogue can be read");
    bencher.counter(ItemsCount::new(catalogue.len())).with_inputs(|| catalogue.clone()).bench_values(
        |catalogue| {
            Index::builder()
                .profile(Profile::classic())
                .build(catalogue)
                .expect("a generated catalogue can be indexed")
        },
    );
}

/// With the planting of the tree, and with the disk's part of it.
#[divan::bench(sample_count = 10)]
fn write(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let csv = csv(TRACKS);
    bencher.with_inputs(|| index(csv.clone())).bench_refs(|index| {
        let writer = IndexWriter::create(folder.path().join("demo.segue"))?;
        writer.write(index, &())
    });
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("demo.segue");
    let writer = IndexWriter::create(&path).expect("an index can be begun");
    writer.write(&index(csv(TRACKS)), &()).expect("an index can be written");
    bencher.bench(|| Index::open(&path));
}
