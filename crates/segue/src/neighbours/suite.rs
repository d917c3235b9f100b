//! The test suite for all searches, which must equal the oracle bit for bit: the scan, the tree with every kernel
//! that this machine has, and the batch; with and without a filter.

use proptest::prelude::*;
use rayon::prelude::*;

use super::kernel::{Boxes, Kernel, Kernels, LANES as TRACKS, QueryBlock};
use super::*;

fn expected(vectors: &Vectors, query: &[f32], k: usize, among: Among<'_>) -> Vec<Neighbour> {
    let mut all = oracle::nearest(vectors, query, usize::MAX, None);
    all.retain(|neighbour| among.contains(neighbour.row));
    if let Some(penalty) = among.penalty {
        all.iter_mut().for_each(|neighbour| neighbour.similarity -= penalty.of(neighbour.row));
        all.sort_by(|a, b| b.cmp(a));
    }
    all.truncate(k);
    all
}

/// The results of every search, with its name.
fn by_every_way(
    vectors: &Vectors,
    query: &[f32],
    k: usize,
    among: Among<'_>,
) -> Vec<(String, Vec<Neighbour>)> {
    let tree = Tree::plant(vectors, Measure::Similarity).unwrap();
    tree.check(vectors).unwrap();
    let occupied = among.within.map(|within| Occupied::of(&tree, &tree.slots(), within));
    let mut ways = vec![(
        "scan".to_owned(),
        scan::nearest(vectors, Measure::Similarity, query.into(), Wanted::Best(k), among),
    )];
    for kernels in Kernels::all() {
        for method in [Method::Boxes, Method::Sweep] {
            let mut search = Search::new(&tree, vectors, method);
            for (place, occupied) in [("anywhere", None), ("where there are rows", occupied.as_ref())] {
                let scan =
                    || scan::nearest(vectors, Measure::Similarity, query.into(), Wanted::Best(k), among);
                let found = search
                    .nearest(kernels, query.into(), Wanted::Best(k), among, occupied)
                    .unwrap_or_else(scan);
                ways.push((format!("{} {method:?} {place}", kernels.name()), found));
            }
        }
    }
    let neighbours = Neighbours::new(vectors.clone());
    ways.push(("before planting".into(), neighbours.nearest(query, k, among)));
    neighbours.plant();
    ways.push(("after planting".into(), neighbours.nearest(query, k, among)));
    ways
}

fn check(vectors: &Vectors, query: &[f32], k: usize, among: Among<'_>) {
    let expected = expected(vectors, query, k, among);
    for (way, found) in by_every_way(vectors, query, k, among) {
        assert_eq!(found, expected, "{way}, k = {k}, {} dimensions", vectors.dimension());
        let bits = |all: &[Neighbour]| all.iter().map(|one| one.similarity.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found), bits(&expected), "{way}");
    }
}

/// Penalties, many of them equal, and some so large that the difference is below -1.
#[derive(Debug)]
pub(super) struct Steps;

impl Penalty for Steps {
    fn of(&self, row: Row) -> f64 {
        [0.0, 0.01, 0.3, 0.0, 5.0][row.index() % 5]
    }
}

/// Scales vectors to length 1, or leaves zero.
pub(super) fn unit(dimension: usize, values: &[f32]) -> Vectors {
    let mut all = Vec::new();
    for vector in values.chunks_exact(dimension) {
        let length = vector.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        all.extend(vector.iter().map(|x| (f64::from(*x) * scale) as f32));
    }
    Vectors::new(dimension, all)
}

