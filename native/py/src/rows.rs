//! Files and functions as Python sees them: each attribute is read from its column when asked for.

use std::ffi::OsStr;
use std::sync::Arc;

use core::{Column, Digests, Flags, Numbers, Reals, Texts};
use pyagent_metrics as core;
use pyagent_metrics::{file_columns, function_columns};
use pyo3::prelude::*;

use crate::facts::{HalsteadMetrics, Problem, RawMetrics};
use crate::scanned::Results;

/// A row whose attributes are the columns of its table, and methods of its own.
macro_rules! attributes {
    ($class:ident.$table:ident { $($method:tt)* } $columns:ident of $row:ident: $record:ident {
        own { $($column:ident: $kind:ident = $cell:expr,)* } $($rest:tt)*
    }) => {
        #[pymethods]
        impl $class {
            $(#[getter]
            fn $column(&self) -> <$kind as Column>::Shown<'_> {
                self.results.scan.$table.$column.at(self.row)
            })*
            #[getter]
            fn halstead(&self) -> HalsteadMetrics {
                self.results.scan.$table.halstead(self.row).into()
            }
            $($method)*
        }
    };
}

/// One function of a file.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct FunctionMetrics {
    results: Arc<Results>,
    row: usize,
}

function_columns!(attributes FunctionMetrics.functions {
    fn __repr__(&self) -> String {
        format!("FunctionMetrics({}, line {}, cyclomatic {})", self.name(), self.line(), self.cyclomatic())
    }
});

/// Everything measured of one file; `functions` and `problems` build their rows anew at each access.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct FileMetrics {
    pub results: Arc<Results>,
    pub row: usize,
}

file_columns!(attributes FileMetrics.files {
    #[getter]
    fn path(&self) -> &OsStr {
        self.results.paths[self.row].as_os_str()
    }
    #[getter]
    fn problems(&self) -> Vec<Problem> {
        let problem = |row| Problem::from((&self.results.scan.problems, row));
        self.results.scan.problems_of(self.row).map(problem).collect()
    }
    #[getter]
    fn functions(&self) -> Vec<FunctionMetrics> {
        let function = |row| FunctionMetrics { results: Arc::clone(&self.results), row };
        self.results.scan.functions_of(self.row).map(function).collect()
    }
    #[getter]
    fn raw(&self) -> RawMetrics {
        self.results.scan.files.raw(self.row).into()
    }
    fn __repr__(&self) -> String {
        let functions = self.results.scan.functions_of(self.row).len();
        format!("FileMetrics({}, {}, {functions} functions)", self.path().display(), self.status())
    }
});
