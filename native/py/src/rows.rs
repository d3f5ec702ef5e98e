//! The classes Python sees; `pyagent_native.pyi` is their description.

use std::ffi::OsStr;
use std::sync::Arc;

use core::{Column, Digests, Flags, Numbers, Reals, Texts};
use pyagent_metrics as core;
use pyagent_metrics::{file_columns, function_columns};
use pyo3::prelude::*;

use crate::scanned::Results;

/// What is wrong at one place of a file.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    line: u32,
    column: u32,
    kind: String,
    message: String,
}

#[pymethods]
impl Problem {
    fn __repr__(&self) -> String {
        format!("Problem({}:{} {}: {})", self.line, self.column, self.kind, self.message)
    }
}

/// Line counts as radon 6.0.1 defines them.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawMetrics {
    loc: u32,
    lloc: u32,
    sloc: u32,
    comments: u32,
    multi: u32,
    blank: u32,
    single_comments: u32,
}

/// Halstead's numbers as radon 6.0.1 takes them.
#[pyclass(frozen, eq, skip_from_py_object, module = "pyagent_native")]
#[derive(Clone, PartialEq)]
pub struct HalsteadMetrics(core::HalsteadCounts);

#[pymethods]
#[allow(non_snake_case)] // N1 and N2 are the names of the literature
impl HalsteadMetrics {
    #[getter]
    fn h1(&self) -> u32 {
        self.0.distinct_operators
    }
    #[getter]
    fn h2(&self) -> u32 {
        self.0.distinct_operands
    }
    #[getter]
    fn N1(&self) -> u32 {
        self.0.operators
    }
    #[getter]
    fn N2(&self) -> u32 {
        self.0.operands
    }
    #[getter]
    fn vocabulary(&self) -> u32 {
        self.0.vocabulary()
    }
    #[getter]
    fn length(&self) -> u32 {
        self.0.length()
    }
    #[getter]
    fn calculated_length(&self) -> f64 {
        self.0.calculated_length()
    }
    #[getter]
    fn volume(&self) -> f64 {
        self.0.volume()
    }
    #[getter]
    fn difficulty(&self) -> f64 {
        self.0.difficulty()
    }
    #[getter]
    fn effort(&self) -> f64 {
        self.0.effort()
    }
    #[getter]
    fn time(&self) -> f64 {
        self.0.time()
    }
    #[getter]
    fn bugs(&self) -> f64 {
        self.0.bugs()
    }
}

/// Halstead's numbers of a row, from the four columns that both tables have.
macro_rules! halstead {
    ($table:expr, $row:expr) => {
        HalsteadMetrics(core::HalsteadCounts {
            distinct_operators: $table.distinct_operators.at($row),
            distinct_operands: $table.distinct_operands.at($row),
            operators: $table.operators.at($row),
            operands: $table.operands.at($row),
        })
    };
}

/// One function of a file; its attributes are the columns of its table.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct FunctionMetrics {
    results: Arc<Results>,
    row: usize,
}

macro_rules! function_attributes {
    ($table:ident of $row:ident: $record:ident {
        own { $($column:ident: $kind:ident = $cell:expr,)* }
        $($rest:tt)*
    }) => {
        #[pymethods]
        impl FunctionMetrics {
            $(#[getter]
            fn $column(&self) -> <$kind as Column>::Shown<'_> {
                self.results.scan.functions.$column.at(self.row)
            })*
            #[getter]
            fn halstead(&self) -> HalsteadMetrics {
                halstead!(self.results.scan.functions, self.row)
            }
            fn __repr__(&self) -> String {
                format!("FunctionMetrics({}, line {}, cyclomatic {})", self.name(), self.line(), self.cyclomatic())
            }
        }
    };
}

/// Everything measured of one file; `functions` and `problems` build their rows anew at each access.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct FileMetrics {
    pub results: Arc<Results>,
    pub row: usize,
}

macro_rules! file_attributes {
    ($table:ident of $row:ident: $record:ident {
        own { $($column:ident: $kind:ident = $cell:expr,)* }
        $($rest:tt)*
    }) => {
        #[pymethods]
        impl FileMetrics {
            $(#[getter]
            fn $column(&self) -> <$kind as Column>::Shown<'_> {
                self.results.scan.files.$column.at(self.row)
            })*
            #[getter]
            fn path(&self) -> &OsStr {
                self.results.paths[self.row].as_os_str()
            }
            #[getter]
            fn problems(&self) -> Vec<Problem> {
                let problem = |row| Problem::at(&self.results.scan.problems, row);
                self.results.scan.problems_of(self.row).map(problem).collect()
            }
            #[getter]
            fn functions(&self) -> Vec<FunctionMetrics> {
                let function = |row| FunctionMetrics { results: Arc::clone(&self.results), row };
                self.results.scan.functions_of(self.row).map(function).collect()
            }
            #[getter]
            fn raw(&self) -> RawMetrics {
                RawMetrics::at(&self.results.scan.files, self.row)
            }
            #[getter]
            fn halstead(&self) -> HalsteadMetrics {
                halstead!(self.results.scan.files, self.row)
            }
            fn __repr__(&self) -> String {
                let functions = self.results.scan.functions_of(self.row).len();
                format!("FileMetrics({}, {}, {functions} functions)", self.path().display(), self.status())
            }
        }
    };
}

function_columns!(function_attributes);
file_columns!(file_attributes);

impl Problem {
    fn at(table: &core::ProblemColumns, row: usize) -> Self {
        Self {
            line: table.line.at(row),
            column: table.column.at(row),
            kind: table.kind.at(row).to_string(),
            message: table.message.at(row).to_string(),
        }
    }
}

impl RawMetrics {
    fn at(table: &core::FileColumns, row: usize) -> Self {
        Self {
            loc: table.loc.at(row),
            lloc: table.lloc.at(row),
            sloc: table.sloc.at(row),
            comments: table.comments.at(row),
            multi: table.multi.at(row),
            blank: table.blank.at(row),
            single_comments: table.single_comments.at(row),
        }
    }
}
