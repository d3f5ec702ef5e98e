//! The results of a scan: a sequence of files, and its tables.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatchIterator;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use core::TableKind;
use pyagent_metrics as core;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyIterator, PyList, PyRange};

use crate::rows::FileMetrics;

/// What the rows of one scan share.
pub struct Results {
    pub scan: Arc<core::Scan>,
    /// The paths as they were given; their texts in the tables may be lossy.
    pub paths: Vec<PathBuf>,
}

/// Results of many files: a sequence of `FileMetrics`, in the order of the paths.
#[pyclass(frozen, sequence, skip_from_py_object, module = "pyagent_native")]
pub struct Scan(Arc<Results>);

impl Scan {
    pub fn new(scan: impl Into<Arc<core::Scan>>, paths: Vec<PathBuf>) -> Self {
        Self(Arc::new(Results { scan: scan.into(), paths }))
    }

    pub fn file(&self, row: usize) -> FileMetrics {
        FileMetrics { results: Arc::clone(&self.0), row }
    }

    fn table(&self, kind: TableKind) -> Table {
        Table(Arc::clone(&self.0), kind)
    }
}

#[pymethods]
impl Scan {
    fn __len__(&self) -> usize {
        self.0.paths.len()
    }

    /// Python's own range knows what negative numbers and slices mean.
    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let chosen = PyRange::new(py, 0, self.0.paths.len().cast_signed())?.get_item(index)?;
        if let Ok(row) = chosen.extract() {
            return Ok(self.file(row).into_pyobject(py)?.into_any());
        }
        let files = chosen.try_iter()?.map(|row| Ok(self.file(row?.extract()?))).collect::<PyResult<Vec<_>>>()?;
        Ok(PyList::new(py, files)?.into_any())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, (0..self.0.paths.len()).map(|row| self.file(row)))?.try_iter()
    }

    #[getter]
    fn functions(&self) -> Table {
        self.table(TableKind::Functions)
    }
    #[getter]
    fn files(&self) -> Table {
        self.table(TableKind::Files)
    }
    #[getter]
    fn problems(&self) -> Table {
        self.table(TableKind::Problems)
    }
    fn __repr__(&self) -> String {
        format!("Scan({} files, {} functions)", self.0.paths.len(), self.0.scan.rows_of(TableKind::Functions))
    }
}

/// Rows of one kind, stored by column, for Arrow consumers.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct Table(Arc<Results>, TableKind);

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.0.scan.rows_of(self.1)
    }

    #[pyo3(signature = (requested_schema = None))]
    #[allow(unused_variables)] // the protocol lets a producer leave a wished schema unmet
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = self.0.scan.batch(self.1, &self.0.paths);
        let batch = batch.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        let schema = batch.schema();
        let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}
