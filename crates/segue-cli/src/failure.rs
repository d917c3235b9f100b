//! What can go wrong for a command, and the exit code that it has.

use std::backtrace::Backtrace;
use std::io::{self, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use crate::advice::advised;
use crate::table::printable;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine says why.
    Engine(segue::Error),
    /// The results could not be written.
    Output(io::Error),
    /// Anything else, in the words that the user reads.
    Message(String),
    /// What was asked for does not make sense.
    Usage(&'static str),
    /// The same, with what was found.
    Misused(String),
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
        // The crate's own conversion loses the kind, and with it what a broken pipe is.
        Self::Output(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            kind => io::Error::other(format!("{kind:?}")),
        })
    }
}

/// Reports a failure on standard error. Who stops reading our results has what they wanted: that is success.
pub(crate) fn exit_code(outcome: Outcome) -> ExitCode {
    let mut code = ExitCode::FAILURE;
    let message = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(Failure::Engine(error)) => {
            // A query that contradicts itself is a wrong use of the command.
            if matches!(error, segue::Error::Query { .. }) {
                code = ExitCode::from(2);
            }
            advised(&error)
        }
        Err(Failure::Output(error)) => format!("cannot write the results: {error}"),
        Err(Failure::Message(message)) => message,
        Err(Failure::Usage(message)) => {
            code = ExitCode::from(2);
            message.to_owned()
        }
        Err(Failure::Misused(message)) => {
            code = ExitCode::from(2);
            message
        }
    };
    // Nobody is left to tell if standard error is gone too.
    _ = writeln!(io::stderr(), "segue: {}", printable(&message));
    code
}

/// Runs a program of which no panic is told but the one that ends it.
///
/// The readers of Parquet and Arrow panic on some damaged files. The engine makes errors of that, which say
/// all there is to say; any other panic is a bug of ours and ends the program.
pub(crate) fn without_panic(run: impl FnOnce() -> ExitCode) -> ExitCode {
    let panics = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&panics);
    panic::set_hook(Box::new(move |panic| {
        if let Ok(mut heard) = heard.lock() {
            *heard += &format!("\n{panic}\n{}", Backtrace::capture());
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        // The panic of another thread comes before the one that it caused here.
        let told = panics.lock().map(|panics| panics.clone()).unwrap_or_default();
        _ = writeln!(io::stderr(), "segue: this is a bug, please report it: {told}");
        ExitCode::from(101)
    })
}
