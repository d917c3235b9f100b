//! Log lines, to standard error.

use std::io;

use tracing::Level;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt;

use crate::config::{Config, LogFormat, LogLevel};

/// Writes log lines from now on, by a thread of its own: a terminal that does not read holds up nobody, lines are lost
/// instead. The last lines are written when the guard is dropped. A panic is a line, too.
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

/// Whether it is the first.
fn set(lines: impl tracing::Subscriber + Send + Sync) -> bool {
    tracing::subscriber::set_global_default(lines).is_ok()
}
