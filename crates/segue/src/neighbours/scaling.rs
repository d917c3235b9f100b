//! Scales of powers of two, by which only exponents change, and lengths.

/// The size of a number.
pub(super) fn magnitude<V: Into<f64>>(value: V) -> f64 {
    value.into().abs()
}

/// The exponent of the power of two that a number is not above, and above the half of; 0 for 0.
pub(super) fn exponent(number: f64) -> i32 {
    libm::frexp(number).1
}

/// Writes a vector by a scale of its own, so that its length is between a quarter and a half, and returns the exponent.
pub(super) fn scale_alone<V: Copy + Into<f64>>(values: &[V], placed: &mut [f32]) -> i32 {
    let first = exponent(values.iter().map(|value| magnitude(*value)).fold(0.0, f64::max));
    let scaled = |by: i32| values.iter().map(move |value| libm::scalbn((*value).into(), -by));
    let exponent = first + exponent(length(scaled(first))) + 1;
    placed.iter_mut().zip(scaled(exponent)).for_each(|(placed, value)| *placed = value as f32);
    exponent
}

/// Writes a vector scaled to length 1, or leaves zero.
pub(super) fn normalise<V: Copy + Into<f64>>(values: &[V], placed: &mut [f32]) {
    let first = exponent(values.iter().map(|value| magnitude(*value)).fold(0.0, f64::max));
    let scaled = || values.iter().map(|value| libm::scalbn((*value).into(), -first));
    let length = length(scaled());
    if length > 0.0 {
        placed.iter_mut().zip(scaled()).for_each(|(placed, value)| *placed = (value / length) as f32);
    }
}

/// The length of a vector.
pub(super) fn length(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}
