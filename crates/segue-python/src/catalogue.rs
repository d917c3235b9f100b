//! [`Catalogue`]: cleaned tracks, read from any source.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{ArrayRef, LargeStringArray, RecordBatch, UInt64Array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyInt};
use segue::{Column, Error, Fill, Ingest, Input, Profile as EngineProfile, Reject, RejectLimit, Report};

use crate::faults::{Fault, exception};
use crate::frame::{Frame, escaped};
use crate::profile::Profile;
use crate::source::{inputs, mapping, names_if_given};
use crate::work;

/// Cleaned tracks.
///
/// `read` makes one of files and tables, `demo` generates one, and an index has one.
///
/// Attributes
/// ----------
/// report : dict
///     What became of the rows: ``counts`` (rows, rejected, repeated, unique, incomplete, tracks), ``inputs``, and, as far
///     as there are any, ``rejected_by_reason`` and ``missing_by_column``.
/// rejects : Frame
///     The rows that cannot be read: input, place, column, value, reason.
///
/// Examples
/// --------
/// >>> import segue
/// >>> tracks = segue.demo(500)
/// >>> len(tracks), tracks.report["counts"]["tracks"]
/// (500, 500)
/// >>> tracks.to_frame().columns[:3]
/// ['track_id', 'track_name', 'artists']
#[pyclass(frozen, module = "segue", skip_from_py_object)]
pub(crate) struct Catalogue {
    pub(crate) tracks: segue::Catalogue,
    report: Report,
    rejects: Frame,
}

/// How a source is read.
pub(crate) struct Reading {
    columns: Vec<(String, Column)>,
    allow_missing: Vec<Column>,
    max_rejects: RejectLimit,
    keep: Vec<String>,
    profiles: Vec<EngineProfile>,
    fill: Fill,
}

impl Reading {
    pub(crate) fn new(
        columns: Option<&Bound<'_, PyAny>>,
        allow_missing: Option<&Bound<'_, PyAny>>,
        profiles: Vec<EngineProfile>,
    ) -> PyResult<Self> {
        let column = |name: &str| {
            Column::named(name).ok_or_else(|| {
                let known: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
                PyValueError::new_err(format!("{name:?} is none of our columns: {}", known.join(", ")))
            })
        };
        let columns = mapping(columns, |ours| column(&ours.extract::<String>()?))?;
        let allow_missing = names_if_given(allow_missing)?;
        let allow_missing = allow_missing.iter().map(|name| column(name)).collect::<PyResult<_>>()?;
        let (max_rejects, keep, fill) = Default::default();
        Ok(Self { columns, allow_missing, max_rejects, keep, profiles, fill })
    }

    /// Reads a source, telling the progress and heeding signals.
    pub(crate) fn read(
        self,
        py: Python<'_>,
        inputs: Vec<Input>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Catalogue> {
        let rejects = Mutex::new(Vec::new());
        let kept = &rejects;
        let read = work::run_apart(py, progress, |progress| {
            let mut ingest = Ingest::new().fill(self.fill).max_rejects(self.max_rejects).progress(progress);
            (ingest.map, ingest.allow_missing, ingest.keep) = (self.columns, self.allow_missing, self.keep);
            ingest.needs.extend(self.profiles.iter().map(EngineProfile::needs));
            let ingest = ingest.on_reject(|reject| {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(reject.clone());
                Ok(())
            });
            // Kept as it is, since it says which exception to raise with the rejects.
            Ok(ingest.read(inputs))
        })?;
        let rejects = rejects_frame(py, &rejects.into_inner().unwrap_or_else(PoisonError::into_inner))?;
        match read {
            Ok((tracks, report)) => Ok(Catalogue { tracks, report, rejects }),
            Err(error) => {
                let raised = exception(py, error);
                if !rejects.is_empty() && raised.value(py).hasattr("rejects")? {
                    raised.value(py).setattr("rejects", Bound::new(py, rejects)?)?;
                }
                Err(raised)
            }
        }
    }
}

fn rejects_frame(py: Python<'_>, rejects: &[Reject]) -> PyResult<Frame> {
    let texts = |text: fn(&Reject) -> Option<String>| -> ArrayRef {
        Arc::new(rejects.iter().map(text).collect::<LargeStringArray>())
    };
    let places: UInt64Array = rejects.iter().map(|reject| Some(reject.place.number())).collect();
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("input", texts(|reject| Some(reject.input.clone())), false),
        ("place", Arc::new(places) as ArrayRef, false),
        ("column", texts(|reject| reject.column.clone()), true),
        ("value", texts(|reject| reject.value.clone()), true),
        ("reason", texts(|reject| Some(reject.reason.to_string())), false),
    ]);
    batch.map(Frame::of).map_err(|error| Fault::Input.says(py, error.to_string()))
}

