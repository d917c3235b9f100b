//! Tests of what [`Points`] promises beyond the suite: how precise distances are.

use super::*;

fn fit(metric: Metric, dimension: usize, values: &[f64]) -> Points {
    Points::fit(metric, dimension, values).unwrap()
}

#[test]
fn a_query_is_not_rounded_however_far_it_is_from_the_centre() {
    let points = Points::fit(Metric::Euclidean, 1, &[1000f32, 1001.0, 0.0, 0.25]).unwrap();
    let found = points.nearest_batch(&[0.12501f32], 2).unwrap();
    let query = f64::from(0.12501f32);
    assert_eq!(found.rows(), [3, 2]);
    for (distance, exact) in found.distances().iter().zip([0.25 - query, query]) {
        assert!((distance - exact).abs() < 1e-12, "{distance}, not {exact}");
    }
    let within = points.within(&[0.12501f32], 0.125).unwrap();
    assert_eq!(within.rows(), [3]);
}

#[test]
fn points_that_are_rounded_are_found_by_their_own_values_and_by_queries_far_away() {
    let values: Vec<f64> =
        suite::noise(14, 3_000).into_iter().map(|value| f64::from(value) / 3.0 + 1e3).collect();
    let points = fit(Metric::Euclidean, 3, &values);
    let found = points.within(&values, 0.0).unwrap();
    assert!((0..1_000u32).all(|row| found.get(row as usize).unwrap().0.contains(&row)));
    // So far away that single precision rounds by more than the points are apart.
    let found = points.nearest_batch(&[1e9, 1e3, 1e3], 1_000).unwrap();
    let distance = |row: u32| 1e9 - values[3 * row as usize];
    assert!(found.rows().is_sorted_by(|a, b| distance(*a) <= distance(*b) + 1e-6));
}
