//! Errors of commands, and their exit status.

use std::backtrace::Backtrace;
use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use crate::advice::advised;
use crate::table::printable;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the engine.
    Engine(segue::Error),
    /// The results could not be written.
    Output(io::Error),
    /// Any other error, as the message for the user.
    Message(String),
    /// Wrong usage, such as options that contradict each other: exit status 2.
    Usage(Cow<'static, str>),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Usage(message.into())
    }
}

pub(crate) type Outcome = Result<(), Failure>;

impl From<segue::Error> for Failure {
    fn from(error: segue::Error) -> Self {
        Self::Engine(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        // `csv`'s own conversion loses the error kind, which tells a broken pipe.
        Self::Output(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            kind => io::Error::other(format!("{kind:?}")),
        })
    }
}

/// Reports a failure on standard error. A broken pipe counts as success, for example in `segue search x | head`.
pub(crate) fn exit_code(outcome: Outcome) -> ExitCode {
    let mut code = ExitCode::FAILURE;
    let message = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(Failure::Engine(error)) => {
            // A query that contradicts itself, or names a column that there is not, is wrong usage.
            let is_usage =
                matches!(error, segue::Error::Query { .. } | segue::Error::UnknownColumn { purpose: "", .. });
            if is_usage {
                code = ExitCode::from(2);
            }
            advised(&error)
        }
        Err(Failure::Output(error)) => format!("cannot write the results: {error}"),
        Err(Failure::Message(message)) => message,
        Err(Failure::Usage(message)) => {
            code = ExitCode::from(2);
            message.into_owned()
        }
    };
    // Ignored: if standard error is closed, nothing more can be reported.
    _ = writeln!(io::stderr(), "segue: {}", printable(&message));
    code
}

/// Runs the program, and prints panics only if one ends it.
///
/// The readers of Parquet and Arrow panic on some damaged files. The engine catches those panics and returns errors;
/// any other panic is a bug of ours: it is printed, and the exit status is 101.
pub(crate) fn without_panic(run: impl FnOnce() -> ExitCode) -> ExitCode {
    let panics = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&panics);
    panic::set_hook(Box::new(move |panic| {
        if let Ok(mut heard) = heard.lock() {
            *heard += &format!("\n{panic}\n{}", Backtrace::capture());
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        // All panics: one on another thread may have caused the one here.
        let told = panics.lock().map(|panics| panics.clone()).unwrap_or_default();
        _ = writeln!(io::stderr(), "segue: this is a bug, please report it: {told}");
        ExitCode::from(101)
    })
}