impl Catalogue {
    /// The tracks of an index, with what it knows of how they were read.
    pub(crate) fn of_index(py: Python<'_>, tracks: segue::Catalogue) -> PyResult<Self> {
        let report = tracks.counts().map(Report::from).unwrap_or_default();
        Ok(Self { tracks, report, rejects: rejects_frame(py, &[])? })
    }

    fn frame(&self, py: Python<'_>) -> PyResult<Frame> {
        let batch = py.detach(|| self.tracks.to_batch());
        batch.map(Frame::of).map_err(|error| Fault::IndexFile.says(py, error.to_string()))
    }
}

#[pymethods]
impl Catalogue {
    /// Read and clean a table in memory: pandas, polars, pyarrow, DuckDB.
    ///
    /// Parameters
    /// ----------
    /// data : object with ``__arrow_c_stream__``
    /// columns : mapping of str to str, optional
    ///     The table's names for some of our columns: ``{"Song": "track_name"}``.
    /// allow_missing : sequence of str, optional
    ///     Of ``album_name``, ``track_genre`` and ``explicit`` those that the table may lack.
    ///
    /// Returns
    /// -------
    /// Catalogue
    ///
    /// Raises
    /// ------
    /// InputError
    ///     If it is no table of tracks, or lacks columns.
    #[staticmethod]
    #[pyo3(signature = (data, *, columns=None, allow_missing=None))]
    fn from_arrow(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        columns: Option<&Bound<'_, PyAny>>,
        allow_missing: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Reading::new(columns, allow_missing, Vec::new())?.read(py, inputs(data)?, None)
    }

    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let text = serde_json::to_string(&self.report).unwrap_or_default();
        py.import("json")?.call_method1("loads", (text,))
    }

    #[getter]
    fn rejects(&self) -> Frame {
        self.rejects.clone()
    }

    /// All columns, with genres as a list.
    ///
    /// Returns
    /// -------
    /// Frame
    ///     One row for each track.
    fn to_frame(&self, py: Python<'_>) -> PyResult<Frame> {
        self.frame(py)
    }

    /// Export as a stream of Arrow's C data interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.frame(py)?.__arrow_c_stream__(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.tracks.len()
    }

    fn __repr__(&self) -> String {
        format!("<segue.Catalogue of {} tracks>", self.tracks.len())
    }

    fn _repr_html_(&self) -> String {
        let counts = self.report.counts;
        let origins: Vec<String> = self
            .report
            .inputs
            .iter()
            .map(|input| escaped(&format!("{} ({})", input.input, input.layout)))
            .collect();
        format!(
            "<p><b>Catalogue</b> of {} tracks: {} rows read{}, {} rejected, {} repeated, {} incomplete</p>",
            self.tracks.len(),
            counts.rows,
            if origins.is_empty() { String::new() } else { format!(" from {}", origins.join(", ")) },
            counts.rejected,
            counts.repeated,
            counts.incomplete
        )
    }
}

