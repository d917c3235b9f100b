//! Tests of what [`Points`] promises beyond the suite: how precise distances are, what is refused for it, and that a single
//! query uses no other thread.

use std::process::Command;

use super::*;

fn fit(metric: Metric, dimension: usize, values: &[f64]) -> Points {
    Points::fit(metric, dimension, values).unwrap()
}

fn refused(metric: Metric, dimension: usize, values: &[f64]) -> String {
    Points::fit(metric, dimension, values).unwrap_err().to_string()
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

#[test]
fn points_that_single_precision_loses_beside_others_are_refused() {
    let lost = "point 2 has 2.0 in dimension 0, which single precision loses beside 1e60 in point 0";
    assert_eq!(refused(Metric::Euclidean, 1, &[1e60, 1.0, 2.0, 3.0]), lost);
    assert_eq!(
        refused(Metric::InnerProduct, 2, &[1e30, 0.0, 0.0, 1e-20, 0.0, 3e-20]),
        "point 1 has 1e-20 in dimension 1, which single precision loses beside 1e30 in point 0"
    );
    for metric in [Metric::Euclidean, Metric::InnerProduct] {
        // Beyond what even `f64` holds on one scale.
        let error = refused(metric, 1, &[1e300, 1e-300, 2e-300]);
        assert_eq!(
            error,
            "point 1 has 1e-300 in dimension 0, which single precision loses beside 1e300 in point 0"
        );
        // A value may be lost beside greater ones of the same point, and 0 is 0 on any scale.
        fit(metric, 2, &[1e60, 1.0, 1e59, 2.0, 0.0, 0.0]);
        fit(metric, 1, &[1e30, 1.0, 2.0, 3.0]);
        fit(metric, 1, &[1e-310, 2e-310, 0.0]);
    }
    fit(Metric::Cosine, 2, &[1e60, 0.0, 1.0, 2.0]);
}

#[test]
fn identical_points_have_a_cosine_distance_of_zero() {
    for dimension in [2, 3, 16, 100] {
        let mut values: Vec<f64> = suite::noise(12, 300 * dimension).into_iter().map(f64::from).collect();
        // The same directions again, longer and shorter, then one that is opposite to the first, and a zero.
        let longer: Vec<f64> = values.iter().map(|value| value * 3.0).collect();
        let opposite: Vec<f64> = values[..dimension].iter().map(|value| -value).collect();
        values.extend(longer);
        values.extend(opposite);
        values.extend(vec![0.0; dimension]);
        let points = fit(Metric::Cosine, dimension, &values);
        let queries = &values[..300 * dimension];
        let nearest = points.nearest_batch(queries, 602).unwrap();
        let within = [0.0, 1e-9].map(|radius| points.within(queries, radius).unwrap());
        for query in 0..300 {
            let (rows, distances) = nearest.get(query).unwrap();
            assert!(distances.is_sorted() && distances.iter().all(|distance| (0.0..=2.0).contains(distance)));
            let tied = |a: usize| distances[a] < distances[a + 1] || rows[a] < rows[a + 1];
            assert!((0..601).all(tied));
            assert_eq!(distances[0], 0.0);
            let (rows, distances) = within[0].get(query).unwrap();
            assert!(rows.contains(&(query as u32)) && distances.iter().all(|distance| *distance == 0.0));
            let (rows, distances) = within[1].get(query).unwrap();
            let of = |row: usize| distances[rows.iter().position(|other| *other as usize == row).unwrap()];
            assert!(of(query) == 0.0 && of(query + 300) < 1e-13);
        }
        let (rows, distances) = nearest.get(0).unwrap();
        let of = |row: u32| distances[rows.iter().position(|other| *other == row).unwrap()];
        assert!((of(600) - 2.0).abs() < 3e-7 && of(601) == 1.0);
        let none = points.within(&vec![0.0; dimension], 1.0).unwrap();
        assert_eq!(none.rows(), (0..602).collect::<Vec<u32>>());
        assert!(none.distances().iter().all(|distance| *distance == 1.0));
    }
}

/// Rayon makes its pool when it is first used, for the whole process. So this is asked in a process of its own.
#[test]
fn a_single_query_uses_no_other_thread() {
    const ALONE: &str = "SEGUE_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "neighbours::precision_suite::a_single_query_uses_no_other_thread";
        let child = Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture"])
            .env(ALONE, "")
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && output.contains("1 passed"), "{output}");
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    // The last has too many dimensions for a tree.
    for (dimension, points) in [(3, 40_000), (100, 500), (65_536, 3)] {
        let values: Vec<f64> = suite::noise(13, points * dimension).into_iter().map(f64::from).collect();
        for metric in Metric::ALL {
            let points = pool.install(|| fit(metric, dimension, &values));
            let query = &values[..dimension];
            assert_eq!(points.nearest_batch(query, 2).unwrap().len(), 1);
            assert_eq!(points.within(query, 0.1).unwrap().len(), 1);
            assert_eq!(points.neighbours_of(&[Row(1)], 2).unwrap().len(), 1);
            assert_eq!(points.within_of(&[Row(1)], 0.1).unwrap().len(), 1);
            points.nearest_batch(&[f64::NAN].repeat(dimension), 2).unwrap_err();
        }
    }
    // Refused if there is a pool already.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
}
