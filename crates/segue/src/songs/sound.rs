//! Decides by audio measurements whether two tracks can be the same recording.
//!
//! A recording is measured anew for every release; a remaster is louder, a single fades out earlier. So no
//! measurement stays exactly the same. Other recordings by the same artists differ in several measurements, mostly
//! in tempo, which a remaster keeps to a few tenths of a percent. So six measurements are compared, each with its own
//! tolerance, and the farther apart two durations are, the fewer of them may disagree. The tolerances were chosen by
//! looking at pairs of the Spotify Tracks Dataset.

use crate::catalogue::{Attribute, Catalogue, Row};
use crate::error::Result;

/// The attributes that are measured from the audio, besides the duration.
pub(super) const MEASURED: [Attribute; 12] = [
    Attribute::Danceability,
    Attribute::Energy,
    Attribute::Loudness,
    Attribute::Speechiness,
    Attribute::Acousticness,
    Attribute::Instrumentalness,
    Attribute::Liveness,
    Attribute::Valence,
    Attribute::Tempo,
    Attribute::Key,
    Attribute::Mode,
    Attribute::TimeSignature,
];

/// Durations this near, in milliseconds, differ by a few frames of an encoding.
const EQUAL: f64 = 100.0;
/// Durations this near may differ by the silence at the end.
const NEAR: f64 = 2_000.0;
/// Durations of releases of a song differ by no more than this, and by no more than the share of the shorter one.
const FARTHEST: f64 = 5_000.0;
const SHARE: f64 = 0.03;

/// The longest duration of a song whose shortest release lasts `shortest` milliseconds.
pub(super) fn longest(shortest: f64) -> f64 {
    shortest + (shortest * SHARE).clamp(EQUAL, FARTHEST)
}

/// The measurements of a track that are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sound {
    duration: f64,
    tempo: f64,
    key: f64,
    danceability: f64,
    energy: f64,
    valence: f64,
    acousticness: f64,
}

impl Sound {
    /// The measurements of a track, NaN where the catalogue lacks them.
    pub(super) fn of(catalogue: &Catalogue, row: Row) -> Result<Self> {
        let number = |attribute| measurement(catalogue, attribute, row);
        Ok(Self {
            duration: number(Attribute::DurationMs)?,
            tempo: number(Attribute::Tempo)?,
            key: number(Attribute::Key)?,
            danceability: number(Attribute::Danceability)?,
            energy: number(Attribute::Energy)?,
            valence: number(Attribute::Valence)?,
            acousticness: number(Attribute::Acousticness)?,
        })
    }

    /// Whether a track that is not shorter can be the same recording.
    pub(super) fn is_alike(&self, longer: &Self, is_live: bool) -> bool {
        let apart = longer.duration - self.duration;
        if self.is_unmeasured() || longer.is_unmeasured() {
            return apart <= EQUAL && !is_live;
        }
        let may_disagree = match apart {
            _ if apart <= EQUAL => 2,
            _ if longer.duration > longest(self.duration) || apart.is_nan() => return false,
            _ if apart <= NEAR => 1,
            _ => 0,
        };
        // Live recordings of a song by the same artists resemble each other, so more must agree.
        let may_disagree = match is_live {
            true if apart > NEAR => return false,
            true => usize::saturating_sub(may_disagree, 1),
            false => may_disagree,
        };
        self.disagreements(longer) <= may_disagree
    }

    /// Whether nothing but the duration is known.
    fn is_unmeasured(&self) -> bool {
        let measured =
            [self.tempo, self.key, self.danceability, self.energy, self.valence, self.acousticness];
        measured.iter().all(|value| value.is_nan())
    }

    /// Whether a track that is not shorter is all but identical: the same recording, measured twice.
    pub(super) fn is_all_but_identical(&self, longer: &Self) -> bool {
        let near = |a: f64, b: f64, tolerance: f64| (a - b).abs() <= tolerance;
        near(self.duration, longer.duration, 10.0)
            && near(self.tempo, longer.tempo, 0.001 * self.tempo)
            && self.key == longer.key
            && near(self.danceability, longer.danceability, 0.01)
            && near(self.energy, longer.energy, 0.01)
            && near(self.valence, longer.valence, 0.01)
            && near(self.acousticness, longer.acousticness, 0.01)
    }

    /// How many of six measurements disagree, or are not known.
    fn disagreements(&self, other: &Self) -> usize {
        let far = |a: f64, b: f64, tolerance: f64| {
            let apart = (a - b).abs();
            apart > tolerance || apart.is_nan()
        };
        let disagree = [
            !is_tempo_alike(self.tempo, other.tempo),
            far(self.key, other.key, 0.0),
            far(self.danceability, other.danceability, 0.15),
            far(self.energy, other.energy, 0.2),
            far(self.valence, other.valence, 0.15),
            far(self.acousticness, other.acousticness, 0.25),
        ];
        disagree.into_iter().filter(|disagrees| *disagrees).count()
    }
}

