//! [`Frame`]: the answers, as tables in Arrow's memory.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList};

use crate::values::value;

/// A table in Arrow's memory.
///
/// It goes without a copy into whatever reads Arrow streams: ``polars.DataFrame(frame)``, ``pyarrow.table(frame)``,
/// DuckDB. What is shown of it are its first rows.
///
/// Attributes
/// ----------
/// columns : list of str
/// shape : tuple of int
///     Rows and columns.
/// note : str or None
///     What there is to say of an answer, such as why it has fewer tracks than were asked for.
///
/// Examples
/// --------
/// >>> import segue
/// >>> found = segue.Index.build(segue.demo(500)).search("the", 3)
/// >>> found.shape[0], found.columns[:2]
/// (3, ['track_id', 'track_name'])
/// >>> [row["track_name"] for row in found] == found["track_name"]
/// True
#[pyclass(frozen, module = "segue", skip_from_py_object)]
#[derive(Clone)]
pub(crate) struct Frame {
    schema: SchemaRef,
    batches: Arc<[RecordBatch]>,
    #[pyo3(get)]
    note: Option<String>,
}

/// The stream of a frame, and its note.
type Pickled<'py> = (Bound<'py, PyBytes>, Option<String>);

/// The rows, and the characters of a value, that are shown.
const SHOWN_ROWS: usize = 20;
const SHOWN_CHARACTERS: usize = 48;

impl Frame {
    /// A frame of batches of this schema.
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches: batches.into(), note: None }
    }

    pub(crate) fn of(batch: RecordBatch) -> Self {
        Self::new(batch.schema(), vec![batch])
    }

    pub(crate) fn with_note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    /// The first row as a dictionary; empty if there is none.
    pub(crate) fn first<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match self.batches.first() {
            Some(batch) if batch.num_rows() > 0 => self.row(py, batch, 0),
            _ => Ok(PyDict::new(py)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The values of a column.
    fn values<'py>(&self, py: Python<'py>, column: usize, most: usize) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let columns = self.batches.iter().filter_map(|batch| batch.columns().get(column));
        for (array, row) in columns.flat_map(|array| (0..array.len()).map(move |row| (array, row))).take(most)
        {
            list.append(value(py, array, row)?)?;
        }
        Ok(list)
    }

    fn row<'py>(&self, py: Python<'py>, batch: &RecordBatch, row: usize) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            dict.set_item(field.name(), value(py, array, row)?)?;
        }
        Ok(dict)
    }

    /// The first rows, as texts that are short enough to be shown, column by column.
    fn shown(&self, py: Python<'_>) -> PyResult<Vec<(String, Vec<String>)>> {
        let text = |value: Bound<'_, PyAny>| -> PyResult<String> {
            if value.is_none() {
                return Ok(String::new());
            }
            let text = match value.extract::<f64>() {
                Ok(number) if !value.is_instance_of::<pyo3::types::PyInt>() => format!("{number:.4}"),
                _ => match value.cast::<PyList>() {
                    Ok(items) => {
                        let items = items.iter().take(SHOWN_ROWS).map(|item| Ok(item.str()?.to_string()));
                        items.collect::<PyResult<Vec<_>>>()?.join(", ")
                    }
                    Err(_) => value.str()?.to_string(),
                },
            };
            Ok(match text.char_indices().nth(SHOWN_CHARACTERS) {
                Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
                None => text,
            })
        };
        let columns = self.schema.fields().iter().enumerate().map(|(at, field)| {
            let values = self.values(py, at, SHOWN_ROWS)?.iter().map(text).collect::<PyResult<_>>()?;
            Ok((field.name().clone(), values))
        });
        columns.collect()
    }

    /// What there is to say below the rows that are shown.
    fn foot(&self) -> String {
        let rows = self.rows();
        let of = if rows > SHOWN_ROWS { format!(", the first {SHOWN_ROWS} shown") } else { String::new() };
        let note = self.note.as_ref().map_or_else(String::new, |note| format!("; {note}"));
        format!("{rows} rows x {} columns{of}{note}", self.schema.fields().len())
    }
}

#[pymethods]
impl Frame {
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    #[getter]
    fn shape(&self) -> (usize, usize) {
        (self.rows(), self.schema.fields().len())
    }

