//! How fast neighbours are found, over generated catalogues: `cargo bench --bench neighbours`.
//!
//! Single queries and the oracle answer one seed after the other; a batch is answered on all threads.

#![allow(missing_docs)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use segue::Row;
use segue::neighbours::{Among, Neighbours, RowSet, oracle};

use crate::support::vectors;

fn main() {
    divan::main();
}

const K: usize = 10;
const SIZES: [u64; 2] = [20_000, 100_000];
/// Far from any regular pattern in the catalogue, and prime.
const STRIDE: usize = 61_813;

/// The rows of a catalogue in an order that leaps all over it, again and again.
fn seeds(neighbours: &Neighbours) -> impl Fn() -> Row + Sync + use<> {
    let (next, tracks) = (AtomicUsize::new(0), neighbours.vectors().len().max(1));
    move || Row((next.fetch_add(STRIDE, Ordering::Relaxed) % tracks) as u32)
}

fn planted(tracks: u64) -> Neighbours {
    let neighbours = Neighbours::new(vectors(tracks));
    neighbours.plant();
    neighbours
}

fn ask(bencher: Bencher<'_, '_>, neighbours: &Neighbours, within: Option<&RowSet>) {
    let seed = seeds(neighbours);
    bencher.with_inputs(seed).counter(ItemsCount::new(1usize)).bench_values(|seed| {
        let query = neighbours.vectors().get(seed).unwrap_or_default();
        neighbours.nearest(query, K, Among { except: Some(seed), within, penalty: None })
    });
}

#[divan::bench(args = SIZES, sample_count = 200, sample_size = 20)]
fn single_query(bencher: Bencher<'_, '_>, tracks: u64) {
    ask(bencher, &planted(tracks), None);
}

/// A filter that lets one track in `step` through, here and there.
fn filtered(bencher: Bencher<'_, '_>, tracks: u64, step: u32) {
    let neighbours = planted(tracks);
    let within = RowSet::of(neighbours.vectors().len(), |row| {
        row.0.wrapping_mul(2_654_435_761) >> 8 <= (u32::MAX >> 8) / step
    });
    ask(bencher, &neighbours, Some(&within));
}

#[divan::bench(args = SIZES, sample_count = 200, sample_size = 20)]
fn filtered_to_50_percent(bencher: Bencher<'_, '_>, tracks: u64) {
    filtered(bencher, tracks, 2);
}

#[divan::bench(args = SIZES, sample_count = 200, sample_size = 20)]
fn filtered_to_1_percent(bencher: Bencher<'_, '_>, tracks: u64) {
    filtered(bencher, tracks, 100);
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn batch_of_1000(bencher: Bencher<'_, '_>, tracks: u64) {
    let neighbours = planted(tracks);
    let seed = seeds(&neighbours);
    let rows: Vec<Row> = (0..1000).map(|_| seed()).collect();
    neighbours.neighbours_of(&rows, K, None);
    bencher
        .counter(ItemsCount::new(rows.len()))
        .bench(|| neighbours.neighbours_of(black_box(&rows), K, None));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn plant(bencher: Bencher<'_, '_>, tracks: u64) {
    let vectors = vectors(tracks);
    bencher
        .counter(ItemsCount::new(vectors.len()))
        .with_inputs(|| Neighbours::new(vectors.clone()))
        .bench_refs(|neighbours| neighbours.plant());
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn naive_oracle(bencher: Bencher<'_, '_>, tracks: u64) {
    let neighbours = Neighbours::new(vectors(tracks));
    bencher.with_inputs(seeds(&neighbours)).counter(ItemsCount::new(1usize)).bench_values(|seed| {
        let query = neighbours.vectors().get(seed).unwrap_or_default();
        oracle::nearest(neighbours.vectors(), query, K, Some(seed))
    });
}
