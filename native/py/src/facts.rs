//! Rows of the answers that a project gives; `pyagent_native.pyi` is their description.

use pyagent_metrics as core;
use pyo3::prelude::*;

/// Lines of one file.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq, Eq, Hash, std::clone::Clone)]
pub struct Span {
    path: String,
    line: u32,
    end_line: u32,
    name: String,
}

impl From<core::Span> for Span {
    fn from(row: core::Span) -> Self {
        Self { path: row.path, line: row.line, end_line: row.end_line, name: row.name }
    }
}

#[pymethods]
impl Span {
    fn __repr__(&self) -> String {
        format!("Span({}:{}-{} {})", self.path, self.line, self.end_line, self.name)
    }
}

/// One imported name.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq, Eq, Hash)]
pub struct Import {
    path: String,
    line: u32,
    module: String,
    name: String,
    target: Option<String>,
    type_checking: bool,
    deferred: bool,
}

impl From<core::ImportRow> for Import {
    fn from(row: core::ImportRow) -> Self {
        Self {
            path: row.path,
            line: row.line,
            module: row.module,
            name: row.name,
            target: row.target,
            type_checking: row.type_checking,
            deferred: row.deferred,
        }
    }
}

#[pymethods]
impl Import {
    fn __repr__(&self) -> String {
        format!("Import({}:{} {} {})", self.path, self.line, self.module, self.name)
    }
}

/// A definition whose name no product code uses.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq, Eq, Hash)]
pub struct Unused {
    path: String,
    line: u32,
    end_line: u32,
    name: String,
    kind: &'static str,
    confidence: u8,
    only_tests: bool,
}

impl From<core::Unused> for Unused {
    fn from(row: core::Unused) -> Self {
        Self {
            path: row.path,
            line: row.line,
            end_line: row.end_line,
            name: row.name,
            kind: row.kind.as_str(),
            confidence: row.confidence,
            only_tests: row.only_tests,
        }
    }
}

#[pymethods]
impl Unused {
    fn __repr__(&self) -> String {
        format!("Unused({}:{} {} {}, {}%)", self.path, self.line, self.kind, self.name, self.confidence)
    }
}

/// Two copies of one piece of code.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq, Eq, Hash)]
pub struct Clone {
    kind: &'static str,
    tokens: u32,
    first: Span,
    second: Span,
}

impl From<core::Clone> for Clone {
    fn from(row: core::Clone) -> Self {
        Self { kind: row.kind.as_str(), tokens: row.tokens, first: row.first.into(), second: row.second.into() }
    }
}

#[pymethods]
impl Clone {
    fn __repr__(&self) -> String {
        format!(
            "Clone({}, {} tokens, {}:{}, {}:{})",
            self.kind, self.tokens, self.first.path, self.first.line, self.second.path, self.second.line
        )
    }
}

/// Functions that say nearly the same.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq)]
pub struct NearDuplicates {
    similarity: f64,
    functions: Vec<Span>,
}

impl From<core::NearDuplicates> for NearDuplicates {
    fn from(row: core::NearDuplicates) -> Self {
        Self { similarity: row.similarity, functions: row.functions.into_iter().map(Span::from).collect() }
    }
}

#[pymethods]
impl NearDuplicates {
    fn __repr__(&self) -> String {
        format!("NearDuplicates({:.2}, {} functions)", self.similarity, self.functions.len())
    }
}

/// A function that fits a query.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq)]
pub struct Hit {
    function: Span,
    score: f64,
}

impl From<core::Hit> for Hit {
    fn from(row: core::Hit) -> Self {
        Self { function: row.function.into(), score: row.score }
    }
}

#[pymethods]
impl Hit {
    fn __repr__(&self) -> String {
        format!("Hit({:.2}, {}:{} {})", self.score, self.function.path, self.function.line, self.function.name)
    }
}