/// Read and clean tracks; the format is recognised.
///
/// Parameters
/// ----------
/// source : str, path-like, bytes, table, or a sequence of them
///     CSV (also compressed), Parquet, Arrow; a folder of such parts; a table of pandas, polars, pyarrow, DuckDB or another
///     that has ``__arrow_c_stream__``.
/// columns : mapping of str to str, optional
///     The source's names for some of our columns, where they are not recognised: ``{"Song": "track_name"}``.
/// allow_missing : sequence of str, optional
///     Of ``album_name``, ``track_genre`` and ``explicit`` those that the source may lack.
/// max_rejects : int or str, optional
///     How many rows may be rejected: a number, or a share such as ``"1%"``.
/// keep : str or sequence of str, optional
///     Other columns to keep, for filters, targets and profiles, by name or pattern: numbers, or lists of numbers.
/// profiles : str, Profile or a sequence of them, optional
///     What the tracks are to be compared by: only the columns that these need are then required.
/// fill : {None, "mean"}, optional
///     What becomes of tracks that lack a number that is needed: they are left out, or get the mean.
/// progress : bool or callable, optional
///     True shows bars by tqdm. A callable gets the stage, how much is done, and the total or None; what it raises stops
///     the reading.
///
/// Returns
/// -------
/// Catalogue
///
/// Raises
/// ------
/// FileNotFoundError, OSError
///     If a file cannot be read.
/// InputError
///     If a source is no table of tracks, lacks columns, or has too many rows that cannot be read: these are its
///     `rejects`.
///
/// Examples
/// --------
/// >>> import segue
/// >>> csv = b"track_id,track_name,artists,energy\n1,One,A,0.5\n2,Two,B,0.7\n"
/// >>> tracks = segue.read(csv, profiles=segue.Profile("calm", {"energy": 1}))
/// >>> len(tracks)
/// 2
#[pyfunction]
#[pyo3(signature = (source, *, columns=None, allow_missing=None, max_rejects=None, keep=None, profiles=None, fill=None, progress=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn read(
    source: &Bound<'_, PyAny>,
    columns: Option<&Bound<'_, PyAny>>,
    allow_missing: Option<&Bound<'_, PyAny>>,
    max_rejects: Option<&Bound<'_, PyAny>>,
    keep: Option<&Bound<'_, PyAny>>,
    profiles: Option<&Bound<'_, PyAny>>,
    fill: Option<&str>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Catalogue> {
    let py = source.py();
    let profiles = profiles.map(Profile::several).transpose()?.unwrap_or_default();
    let mut reading = Reading::new(columns, allow_missing, profiles)?;
    if let Some(limit) = max_rejects {
        reading.max_rejects = match limit.cast::<PyInt>() {
            Ok(rows) => RejectLimit::Rows(rows.extract()?),
            Err(_) => limit.extract::<String>()?.parse().map_err(|error| exception(py, error))?,
        };
    }
    reading.keep = names_if_given(keep)?;
    reading.fill = match fill {
        None => Fill::Drop,
        Some("mean") => Fill::Mean,
        Some(other) => {
            return Err(PyValueError::new_err(format!("fill is None or \"mean\", found {other:?}")));
        }
    };
    reading.read(py, inputs(source)?, progress)
}

/// Generate a catalogue of invented tracks, to try things without data.
///
/// Parameters
/// ----------
/// tracks : int, optional
///     At least 1.
/// seed : int, optional
///     Another seed gives other tracks.
///
/// Returns
/// -------
/// Catalogue
///     The same for the same numbers, on every machine.
///
/// Examples
/// --------
/// >>> import segue
/// >>> len(segue.demo(500))
/// 500
#[pyfunction]
#[pyo3(signature = (tracks=20_000, seed=3))]
pub(crate) fn demo(py: Python<'_>, tracks: u64, seed: u64) -> PyResult<Catalogue> {
    const MOST: u64 = 10_000_000;
    if !(1..=MOST).contains(&tracks) {
        return Err(PyValueError::new_err(format!("{tracks} tracks, 1 to {MOST} were wanted")));
    }
    let generated = py.detach(|| {
        let mut csv = Vec::new();
        segue_demo::Demo { tracks, seed }.write_csv(&mut csv, |_| ()).map(|_| csv)
    });
    let csv = generated
        .map_err(|source| exception(py, Error::Io { action: "generate", path: "the demo".into(), source }))?;
    Reading::new(None, None, Vec::new())?.read(py, vec![Input::bytes("demo", csv)], None)
}
