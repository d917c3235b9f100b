//! The test suite for [`Points`]: every metric, with every kernel, method and face, must equal the oracle bit for bit on
//! data that is hard to rank; and the oracle must be near what `f64` gives.

use proptest::prelude::*;

use super::kernel::{Boxes, Kernel, Portable};
use super::suite::noise;
use super::*;

const DIMENSIONS: [usize; 9] = [1, 2, 3, 16, 17, 64, 65, 100, 384];

/// What values may look like.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Noise,
    Clusters,
    Duplicates,
    Lattice,
    Huge,
    Tiny,
    Subnormal,
    Constant,
    Zero,
    FarFromZero,
    OneFarOut,
    ManyMagnitudes,
}

const SHAPES: [Shape; 12] = [
    Shape::Noise,
    Shape::Clusters,
    Shape::Duplicates,
    Shape::Lattice,
    Shape::Huge,
    Shape::Tiny,
    Shape::Subnormal,
    Shape::Constant,
    Shape::Zero,
    Shape::FarFromZero,
    Shape::OneFarOut,
    Shape::ManyMagnitudes,
];

impl Shape {
    fn values(self, seed: u64, points: usize, dimension: usize) -> Vec<f64> {
        let noise: Vec<f64> = noise(seed, points * dimension).into_iter().map(f64::from).collect();
        let value = |(at, noise): (usize, f64)| {
            let (point, place) = (at / dimension, at % dimension);
            match self {
                Self::Noise => noise,
                Self::Clusters => ((point % 7 * 31 + place * 17) % 11) as f64 + noise * 0.05,
                Self::Duplicates => ((point % 5 * 13 + place * 7) % 9) as f64 / 3.0,
                Self::Lattice => (noise * 2.0).round(),
                Self::Huge => noise * 1.5e308,
                Self::Tiny => noise * 1e-290,
                Self::Subnormal => noise * 1e-318,
                Self::Constant => 0.1 + place as f64,
                Self::Zero => 0.0,
                Self::FarFromZero => 1e9 + place as f64 * 1e7 + noise,
                Self::OneFarOut => noise * if point == 3 { 1e6 } else { 1.0 },
                Self::ManyMagnitudes => noise * 10f64.powi((point % 9) as i32 * 4 - 16),
            }
        };
        noise.into_iter().enumerate().map(value).collect()
    }
}

fn bits<'a>(found: impl IntoIterator<Item = (&'a u32, &'a f64)>) -> Vec<(u32, u64)> {
    found.into_iter().map(|(row, distance)| (*row, distance.to_bits())).collect()
}

fn bits_of(ranked: &Ranked, query: usize) -> Vec<(u32, u64)> {
    let (rows, distances) = ranked.get(query).unwrap();
    bits(rows.iter().zip(distances))
}

fn expected(all: &[(Row, f64)], k: usize, radius: f64) -> Vec<(u32, u64)> {
    let near = all.iter().filter(|(_, distance)| *distance <= radius).take(k);
    near.map(|(row, distance)| (row.0, distance.to_bits())).collect()
}

/// Radii that nothing, something and everything is within; those between are distances that occur.
fn radii(all: &[(Row, f64)]) -> Vec<f64> {
    let of = |at: usize| all.get(at).map(|(_, distance)| *distance);
    let met = [of(0), of(3), of(all.len() / 3)].into_iter().flatten();
    met.chain([0.0, -1.0, f64::INFINITY, f64::NEG_INFINITY]).collect()
}

/// Checks all faces of points against the oracle, for some queries and rows.
fn check(metric: Metric, dimension: usize, values: &[f64], queries: &[f64], k: usize) {
    let points = Points::fit(metric, dimension, values).unwrap();
    let what = format!("{metric}, {} points of {dimension} dimensions, k = {k}", points.len());
    let all: Vec<_> =
        queries.chunks(dimension).map(|query| oracle::ranked_points(&points, query, None)).collect();
    let found = points.nearest_batch(queries, k).unwrap();
    assert_eq!(found.len(), all.len());
    for (at, all) in all.iter().enumerate() {
        assert_eq!(bits_of(&found, at), expected(all, k, f64::INFINITY), "{what}, query {at}");
    }
    for radius in all.first().map(|all| radii(all)).unwrap_or_default() {
        let found = points.within(queries, radius).unwrap();
        for (at, all) in all.iter().enumerate() {
            assert_eq!(bits_of(&found, at), expected(all, usize::MAX, radius), "{what}, within {radius}");
        }
    }

    let rows: Vec<Row> = (0..points.len() as u32).step_by(29).map(Row).collect();
    let all: Vec<_> = rows.iter().map(|row| oracle::ranked_others(&points, *row)).collect();
    let found = points.neighbours_of(&rows, k).unwrap();
    for (at, all) in all.iter().enumerate() {
        assert_eq!(bits_of(&found, at), expected(all, k, f64::INFINITY), "{what}, row {}", rows[at].0);
    }
    for radius in all.first().map(|all| radii(all)).unwrap_or_default() {
        let found = points.within_of(&rows, radius).unwrap();
        for (at, all) in all.iter().enumerate() {
            assert_eq!(bits_of(&found, at), expected(all, usize::MAX, radius), "{what}, within {radius}");
        }
    }
    check_kernels(&points, queries, k, &what);
}

