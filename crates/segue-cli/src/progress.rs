//! Progress bars on standard error, if it is a terminal.

use std::fmt::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use segue::{Progress, Stage};

/// Renders the engine's [`Progress`].
#[derive(Debug)]
pub(crate) struct Bars {
    quiet: bool,
    /// When the operation ends at the latest.
    deadline: Option<Instant>,
    current: Mutex<ProgressBar>,
}

impl Bars {
    pub(crate) fn new(quiet: bool) -> Self {
        Self::until(quiet, None)
    }

    /// Bars that never show more time left than until a deadline.
    pub(crate) fn until(quiet: bool, deadline: Option<Instant>) -> Self {
        Self { quiet, deadline, current: Mutex::new(ProgressBar::hidden()) }
    }

    /// Writes something else to standard error, with the bar out of the way.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        match self.current.lock() {
            Ok(current) => current.suspend(write),
            Err(_) => write(),
        }
    }

    fn replace(&self, bar: ProgressBar) {
        if let Ok(mut current) = self.current.lock() {
            current.finish_and_clear();
            *current = bar;
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.replace(ProgressBar::hidden());
    }
}

impl Progress for Bars {
    fn start(&self, stage: Stage, total: Option<u64>) {
        // Hidden: standard error is not a terminal.
        let target = ProgressDrawTarget::stderr();
        if self.quiet || target.is_hidden() {
            return;
        }
        let (name, amount, rate) = match stage {
            Stage::Reading => ("reading", "{bytes}/{total_bytes}", "{bytes_per_sec}"),
            Stage::Writing => ("writing", "{bytes}/{total_bytes}", "{bytes_per_sec}"),
            Stage::Texts => ("texts", "{human_pos}/{human_len} tracks", "{rate}"),
            Stage::Generating => ("generating", "{human_pos}/{human_len} tracks", "{rate}"),
            Stage::Neighbours => ("neighbours", "{human_pos}/{human_len} tracks", "{rate}"),
            Stage::Layout => ("layout", "{human_pos}/{human_len} rounds", "{elapsed}"),
            Stage::Training => ("training", "{human_pos}/{human_len} trials", "{elapsed}"),
            _ => ("vectors", "", ""),
        };
        let template = match total {
            Some(_) => format!("{name} [{{bar:30}}] {amount}  {rate}  {{left}}"),
            None if rate.is_empty() => format!("{name} {{spinner}} {{elapsed}}"),
            None => format!("{name} {{spinner}} {{bytes}}  {{bytes_per_sec}}"),
        };
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.with_key("rate", |state: &ProgressState, line: &mut dyn Write| {
            _ = write!(line, "{}/s", HumanCount(state.per_sec() as u64));
        });
        let deadline = self.deadline;
        let style = style.with_key("left", move |state: &ProgressState, line: &mut dyn Write| {
            let until = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            // Nothing is known until something is done.
            let eta = (state.pos() > 0).then(|| state.eta());
            if let Some(left) = eta.into_iter().chain(until).min() {
                _ = write!(line, "{:#} left", HumanDuration(left));
            }
        });
        let bar = ProgressBar::with_draw_target(total, target).with_style(style.progress_chars("=> "));
        bar.enable_steady_tick(Duration::from_millis(200));
        self.replace(bar);
    }

    fn advance(&self, amount: u64) {
        if let Ok(current) = self.current.lock() {
            current.inc(amount);
        }
    }
}
