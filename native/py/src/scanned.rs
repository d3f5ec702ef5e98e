//! The results of a scan: a sequence of files, and its tables.

use std::path::PathBuf;
use std::sync::Arc;

use pyagent_metrics as core;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyIterator, PyList, PySlice};

use crate::arrow::{self, Which};
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

    fn table(&self, which: Which) -> Table {
        Table { results: Arc::clone(&self.0), which }
    }
}

#[pymethods]
impl Scan {
    fn __len__(&self) -> usize {
        self.0.paths.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let length = self.0.paths.len().cast_signed();
        if let Ok(slice) = index.cast::<PySlice>() {
            let rows = slice.indices(length)?;
            let chosen = (0..rows.slicelength).map(|n| rows.start + n.cast_signed() * rows.step);
            return Ok(
                PyList::new(py, chosen.map(|row| self.file(row.cast_unsigned())).collect::<Vec<_>>())?.into_any()
            );
        }
        let given: isize = index.extract()?;
        let row = if given < 0 { given + length } else { given };
        if row < 0 || row >= length {
            return Err(PyIndexError::new_err("no file at this place of the scan"));
        }
        Ok(self.file(row.cast_unsigned()).into_pyobject(py)?.into_any())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, (0..self.0.paths.len()).map(|row| self.file(row)))?.try_iter()
    }

    #[getter]
    fn functions(&self) -> Table {
        self.table(Which::Functions)
    }
    #[getter]
    fn files(&self) -> Table {
        self.table(Which::Files)
    }
    #[getter]
    fn problems(&self) -> Table {
        self.table(Which::Problems)
    }
    fn __repr__(&self) -> String {
        use core::Table;
        format!("Scan({} files, {} functions)", self.0.paths.len(), self.0.scan.functions.rows())
    }
}

/// Rows of one kind, stored by column, for Arrow consumers.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct Table {
    results: Arc<Results>,
    which: Which,
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        use core::Table;
        let scan = &self.results.scan;
        match self.which {
            Which::Functions => scan.functions.rows(),
            Which::Files => scan.files.rows(),
            Which::Problems => scan.problems.rows(),
        }
    }

    #[pyo3(signature = (requested_schema = None))]
    #[allow(unused_variables)] // the protocol lets a producer leave a wished schema unmet
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::stream(py, &self.results, self.which)
    }
}
