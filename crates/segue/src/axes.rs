//! Principal axes: all eigenvectors of a symmetric matrix, by Jacobi's eigenvalue algorithm, or those with the largest
//! eigenvalues, by orthogonal iteration.

use rayon::prelude::*;

use crate::random::SplitMix64;

/// The maximum number of sweeps over all pairs of axes; since convergence is quadratic, fewer than ten suffice.
const MAX_SWEEPS: usize = 30;

/// The eigenvectors of a symmetric matrix of `size * size` numbers, the one with the largest eigenvalue
/// first, as the rows of a matrix of that shape.
///
/// Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5). Uses only additions, multiplications,
/// divisions and square roots, so it gives the same bits on every machine. For a matrix with NaN or infinities the
/// result is unspecified.
pub(crate) fn principal_axes(matrix: &[f64], size: usize) -> Vec<f64> {
    let mut matrix = matrix.to_vec();
    let mut axes: Vec<f64> =
        (0..size * size).map(|at| if at / size == at % size { 1.0 } else { 0.0 }).collect();
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for p in 0..size {
            for q in p + 1..size {
                rotated |= rotate(&mut matrix, &mut axes, size, p, q);
            }
        }
        if !rotated {
            break;
        }
    }
    let value = |axis: &usize| matrix.get(axis * size + axis).copied().unwrap_or_default();
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|a, b| value(b).total_cmp(&value(a)));
    order
        .into_iter()
        .flat_map(|axis| axes.chunks_exact(size).nth(axis).unwrap_or_default())
        .copied()
        .collect()
}

/// The steps of orthogonal iteration. The axes need not have converged: they only have to be orthonormal, and to
/// gather most of the length.
const STEPS: usize = 4;
/// The iteration is on so many axes more than wanted, with which the wanted ones converge faster.
const SPARE: usize = 16;

/// Orthonormal axes near the eigenvectors of a positive semidefinite matrix of `size * size` numbers that have the
/// largest eigenvalues, about in their order, as the rows of a matrix: at most `most`, and no more than gather `share` of all
/// eigenvalues, made up to one less than a multiple of 16. There are fewer if the rank of the matrix is less.
///
/// Orthogonal iteration (Golub and Van Loan, Matrix Computations, 8.2.4) from fixed random vectors. Gives the same bits
/// on every machine and any number of threads.
pub(crate) fn leading_axes(matrix: &[f64], size: usize, most: usize, share: f64) -> Vec<f64> {
    const BLOCK: usize = 16;
    let mut number = random_numbers();
    let mut basis: Vec<Vec<f64>> =
        (0..(most + SPARE).min(size)).map(|_| (0..size).map(|_| number()).collect()).collect();
    for _ in 0..STEPS {
        make_orthonormal(&mut basis, dot);
        basis = basis.par_iter().map(|vector| image(matrix, vector)).collect();
    }
    make_orthonormal(&mut basis, dot);
    let values: Vec<f64> = basis.par_iter().map(|axis| dot(axis, &image(matrix, axis))).collect();
    let all: f64 = matrix.iter().step_by(size + 1).sum();
    let mut gathered = 0.0;
    let enough = values.iter().position(|value| {
        gathered += value;
        gathered >= share * all
    });
    let count = enough.map_or(most, |last| (last + 2).next_multiple_of(BLOCK) - 1);
    basis.truncate(count.min(most));
    // A vector that depends on those before it has become zero.
    basis.retain(|vector| vector.iter().any(|value| *value != 0.0));
    basis.concat()
}

