//! Bootstrap confidence intervals of means over playlists.

use crate::random::SplitMix64;

/// The number of resamples; more do not change the third digit.
const RESAMPLES: usize = 1_000;

/// The ratio of the sums of both numbers over all groups, and its 95 % interval (lower, upper) by the percentile
/// bootstrap over groups (Efron 1979). A group is a sum of values and their count.
pub(super) fn mean_and_interval(groups: &[(f64, f64)]) -> (f64, f64, f64) {
    let mean = |sums: (f64, f64)| if sums.1 > 0.0 { sums.0 / sums.1 } else { 0.0 };
    let add = |sums: (f64, f64), group: &(f64, f64)| (sums.0 + group.0, sums.1 + group.1);
    let mut chance = SplitMix64(0);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn = (0..groups.len()).filter_map(|_| groups.get(chance.below(groups.len())));
            mean(drawn.fold((0.0, 0.0), add))
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let quantile = |share: f64| means.get((share * RESAMPLES as f64) as usize).copied().unwrap_or_default();
    (mean(groups.iter().fold((0.0, 0.0), add)), quantile(0.025), quantile(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_shrinks_with_more_groups() {
        let groups =
            |count: usize| -> Vec<(f64, f64)> { (0..count).map(|at| ((at % 5) as f64, 1.0)).collect() };
        let (mean, low, high) = mean_and_interval(&groups(50));
        assert_eq!(mean, 2.0);
        assert!(low < mean && mean < high);
        // The deviation of a mean of 50 such values is 0.2.
        assert!((high - low - 4.0 * 0.2).abs() < 0.15, "{low} {high}");
        let (_, low_of_many, high_of_many) = mean_and_interval(&groups(5_000));
        assert!(high_of_many - low_of_many < (high - low) / 5.0);
        assert_eq!(mean_and_interval(&[]), (0.0, 0.0, 0.0));
    }
}