/// A measurement of a track; NaN where the catalogue lacks it.
///
/// # Errors
/// [`crate::Error::Index`] if there is no such row.
pub(super) fn measurement(catalogue: &Catalogue, attribute: Attribute, row: Row) -> Result<f64> {
    let Some(column) = catalogue.numbers(attribute) else { return Ok(f64::NAN) };
    column.get(row.index()).ok_or_else(|| catalogue.no_such_row(attribute.name(), row))
}

/// Whether two tempos agree to 0.3 % up to a metrical factor, such as 2 for double time.
fn is_tempo_alike(a: f64, b: f64) -> bool {
    const BEATS: [f64; 7] = [1.0, 2.0, 0.5, 1.5, 2.0 / 3.0, 4.0 / 3.0, 0.75];
    BEATS.iter().any(|beat| (a * beat - b).abs() <= 0.003 * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: Sound = Sound {
        duration: 200_000.0,
        tempo: 120.0,
        key: 4.0,
        danceability: 0.5,
        energy: 0.5,
        valence: 0.5,
        acousticness: 0.5,
    };

    #[test]
    fn the_farther_apart_the_durations_the_more_must_agree() {
        let changed = |changes: usize, duration: f64| {
            let mut sound = Sound { duration, ..SOUND };
            if changes > 0 {
                sound.tempo = 111.0;
            }
            if changes > 1 {
                sound.energy = 0.9;
            }
            if changes > 2 {
                sound.valence = 0.9;
            }
            sound
        };
        for (longer, most, most_live) in [
            (0.0, Some(2), Some(1)),
            (100.0, Some(2), Some(1)),
            (1_900.0, Some(1), Some(0)),
            (4_900.0, Some(0), None),
            (5_100.0, None, None),
        ] {
            for changes in 0..4 {
                let other = changed(changes, SOUND.duration + longer);
                assert_eq!(SOUND.is_alike(&other, false), most >= Some(changes), "{longer} {changes}");
                assert_eq!(SOUND.is_alike(&other, true), most_live >= Some(changes), "{longer} {changes}");
            }
        }
        let short = Sound { duration: 30_000.0, ..SOUND };
        assert!(short.is_alike(&Sound { duration: 30_900.0, ..SOUND }, false));
        assert!(!short.is_alike(&Sound { duration: 31_000.0, ..SOUND }, false));
    }

    #[test]
    fn all_but_identical_is_identical_but_for_a_hundredth() {
        let other = Sound { duration: 200_010.0, tempo: 120.1, energy: 0.505, ..SOUND };
        assert!(SOUND.is_all_but_identical(&other));
        for other in [
            Sound { duration: 200_020.0, ..other },
            Sound { tempo: 60.0, ..other },
            Sound { key: 5.0, ..other },
            Sound { energy: 0.52, ..other },
            Sound { valence: 0.48, ..other },
        ] {
            assert!(!SOUND.is_all_but_identical(&other), "{other:?}");
        }
    }

    #[test]
    fn what_is_not_known_counts_as_different() {
        let unknown = Sound { energy: f64::NAN, valence: f64::NAN, ..SOUND };
        assert!(unknown.is_alike(&Sound { duration: 200_050.0, ..unknown }, false));
        assert!(!unknown.is_alike(&Sound { duration: 201_000.0, ..unknown }, false));
        assert!(!unknown.is_all_but_identical(&unknown));
        let [tempo, key, danceability, energy, valence, acousticness] = [f64::NAN; 6];
        let unmeasured = Sound { tempo, key, danceability, energy, valence, acousticness, ..SOUND };
        assert!(unmeasured.is_alike(&Sound { duration: 200_050.0, ..unmeasured }, false));
        assert!(!unmeasured.is_alike(&Sound { duration: 200_050.0, ..unmeasured }, true));
        assert!(!unmeasured.is_alike(&Sound { duration: 200_150.0, ..unmeasured }, false));
        let unknown = Sound { duration: f64::NAN, ..SOUND };
        assert!(!SOUND.is_alike(&unknown, false) && !unknown.is_alike(&SOUND, false));
    }

    #[test]
    fn tempo_may_be_counted_in_other_beats() {
        for tempo in [120.0, 120.3, 60.0, 240.0, 90.0, 160.0, 180.0, 80.0] {
            assert!(is_tempo_alike(120.0, tempo), "{tempo}");
        }
        for tempo in [121.0, 118.9, 100.0, 0.0] {
            assert!(!is_tempo_alike(120.0, tempo), "{tempo}");
        }
        assert!(is_tempo_alike(0.0, 0.0));
    }
}