/// Reproducible pseudorandom numbers in [-1, 1].
pub(super) fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Vectors that are hard to rank: duplicates, opposites, zeros, near-ties.
pub(super) fn hard_vectors() -> impl Strategy<Value = Vectors> {
    prop_oneof![4 => 1usize..=64, 1 => 129usize..=200].prop_flat_map(|dimension| {
        let component = prop_oneof![3 => -1.0f32..1.0, 1 => Just(0.0), 1 => Just(1.0), 1 => Just(1e-30)];
        let vector = proptest::collection::vec(component, dimension);
        let pool = proptest::collection::vec(vector, 1..12);
        let picks = proptest::collection::vec((0usize..12, any::<bool>(), 0u8..8, -3i8..=3), 1..700);
        (pool, picks).prop_map(move |(pool, picks)| {
            let mut values = Vec::new();
            for (pick, negate, scale, nudge) in picks {
                let sign = if scale == 0 {
                    0.0
                } else if negate {
                    -1.0
                } else {
                    1.0
                };
                let vector = &pool[pick % pool.len()];
                values.extend(vector.iter().map(|x| x * sign));
                // Near-ties: a step of the last bits away.
                let last = values.last_mut().unwrap();
                *last += f32::from(nudge) * 1e-7 * sign;
            }
            unit(dimension, &values)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn every_way_agrees_with_the_oracle(
        vectors in hard_vectors(),
        seed in any::<prop::sample::Index>(),
        k in prop_oneof![Just(0usize), 1usize..10, 1usize..60, Just(1000), Just(usize::MAX)],
        allowed in prop_oneof![Just(None), (0u32..12).prop_map(Some)],
    ) {
        let seed = Row(seed.index(vectors.len()) as u32);
        let query = vectors.get(seed).unwrap();
        let within = allowed.map(|share| RowSet::of(vectors.len(), |row| row.0 * 7 % 12 <= share));
        let among = Among { except: Some(seed), within: within.as_ref(), penalty: None };
        check(&vectors, query, k, among);
        check(&vectors, query, k, Among { except: None, ..among });
        check(&vectors, query, k, Among { penalty: Some(&Steps), ..among });
    }

    #[test]
    fn queries_of_any_length_are_answered_exactly(
        seed in 0u64..1000,
        scale in prop_oneof![Just(1e-30f32), Just(1e-3), Just(0.5), Just(1.0), Just(3.0), Just(1e6), Just(1e30)],
        dimension in 1usize..40,
    ) {
        let vectors = unit(dimension, &noise(seed, 500 * dimension));
        let query: Vec<f32> = noise(seed + 1, dimension).iter().map(|value| value * scale).collect();
        check(&vectors, &query, 7, Among::default());
        let raw = Vectors::new(dimension, noise(seed, 500 * dimension));
        check(&raw, &query, 7, Among::default());
    }

    #[test]
    fn similarity_is_the_plain_sum_in_f64(pair in (1usize..=64).prop_flat_map(|n| (
        proptest::collection::vec(-1.0f32..1.0, n), proptest::collection::vec(-1.0f32..1.0, n),
    ))) {
        let (a, b) = pair;
        let sum: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        prop_assert!((similarity(&a, &b) - sum.clamp(-1.0, 1.0)).abs() < 1e-12);
    }

    #[test]
    fn all_kernels_count_alike(
        bytes in proptest::collection::vec(any::<u8>(), 3 * (512 + 256)),
        query in proptest::collection::vec(any::<[[u8; 16]; 4]>(), 3),
        limit in any::<i32>(),
        mask in any::<u16>(),
    ) {
        let (boxes, rest) = bytes.split_at(3 * 512);
        let boxes: &[Boxes] = boxes.as_chunks::<64>().0.as_chunks::<4>().0.as_chunks::<2>().0;
        let codes = rest.as_chunks::<64>().0.as_chunks::<4>().0;
        let query: Vec<QueryBlock> = query
            .iter()
            .map(|bytes| {
                let [up, down, factors, cells] =
                    bytes.map(|bytes| std::array::from_fn(|group| std::array::from_fn(|at| bytes[4 * group + at])));
                // A query is scaled to its largest component: -128 does not occur.
                let factors: [[u8; 4]; 4] = factors;
                let factors = factors.map(|four| four.map(|byte| (byte as i8).max(-127)));
                QueryBlock { up, down, factors, cells }
            })
            .collect();
        let sum = query.iter().flat_map(|block| block.factors).flatten().map(i32::from).sum();
        let results: Vec<_> = Kernels::all()
            .into_iter()
            .map(|kernels| match kernels {
                Kernels::Portable(kernel) => count(kernel, boxes, codes, &query, sum, limit, mask),
                #[cfg(target_arch = "x86_64")]
                Kernels::Avx2(kernel) => count(kernel, boxes, codes, &query, sum, limit, mask),
                #[cfg(target_arch = "x86_64")]
                Kernels::Avx512(kernel) => count(kernel, boxes, codes, &query, sum, limit, mask),
                #[cfg(target_arch = "aarch64")]
                Kernels::Neon(kernel) => count(kernel, boxes, codes, &query, sum, limit, mask),
            })
            .collect();
        for result in &results {
            prop_assert_eq!(result, &results[0]);
        }
    }
}

fn count<K: Kernel>(
    kernel: K,
    boxes: &[Boxes],
    codes: &[kernel::Block],
    query: &[QueryBlock],
    sum: i32,
    limit: i32,
    mask: u16,
) -> (Vec<kernel::Lanes>, Vec<u16>, Vec<u32>) {
    let (distances, products) = (kernel.distances(boxes, query), kernel.products(codes, query, sum));
    let differences = kernel.differences(codes, query);
    let corners = kernel.corners(boxes, query, sum);
    let limits = [limit, i32::MIN, i32::MAX, distances[3], products[5]];
    let masks = limits.iter().flat_map(|limit| {
        [distances, products].map(|lanes| [kernel.at_most(&lanes, *limit), kernel.at_least(&lanes, *limit)])
    });
    let mut picked = [0; TRACKS];
    let many = kernel.pick(mask, 160, &mut picked);
    (vec![distances, products, differences, corners], masks.flatten().collect(), picked[..many].to_vec())
}

/// Checks the proofs in `frame` with each track alone in a box: no bound may discard a track that is as similar.
#[test]
fn no_bound_discards_a_track_that_is_as_similar() {
    let kernel = kernel::Portable;
    for dimension in [1, 2, 3, 5, 16, 17, 40, 150, 200] {
        let spread = noise(20, 400 * dimension);
        let cluster: Vec<f32> = spread.iter().map(|value| 0.8 + value * 0.05).collect();
        for vectors in [unit(dimension, &spread), unit(dimension, &cluster), Vectors::new(dimension, spread)]
        {
            let (frame, all) = frame::Frame::fit(&vectors, Measure::Similarity);
            for (query, vector) in (0..400).flat_map(|a| (0..400).step_by(7).map(move |b| (Row(a), Row(b)))) {
                let code = &all[vector.index() * frame.coded()..][..frame.coded()];
                let (query, vector) = (vectors.get(query).unwrap(), vectors.get(vector).unwrap());
                let coded = frame.query(query);
                let mut codes = vec![[[0; 64]; 4]; frame.blocks()];
                let mut boxes: Vec<Boxes> = vec![[[[0; 64]; 4]; 2]; frame.blocks()];
                for (at, code) in code.iter().enumerate() {
                    codes[at / 16][at % 16 / 4][at % 4] = *code;
                    boxes[at / 16][0][at % 16 / 4][at % 4] = *code;
                    boxes[at / 16][1][at % 16 / 4][at % 4] = code + 1;
                }
                let similarity: f64 =
                    query.iter().zip(vector).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                let distance = kernel.distances(&boxes, &coded.blocks)[0];
                assert!(
                    distance <= coded.farthest(similarity),
                    "{dimension} dimensions: {query:?} {vector:?}"
                );
                let product = kernel.products(&codes, &coded.blocks, coded.sum)[0];
                assert!(product >= coded.least(similarity), "{dimension} dimensions: {query:?} {vector:?}");
            }
        }
    }
}

#[test]
fn many_dimensions_are_swept_in_batches_as_they_are_alone() {
    // Noise, in which boxes prune nothing; clusters; and vectors of lengths below 1.
    for dimension in [140, 384, 1_024, 2_100] {
        let mut values = noise(31, 700 * dimension);
        for (at, value) in values.iter_mut().enumerate() {
            let (row, place) = (at / dimension, at % dimension);
            *value += if row % 3 == 0 { ((row / 90 + place) % 5) as f32 } else { 0.0 };
        }
        let unit = unit(dimension, &values);
        let shorter = unit.range(0, 700).flat_map(|(row, vector)| {
            let scale = 1.0 - (row.0 % 4) as f32 * 0.1;
            vector.iter().map(move |value| value * scale)
        });
        let vectors = Vectors::new(dimension, shorter.collect::<Vec<f32>>());
        let neighbours = Neighbours::new(vectors.clone());
        neighbours.plant();
        neighbours.check_tree().unwrap();
        assert!(neighbours.sweeps());
        let rows: Vec<Row> = (0..700).step_by(3).chain([699, 5, 5]).map(Row).collect();
        let within = RowSet::of(700, |row| row.0 % 2 == 0);
        for within in [None, Some(&within)] {
            let found = neighbours.neighbours_of(&rows, 7, within);
            for (row, found) in rows.iter().zip(found) {
                let query = neighbours.query_of(*row).unwrap();
                let among = Among { except: Some(*row), within, penalty: None };
                assert_eq!(found, expected(&vectors, &query, 7, among), "{dimension} {row:?}");
            }
        }
        check(
            &vectors,
            vectors.get(Row(7)).unwrap(),
            20,
            Among { penalty: Some(&Steps), ..Among::default() },
        );
    }
}

#[test]
fn adversaries_of_the_grid_are_ranked_exactly() {
    for dimension in [1, 2, 3, 15, 16, 17, 33, 64, 80, 129] {
        let one_hot: Vec<f32> = (0..600 * dimension)
            .map(|at| if at / dimension % dimension == at % dimension { 1.0 } else { 0.0 })
            .collect();
        let equal = vec![1f32; 600 * dimension];
        let denormal: Vec<f32> = noise(1, 600 * dimension).iter().map(|value| value * 1e-40).collect();
        // All components at the borders of cells, and one step of an f32 beside them.
        let borders: Vec<f32> = noise(2, 600 * dimension)
            .iter()
            .zip(0i32..)
            .map(|(value, at)| {
                let border = (value * 127.5).round() / 127.5;
                f32::from_bits(border.to_bits().wrapping_add_signed(at % 3 - 1))
            })
            .map(|value| if value.is_finite() && value.abs() <= 1.0 { value } else { 0.0 })
            .collect();
        // A cluster so narrow that all codes in it are equal, and one far track.
        let mut narrow: Vec<f32> = noise(3, 600 * dimension).iter().map(|value| 1.0 + value * 1e-5).collect();
        narrow[..dimension].iter_mut().for_each(|value| *value = -*value);
        for values in [one_hot, equal, denormal, borders, narrow] {
            for vectors in [unit(dimension, &values), Vectors::new(dimension, values)] {
                for seed in [0, 299, 599] {
                    let query = vectors.get(Row(seed)).unwrap();
                    check(&vectors, query, 10, Among::all_but(Row(seed)));
                }
            }
        }
    }
}

#[test]
fn a_tree_of_many_levels_is_searched_exactly_and_not_read_whole() {
    // Points around a few hundred centres, as tracks lie around styles.
    let (rows, dimension) = (70_000, 16);
    let centres = noise(5, 300 * dimension);
    let spread = noise(6, rows * dimension);
    let values: Vec<f32> = spread
        .iter()
        .enumerate()
        .map(|(at, value)| centres[at / dimension % 300 * dimension + at % dimension] + value * 0.3)
        .collect();
    let vectors = unit(dimension, &values);
    let neighbours = Neighbours::new(vectors.clone());
    neighbours.plant();
    let few = RowSet::of(rows, |row| row.0 % 5000 == 0);
    let half = RowSet::of(rows, |row| row.0 % 2 == 0);
    // Three of the 300 centres: far from most queries, so that a search of the tree would visit more than a scan.
    let far = RowSet::of(rows, |row| row.0 % 300 < 3);
    for seed in [Row(0), Row(1), Row(12_345), Row(69_999)] {
        let query = vectors.get(seed).unwrap();
        for within in [None, Some(&few), Some(&half), Some(&far)] {
            let among = Among { except: Some(seed), within, penalty: None };
            assert_eq!(neighbours.nearest(query, 20, among), expected(&vectors, query, 20, among));
        }
        let (_, stats) = neighbours.nearest_with_stats(query, 20, Among::all_but(seed));
        assert!(stats.leaves * TRACKS < rows / 4, "{stats:?}");
        assert!(stats.tracks < rows / 20, "{stats:?}");
    }
}

#[test]
fn batches_answer_as_single_queries_do_in_their_order() {
    let vectors = unit(5, &noise(7, 5 * 3000));
    let rows: Vec<Row> =
        (0..400).map(|at| Row(at * 7919 % 3001)).chain([Row(5), Row(5), Row(u32::MAX)]).collect();
    let within = RowSet::of(3000, |row| row.0 % 3 != 0);
    for within in [None, Some(&within)] {
        let single: Vec<Vec<Neighbour>> = rows
            .iter()
            .map(|row| match vectors.get(*row) {
                Some(query) => {
                    expected(&vectors, query, 9, Among { except: Some(*row), within, penalty: None })
                }
                None => Vec::new(),
            })
            .collect();
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let neighbours = Neighbours::new(vectors.clone());
            assert_eq!(pool.install(|| neighbours.neighbours_of(&rows, 9, within)), single);
        }
    }
}

#[test]
fn the_tree_is_the_same_for_any_number_of_threads() {
    let vectors = unit(16, &noise(8, 16 * 20_000));
    let plant = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let tree = pool.install(|| Tree::plant(&vectors, Measure::Similarity)).unwrap();
        let (parts, frame) = tree.parts();
        (parts.rows.to_vec(), parts.codes.to_vec(), parts.boxes.to_vec(), frame)
    };
    let one = plant(1);
    assert!(plant(2) == one && plant(7) == one);
}

#[test]
fn a_tree_over_other_vectors_is_told() {
    let vectors = unit(4, &noise(9, 4 * 1000));
    let tree = Tree::plant(&vectors, Measure::Similarity).unwrap();
    let (parts, frame) = tree.parts();
    let changed = |change: &dyn Fn(&mut TreeParts)| {
        let mut changed = parts.clone();
        change(&mut changed);
        Tree::from_parts(4, &frame, changed).map(|tree| tree.check(&vectors))
    };
    assert_eq!(changed(&|_| ()), Some(Ok(())));
    let flip = |buffer: &arrow_buffer::Buffer, at: usize| {
        let mut bytes = buffer.to_vec();
        bytes[at] ^= 1;
        bytes.into()
    };
    assert!(changed(&|parts| parts.codes = flip(&parts.codes, 100)).unwrap().unwrap_err().contains("code"));
    assert!(changed(&|parts| parts.boxes = flip(&parts.boxes, 0)).unwrap().unwrap_err().contains("box"));
    assert!(changed(&|parts| parts.rows = vec![3; 1000].into()).unwrap().unwrap_err().contains("row 3"));
    assert!(changed(&|parts| parts.rows = vec![3000; 1000].into()).unwrap().unwrap_err().contains("3000"));
    assert!(changed(&|parts| parts.rows = vec![0; 2000].into()).is_none(), "other sizes");
    // A tree that lists one row 1000 times still gives it once; the scan finds the others.
    let mut doubled = parts.clone();
    doubled.rows = vec![3; 1000].into();
    let tree_of_one = Tree::from_parts(4, &frame, doubled).unwrap();
    let neighbours = Neighbours::with_tree(vectors.clone(), tree_of_one, None);
    let query = vectors.get(Row(3)).unwrap();
    assert_eq!(
        neighbours.nearest(query, 5, Among::default()),
        expected(&vectors, query, 5, Among::default())
    );
    assert!(tree.check(&unit(4, &noise(10, 4 * 1000))).unwrap_err().contains("frame"));
}

#[test]
fn damaged_vectors_are_ranked_last_and_never_panic() {
    let mut values = noise(11, 2 * 300);
    values[..8].copy_from_slice(&[f32::NAN, 0.0, 0.5, 0.0, f32::INFINITY, 0.0, -1.0, 0.0]);
    let vectors = Vectors::new(2, values);
    check(&vectors, &[1.0, 0.0], 300, Among::default());
    check(&vectors, &[1.0, 0.0], 3, Among::default());
    for query in [[f32::NAN, 1.0], [f32::INFINITY, 1.0], [f32::MAX, f32::MIN]] {
        let neighbours = Neighbours::new(vectors.clone());
        neighbours.plant();
        let found = neighbours.nearest(&query, 5, Among::default());
        assert_eq!(found, expected(&vectors, &query, 5, Among::default()), "{query:?}");
    }
}

#[test]
fn odd_questions_get_plain_answers() {
    let none = Neighbours::new(Vectors::new(3, vec![]));
    none.plant();
    assert!(none.nearest(&[1.0, 0.0, 0.0], 10, Among::default()).is_empty());
    let one = Neighbours::new(unit(3, &[1.0, 2.0, 3.0]));
    one.plant();
    assert_eq!(one.nearest(&[1.0, 0.0, 0.0], 10, Among::default()).len(), 1);
    assert!(one.nearest(&[1.0, 0.0, 0.0], 10, Among::all_but(Row(0))).is_empty());
    assert!(one.nearest(&[1.0, 0.0], 10, Among::default()).is_empty(), "another dimension");
    let empty = RowSet::of(1, |_| false);
    assert!(one.nearest(&[1.0, 0.0, 0.0], 10, Among { within: Some(&empty), ..Among::default() }).is_empty());
}

#[test]
fn threads_that_plant_and_ask_at_once_never_wait_for_each_other() {
    let vectors = unit(16, &noise(13, 16 * 20_000));
    let rows: Vec<Row> = (0..400).map(Row).collect();
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let neighbours = Neighbours::new(vectors.clone());
        let found: Vec<Vec<Neighbour>> = pool.install(|| {
            let ask = |row: &Row| neighbours.nearest(vectors.get(*row).unwrap(), 3, Among::all_but(*row));
            rows.par_iter().with_max_len(1).map(ask).collect()
        });
        assert!(found == neighbours.neighbours_of(&rows, 3, None), "{threads} threads");
    }
}

#[test]
fn a_tree_is_planted_once_scans_have_cost_as_much() {
    let vectors = unit(3, &noise(12, 3 * 100));
    let neighbours = Neighbours::new(vectors.clone());
    for _ in 0..SCANS_BEFORE_PLANTING {
        let (_, stats) = neighbours.nearest_with_stats(&[1.0, 0.0, 0.0], 1, Among::default());
        assert_eq!(stats, SearchStats { tracks: 100, ..SearchStats::default() });
    }
    let (_, stats) = neighbours.nearest_with_stats(&[1.0, 0.0, 0.0], 1, Among::default());
    assert!(stats.nodes > 0, "{stats:?}");
}
