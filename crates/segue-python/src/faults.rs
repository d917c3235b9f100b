//! Errors of the engine as exceptions, which `segue/_errors.py` defines.

use std::io;

use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyType};
use segue::Error;

/// The classes of exceptions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// A source is no table of tracks, or lacks columns.
    Input,
    /// A question, or a profile, that cannot be answered.
    Query,
    /// No such id, title, artist or genre.
    UnknownTrack,
    /// The index has no vectors of that profile.
    UnknownProfile,
    /// A folder is no index, is damaged, or is being built.
    IndexFile,
}

impl Fault {
    fn class(self, py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
        static CLASSES: [PyOnceLock<Py<PyType>>; 5] = [const { PyOnceLock::new() }; 5];
        let name = match self {
            Self::Input => "InputError",
            Self::Query => "QueryError",
            Self::UnknownTrack => "UnknownTrack",
            Self::UnknownProfile => "UnknownProfile",
            Self::IndexFile => "IndexFileError",
        };
        // The discriminants of the five classes are 0 to 4.
        #[allow(clippy::indexing_slicing)]
        CLASSES[self as usize].import(py, "segue._errors", name)
    }

    /// An exception of this class.
    pub(crate) fn says(self, py: Python<'_>, message: impl Into<String>) -> PyErr {
        match self.class(py) {
            Ok(class) => PyErr::from_type(class.clone(), message.into()),
            Err(error) => error,
        }
    }
}

/// The exception for an error of the engine.
pub(crate) fn exception(py: Python<'_>, error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::Io { path, source, .. } => of_system(&message, &path, &source),
        Error::NoIndex { path, is_missing: true, .. } => {
            of_system(&message, &path, &io::Error::from(io::ErrorKind::NotFound))
        }
        Error::Input { .. }
        | Error::MissingColumns { .. }
        | Error::TooManyRejects { .. }
        | Error::NoTracks { .. } => Fault::Input.says(py, message),
        Error::NoIndex { .. } | Error::Index { .. } | Error::Busy { .. } => {
            Fault::IndexFile.says(py, message)
        }
        Error::NoProfile { .. } => Fault::UnknownProfile.says(py, message),
        Error::NoMatch { nearest, .. } => {
            let unknown = Fault::UnknownTrack.says(py, message);
            let told =
                PyList::new(py, nearest).and_then(|nearest| unknown.value(py).setattr("nearest", nearest));
            told.err().unwrap_or(unknown)
        }
        Error::UnknownTrack { .. } | Error::UnknownRow { .. } | Error::UnknownName { .. } => {
            Fault::UnknownTrack.says(py, message)
        }
        Error::Stopped => PyKeyboardInterrupt::new_err(()),
        _ => Fault::Query.says(py, message),
    }
}

/// An `OSError`, which Python makes a `FileNotFoundError` or another of its kinds by the number of the error.
fn of_system(message: &str, path: &str, error: &io::Error) -> PyErr {
    const NOT_FOUND: i32 = 2;
    let number = match error.kind() {
        io::ErrorKind::NotFound => Some(NOT_FOUND),
        _ => error.raw_os_error(),
    };
    match number {
        Some(number) => PyOSError::new_err((number, message.to_owned(), path.to_owned())),
        None => PyOSError::new_err(message.to_owned()),
    }
}
