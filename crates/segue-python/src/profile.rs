//! [`Profile`]: what makes tracks alike.

use std::io::Write;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict};
use serde_json::{Map, Value, json};

use crate::faults::{Fault, exception};
use crate::source::{mapping, names_if_given};
use crate::work;

/// What makes tracks alike: aspects, and how much each weighs.
///
/// Parameters
/// ----------
/// name : str
///     1 to 32 lower-case letters, digits, ``-`` and ``_``; not ``segue`` or ``classic``.
/// weights : mapping of str to float, optional
///     How much aspects weigh, at least 0: known ones (``energy``, ``genres``, ``artist_words``, ...), and those of
///     `features` and `vectors`, which otherwise weigh 1.
/// features : str or sequence of str, optional
///     Numeric columns of the source, or patterns: ``"bpm"``, ``"mfcc_*"``, ``"bpm:log"``, ``"hour:circle:24"``.
/// vectors : str or sequence of str, optional
///     Columns of lists of numbers, such as embeddings, each compared as one aspect.
/// version : int, optional
///
/// Raises
/// ------
/// QueryError
///     If the name or a weight cannot be, or an aspect is unknown.
///
/// Examples
/// --------
/// >>> import segue
/// >>> calm = segue.Profile("calm", {"energy": 2, "tempo": 0.5, "genres": 1})
/// >>> calm.weights["energy"]
/// 2.0
/// >>> segue.Index.build(segue.demo(500), calm).profiles
/// ['calm']
#[pyclass(frozen, module = "segue", eq, skip_from_py_object)]
#[derive(Clone, PartialEq)]
pub(crate) struct Profile(pub(crate) segue::Profile);

impl Profile {
    /// The profiles that are meant: names of built-in ones, profiles, or several of both.
    pub(crate) fn several(given: &Bound<'_, PyAny>) -> PyResult<Vec<segue::Profile>> {
        if given.is_instance_of::<pyo3::types::PyString>() || given.cast::<Self>().is_ok() {
            return Ok(vec![Self::one(given)?]);
        }
        given.try_iter()?.map(|one| Self::one(&one?)).collect()
    }

    fn one(given: &Bound<'_, PyAny>) -> PyResult<segue::Profile> {
        if let Ok(profile) = given.cast::<Self>() {
            return Ok(profile.get().0.clone());
        }
        let name: String = given.extract()?;
        let built_in = segue::Profile::built_ins().into_iter().find(|profile| profile.name() == name);
        built_in.ok_or_else(|| {
            Fault::UnknownProfile.says(
                given.py(),
                format!("no built-in profile is called {name:?}, there are segue and classic; Profile.load reads one from a file"),
            )
        })
    }
}

#[pymethods]
impl Profile {
    #[new]
    #[pyo3(signature = (name, weights=None, *, features=None, vectors=None, version=1))]
    fn new(
        py: Python<'_>,
        name: &str,
        weights: Option<&Bound<'_, PyAny>>,
        features: Option<&Bound<'_, PyAny>>,
        vectors: Option<&Bound<'_, PyAny>>,
        version: u32,
    ) -> PyResult<Self> {
        let (features, vectors) = (names_if_given(features)?, names_if_given(vectors)?);
        let mut json =
            json!({ "profile": name, "version": version, "features": features, "vectors": vectors });
        if let (Some(weights), Some(json)) = (weights, json.as_object_mut()) {
            let weights = mapping(Some(weights), |weight| weight.extract::<f64>())?;
            let map: Map<String, Value> =
                weights.into_iter().map(|(aspect, weight)| (aspect, weight.into())).collect();
            json.insert("weights".into(), Value::Object(map));
        }
        segue::Profile::from_json(&json.to_string()).map(Self).map_err(|error| exception(py, error))
    }

    /// Read a profile from a file that `save`, or ``segue train``, has written.
    ///
    /// Parameters
    /// ----------
    /// path : str or path-like
    ///
    /// Returns
    /// -------
    /// Profile
    ///
    /// Raises
    /// ------
    /// FileNotFoundError, OSError
    ///     If it cannot be read.
    /// QueryError
    ///     If it is no profile.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let read =
            |error| segue::Error::Io { action: "read", path: path.display().to_string(), source: error };
        let text =
            py.detach(|| std::fs::read_to_string(&path)).map_err(|error| exception(py, read(error)))?;
        segue::Profile::from_json(&text)
            .map(Self)
            .map_err(|error| Fault::Query.says(py, format!("{}: {error}", path.display())))
    }

    /// Write the profile to a file, as JSON.
    ///
    /// Parameters
    /// ----------
    /// path : str or path-like
    ///
    /// Raises
    /// ------
    /// OSError
    ///     If it cannot be written; a file that was there is then unchanged.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let text = serde_json::to_string_pretty(&self.0).unwrap_or_default() + "\n";
        let written = py.detach(|| {
            work::write_whole(&path, |file| {
                file.write_all(text.as_bytes()).map_err(|source| work::unwritten(&path, source))
            })
        });
        written.map_err(|error| exception(py, error))
    }

    #[getter]
    fn version(&self) -> u32 {
        self.0.version()
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (aspect, weight) in self.0.aspects() {
            dict.set_item(aspect.name(), weight)?;
        }
        Ok(dict)
    }

    /// What pickle and copy make it anew from.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let text = serde_json::to_string(&slf.get().0).unwrap_or_default();
        Ok((slf.get_type().getattr("_of_json")?, (text,)))
    }

    #[staticmethod]
    fn _of_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        // A built-in profile is not one that can be made by hand.
        let name = serde_json::from_str::<Value>(text).ok();
        let name = name.as_ref().and_then(|json| json.get("profile")).and_then(Value::as_str);
        let built_in = segue::Profile::built_ins().into_iter().find(|known| Some(known.name()) == name);
        match built_in {
            Some(profile) => Ok(Self(profile)),
            None => segue::Profile::from_json(text).map(Self).map_err(|error| exception(py, error)),
        }
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (self.0.name(), self.0.version()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("<segue.Profile {} {}: {} aspects>", self.0.name(), self.0.version(), self.0.aspects().len())
    }
}
