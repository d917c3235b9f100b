//! What the layout promises: the same bits everywhere, nothing that is not finite, and neighbours that stay neighbours.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Place, lay_out, start};
use crate::axes::random_numbers;
use crate::neighbours::{Among, Neighbours, Vectors};
use crate::progress::Progress;
use crate::row::Row;
use crate::{Error, Index, Ingest, Input, Profile};
use segue_demo::Demo;

fn unit_vectors(
    dimension: usize,
    count: usize,
    mut component: impl FnMut(usize, usize) -> f64,
) -> Neighbours {
    let mut values = Vec::new();
    for row in 0..count {
        let vector: Vec<f64> = (0..dimension).map(|at| component(row, at)).collect();
        let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        values.extend(vector.iter().map(|value| (value * scale) as f32));
    }
    Neighbours::new(Vectors::new(dimension, values))
}

fn random(dimension: usize, count: usize) -> Neighbours {
    let mut number = random_numbers();
    unit_vectors(dimension, count, |_, _| number())
}

fn places(neighbours: &Neighbours) -> Vec<Place> {
    let places = lay_out(neighbours, &()).unwrap();
    assert_eq!(places.len(), neighbours.vectors().len());
    assert!(places.iter().flatten().all(|value| (0.0..=1.0).contains(value)), "{places:?}");
    places
}

#[test]
fn every_number_of_threads_gives_the_same_bits() {
    let neighbours = random(7, 3000);
    let bits = |places: Vec<Place>| places.into_iter().flatten().map(f32::to_bits).collect::<Vec<_>>();
    let expected = bits(places(&neighbours));
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(|| bits(places(&neighbours))) == expected, "{threads} threads");
    }
}

#[test]
fn few_vectors_have_places_of_their_own() {
    assert_eq!(places(&random(3, 0)), [[0f32; 2]; 0]);
    assert_eq!(places(&random(3, 1)), [[0.5, 0.5]]);
    for count in [2, 3, 20, 40] {
        let mut found = places(&random(3, count));
        found.sort_by(|a, b| a.partial_cmp(b).unwrap());
        found.dedup();
        assert_eq!(found.len(), count, "{found:?}");
    }
}

#[test]
fn equal_zero_and_one_dimensional_vectors_are_fine() {
    // Many copies: all neighbours of a vector are equal to it.
    let mut number = random_numbers();
    let kinds: Vec<f64> = (0..20).map(|_| number()).collect();
    places(&unit_vectors(4, 400, |row, at| kinds[(row % 5) * 4 + at]));
    places(&unit_vectors(4, 400, |_, _| 1.0));
    places(&unit_vectors(4, 400, |_, _| 0.0));
    places(&unit_vectors(
        4,
        400,
        |row, at| if row % 3 == 0 { 0.0 } else { ((row * 7 + at * 13) % 17) as f64 - 8.0 },
    ));
    for dimension in [1, 2] {
        places(&random(dimension, 300));
        places(&random(dimension, 2));
    }
}

#[test]
fn parts_without_a_link_between_them_lie_apart() {
    // Two groups in spaces of their own.
    let mut number = random_numbers();
    let neighbours =
        unit_vectors(6, 600, |row, at| if (row % 2 == 0) == (at < 3) { 2.0 + number() } else { 0.0 });
    let places = places(&neighbours);
    let distance = |a: Place, b: Place| ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt();
    let mixed = (0..600usize).filter(|row| {
        let nearest = (0..600).filter(|other| other != row);
        let nearest = nearest
            .min_by(|a, b| distance(places[*row], places[*a]).total_cmp(&distance(places[*row], places[*b])));
        nearest.unwrap() % 2 != row % 2
    });
    assert_eq!(mixed.count(), 0);
}

/// The share of the ten nearest of every vector that are among the ten nearest in the plane.
fn kept(neighbours: &Neighbours, places: &[Place]) -> f64 {
    const K: usize = 10;
    let mut kept = 0;
    for (row, place) in places.iter().enumerate() {
        let query = neighbours.query_of(Row(row as u32)).unwrap();
        let nearest = neighbours.nearest(&query, K, Among::all_but(Row(row as u32)));
        let mut others: Vec<(f32, usize)> = places
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != row)
            .map(|(other, [x, y])| ((x - place[0]).powi(2) + (y - place[1]).powi(2), other))
            .collect();
        others.sort_by(|a, b| a.partial_cmp(b).unwrap());
        kept += nearest
            .iter()
            .filter(|near| others[..K].iter().any(|(_, other)| *other == near.row.index()))
            .count();
    }
    kept as f64 / (K * places.len()) as f64
}

#[test]
fn neighbours_stay_neighbours_more_than_along_principal_axes() {
    let mut csv = Vec::new();
    Demo { tracks: 1500, seed: 5 }.write_csv(&mut csv, |_| ()).unwrap();
    let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap();
    for profile in Profile::built_ins() {
        let index = Index::builder().profile(profile).build(catalogue.clone()).unwrap();
        let neighbours = index.spaces()[0].neighbours();
        let (ours, axes) = (
            kept(neighbours, &places(neighbours)),
            kept(neighbours, &start::projected(neighbours.vectors())),
        );
        assert!(ours > 0.2 && ours > 2.0 * axes, "{ours} of the neighbours, along the axes {axes}");
    }
}

struct StopsAfter(usize, AtomicUsize);

impl Progress for StopsAfter {
    fn is_stopped(&self) -> bool {
        self.1.fetch_add(1, Ordering::Relaxed) >= self.0
    }
}

#[test]
fn a_layout_is_stopped_wherever_it_is() {
    let neighbours = random(5, 2000);
    let never = StopsAfter(usize::MAX, AtomicUsize::new(0));
    lay_out(&neighbours, &never).unwrap();
    let questions = never.1.into_inner();
    assert!(questions > 20, "asked only {questions} times");
    for after in (0..questions).step_by(questions / 10) {
        let stopped = lay_out(&neighbours, &StopsAfter(after, AtomicUsize::new(0)));
        assert!(matches!(stopped, Err(Error::Stopped)), "at question {after} of {questions}");
    }
}
