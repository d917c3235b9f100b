//! Paired comparisons of profiles: on the same playlists two profiles differ far less by chance than each varies.

use std::cmp::Ordering;

use serde::Serialize;

use super::bootstrap::mean_and_interval;
use super::measures::Measure;

/// Two profiles compared playlist by playlist.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The profile.
    pub profile: String,
    /// The profile that it is compared with.
    pub than: String,
    /// The measure, a mean over playlists of which greater is better.
    pub measure: Measure,
    /// The number of playlists for which `profile` has the greater value.
    pub better: usize,
    /// The number of playlists for which `than` has.
    pub worse: usize,
    /// The number of playlists for which both have the same value.
    pub equal: usize,
    /// The value of `profile` less that of `than`.
    pub difference: f64,
    /// The 95 % interval of the difference, by a bootstrap over playlists that draws both profiles' values together.
    pub interval: (f64, f64),
}

/// What a profile reached for each playlist: sums over its songs, and their number.
#[derive(Debug)]
pub(super) struct ByPlaylist {
    pub(super) profile: String,
    pub(super) groups: Vec<(f64, f64)>,
}

/// Compares each profile with each that follows it, on the same playlists.
pub(super) fn compare_all(measure: Measure, profiles: &[ByPlaylist]) -> Vec<Comparison> {
    let pairs = profiles
        .iter()
        .enumerate()
        .flat_map(|(at, one)| profiles.iter().skip(at + 1).map(move |other| compare(measure, one, other)));
    pairs.collect()
}

fn compare(measure: Measure, one: &ByPlaylist, other: &ByPlaylist) -> Comparison {
    let (mut better, mut worse, mut equal) = (0, 0, 0);
    let mut differences = Vec::new();
    for ((ours, songs), (theirs, _)) in one.groups.iter().zip(&other.groups) {
        match ours.total_cmp(theirs) {
            Ordering::Greater => better += 1,
            Ordering::Less => worse += 1,
            Ordering::Equal => equal += 1,
        }
        differences.push((ours - theirs, *songs));
    }
    let (difference, low, high) = mean_and_interval(&differences);
    let (profile, than) = (one.profile.clone(), other.profile.clone());
    Comparison { profile, than, measure, better, worse, equal, difference, interval: (low, high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_compared_playlist_by_playlist() {
        let of = |profile: &str, groups: Vec<(f64, f64)>| ByPlaylist { profile: profile.into(), groups };
        // The playlists differ from 0 to 9.9, and the second profile has 1 less in each but the first.
        let values = (0..100).map(|at| (f64::from(at) / 10.0, 1.0));
        let lower = values
            .clone()
            .enumerate()
            .map(|(at, (value, songs))| (if at == 0 { value } else { value - 1.0 }, songs));
        let profiles = [of("one", values.clone().collect()), of("two", lower.collect())];
        let found = compare_all(Measure::PrecisionAt10, &profiles);
        let [comparison] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((comparison.profile.as_str(), comparison.than.as_str()), ("one", "two"));
        assert_eq!((comparison.better, comparison.worse, comparison.equal), (99, 0, 1));
        assert!((comparison.difference - 0.99).abs() < 1e-9);
        let width = |(low, high): (f64, f64)| high - low;
        let (_, low, high) = mean_and_interval(&values.collect::<Vec<_>>());
        assert!(width(comparison.interval) < width((low, high)) / 10.0, "{comparison:?}");
        assert!(
            comparison.interval.0 <= comparison.difference && comparison.difference <= comparison.interval.1
        );
        assert_eq!(compare_all(Measure::PrecisionAt10, &profiles[..1]), []);
    }
}
