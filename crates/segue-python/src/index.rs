//! [`Index`]: making, keeping and describing one.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use segue::{IndexWriter, Recommender, Space, write_graph};

use crate::catalogue::{Catalogue, Reading};
use crate::faults::{Fault, exception};
use crate::frame::{Frame, escaped};
use crate::many;
use crate::points::Mapped;
use crate::profile::Profile;
use crate::source::inputs;
use crate::work;

/// Tracks, and what finds the nearest of them.
///
/// `build` makes one in memory, `save` writes it, `open` maps one into memory. All methods may be called from several
/// threads; they do not hold the interpreter's lock while they work.
///
/// Attributes
/// ----------
/// path : str or None
///     Where it was opened or saved; None in memory.
/// checksum : str or None
///     A hash of all its files; None in memory.
/// profiles : list of str
///     The profiles that it has vectors of, the default first.
/// catalogue : Catalogue
///
/// Examples
/// --------
/// >>> import segue
/// >>> index = segue.Index.build(segue.demo(500), ["segue", "classic"])
/// >>> found = index.recommend(index.search("the", 1)["track_id"][0], 3, why=True)
/// >>> found["rank"], found.columns[:3]
/// ([1, 2, 3], ['rank', 'similarity', 'track_id'])
#[pyclass(frozen, module = "segue", skip_from_py_object)]
pub(crate) struct Index {
    /// Replaced when it is saved. Locked only while the interpreter's lock is held, and for no work.
    inner: RwLock<Opened>,
}

#[derive(Clone)]
struct Opened {
    recommender: Arc<Recommender>,
    path: Option<PathBuf>,
}

impl Index {
    fn of(index: segue::Index, path: Option<PathBuf>) -> Self {
        Self { inner: RwLock::new(Opened { recommender: Arc::new(Recommender::new(index)), path }) }
    }

    fn opened(&self) -> Opened {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn recommender(&self) -> Arc<Recommender> {
        self.opened().recommender
    }

    fn space<'a>(py: Python<'_>, recommender: &'a Recommender, profile: Option<&str>) -> PyResult<&'a Space> {
        recommender.index().space(profile).map_err(|error| exception(py, error))
    }
}

/// An answer is right if the files were unchanged after it was computed.
pub(crate) fn unchanged<T>(recommender: &Recommender, answer: segue::Result<T>) -> segue::Result<T> {
    recommender.index().check_unchanged()?;
    answer
}

#[pymethods]
impl Index {
    /// Build an index in memory.
    ///
    /// Parameters
    /// ----------
    /// tracks : Catalogue, or what `read` takes
    /// profiles : str, Profile or a sequence of them, optional
    ///     What makes tracks alike; the first is used where none is named. ``"segue"`` gives the best recommendations,
    ///     ``"classic"`` those of the notebook.
    /// columns, allow_missing
    ///     As for `read`, if `tracks` is not yet a Catalogue.
    /// progress : bool or callable, optional
    ///     As for `read`.
    ///
    /// Returns
    /// -------
    /// Index
    ///
    /// Raises
    /// ------
    /// InputError
    ///     As for `read`.
    /// QueryError
    ///     If the tracks lack what a profile needs.
    /// UnknownProfile
    ///     If a name is that of no built-in profile.
    #[staticmethod]
    #[pyo3(signature = (tracks, profiles=None, *, columns=None, allow_missing=None, progress=None))]
    fn build(
        py: Python<'_>,
        tracks: &Bound<'_, PyAny>,
        profiles: Option<&Bound<'_, PyAny>>,
        columns: Option<&Bound<'_, PyAny>>,
        allow_missing: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let profiles = match profiles {
            Some(profiles) => Profile::several(profiles)?,
            None => vec![segue::Profile::segue()],
        };
        if profiles.is_empty() {
            return Err(Fault::Query.says(py, "no profile, at least one was wanted"));
        }
        let catalogue = match tracks.cast::<Catalogue>() {
            Ok(catalogue) => catalogue.get().tracks.clone(),
            Err(_) => {
                let reading = Reading::new(columns, allow_missing, profiles.clone())?;
                reading.read(py, inputs(tracks)?, progress)?.tracks
            }
        };
        let built = work::run_long(py, progress, |progress| {
            let index = segue::Index::builder().profiles(profiles).progress(progress).build(catalogue)?;
            // Otherwise planted by the first questions, each of which is to be answered at once.
            index.spaces().iter().for_each(|space| space.neighbours().plant());
            index.songs()?;
            Ok(index)
        })?;
        Ok(Self::of(built, None))
    }

