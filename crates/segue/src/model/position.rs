//! Positions in an embedding: a fixed number of coordinates.

/// Adds `share` times a position.
pub(super) fn add<const N: usize>(sum: &mut [f64; N], position: &[f64; N], share: f64) {
    sum.iter_mut().zip(position).for_each(|(sum, value)| *sum += share * value);
}

/// Scales a position to length 1, unless it is zero.
pub(super) fn unit<const N: usize>(position: &mut [f64; N]) {
    let length = position.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        position.iter_mut().for_each(|value| *value /= length);
    }
}
