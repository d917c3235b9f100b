//! Vectors as arrays of numpy, and neighbours among points of any length.

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyTuple};
use segue::Row;
use segue::neighbours::{self, Metric, Ranked, Vectors};

use crate::faults::exception;
use crate::work;

/// The memory of vectors, which numpy reads in place.
#[pyclass(frozen, module = "segue._segue")]
pub(crate) struct Mapped(Vectors);

impl Mapped {
    pub(crate) fn new(vectors: Vectors) -> Self {
        Self(vectors)
    }
}

#[pymethods]
impl Mapped {
    /// numpy's array interface: shape, type, and the place in memory, read only. The array keeps this object, and so the
    /// memory.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        let values = self.0.as_slice();
        interface.set_item("version", 3)?;
        interface.set_item("shape", PyTuple::new(py, [self.0.len(), self.0.dimension()])?)?;
        interface.set_item("typestr", if cfg!(target_endian = "little") { "<f4" } else { ">f4" })?;
        interface.set_item("data", (values.as_ptr() as usize, true))?;
        Ok(interface)
    }
}

/// What `segue.neighbors` searches: points of any length.
#[pyclass(frozen, module = "segue._segue", skip_from_py_object)]
pub(crate) struct Points(neighbours::Points);

/// The values of an array of two dimensions, in C order.
enum Values {
    Single(Vec<f32>),
    Double(Vec<f64>),
}

/// The values of an array, and its shape.
fn values(array: &Bound<'_, PyAny>) -> PyResult<(Values, usize, usize)> {
    let py = array.py();
    let (values, shape) = match PyBuffer::<f32>::get(array) {
        Ok(buffer) => (Values::Single(buffer.to_vec(py)?), buffer.shape().to_vec()),
        Err(_) => {
            let buffer = PyBuffer::<f64>::get(array)?;
            (Values::Double(buffer.to_vec(py)?), buffer.shape().to_vec())
        }
    };
    match shape.as_slice() {
        [rows, dimension] => Ok((values, *rows, *dimension)),
        other => {
            Err(PyValueError::new_err(format!("an array of 2 dimensions was wanted, found {}", other.len())))
        }
    }
}

/// Numbers as the bytes of an array that numpy reads, and may write.
fn bytes<const N: usize>(
    py: Python<'_>,
    numbers: impl ExactSizeIterator<Item = [u8; N]>,
) -> PyResult<Bound<'_, PyByteArray>> {
    PyByteArray::new_with(py, numbers.len() * N, |bytes| {
        bytes.as_chunks_mut::<N>().0.iter_mut().zip(numbers).for_each(|(place, number)| *place = number);
        Ok(())
    })
}

/// Distances and rows of an answer, as bytes.
fn columns<'py>(
    py: Python<'py>,
    distances: &[f64],
    rows: &[u32],
) -> PyResult<(Bound<'py, PyByteArray>, Bound<'py, PyByteArray>)> {
    let distances = bytes(py, distances.iter().map(|distance| distance.to_ne_bytes()))?;
    Ok((distances, bytes(py, rows.iter().map(|row| i64::from(*row).to_ne_bytes()))?))
}

fn refused(py: Python<'_>, error: segue::Error) -> PyErr {
    match error {
        segue::Error::Query { problem } => PyValueError::new_err(problem),
        error => exception(py, error),
    }
}

impl Points {
    /// Asks in the pool, except for one point, which is found sooner than another thread could be woken.
    fn ask(
        &self,
        queries: Option<&Bound<'_, PyAny>>,
        py: Python<'_>,
        threads: Option<usize>,
        of_queries: impl Fn(&Values) -> segue::Result<Ranked> + Send + Sync,
        of_rows: impl FnOnce(&[Row]) -> segue::Result<Ranked> + Send,
    ) -> PyResult<Ranked> {
        let answer = match queries {
            None => {
                let rows: Vec<Row> = (0..self.0.len() as u32).map(Row).collect();
                work::try_run_with(py, threads, || of_rows(&rows))?
            }
            Some(queries) => {
                let (values, rows, dimension) = values(queries)?;
                if dimension != self.0.dimension() {
                    return Err(PyValueError::new_err(format!(
                        "queries of {} features were wanted, found {dimension}",
                        self.0.dimension()
                    )));
                }
                match rows {
                    1 => py.detach(|| of_queries(&values)),
                    _ => work::try_run_with(py, threads, || of_queries(&values))?,
                }
            }
        };
        answer.map_err(|error| refused(py, error))
    }
}

#[pymethods]
impl Points {
    #[new]
    fn new(
        py: Python<'_>,
        points: &Bound<'_, PyAny>,
        metric: &str,
        threads: Option<usize>,
    ) -> PyResult<Self> {
        let metric = Metric::ALL.into_iter().find(|known| known.name() == metric);
        let metric = metric.ok_or_else(|| PyValueError::new_err("an unknown metric"))?;
        let (values, _, dimension) = values(points)?;
        let fitted = work::try_run_with(py, threads, || match &values {
            Values::Single(values) => neighbours::Points::fit(metric, dimension, values),
            Values::Double(values) => neighbours::Points::fit(metric, dimension, values),
        })?;
        fitted.map(Self).map_err(|error| refused(py, error))
    }

    /// Distances (f64) and rows (i64) of the k nearest of each query, or of each point without itself.
    fn nearest<'py>(
        &self,
        py: Python<'py>,
        queries: Option<&Bound<'py, PyAny>>,
        k: usize,
        threads: Option<usize>,
    ) -> PyResult<(Bound<'py, PyByteArray>, Bound<'py, PyByteArray>)> {
        let of_queries = |values: &Values| match values {
            Values::Single(values) => self.0.nearest_batch(values, k),
            Values::Double(values) => self.0.nearest_batch(values, k),
        };
        let found = self.ask(queries, py, threads, of_queries, |rows| self.0.neighbours_of(rows, k))?;
        columns(py, found.distances(), found.rows())
    }

    /// The end of each answer (i64), and distances and rows of all points within a radius.
    fn within<'py>(
        &self,
        py: Python<'py>,
        queries: Option<&Bound<'py, PyAny>>,
        radius: f64,
        threads: Option<usize>,
    ) -> PyResult<(Bound<'py, PyByteArray>, Bound<'py, PyByteArray>, Bound<'py, PyByteArray>)> {
        let of_queries = |values: &Values| match values {
            Values::Single(values) => self.0.within(values, radius),
            Values::Double(values) => self.0.within(values, radius),
        };
        let found = self.ask(queries, py, threads, of_queries, |rows| self.0.within_of(rows, radius))?;
        let ends = found.offsets().get(1..).unwrap_or_default();
        let ends = bytes(py, ends.iter().map(|end| (*end as i64).to_ne_bytes()))?;
        let (distances, rows) = columns(py, found.distances(), found.rows())?;
        Ok((ends, distances, rows))
    }
}