    /// Copy into a pandas DataFrame.
    ///
    /// Returns
    /// -------
    /// pandas.DataFrame
    ///     As pyarrow converts it: lists are arrays of numpy, and whole numbers of which some are missing are floats.
    ///
    /// Raises
    /// ------
    /// ImportError
    ///     If pandas or pyarrow is not installed: ``pip install segue[pandas]``.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("segue._tables")?.getattr("to_pandas")?.call1((slf,))
    }

    /// Hand over to a polars DataFrame, without a copy.
    ///
    /// Returns
    /// -------
    /// polars.DataFrame
    ///
    /// Raises
    /// ------
    /// ImportError
    ///     If polars is not installed: ``pip install segue[polars]``.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("segue._tables")?.getattr("to_polars")?.call1((slf,))
    }

    /// Hand over to a pyarrow Table, without a copy.
    ///
    /// Returns
    /// -------
    /// pyarrow.Table
    ///
    /// Raises
    /// ------
    /// ImportError
    ///     If pyarrow is not installed: ``pip install segue[pandas]``.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("segue._tables")?.getattr("to_arrow")?.call1((slf,))
    }

    /// Copy into dictionaries, one for each row.
    ///
    /// Returns
    /// -------
    /// list of dict
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for batch in self.batches.iter() {
            for row in 0..batch.num_rows() {
                list.append(self.row(py, batch, row)?)?;
            }
        }
        Ok(list)
    }

    /// Export as a stream of Arrow's C data interface; the schema that is asked for is ignored, as it may be.
    #[pyo3(signature = (requested_schema=None))]
    pub(crate) fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches: Vec<_> = self.batches.iter().cloned().map(Ok).collect();
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
    }

    /// What pickle makes it anew from: its note, and an Arrow stream.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Pickled<'py>)> {
        let (py, frame) = (slf.py(), slf.get());
        let written = py.detach(|| {
            let mut writer = StreamWriter::try_new(Vec::new(), &frame.schema)?;
            frame.batches.iter().try_for_each(|batch| writer.write(batch))?;
            writer.into_inner()
        });
        let bytes = written.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok((slf.get_type().getattr("_of_stream")?, (PyBytes::new(py, &bytes), frame.note.clone())))
    }

    #[staticmethod]
    fn _of_stream(py: Python<'_>, stream: &[u8], note: Option<String>) -> PyResult<Self> {
        let read = py.detach(|| {
            let reader = StreamReader::try_new(stream, None)?;
            let schema = reader.schema();
            Ok::<_, ArrowError>(Self::new(schema, reader.collect::<Result<_, _>>()?))
        });
        read.map(|frame| frame.with_note(note)).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn __copy__(&self) -> Self {
        self.clone()
    }

    fn __deepcopy__(&self, memo: &Bound<'_, PyAny>) -> Self {
        _ = memo;
        self.clone()
    }

    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyList>> {
        match self.schema.index_of(column) {
            Ok(at) => self.values(py, at, usize::MAX),
            Err(_) => Err(PyKeyError::new_err(format!(
                "no column {column:?}, there are {}",
                self.columns().join(", ")
            ))),
        }
    }

    fn __iter__(&self) -> Rows {
        Rows { frame: self.clone(), batch: 0, row: 0 }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let columns = self.shown(py)?;
        let width = |(name, values): &(String, Vec<String>)| {
            values.iter().chain([name]).map(|text| text.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = columns.iter().map(width).collect();
        let line = |texts: Vec<&String>| {
            let cells = texts.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let mut lines = vec![line(columns.iter().map(|(name, _)| name).collect())];
        for row in 0..self.rows().min(SHOWN_ROWS) {
            lines.push(line(columns.iter().filter_map(|(_, values)| values.get(row)).collect()));
        }
        lines.push(self.foot());
        Ok(lines.join("\n"))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let columns = self.shown(py)?;
        let row = |tag: &str, texts: Vec<&String>| {
            let cells = texts.iter().map(|text| format!("<{tag}>{}</{tag}>", escaped(text)));
            format!("<tr>{}</tr>", cells.collect::<String>())
        };
        let head = row("th", columns.iter().map(|(name, _)| name).collect());
        let rows = (0..self.rows().min(SHOWN_ROWS))
            .map(|at| row("td", columns.iter().filter_map(|(_, values)| values.get(at)).collect()));
        let rows: String = rows.collect();
        let foot = escaped(&self.foot());
        Ok(format!("<table><thead>{head}</thead><tbody>{rows}</tbody></table><p>{foot}</p>"))
    }
}

/// A text that can stand in HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The rows of a frame, one after the other.
#[pyclass(module = "segue")]
struct Rows {
    frame: Frame,
    batch: usize,
    row: usize,
}

#[pymethods]
impl Rows {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        while let Some(batch) = self.frame.batches.get(self.batch) {
            if self.row < batch.num_rows() {
                self.row += 1;
                return self.frame.row(py, batch, self.row - 1).map(Some);
            }
            (self.batch, self.row) = (self.batch + 1, 0);
        }
        Ok(None)
    }
}
