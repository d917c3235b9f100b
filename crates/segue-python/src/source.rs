//! What Python calls a table, as an input of the engine.

use std::path::PathBuf;

use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_pyarrow::FromPyArrow;
use pyo3::exceptions::{PyException, PyImportError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyMapping, PySlice, PyTuple};
use segue::Input;

use crate::faults::Fault;

/// The inputs that a source names: a path, bytes, a table, or several of them.
pub(crate) fn inputs(source: &Bound<'_, PyAny>) -> PyResult<Vec<Input>> {
    match source.cast::<PyList>() {
        Ok(several) => return several.iter().map(|source| input(&source)).collect(),
        Err(_) => {
            if let Ok(several) = source.cast::<PyTuple>() {
                return several.iter().map(|source| input(&source)).collect();
            }
        }
    }
    Ok(vec![input(source)?])
}

/// The input that one source is.
pub(crate) fn input(source: &Bound<'_, PyAny>) -> PyResult<Input> {
    if let Ok(bytes) = source.cast::<PyBytes>() {
        return Ok(Input::bytes("bytes", bytes.as_bytes()));
    }
    if let Ok(path) = source.extract::<PathBuf>() {
        return Ok(Input::path(path));
    }
    let name = source.get_type().name()?.to_string();
    let stream = stream(source)?.ok_or_else(|| {
        PyTypeError::new_err(format!(
            "a path, bytes or a table (pandas, polars, pyarrow, DuckDB: whatever has __arrow_c_stream__) was wanted, \
             found {name}"
        ))
    })?;
    Ok(Input::batches(name, stream))
}

/// The record batches of a table; `None` if it is none.
pub(crate) fn stream(table: &Bound<'_, PyAny>) -> PyResult<Option<RecordBatchStreamReader>> {
    let has = |name: &str| table.hasattr(name);
    let is_polars = |table: &Bound<'_, PyAny>| -> PyResult<bool> {
        Ok(table.get_type().module()?.to_str()?.starts_with("polars") && table.hasattr("get_columns")?)
    };
    let table = if has("with_format")? && has("features")? {
        // A data set of Hugging Face, which may be a selection of its table.
        let arrow = table.call_method1("with_format", ("arrow",))?;
        arrow.get_item(PySlice::full(table.py()))?
    } else if has("__arrow_c_stream__")? {
        table.clone()
    } else if has("collect")? && has("lazy")? {
        // A lazy frame of polars.
        table.call_method0("collect")?
    } else {
        return Ok(None);
    };
    let py = table.py();
    // polars exports a column without a type in a way that arrow does not take; it holds nothing.
    let table = match is_polars(&table)? {
        true => table.call_method1("drop", (untyped(&table)?,))?,
        false => table,
    };
    let read = RecordBatchStreamReader::from_pyarrow_bound(&table);
    let passes = |error: &PyErr| {
        // An interruption is no fault of the table.
        error.is_instance_of::<PyImportError>(py) || !error.is_instance_of::<PyException>(py)
    };
    read.map(Some).map_err(|error| match passes(&error) {
        true => error,
        false => {
            let name = table.get_type().name().map(|name| name.to_string()).unwrap_or_default();
            let refused = Fault::Input.says(py, format!("{name}: {}", error.value(py)));
            refused.set_cause(py, Some(error));
            refused
        }
    })
}

/// The names of the columns of a frame of polars that have no type.
fn untyped(table: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut names = Vec::new();
    for pair in table.getattr("schema")?.call_method0("items")?.try_iter()? {
        let (name, kind): (String, Bound<'_, PyAny>) = pair?.extract()?;
        if kind.str()?.to_str()? == "Null" {
            names.push(name);
        }
    }
    Ok(names)
}

/// One name, or several.
pub(crate) fn names(names: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(name) = names.extract::<String>() {
        return Ok(vec![name]);
    }
    let name = |name: Bound<'_, PyAny>| match name.hasattr("as_py")? {
        // A scalar of pyarrow.
        true => name.call_method0("as_py")?.extract(),
        false => name.extract(),
    };
    names.try_iter()?.map(|given| name(given?)).collect()
}

/// One name, or several; none if they are not given.
pub(crate) fn names_if_given(given: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    given.map(names).transpose().map(Option::unwrap_or_default)
}

/// The items of a mapping.
pub(crate) fn pairs<T>(
    mapping: &Bound<'_, PyMapping>,
    value: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<(String, T)>> {
    let pair = |pair: Bound<'_, PyAny>| {
        let (name, found): (String, Bound<'_, PyAny>) = pair.extract()?;
        let value = value(&found)
            .map_err(|error| PyTypeError::new_err(format!("{name:?}: {}", error.value(pair.py()))))?;
        Ok((name, value))
    };
    mapping.items()?.iter().map(pair).collect()
}

/// A mapping of names to values; none if it is not given.
pub(crate) fn mapping<T>(
    given: Option<&Bound<'_, PyAny>>,
    value: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<(String, T)>> {
    match given {
        None => Ok(Vec::new()),
        Some(given) => match given.cast::<PyMapping>() {
            Ok(mapping) => pairs(mapping, value),
            Err(_) => Err(PyTypeError::new_err(format!(
                "a mapping of names to values was wanted, found {}",
                given.get_type().name()?
            ))),
        },
    }
}
