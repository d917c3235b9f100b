//! How the searches of a training share the time until its deadline.

use std::time::{Duration, Instant};

/// What follows a search, measuring its weights on the playlists that were held out, takes about as long as this many
/// of its trials.
const TRIALS_TO_MEASURE: u32 = 2;

/// Each search may take the same part of the time that is left when it begins, so that what one does not need goes to
/// those after it.
#[derive(Debug)]
pub(super) struct Shares {
    deadline: Option<Instant>,
    searches_left: u32,
    /// When the trials of the current search have to end.
    end: Option<Instant>,
    longest_trial: Duration,
}

impl Shares {
    pub(super) fn new(deadline: Option<Instant>, searches: usize) -> Self {
        let searches_left = u32::try_from(searches).unwrap_or(u32::MAX);
        Self { deadline, searches_left, end: None, longest_trial: Duration::ZERO }
    }

    /// The next search begins at `now`.
    pub(super) fn begin(&mut self, now: Instant) {
        let share =
            |deadline: Instant| now + deadline.saturating_duration_since(now) / self.searches_left.max(1);
        self.end = self.deadline.map(share);
        self.searches_left = self.searches_left.saturating_sub(1);
    }

    /// A trial took this long.
    pub(super) fn took(&mut self, trial: Duration) {
        self.longest_trial = self.longest_trial.max(trial);
    }

    /// Whether the current search has time for another trial, and for measuring afterwards.
    pub(super) fn has_time(&self, now: Instant) -> bool {
        self.end.is_none_or(|end| now + self.longest_trial * (1 + TRIALS_TO_MEASURE) < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_share_what_is_left() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut shares = Shares::new(Some(after(100)), 4);
        shares.begin(start);
        assert!(shares.has_time(after(24)) && !shares.has_time(after(25)));
        shares.took(Duration::from_secs(2));
        assert!(shares.has_time(after(18)) && !shares.has_time(after(19)));
        // The first ended after 10 seconds: 90 are left for three.
        shares.begin(after(10));
        assert!(shares.has_time(after(33)) && !shares.has_time(after(34)));
        shares.begin(after(40));
        // The last has all that is left.
        shares.begin(after(70));
        assert!(shares.has_time(after(93)) && !shares.has_time(after(94)));
        shares.begin(after(200));
        assert!(!shares.has_time(after(200)));
    }

    #[test]
    fn without_a_deadline_there_is_always_time() {
        let mut shares = Shares::new(None, 1);
        shares.begin(Instant::now());
        shares.took(Duration::from_secs(1_000_000));
        assert!(shares.has_time(Instant::now()));
    }
}
