//! Where the layout begins: the two leading principal axes, smoothed over the graph.

use rayon::prelude::*;

use super::Place;
use super::graph::Graph;
use crate::axes::{make_orthonormal, random_numbers};
use crate::blocks::BLOCK;
use crate::error::{Result, unless_stopped};
use crate::neighbours::Vectors;
use crate::progress::Progress;
use crate::random::fraction;
use crate::row::Row;

/// The axes are those of at most so many vectors, evenly spaced.
const SAMPLE: usize = 4096;
/// The steps of orthogonal iteration, and its axes; the wanted two converge faster with some more.
const STEPS: usize = 12;
const AXES: usize = 6;
/// How often every place is moved to the mean of itself and of those it is linked with.
const SMOOTHINGS: usize = 10;
/// The standard deviation of the places along each axis, and how far equal ones are put apart.
const SPREAD: f64 = 10.0;
const JITTER: f64 = 1e-2;

/// The places to begin from, one for each of `rows`.
///
/// Smoothing is the power iteration of spectral embedding, begun near its result: what is linked comes together, also where
/// the two axes have it far apart.
pub(super) fn places(
    vectors: &Vectors,
    rows: &[u32],
    graph: &Graph,
    progress: &dyn Progress,
) -> Result<Vec<Place>> {
    let axes = leading_axes(vectors);
    let place = |row: &u32| along(&axes, vectors.get(Row(*row)).unwrap_or_default());
    let mut places: Vec<Place> = rows.par_iter().map(place).collect();
    for _ in 0..SMOOTHINGS {
        unless_stopped(progress)?;
        places = smoothed(&places, graph);
    }
    standardise(&mut places);
    for (place, number) in places.iter_mut().zip(0u32..) {
        for (value, seed) in place.iter_mut().zip([1, 2]) {
            *value += ((fraction(seed, number) - 0.5) * JITTER) as f32;
        }
    }
    Ok(places)
}

/// The coordinates of a vector along two axes.
fn along(axes: &[Vec<f64>; 2], vector: &[f32]) -> Place {
    let components = |axis: &Vec<f64>| vector.iter().zip(axis).map(|(a, b)| f64::from(*a) * b).sum::<f64>();
    axes.each_ref().map(|axis| finite(components(axis)) as f32)
}

/// The two directions in which the vectors vary most, by orthogonal iteration (Golub and Van Loan, Matrix Computations,
/// 8.2.4); zero where they vary in fewer.
fn leading_axes(vectors: &Vectors) -> [Vec<f64>; 2] {
    let dimension = vectors.dimension();
    let step = vectors.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<&[f32]> =
        (0..vectors.len()).step_by(step).filter_map(|row| vectors.get(Row(row as u32))).collect();
    let mut mean = vec![0.0; dimension];
    for vector in &sample {
        mean.iter_mut().zip(*vector).for_each(|(mean, value)| *mean += f64::from(*value));
    }
    mean.iter_mut().for_each(|mean| *mean /= sample.len().max(1) as f64);
    let centred: Vec<Vec<f64>> = sample
        .iter()
        .map(|vector| {
            vector.iter().zip(&mean).map(|(value, mean)| finite(f64::from(*value) - mean)).collect()
        })
        .collect();
    let mut number = random_numbers();
    let mut basis: Vec<Vec<f64>> =
        (0..AXES.min(dimension)).map(|_| (0..dimension).map(|_| number()).collect()).collect();
    for _ in 0..STEPS {
        make_orthonormal(&mut basis, crate::axes::dot);
        basis = basis
            .par_iter()
            .map(|axis| {
                let mut image = vec![0.0; dimension];
                for vector in &centred {
                    let along = crate::axes::dot(vector, axis);
                    image.iter_mut().zip(vector).for_each(|(sum, value)| *sum += along * value);
                }
                image
            })
            .collect();
    }
    make_orthonormal(&mut basis, crate::axes::dot);
    let mut axes = basis.into_iter().chain(std::iter::repeat_with(|| vec![0.0; dimension]));
    [axes.next().unwrap_or_default(), axes.next().unwrap_or_default()]
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// Every place halfway to the mean of those that it is linked with.
fn smoothed(places: &[Place], graph: &Graph) -> Vec<Place> {
    let smoothed = |(vertex, place): (usize, &Place)| {
        let links = graph.links(vertex);
        let mut sum = [0f32; 2];
        for link in links {
            let [x, y] = places.get(*link as usize).copied().unwrap_or_default();
            sum = [sum[0] + x, sum[1] + y];
        }
        match links.len() as f32 {
            0.0 => *place,
            count => [0.5 * (place[0] + sum[0] / count), 0.5 * (place[1] + sum[1] / count)],
        }
    };
    places.par_iter().enumerate().with_min_len(BLOCK).map(smoothed).collect()
}

/// Gives the places the mean 0, no correlation, and the deviation [`SPREAD`] along both axes; an axis along which they do not
/// vary stays so.
fn standardise(places: &mut [Place]) {
    let coordinates: [fn(&Place) -> f32; 2] = [|place| place[0], |place| place[1]];
    let of_all = |coordinate: fn(&Place) -> f32| -> Vec<f64> {
        places.iter().map(|place| finite(f64::from(coordinate(place)))).collect()
    };
    let mut axes = coordinates.map(of_all);
    for axis in &mut axes {
        let mean = axis.iter().sum::<f64>() / axis.len().max(1) as f64;
        axis.iter_mut().for_each(|value| *value -= mean);
    }
    make_orthonormal(&mut axes, crate::axes::dot);
    let scale = SPREAD * (places.len() as f64).sqrt();
    let [xs, ys] = &axes;
    for (place, (x, y)) in places.iter_mut().zip(xs.iter().zip(ys)) {
        *place = [x, y].map(|value| (value * scale) as f32);
    }
}

/// The places along the axes, in the order of the rows.
#[cfg(test)]
pub(super) fn projected(vectors: &Vectors) -> Vec<Place> {
    let axes = leading_axes(vectors);
    let place = |row| along(&axes, vectors.get(Row(row)).unwrap_or_default());
    (0..vectors.len() as u32).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axes_are_those_of_the_greatest_variance() {
        let mut number = random_numbers();
        let values = (0..900).map(|at| (number() * [0.1, 3.0, 1.0][at % 3]) as f32).collect();
        let [first, second] = leading_axes(&Vectors::new(3, values));
        assert!(first[1].abs() > 0.99, "{first:?}");
        assert!(second[2].abs() > 0.99, "{second:?}");
    }

    #[test]
    fn vectors_of_one_dimension_have_one_axis() {
        let [first, second] = leading_axes(&Vectors::new(1, vec![1.0, -1.0, 1.0]));
        assert_eq!((first[0].abs(), second), (1.0, vec![0.0]));
        assert_eq!(leading_axes(&Vectors::new(2, vec![]))[1], [0.0, 0.0]);
    }
}