/// Numbers in [-1, 1), always the same, to begin an iteration with.
pub(crate) fn random_numbers() -> impl FnMut() -> f64 {
    let mut random = SplitMix64(1);
    move || (random.next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// The product of a symmetric matrix and a vector.
fn image(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    let mut image = vec![0.0; vector.len()];
    for (row, factor) in matrix.chunks_exact(vector.len()).zip(vector) {
        for (sum, value) in image.iter_mut().zip(row) {
            *sum += factor * value;
        }
    }
    image
}

/// The scalar product, in eight lanes, so that the loop vectorises.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0f64; 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}

/// Orthonormalises vectors by Gram-Schmidt, done twice for accuracy; a linearly dependent one becomes zero. `dot` is
/// their scalar product.
pub(crate) fn make_orthonormal(basis: &mut [Vec<f64>], dot: fn(&[f64], &[f64]) -> f64) {
    for at in 0..basis.len() {
        let (before, rest) = basis.split_at_mut(at);
        let Some(vector) = rest.first_mut() else { return };
        let length = dot(vector, vector).sqrt();
        for _ in 0..2 {
            for other in before.iter() {
                let along = dot(vector, other);
                vector.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
            }
        }
        let left = dot(vector, vector).sqrt();
        let scale = if left > 1e-12 * length { 1.0 / left } else { 0.0 };
        vector.iter_mut().for_each(|value| *value *= scale);
    }
}

/// Rotates the axes `p` and `q` so that the entry `(p, q)` becomes 0; false if it is negligible already.
fn rotate(matrix: &mut [f64], axes: &mut [f64], size: usize, p: usize, q: usize) -> bool {
    let at =
        |matrix: &[f64], row: usize, column: usize| matrix.get(row * size + column).copied().unwrap_or(0.0);
    let (pp, qq, pq) = (at(matrix, p, p), at(matrix, q, q), at(matrix, p, q));
    // An entry this small relative to the diagonal would not change it.
    if pq.abs() <= f64::EPSILON * (pp.abs() * qq.abs()).sqrt() || !pq.is_finite() {
        return false;
    }
    let theta = (qq - pp) / (2.0 * pq);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turn = |matrix: &mut [f64], first: usize, second: usize| {
        let (a, b) = (matrix.get(first).copied(), matrix.get(second).copied());
        if let (Some(a), Some(b)) = (a, b) {
            if let Some(place) = matrix.get_mut(first) {
                *place = cosine * a - sine * b;
            }
            if let Some(place) = matrix.get_mut(second) {
                *place = sine * a + cosine * b;
            }
        }
    };
    for other in 0..size {
        turn(matrix, other * size + p, other * size + q);
    }
    for other in 0..size {
        turn(matrix, p * size + other, q * size + other);
        turn(axes, p * size + other, q * size + other);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_axes_are_the_first_of_all() {
        let size = 60;
        let value = |axis: usize| 0.3f64.powi(axis as i32);
        // Axes that are not those of the coordinates: reflected by a Householder matrix.
        let normal: Vec<f64> = (0..size).map(|at| ((at * 7 % 11) as f64 + 1.0) / 50.0).collect();
        let square = dot(&normal, &normal);
        let axis = |axis: usize| -> Vec<f64> {
            let entry = |at: usize| {
                let reflected = 2.0 * normal[at] * normal[axis] / square;
                if at == axis { 1.0 - reflected } else { -reflected }
            };
            (0..size).map(entry).collect()
        };
        let mut matrix = vec![0.0; size * size];
        for number in 0..size {
            let axis = axis(number);
            for (entry, at) in matrix.iter_mut().zip(0..) {
                *entry += value(number) * axis[at / size] * axis[at % size];
            }
        }
        let found = leading_axes(&matrix, size, 5, 1.0);
        for (number, found) in found.chunks_exact(size).enumerate() {
            assert!((dot(found, &axis(number)).abs() - 1.0).abs() < 1e-2, "{number}");
        }
        assert_eq!(found.len(), 5 * size);
        // Two axes gather 0.91 of all, with 13 more they fill a block.
        assert_eq!(leading_axes(&matrix, size, 40, 0.9).len(), 15 * size);
        // Of a matrix of rank 3 there are no more than three, and of none there are none.
        let low: Vec<f64> =
            (0..size * size).map(|at| ((at / size) % 3 == (at % size) % 3) as u8 as f64).collect();
        assert_eq!(leading_axes(&low, size, 10, 2.0).len(), 3 * size);
        assert!(leading_axes(&vec![0.0; size * size], size, 10, 1.0).is_empty());
    }

    #[test]
    fn axes_are_orthonormal_and_make_the_matrix_diagonal() {
        let size = 7;
        let entry = |row: usize, column: usize| ((row * column + row + column) % 5) as f64 - 1.5;
        let matrix: Vec<f64> = (0..size * size).map(|at| entry(at / size, at % size)).collect();
        let axes = principal_axes(&matrix, size);
        let axis = |at: usize| &axes[at * size..][..size];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut last = f64::INFINITY;
        for first in 0..size {
            let image: Vec<f64> = matrix.chunks_exact(size).map(|row| dot(row, axis(first))).collect();
            let value = dot(&image, axis(first));
            assert!(value <= last + 1e-12, "largest first");
            last = value;
            for second in 0..size {
                let expected = if first == second { 1.0 } else { 0.0 };
                assert!((dot(axis(first), axis(second)) - expected).abs() < 1e-14);
                assert!((dot(&image, axis(second)) - expected * value).abs() < 1e-12);
            }
        }
    }
}
