//! What only a whole column shows: shares in per cent, durations in seconds, marks of explicit tracks, and values out of
//! the range that they have on Spotify.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::conversions::{Conversions, Form};
use crate::catalogue::{Attribute, Column};

/// Values of a column that are out of the range that Spotify's have; they are kept as they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Unusual {
    /// The column.
    pub column: &'static str,
    /// How many tracks have such a value.
    pub values: u64,
    /// Of how many tracks.
    pub tracks: u64,
    /// The first such value.
    pub example: f64,
    /// The range of Spotify's values, in words.
    pub usual: &'static str,
    /// What is likely the cause, in words.
    pub cause: &'static str,
}

/// What is usual of an attribute, with the words for it, and the likely cause of values below and above.
fn usual(attribute: Attribute) -> (RangeInclusive<f64>, &'static str, [&'static str; 2]) {
    const OTHER: &str = "another scale or unit";
    match attribute {
        Attribute::Popularity => {
            (0.0..=100.0, "0 to 100", ["not known to Spotify", "counts of streams or plays"])
        }
        Attribute::DurationMs => (
            1_000.0..=86_400_000.0,
            "a second to a day, in milliseconds",
            ["seconds or minutes, where milliseconds belong", "microseconds, or another unit"],
        ),
        Attribute::Loudness => {
            (-60.0..=0.0, "-60 to 0 dB", [OTHER, "louder than full scale, or a sign was lost"])
        }
        Attribute::Tempo => (1.0..=300.0, "1 to 300 beats a minute", ["no tempo was detected", OTHER]),
        Attribute::Key => (-1.0..=11.0, "-1 to 11", [OTHER, "keys that are numbered otherwise"]),
        Attribute::Mode => (0.0..=1.0, "0 or 1", [OTHER, OTHER]),
        Attribute::TimeSignature => (0.0..=11.0, "0 to 11 beats", [OTHER, OTHER]),
        _ => (0.0..=1.0, "0 to 1", [OTHER, "per cent, or another scale"]),
    }
}

/// The values of an attribute that are not usual; NaN is missing.
pub(super) fn unusual(attribute: Attribute, values: impl Iterator<Item = f64>) -> Option<Unusual> {
    let (range, words, [below, above]) = usual(attribute);
    let (mut count, mut tracks, mut example) = (0, 0, None);
    for value in values {
        tracks += 1;
        if !value.is_nan() && !range.contains(&value) {
            count += 1;
            example.get_or_insert(value);
        }
    }
    let example = example?;
    let cause = if example < *range.start() { below } else { above };
    Some(Unusual { column: attribute.name(), values: count, tracks, example, usual: words, cause })
}

/// Converts shares in per cent to shares of one, in the columns of one input; each has the values of all its tracks, NaN
/// where they are missing.
///
/// A column is in per cent if its values are 0 to 100 and more of them lie above 1 than strictly between 0 and 1. Once
/// two columns are, so is every other that has nothing strictly between 0 and 1, or a value above 1.
pub(super) fn convert_percent(columns: &mut [(Attribute, &mut [f64])], conversions: &mut Conversions) {
    let seen: Vec<Seen> = columns.iter().map(|(_, values)| Seen::of(values)).collect();
    let in_range = |seen: &Seen| seen.lowest >= 0.0 && seen.highest <= 100.0;
    let is_percent = |seen: &Seen| in_range(seen) && seen.above > seen.between;
    let several = seen.iter().filter(|seen| is_percent(seen)).count() > 1;
    for ((attribute, values), seen) in columns.iter_mut().zip(&seen) {
        let follows =
            several && in_range(seen) && (seen.above > 0 || seen.between == 0 && seen.highest > 0.0);
        if is_percent(seen) || follows {
            convert(*attribute, Form::Percent, values, |value| value / 100.0, conversions);
        }
    }
}

/// What the values of a column are like.
struct Seen {
    lowest: f64,
    highest: f64,
    /// How many lie above 1, and how many strictly between 0 and 1.
    above: usize,
    between: usize,
}

impl Seen {
    fn of(values: &[f64]) -> Self {
        let mut seen = Self { lowest: f64::INFINITY, highest: f64::NEG_INFINITY, above: 0, between: 0 };
        for value in values.iter().filter(|value| !value.is_nan()) {
            seen.lowest = seen.lowest.min(*value);
            seen.highest = seen.highest.max(*value);
            seen.above += usize::from(*value > 1.0);
            seen.between += usize::from(*value > 0.0 && *value < 1.0);
        }
        seen
    }
}

/// The median of a column of durations in seconds: half a minute to half an hour.
const SECONDS: RangeInclusive<f64> = 30.0..=1_800.0;

/// Converts the durations of one input to whole milliseconds, from seconds if their median is that of songs in seconds.
/// Durations that were read from another form are `known`.
pub(super) fn convert_durations(values: &mut [f64], conversions: &mut Conversions) {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let middle = known.len() / 2;
    if known.is_empty() {
        return;
    }
    let (_, median, _) = known.select_nth_unstable_by(middle, f64::total_cmp);
    if SECONDS.contains(median) {
        let scale = |value: f64| (value * 1000.0).round().min(f64::from(i32::MAX));
        convert(Attribute::DurationMs, Form::Seconds, values, scale, conversions);
    } else if values.iter().any(|value| value.fract() != 0.0 && !value.is_nan()) {
        convert(Attribute::DurationMs, Form::Fraction, values, f64::round, conversions);
    }
}

