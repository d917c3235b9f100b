//! Answers 2,000 queries for every line of its input, one after the other, and prints how many microseconds each
//! took on average.

use std::hint::black_box;
use std::io::stdin;
use std::time::Instant;

use segue::neighbours::Among;
use segue::{Index, Ingest, Input, Profile, Row};
use segue_demo::Demo;

const TRACKS: u64 = 90_000;
const QUERIES: usize = 2_000;
/// Prime, so that the queries leap all over the catalogue.
const STRIDE: usize = 61_813;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut csv = Vec::new();
    Demo { tracks: TRACKS, seed: 3 }.write_csv(&mut csv, |_| ())?;
    let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)])?;
    let index = Index::builder().profile(Profile::classic()).build(catalogue)?;
    let neighbours = index.spaces().first().ok_or("no profile")?.neighbours();
    neighbours.plant();
    for line in stdin().lines() {
        line?;
        let start = Instant::now();
        for query in 0..QUERIES {
            let row = Row((query * STRIDE % index.len()) as u32);
            let vector = neighbours.vectors().get(row).unwrap_or_default();
            black_box(neighbours.nearest(vector, 10, Among::all_but(row)));
        }
        println!("{:.3}", start.elapsed().as_secs_f64() * 1e6 / QUERIES as f64);
    }
    Ok(())
}
