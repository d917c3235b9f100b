//! Fits a layout into the unit square.

use super::Place;

/// The share of the places on each side of an axis that may lie beyond the part of the square whose scale is uniform.
const BEYOND: f64 = 0.001;
/// The width of the margin, into which those are compressed, relative to half of that part.
const MARGIN: f32 = 0.06;
/// A layout narrower than this is enlarged no further.
const LEAST: f32 = 1e-12;

/// Moves and scales places into the unit square, by one factor for both axes, so that nearly all of them fill it. The few
/// that lie far outside would shrink all others: they are compressed into a margin. NaN goes to the centre.
pub(super) fn fit(places: &mut [Place]) {
    let coordinates: [fn(&Place) -> f32; 2] = [|place| place[0], |place| place[1]];
    let axes = coordinates.map(|coordinate| interval(places.iter().map(coordinate)));
    let centre = axes.map(|(low, high)| low + (high - low) * 0.5);
    let half = axes.iter().map(|(low, high)| (high - low) * 0.5).fold(LEAST, f32::max);
    for place in places {
        for (value, centre) in place.iter_mut().zip(centre) {
            let relative = compressed((*value - centre) / half) / (1.0 + MARGIN);
            let value_in_square = 0.5 + 0.5 * relative;
            *value = if value_in_square.is_finite() { value_in_square.clamp(0.0, 1.0) } else { 0.5 };
        }
    }
}

/// The values that all but a few lie between.
fn interval(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let mut sorted: Vec<f32> = values.filter(|value| value.is_finite()).collect();
    let beyond = (sorted.len() as f64 * BEYOND) as usize;
    let Some(last) = sorted.len().checked_sub(1) else { return (0.0, 0.0) };
    let low = *sorted.select_nth_unstable_by(beyond, f32::total_cmp).1;
    let high = *sorted.select_nth_unstable_by(last - beyond, f32::total_cmp).1;
    (low, high)
}

/// The same from -1 to 1, and beyond that with the same slope at first, but never farther than the margin.
fn compressed(value: f32) -> f32 {
    let beyond = value.abs() - 1.0;
    match beyond > 0.0 {
        // As 1 - 1 / (1 + x), which is 1 for infinity.
        true => (1.0 + MARGIN * (1.0 - 1.0 / (1.0 + beyond / MARGIN))).copysign(value),
        false => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_places_are_in_the_square_and_outliers_shrink_nothing() {
        let mut places: Vec<Place> = (0..1000).map(|at| [(at % 40) as f32, (at / 40) as f32 + 7.0]).collect();
        places.push([1e30, -1e30]);
        places.push([f32::NAN, f32::INFINITY]);
        fit(&mut places);
        assert!(places.iter().flatten().all(|value| (0.0..=1.0).contains(value)));
        // One scale for both axes: 39 steps from left to right, 24 from bottom to top.
        let (left, right) = (places[0], places[39]);
        assert!(right[0] - left[0] > 0.9, "{left:?} {right:?}");
        let step = [places[1][0] - left[0], places[40][1] - left[1]];
        assert!((step[0] - step[1]).abs() < 1e-5, "{step:?}");
        // Centred.
        assert!((left[0] + right[0] - 1.0).abs() < 1e-5);
        assert_eq!(places[1001], [0.5, 1.0]);
        assert!(places[1000][0] > right[0] && places[1000][1] < left[1]);
    }

    #[test]
    fn few_places_and_equal_ones_are_fine() {
        for (mut places, expected) in [
            (vec![], vec![]),
            (vec![[3.0, -1.0]], vec![[0.5, 0.5]]),
            (vec![[2.0, 2.0]; 3], vec![[0.5, 0.5]; 3]),
        ] {
            fit(&mut places);
            assert_eq!(places, expected);
        }
        let mut two = vec![[0.0, 0.0], [1.0, 0.0]];
        fit(&mut two);
        assert!(two[0][0] < 0.05 && two[1][0] > 0.95 && two[0][1] == 0.5, "{two:?}");
    }
}
