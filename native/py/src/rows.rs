//! The classes Python sees; `pyagent_native.pyi` is their description.

use pyagent_metrics as core;
use pyo3::prelude::*;

/// What is wrong at one place of a file.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    line: u32,
    column: u32,
    kind: &'static str,
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

/// One function of a file.
#[pyclass(frozen, get_all, skip_from_py_object, module = "pyagent_native")]
pub struct FunctionMetrics {
    name: String,
    line: u32,
    end_line: u32,
    first_line: u32,
    cyclomatic: u32,
    cognitive: u32,
    nesting: u32,
    arguments: u32,
    returns: u32,
    statements: u32,
    halstead: HalsteadMetrics,
    documented: bool,
    annotated: bool,
    fingerprint: String,
    is_async: bool,
}

#[pymethods]
impl FunctionMetrics {
    fn __repr__(&self) -> String {
        format!("FunctionMetrics({}, line {}, cyclomatic {})", self.name, self.line, self.cyclomatic)
    }
}

/// Everything measured of one file; `functions` builds its rows anew at each access.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct FileMetrics(core::FileMetrics);

#[pymethods]
impl FileMetrics {
    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }
    #[getter]
    fn status(&self) -> &'static str {
        self.0.status.as_str()
    }
    #[getter]
    fn problems(&self) -> Vec<Problem> {
        self.0.problems.iter().map(Problem::from).collect()
    }
    #[getter]
    fn functions(&self) -> Vec<FunctionMetrics> {
        self.0.functions.iter().map(FunctionMetrics::from).collect()
    }
    #[getter]
    fn raw(&self) -> RawMetrics {
        RawMetrics::from(self.0.raw)
    }
    #[getter]
    fn halstead(&self) -> HalsteadMetrics {
        HalsteadMetrics(self.0.halstead)
    }
    #[getter]
    fn mi(&self) -> f64 {
        self.0.maintainability
    }
    #[getter]
    fn cyclomatic(&self) -> u32 {
        self.0.cyclomatic
    }
    fn __repr__(&self) -> String {
        format!("FileMetrics({}, {}, {} functions)", self.0.path, self.0.status.as_str(), self.0.functions.len())
    }
}

impl From<core::FileMetrics> for FileMetrics {
    fn from(file: core::FileMetrics) -> Self {
        Self(file)
    }
}

impl From<&core::Problem> for Problem {
    fn from(problem: &core::Problem) -> Self {
        let core::Problem { line, column, kind, message } = problem.clone();
        Self { line, column, kind, message }
    }
}

impl From<core::RawMetrics> for RawMetrics {
    fn from(raw: core::RawMetrics) -> Self {
        let core::RawMetrics { loc, lloc, sloc, comments, multi, blank, single_comments } = raw;
        Self { loc, lloc, sloc, comments, multi, blank, single_comments }
    }
}

impl From<&core::FunctionMetrics> for FunctionMetrics {
    fn from(function: &core::FunctionMetrics) -> Self {
        let function = function.clone();
        Self {
            name: function.name,
            line: function.line,
            end_line: function.end_line,
            first_line: function.first_line,
            cyclomatic: function.cyclomatic,
            cognitive: function.cognitive,
            nesting: function.nesting,
            arguments: function.arguments,
            returns: function.returns,
            statements: function.statements,
            halstead: HalsteadMetrics(function.halstead),
            documented: function.documented,
            annotated: function.annotated,
            fingerprint: function.fingerprint,
            is_async: function.is_async,
        }
    }
}
