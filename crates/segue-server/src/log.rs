//! Logging to standard error.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::Level;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt;

use crate::config::{Config, LogFormat, LogLevel};

/// Starts logging, on a thread of its own: if standard error blocks, requests are not delayed and lines are dropped.
/// Dropping the guard flushes the last lines. Panics are logged too.
pub fn start(config: &Config) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default().lossy(true).thread_name("log").finish(io::stderr());
    let level = match config.log_level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    let lines = fmt().with_max_level(level).with_target(false).with_ansi(false).with_writer(writer);
    let started = match config.log_format {
        LogFormat::Text => set(lines.finish()),
        LogFormat::Json => set(lines.json().flatten_event(true).finish()),
    };
    if started {
        std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a bug: please report it")));
    }
    guard
}

/// Sets the global subscriber; false if there is one already.
fn set(lines: impl tracing::Subscriber + Send + Sync) -> bool {
    tracing::subscriber::set_global_default(lines).is_ok()
}

/// Rate-limits a log line: an event that may happen thousands of times a second is logged at most once a second.
#[derive(Debug, Default)]
pub(crate) struct LogSampler(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    events: u64,
    last_logged: Option<Instant>,
}

impl LogSampler {
    const PAUSE: Duration = Duration::from_secs(1);

    /// Counts an event. If it is to be logged now, returns the number of events since the last line.
    pub(crate) fn record(&self) -> Option<u64> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.events += 1;
        if pending.last_logged.is_some_and(|at| at.elapsed() < Self::PAUSE) {
            return None;
        }
        pending.last_logged = Some(Instant::now());
        Some(std::mem::take(&mut pending.events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequent_event_is_logged_once_with_its_number() {
        let sampler = LogSampler::default();
        assert_eq!([(); 3].map(|()| sampler.record()), [Some(1), None, None]);
        sampler.0.lock().unwrap().last_logged = None;
        assert_eq!(sampler.record(), Some(3));
    }
}
