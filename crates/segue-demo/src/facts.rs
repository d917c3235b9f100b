//! The types of the statistics in `genres`, and the function from a normal deviate to a feature. No
//! names, no random numbers, no output.
//!
//! Provenance: counted by us, with `tools/demo_facts.py`, in the Spotify Tracks Dataset (Maharshi
//! Pandya, 2022; Kaggle `maharshipandya/-spotify-tracks-dataset`, ODbL 1.0): 114,000 rows, 89,740
//! tracks after cleaning. They are aggregates (counts, shares, curves, correlations); no row, title
//! or name of the data set is in this crate. A track belongs to the first genre that lists it, and
//! what is said of a genre is said of those tracks.

/// The features that have a curve, in the order of the curves.
pub(super) const FEATURES: usize = 11;

/// One value for each feature: danceability, energy, loudness, speechiness, acousticness,
/// instrumentalness, liveness, valence, tempo, duration, popularity.
pub(super) type Features<T> = [T; FEATURES];

/// One genre.
#[derive(Debug)]
pub(super) struct Genre {
    /// As in the column `track_genre`.
    pub(super) name: &'static str,
    /// Tracks of which this is the first genre, of 89,740.
    pub(super) tracks: u16,
    /// Distinct first artists, for 1,000 tracks.
    pub(super) artists: u16,
    /// Tracks by several artists, of 1,000.
    pub(super) guests: u16,
    /// Tracks that repeat an earlier recording under a new id, of 1,000.
    pub(super) copies: u16,
    /// Explicit tracks, of 1,000.
    pub(super) explicit: u16,
    /// Tracks in a major mode, of 1,000.
    pub(super) major: u16,
    /// Tracks with time signature 0, 1, 3 and 5, of 1,000; the rest is in 4. Those in 0 are silence
    /// or noise without a beat: their tempo is 0 too.
    pub(super) metre: [u16; 4],
    /// A feature's value at the normal deviates [`KNOTS`], in the units of [`SCALES`].
    pub(super) curves: Features<[i16; 7]>,
    /// The genres that list these tracks too: place in the table, and how many of 10,000 tracks.
    /// A genre may list some of its own tracks twice.
    pub(super) also: &'static [(u8, u16)],
}

/// The statistics common to all genres, of the normal deviates behind the features.
#[derive(Debug)]
pub(super) struct Pooled {
    /// The Cholesky factor of the correlation matrix of the features' deviates.
    pub(super) cholesky: Features<Features<f64>>,
    /// The weight of the artist's part in a deviate,
    pub(super) artist: Features<f64>,
    /// of the album's part,
    pub(super) album: Features<f64>,
    /// and of the track's own. The squares of the three add up to 1.
    pub(super) own: Features<f64>,
    /// Tracks in each key, of 10,000: in minor, in major.
    pub(super) keys: [[u16; 12]; 2],
}

/// The knots of the curves, in standard deviations.
pub(super) const KNOTS: [f64; 7] = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0];

/// The encoding of a curve's integers.
#[derive(Debug)]
pub(super) struct Scale {
    /// The integer that stands for 1.0.
    unit: f64,
    /// The curve is that of this root of the feature, 1 to 3: roots make skewed features smooth.
    root: u8,
    /// The feature's minimum and maximum.
    range: (f64, f64),
}

const fn scale(unit: f64, root: u8, range: (f64, f64)) -> Scale {
    Scale { unit, root, range }
}

/// The scale of each feature. Duration is in seconds here, and at most an hour and a half;
/// loudness in decibels; tempo in beats per minute.
#[rustfmt::skip]
pub(super) const SCALES: Features<Scale> = [
    scale(1000.0, 1, (0.0, 0.985)),  // danceability
    scale(1000.0, 1, (0.0, 1.0)),    // energy
    scale(100.0, 1, (-49.5, 4.5)),   // loudness
    scale(1000.0, 2, (0.022, 0.965)), // speechiness
    scale(1000.0, 2, (0.0, 0.996)),  // acousticness
    scale(1000.0, 3, (0.0, 1.0)),    // instrumentalness
    scale(1000.0, 2, (0.01, 1.0)),   // liveness
    scale(1000.0, 1, (0.0, 0.995)),  // valence
    scale(10.0, 1, (30.0, 243.0)),   // tempo
    scale(10.0, 1, (8.0, 5400.0)),   // duration
    scale(10.0, 1, (0.0, 100.0)),    // popularity
];

/// The value of a feature for a normal deviate: the curve, interpolated linearly between knots and
/// extrapolated beyond them, raised to the power of the root and clamped to the range.
pub(super) fn value(curve: &[i16; 7], scale: &Scale, deviate: f64) -> f64 {
    let spans = KNOTS.windows(2).zip(curve.windows(2));
    let mut height = 0.0;
    for (knots, heights) in spans {
        let (&[left, right], &[low, high]) = (knots, heights) else { continue };
        let slope = (f64::from(high) - f64::from(low)) / (right - left);
        height = f64::from(low) + slope * (deviate - left);
        if deviate < right {
            break;
        }
    }
    let root = height / scale.unit;
    let value = match scale.root {
        1 => root,
        // Where the line is below 0, the feature is exactly 0 for many tracks.
        2 => root.max(0.0) * root.max(0.0),
        _ => root.max(0.0) * root.max(0.0) * root.max(0.0),
    };
    value.clamp(scale.range.0, scale.range.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genres::{GENRES, POOLED};

    #[test]
    fn a_curve_is_met_at_its_knots_and_goes_on_beyond_them() {
        let curve = [0, 100, 200, 300, 400, 500, 600];
        let scale = scale(1000.0, 1, (-1.0, 1.0));
        for (knot, height) in KNOTS.into_iter().zip(curve) {
            assert!((value(&curve, &scale, knot) - f64::from(height) / 1000.0).abs() < 1e-12);
        }
        assert!((value(&curve, &scale, 0.25) - 0.35).abs() < 1e-12);
        assert!((value(&curve, &scale, 3.0) - 0.7).abs() < 1e-12);
        assert!((value(&curve, &scale, -3.0) + 0.1).abs() < 1e-12);
        assert!((value(&curve, &scale, 9.0) - 1.0).abs() < 1e-12, "clamped to the range");
    }

    #[test]
    fn the_table_is_sound() {
        assert_eq!(GENRES.iter().map(|genre| u64::from(genre.tracks)).sum::<u64>(), 89_740);
        for (place, genre) in GENRES.iter().enumerate() {
            assert!(genre.curves.iter().all(|curve| curve.is_sorted()), "{}", genre.name);
            assert!(genre.also.is_sorted(), "{}", genre.name);
            assert!(genre.metre.iter().sum::<u16>() <= 1000, "{}", genre.name);
            for &(other, share) in genre.also {
                assert!((place..GENRES.len()).contains(&usize::from(other)), "{}", genre.name);
                assert!(share <= 10_000, "{}", genre.name);
            }
        }
        for part in 0..FEATURES {
            let squares = POOLED.artist[part] * POOLED.artist[part]
                + POOLED.album[part] * POOLED.album[part]
                + POOLED.own[part] * POOLED.own[part];
            assert!((squares - 1.0).abs() < 1e-3, "{part}: {squares}");
        }
    }
}