    /// Write the index to a folder, atomically: whoever opens it gets the old one or the new one, whole.
    ///
    /// Afterwards this index answers from those files.
    ///
    /// Parameters
    /// ----------
    /// path : str or path-like
    ///     Created if missing; an index that is there is replaced.
    /// progress : bool or callable, optional
    ///     As for `read`.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     If it cannot be written.
    /// IndexFileError
    ///     If another process is building there, or something else than an index is there.
    #[pyo3(signature = (path, *, progress=None))]
    fn save(&self, py: Python<'_>, path: PathBuf, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let recommender = self.recommender();
        let saved = work::run_long(py, progress, |progress| {
            IndexWriter::create(&path)?.write(recommender.index(), progress)?;
            segue::Index::open(&path)
        })?;
        let path = std::path::absolute(&path).unwrap_or(path);
        let new = Opened { recommender: Arc::new(Recommender::new(saved)), path: Some(path) };
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Check every byte of its files; nothing for an index in memory.
    ///
    /// Raises
    /// ------
    /// IndexFileError
    ///     Names the file that is damaged.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        let Opened { recommender, path } = self.opened();
        let Some(path) = path else { return Ok(()) };
        if open(py, path.clone(), false)?.checksum().as_deref() != recommender.index().checksum() {
            let problem = "holds another index by now; this one answers on from its own files";
            return Err(Fault::IndexFile.says(py, format!("{}: {problem}", path.display())));
        }
        work::run(py, || segue::index::verify(&path).map(|_| ()))
    }

    #[getter]
    fn path(&self) -> Option<String> {
        self.opened().path.map(|path| path.display().to_string())
    }

    #[getter]
    fn checksum(&self) -> Option<String> {
        self.recommender().index().checksum().map(str::to_owned)
    }

    #[getter]
    fn profiles(&self) -> Vec<String> {
        self.recommender().index().spaces().iter().map(|space| space.name().to_owned()).collect()
    }

    #[getter]
    fn catalogue(&self, py: Python<'_>) -> PyResult<Catalogue> {
        Catalogue::of_index(py, self.recommender().index().catalogue().clone())
    }

    /// Write the neighbours of every track to a Parquet file, which appears only when it is complete.
    ///
    /// Parameters
    /// ----------
    /// path : str or path-like
    /// k : int, optional
    ///     How many neighbours of each track.
    /// profile : str, optional
    ///     One of `profiles`; by default the first.
    /// progress : bool or callable, optional
    ///     As for `read`.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     If it cannot be written.
    #[pyo3(signature = (path, k=50, *, profile=None, progress=None))]
    fn graph(
        &self,
        py: Python<'_>,
        path: PathBuf,
        k: usize,
        profile: Option<&str>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let recommender = self.recommender();
        let space = Self::space(py, &recommender, profile)?;
        let name = path.display().to_string();
        work::run_long(py, progress, |progress| {
            let write = |file: &mut _| write_graph(recommender.index(), space, k, &name, file, progress);
            work::write_whole(&path, write).map(|_| ())
        })
    }

    /// The neighbours of some rows, for `segue.spark.graph`.
    #[pyo3(signature = (rows, k, *, profile=None, threads=None))]
    fn _neighbours(
        &self,
        py: Python<'_>,
        rows: Vec<u32>,
        k: usize,
        profile: Option<&str>,
        threads: Option<usize>,
    ) -> PyResult<Frame> {
        let recommender = self.recommender();
        let batch = work::run_with(py, threads, || {
            unchanged(&recommender, many::neighbours(&recommender, &rows, k, profile))
        })?;
        Ok(Frame::of(batch))
    }

    /// Get the vectors that tracks are compared by.
    ///
    /// Parameters
    /// ----------
    /// profile : str, optional
    ///     One of `profiles`; by default the first.
    ///
    /// Returns
    /// -------
    /// numpy.ndarray
    ///     Shape (tracks, dimensions), float32, read only, in the catalogue's order. A scalar product is a similarity. It is
    ///     the index's own memory, for an opened index that of its file, and no copy.
    #[pyo3(signature = (profile=None))]
    fn vectors<'py>(&self, py: Python<'py>, profile: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let recommender = self.recommender();
        let vectors = Self::space(py, &recommender, profile)?.neighbours().vectors().clone();
        py.import("numpy")?.call_method1("asarray", (Mapped::new(vectors),))
    }

