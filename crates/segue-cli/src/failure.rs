//! What can go wrong for a command, and the exit code that it has.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine says why.
    Engine(segue::Error),
    /// The results could not be written.
    Output(io::Error),
    /// Anything else, in the words that the user reads.
    Message(String),
    /// The results themselves say what failed.
    Told,
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
        Self::Output(error.into())
    }
}

/// Reports a failure on standard error. Who stops reading our results has what they wanted: that is success.
pub(crate) fn exit_code(outcome: Outcome) -> ExitCode {
    let message = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(Failure::Told) => return ExitCode::FAILURE,
        Err(Failure::Engine(error)) => error.to_string(),
        Err(Failure::Output(error)) => format!("cannot write the results: {error}"),
        Err(Failure::Message(message)) => message,
    };
    // Nobody is left to tell if standard error is gone too.
    _ = writeln!(io::stderr(), "segue: {message}");
    ExitCode::FAILURE
}
