//! Principal axes: the eigenvectors of a symmetric matrix, by Jacobi's eigenvalue algorithm.

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
