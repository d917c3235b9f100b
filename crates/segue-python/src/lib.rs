//! The Python package `segue`: a thin translation to and from the engine.
//!
//! `source` turns what Python calls a table into an input of the engine, `frame` and `values` turn answers into tables of
//! Python, `faults` turns errors into exceptions. `work` runs the engine without the interpreter's lock, in a pool of
//! threads that a forked process makes anew. What only Python can say well (exceptions, the estimator of scikit-learn,
//! Spark) is in `python/segue/`.

#![forbid(unsafe_code)]
// The documentation of what is public is that of Python, in numpydoc.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]

mod asking;
mod catalogue;
mod faults;
mod frame;
mod functions;
mod index;
mod many;
mod points;
mod profile;
mod question;
mod source;
mod values;
mod work;

#[pyo3::pymodule]
mod _segue {
    #[pymodule_export]
    use crate::catalogue::{Catalogue, demo, read};
    #[pymodule_export]
    use crate::frame::Frame;
    #[pymodule_export]
    use crate::functions::{evaluate, inspect, train};
    #[pymodule_export]
    use crate::index::{Index, open};
    #[pymodule_export]
    use crate::points::Points;
    #[pymodule_export]
    use crate::profile::Profile;
    #[pymodule_export]
    use crate::work::set_threads;

    /// Survives index files that are cut off by others while they are mapped.
    #[pymodule_init]
    fn init(_: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        #[cfg(unix)]
        segue::index::catch_sigbus();
        Ok(())
    }

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