    /// Get the name of every dimension of the vectors.
    ///
    /// Parameters
    /// ----------
    /// profile : str, optional
    ///     One of `profiles`; by default the first.
    ///
    /// Returns
    /// -------
    /// list of str
    ///     The name of an aspect, with a number where it has several dimensions: ``genres_0``.
    #[pyo3(signature = (profile=None))]
    fn feature_names(&self, py: Python<'_>, profile: Option<&str>) -> PyResult<Vec<String>> {
        let recommender = self.recommender();
        let names =
            Self::space(py, &recommender, profile)?.model().dimensions().flat_map(|(aspect, range)| {
                let (name, several) = (aspect.name(), range.len() > 1);
                range
                    .enumerate()
                    .map(move |(at, _)| if several { format!("{name}_{at}") } else { name.clone() })
            });
        Ok(names.collect())
    }

    fn __len__(&self) -> usize {
        self.recommender().index().len()
    }

    fn __contains__(&self, py: Python<'_>, track_id: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(id) = track_id.extract::<String>() else { return Ok(false) };
        let recommender = self.recommender();
        let found = unchanged(&recommender, recommender.index().row(&id));
        found.map(|row| row.is_some()).map_err(|error| exception(py, error))
    }

    fn __getitem__<'py>(&self, py: Python<'py>, track_id: &str) -> PyResult<Bound<'py, PyDict>> {
        let recommender = self.recommender();
        let row = recommender.row(track_id);
        let batch = row.and_then(|row| {
            let fields = recommender.index().catalogue().fields();
            let mut columns: Vec<&str> = recommender.index().catalogue().shown();
            let others = fields.numbers.iter().map(|field| field.name.as_str());
            columns.extend(others.filter(|name| !segue::Catalogue::SHOWN.contains(name)));
            columns.extend(fields.vectors.iter().map(|field| field.name.as_str()));
            recommender.index().catalogue().take(&[row], &columns)
        });
        let batch = unchanged(&recommender, batch).map_err(|error| exception(py, error))?;
        Frame::of(batch).first(py)
    }

    /// Path and checksum; an index in memory says that it is to be saved first.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let Some(path) = self.path() else {
            return Err(PyTypeError::new_err("an index in memory cannot be pickled: save it first"));
        };
        let opened = py.import("segue._segue")?.getattr("Index")?.getattr("_opened")?;
        Ok((opened, (path, self.checksum()).into_pyobject(py)?))
    }

    #[staticmethod]
    fn _opened(py: Python<'_>, path: PathBuf, checksum: Option<String>) -> PyResult<Self> {
        let index = open(py, path.clone(), false)?;
        if index.checksum() != checksum {
            let problem = "holds another index than the one that was pickled; open it anew";
            return Err(Fault::IndexFile.says(py, format!("{}: {problem}", path.display())));
        }
        Ok(index)
    }

    fn __copy__(&self) -> Self {
        Self { inner: RwLock::new(self.opened()) }
    }

    fn __deepcopy__(&self, memo: &Bound<'_, PyAny>) -> Self {
        _ = memo;
        self.__copy__()
    }

    fn __repr__(&self) -> String {
        let place = self.path().unwrap_or_else(|| "in memory".into());
        format!("<segue.Index of {} tracks, {}: {}>", self.__len__(), self.profiles().join(", "), place)
    }

    fn _repr_html_(&self) -> String {
        let place = self.path().unwrap_or_else(|| "in memory".into());
        format!(
            "<p><b>Index</b> of {} tracks by {}, {}</p>",
            self.__len__(),
            escaped(&self.profiles().join(", ")),
            escaped(&place)
        )
    }
}

/// Open an index by mapping its files into memory.
///
/// Parameters
/// ----------
/// path : str or path-like
/// verify : bool, optional
///     Whether to check every byte first. Without it, opening takes milliseconds for any number of tracks.
///
/// Returns
/// -------
/// Index
///     It answers from these files even after the index was replaced by another.
///
/// Raises
/// ------
/// FileNotFoundError
///     If there is nothing at that path.
/// IndexFileError
///     If what is there is no index, or is damaged.
///
/// Examples
/// --------
/// >>> import segue, tempfile
/// >>> folder = tempfile.mkdtemp()
/// >>> segue.Index.build(segue.demo(500)).save(folder + "/demo.segue")
/// >>> len(segue.open(folder + "/demo.segue", verify=True))
/// 500
#[pyfunction]
#[pyo3(signature = (path, *, verify=false))]
pub(crate) fn open(py: Python<'_>, path: PathBuf, verify: bool) -> PyResult<Index> {
    let path = std::path::absolute(&path).unwrap_or(path);
    let index = match verify {
        true => work::run(py, || segue::Index::open_verified(&path))?,
        false => py.detach(|| segue::Index::open(&path)).map_err(|error| exception(py, error))?,
    };
    Ok(Index::of(index, Some(path)))
}
