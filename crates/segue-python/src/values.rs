//! Values of Arrow arrays as objects of Python.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// The types of arrays that frames have.
macro_rules! numbers {
    ($py:ident, $array:ident, $row:ident, $($kind:ident => $type:ty),*) => {
        match $array.data_type() {
            $(DataType::$kind => Some($array.as_primitive::<$type>().value($row).into_py_any($py)?),)*
            _ => None,
        }
    };
}

/// One value; None where it is missing.
pub(crate) fn value(py: Python<'_>, array: &dyn Array, row: usize) -> PyResult<Py<PyAny>> {
    if row >= array.len() || array.is_null(row) {
        return Ok(py.None());
    }
    if array.data_type() == &DataType::Float16 {
        return f64::from(array.as_primitive::<Float16Type>().value(row)).into_py_any(py);
    }
    if let Some(number) = numbers!(
        py, array, row,
        Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
        UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type,
        Float32 => Float32Type, Float64 => Float64Type
    ) {
        return Ok(number);
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into_py_any(py),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into_py_any(py),
        DataType::Boolean => array.as_boolean().value(row).into_py_any(py),
        DataType::LargeList(_) => list(py, &array.as_list::<i64>().value(row)),
        DataType::List(_) => list(py, &array.as_list::<i32>().value(row)),
        DataType::FixedSizeList(..) => list(py, &array.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            let dict = PyDict::new(py);
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                dict.set_item(field.name(), value(py, column, row)?)?;
            }
            dict.into_py_any(py)
        }
        other => Err(PyTypeError::new_err(format!("a column of the type {other} cannot be shown"))),
    }
}

fn list(py: Python<'_>, items: &ArrayRef) -> PyResult<Py<PyAny>> {
    let items = (0..items.len()).map(|row| value(py, items, row)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(py, items)?.into_py_any(py)
}