/// Checks every kernel and method against the scan, for the best and for all from a threshold on.
fn check_kernels(points: &Points, queries: &[f64], k: usize, what: &str) {
    let neighbours = points.neighbours();
    let (vectors, measure) = (neighbours.vectors(), neighbours.measure());
    let tree = neighbours.tree().unwrap();
    tree.check(vectors).unwrap();
    for query in queries.chunks(points.dimension()) {
        let placed = points.placed(query);
        let query = placed.query();
        let all = scan::nearest(vectors, measure, query, Wanted::Best(usize::MAX), Among::default());
        let some = all.get(all.len() / 4).map_or(0.0, |one| one.similarity);
        for wanted in [Wanted::Best(k), Wanted::From(some)] {
            let expected = scan::nearest(vectors, measure, query, wanted, Among::default());
            for kernels in Kernels::all() {
                for method in [Method::Boxes, Method::Sweep] {
                    let mut search = Search::new(tree, vectors, method);
                    let found = search.nearest(kernels, query, wanted, Among::default(), None).unwrap();
                    assert_eq!(found, expected, "{what}, {} {method:?} {wanted:?}", kernels.name());
                }
            }
        }
    }
}

#[test]
fn every_shape_is_searched_exactly_by_every_metric() {
    for dimension in DIMENSIONS {
        let points = if dimension > 64 { 350 } else { 900 };
        for (seed, shape) in (1..).zip(SHAPES) {
            let values = shape.values(seed, points, dimension);
            let queries = shape.values(seed + 100, 5, dimension);
            for metric in Metric::ALL {
                check(metric, dimension, &values, &queries, 10);
            }
        }
    }
}