fn convert(
    attribute: Attribute,
    form: Form,
    values: &mut [f64],
    scale: impl Fn(f64) -> f64,
    conversions: &mut Conversions,
) {
    let mut first = None;
    let mut count = 0;
    for value in values.iter_mut().filter(|value| !value.is_nan()) {
        let scaled = scale(*value);
        if scaled != *value {
            first.get_or_insert((*value, scaled));
            count += 1;
        }
        *value = scaled;
    }
    if let Some((from, to)) = first {
        let column = Column::Attribute(attribute);
        conversions.add_many(column, form, count, &from.to_string(), || to.to_string());
    }
}

/// Reads missing values as false in a column of one input in which explicit tracks are marked by a word: some are true,
/// and none is false.
pub(super) fn convert_unmarked(explicit: &mut [Option<bool>], conversions: &mut Conversions) {
    if explicit.contains(&Some(false)) || !explicit.contains(&Some(true)) {
        return;
    }
    let unmarked = explicit.iter_mut().filter(|value| value.is_none());
    let count = unmarked.map(|value| *value = Some(false)).count() as u64;
    if count > 0 {
        conversions.add_many(Column::Explicit, Form::Unmarked, count, "", || "false".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Attribute::{Acousticness, Danceability, Energy, Instrumentalness};

    /// The columns after conversion, and which of them were converted.
    fn percent(columns: &[(Attribute, &[f64])]) -> (Vec<Vec<f64>>, Vec<&'static str>) {
        let mut values: Vec<Vec<f64>> = columns.iter().map(|(_, values)| values.to_vec()).collect();
        let mut conversions = Conversions::default();
        let mut parts: Vec<(Attribute, &mut [f64])> = columns
            .iter()
            .zip(&mut values)
            .map(|((attribute, _), values)| (*attribute, &mut values[..]))
            .collect();
        convert_percent(&mut parts, &mut conversions);
        (values, conversions.0.iter().map(|conversion| conversion.column).collect())
    }

    #[test]
    fn shares_in_per_cent_are_known_by_their_column() {
        let (values, converted) = percent(&[(Energy, &[68.0, 46.0, 0.0, f64::NAN])]);
        assert_eq!((&values[0][..3], converted), (&[0.68, 0.46, 0.0][..], vec!["energy"]));
        // One value out of range is no scale.
        let (values, converted) = percent(&[(Energy, &[0.5, 0.7, 80.0, 0.3])]);
        assert_eq!((values[0][2], converted), (80.0, Vec::new()));
        assert_eq!(percent(&[(Energy, &[1.0, 0.0])]).1, Vec::<&str>::new());
        assert_eq!(percent(&[(Energy, &[-68.0, 46.0])]).1, Vec::<&str>::new());
        assert_eq!(percent(&[(Energy, &[680.0, 46.0])]).1, Vec::<&str>::new());
        // A column of zeros and ones is in per cent beside others that are.
        let (values, converted) = percent(&[
            (Danceability, &[50.0, 60.0]),
            (Energy, &[70.0, 80.0]),
            (Instrumentalness, &[0.0, 1.0]),
            (Acousticness, &[0.2, 0.3]),
        ]);
        assert_eq!((values[2][1], values[3][0]), (0.01, 0.2));
        assert_eq!(converted, ["danceability", "energy", "instrumentalness"]);
    }

    #[test]
    fn durations_become_whole_milliseconds() {
        for (values, wanted) in [
            (vec![230.0, 180.5, f64::NAN], vec![230_000.0, 180_500.0]),
            (vec![230_666.0, 180_000.0], vec![230_666.0, 180_000.0]),
            (vec![230_666.4, 180_000.0], vec![230_666.0, 180_000.0]),
            (vec![3.0], vec![3.0]),
            (vec![], vec![]),
        ] {
            let mut found = values;
            convert_durations(&mut found, &mut Conversions::default());
            found.retain(|value| !value.is_nan());
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn unmarked_tracks_are_not_explicit() {
        for (values, wanted) in [
            ([Some(true), None], [Some(true), Some(false)]),
            ([Some(false), None], [Some(false), None]),
            ([None, None], [None, None]),
        ] {
            let mut found = values;
            convert_unmarked(&mut found, &mut Conversions::default());
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn values_out_of_range_are_counted_with_an_example_and_a_cause() {
        let found = unusual(Attribute::Popularity, [50.0, 103_703_628.0, f64::NAN].into_iter()).unwrap();
        assert_eq!((found.values, found.tracks, found.example), (1, 3, 103_703_628.0));
        assert_eq!(found.cause, "counts of streams or plays");
        assert_eq!(unusual(Attribute::Energy, [0.0, 1.0].into_iter()), None);
        assert_eq!(unusual(Attribute::Loudness, [4.5].into_iter()).unwrap().usual, "-60 to 0 dB");
    }
}