#[test]
fn few_points_and_odd_numbers_are_no_trouble() {
    for dimension in [1, 16, 65] {
        for points in [0, 1, 2, 16, 17, 257] {
            for shape in [Shape::Noise, Shape::Duplicates, Shape::Zero] {
                let values = shape.values(3, points, dimension);
                let mut queries = Shape::Noise.values(4, 3, dimension);
                queries[..dimension].fill(0.0);
                for metric in Metric::ALL {
                    for k in [0, 1, points, points + 1, usize::MAX] {
                        check(metric, dimension, &values, &queries, k);
                    }
                    check(metric, dimension, &values, &[], 3);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn points_that_are_hard_to_rank_are_ranked_exactly(
        dimension in prop_oneof![3 => 1usize..=20, 1 => 60usize..=70],
        pool in proptest::collection::vec(proptest::collection::vec(
            prop_oneof![3 => -1.0f64..1.0, 1 => Just(0.0), 1 => Just(1.0), 1 => Just(1e-20), 1 => Just(-0.0)], 70), 1..12),
        picks in proptest::collection::vec((0usize..12, -3i8..=3, prop_oneof![3 => Just(1.0f64), 1 => Just(-1.0), 1 => Just(1e-9), 1 => Just(30.0)]), 1..700),
        offset in prop_oneof![Just(0.0), Just(1.0), Just(1e7)],
        queries in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
        k in prop_oneof![1usize..10, 1usize..60, Just(1000)],
        metric in proptest::sample::select(&Metric::ALL[..]),
    ) {
        let mut values = Vec::new();
        for (pick, nudge, scale) in &picks {
            values.extend(pool[pick % pool.len()][..dimension].iter().map(|value| value * scale + offset));
            // Near-ties: a step of the last bits away.
            *values.last_mut().unwrap() += f64::from(*nudge) * 1e-7;
        }
        let queries: Vec<f64> = queries
            .iter()
            .flat_map(|at| values[at.index(picks.len()) * dimension..][..dimension].iter().map(|value| value * 1.001))
            .collect();
        check(metric, dimension, &values, &queries, k);
    }
}

/// Checks the proofs about distances in `frame` with each point alone in a box: no bound may discard one that is as near.
#[test]
fn no_bound_discards_a_point_that_is_as_near() {
    for dimension in [1, 2, 3, 16, 17, 40, 65, 150, 200] {
        for shape in
            [Shape::Noise, Shape::Clusters, Shape::OneFarOut, Shape::FarFromZero, Shape::ManyMagnitudes]
        {
            let points = Points::fit(Metric::Euclidean, dimension, &shape.values(5, 300, dimension)).unwrap();
            let vectors = points.neighbours().vectors();
            let (frame, all) = frame::Frame::fit(vectors, Measure::Distance);
            for (query, row) in (0..300).flat_map(|a| (0..300).step_by(7).map(move |b| (Row(a), Row(b)))) {
                let code = &all[row.index() * frame.coded()..][..frame.coded()];
                let (query, vector) = (vectors.get(query).unwrap(), vectors.get(row).unwrap());
                let coded = frame.query_by::<metric::Distance>(query);
                let mut codes = vec![[[0; 64]; 4]; frame.blocks()];
                let mut boxes: Vec<Boxes> = vec![[[[0; 64]; 4]; 2]; frame.blocks()];
                for (at, code) in code.iter().enumerate() {
                    codes[at / 16][at % 16 / 4][at % 4] = *code;
                    boxes[at / 16][0][at % 16 / 4][at % 4] = *code;
                    boxes[at / 16][1][at % 16 / 4][at % 4] = code + 1;
                }
                let (of_box, of_code) = coded.farthest_at(squared_distance(query, vector));
                let distance = Portable.distances(&boxes, &coded.blocks)[0];
                assert!(distance <= of_box, "{dimension} dimensions, {shape:?}: box {distance} > {of_box}");
                let distance = Portable.differences(&codes, &coded.blocks)[0];
                assert!(
                    distance <= of_code,
                    "{dimension} dimensions, {shape:?}: code {distance} > {of_code}"
                );
            }
        }
    }
}

/// The distance by the definition, in `f64`.
fn in_f64(metric: Metric, a: &[f64], b: &[f64]) -> f64 {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    match metric {
        Metric::Cosine => 1.0 - product(a, b) / (product(a, a).sqrt() * product(b, b).sqrt()),
        Metric::Euclidean => a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt(),
        Metric::InnerProduct => -product(a, b),
    }
}

#[test]
fn distances_are_those_in_f64_within_what_rounding_moves_points() {
    let unit = 2f64.powi(-24) * 1.001;
    for dimension in [1, 2, 16, 65] {
        for offset in [0.0, 1e9] {
            let mut values = Shape::Noise.values(6, 700, dimension);
            values.iter_mut().for_each(|value| *value = *value * 3.0 + offset);
            let mean: Vec<f64> = (0..dimension)
                .map(|place| values.iter().skip(place).step_by(dimension).sum::<f64>() / 700.0)
                .collect();
            // The centre is the point nearest to the mean.
            let from_mean = |point: &&[f64]| in_f64(Metric::Euclidean, point, &mean);
            let central = |a: &&[f64], b: &&[f64]| from_mean(a).total_cmp(&from_mean(b));
            let centre = values.chunks(dimension).min_by(central).unwrap();
            let zero = vec![0.0; dimension];
            for metric in Metric::ALL {
                let points = Points::fit(metric, dimension, &values).unwrap();
                let queries = &values[..20 * dimension];
                let found = points.nearest_batch(queries, 700).unwrap();
                for (at, query) in queries.chunks(dimension).enumerate() {
                    let (rows, distances) = found.get(at).unwrap();
                    for (row, distance) in rows.iter().zip(distances) {
                        let point = &values[*row as usize * dimension..][..dimension];
                        let length = |a: &[f64], from: &[f64]| in_f64(Metric::Euclidean, a, from);
                        let exact = in_f64(metric, query, point);
                        let error = match metric {
                            Metric::Cosine => 2.0 * unit * (2.0 * exact.max(0.0)).sqrt() + 1e-13,
                            Metric::Euclidean => {
                                unit * (length(query, centre) + length(point, centre)) + offset * 1e-15
                            }
                            Metric::InnerProduct => 2.0 * unit * length(query, &zero) * length(point, &zero),
                        };
                        assert!((distance - exact).abs() <= error, "{metric}: {distance}, {exact} in f64");
                    }
                }
            }
        }
    }
}

#[test]
fn distances_of_single_precision_are_exact() {
    for (spread, offset, scale) in
        [(1e3, 50.0, 1.0), (1e3, 50.0, 1e-30), (1.0, 0.0, 1e25), (1.0, 1e4, 1.0), (1e-3, 2e5, 1.0)]
    {
        let values = noise(7, 500 * 16).into_iter().map(|value| (value * spread + offset) * scale);
        let values: Vec<f32> = values.collect();
        let points = Points::fit(Metric::Euclidean, 16, &values).unwrap();
        let found = points.nearest_batch(&values[..16 * 16], 500).unwrap();
        for (at, query) in values.chunks(16).take(16).enumerate() {
            let (rows, distances) = found.get(at).unwrap();
            for (row, distance) in rows.iter().zip(distances) {
                let point = &values[*row as usize * 16..][..16];
                assert_eq!(distance.to_bits(), squared_distance(query, point).sqrt().to_bits());
            }
        }
    }
}

#[test]
fn a_batch_is_the_same_for_any_number_of_threads_and_as_single_queries() {
    let (values, queries) = (Shape::Clusters.values(8, 5_000, 6), Shape::Clusters.values(9, 700, 6));
    for metric in Metric::ALL {
        let points = Points::fit(metric, 6, &values).unwrap();
        let of = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                (points.nearest_batch(&queries, 7).unwrap(), points.within(&queries, 0.3).unwrap())
            })
        };
        let (nearest, within) = of(1);
        assert!(of(2) == (nearest.clone(), within.clone()) && of(7) == (nearest.clone(), within.clone()));
        assert_eq!((nearest.rows().len(), nearest.offsets().len()), (4_900, 701));
        for (at, query) in queries.chunks(6).enumerate() {
            assert_eq!(points.nearest_batch(query, 7).unwrap().get(0), nearest.get(at));
            assert_eq!(points.within(query, 0.3).unwrap().get(0), within.get(at));
        }
    }
}

#[test]
fn a_batch_of_queries_by_cosine_is_as_single_queries() {
    for dimension in [5, 384] {
        let vectors = suite::unit(dimension, &noise(10, dimension * 2_000));
        let queries = noise(11, dimension * 150);
        let within = RowSet::of(2_000, |row| row.0 % 3 != 0);
        let few = RowSet::of(2_000, |row| row.0 % 300 == 0);
        let neighbours = Neighbours::new(vectors);
        for within in [None, Some(&within), Some(&few)] {
            let found = neighbours.nearest_batch(&queries, 9, within).unwrap();
            let single = queries.chunks(dimension);
            let single =
                single.map(|query| neighbours.nearest(query, 9, Among { within, ..Among::default() }));
            assert_eq!(found, single.collect::<Vec<_>>());
        }
        let mut damaged = queries.clone();
        damaged[3 * dimension + 1] = f32::NAN;
        let error = neighbours.nearest_batch(&damaged, 9, None).unwrap_err().to_string();
        assert_eq!(error, "query 3 has NaN in dimension 1; a finite number was expected");
    }
}

#[test]
fn what_is_no_point_is_refused() {
    let refused = |dimension, values: &[f64]| {
        Points::fit(Metric::Euclidean, dimension, values).map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(refused(0, &[]), "points of 0 dimensions: at least 1 was expected");
    assert_eq!(refused(2, &[1.0; 3]), "3 values are no multiple of 2, the dimension of a point");
    assert_eq!(
        refused(2, &[1.0, 2.0, 3.0, f64::INFINITY]),
        "point 1 has inf in dimension 1; a finite number was expected"
    );
    let points = Points::fit(Metric::Euclidean, 2, &[1e-30, 0.0, 0.0, 1e-30]).unwrap();
    assert_eq!(
        points.nearest_batch(&[0.0, 0.0, 1e30, 0.0], 1).unwrap_err().to_string(),
        "query 1 is more than 2^126 times as far from the points as they are from each other"
    );
    assert_eq!(
        points.neighbours_of(&[Row(1), Row(2)], 1).unwrap_err().to_string(),
        "row 2 does not exist: there are 2 points"
    );
    assert_eq!(
        points.within(&[0.0, 0.0], f64::NAN).unwrap_err().to_string(),
        "a radius of NaN: a number was expected"
    );
}
