//! The project as Python sees it.

use std::path::PathBuf;
use std::sync::Arc;

use pyagent_metrics as core;
use pyo3::prelude::*;

use crate::facts::{Clone, Hit, Import, NearDuplicates, Unused};
use crate::interruptible;
use crate::scanned::Scan;

/// A scanned project; every answer is computed from memory.
#[pyclass(frozen, skip_from_py_object, module = "pyagent_native")]
pub struct Project {
    of: core::Project,
    paths: Vec<PathBuf>,
}

/// The metrics and facts of files under `root`, from one parse each.
#[pyfunction]
#[pyo3(signature = (root, paths, *, threads = 0, max_bytes = core::MAX_BYTES))]
pub fn project(
    py: Python<'_>,
    root: PathBuf,
    paths: Vec<PathBuf>,
    threads: usize,
    max_bytes: u64,
) -> PyResult<Project> {
    let options = core::Options { threads, max_bytes, cache: None };
    let of = interruptible(py, |go_on| core::Project::scan(root, paths.clone(), &options, go_on))?;
    Ok(Project { of, paths })
}

#[pymethods]
impl Project {
    #[getter]
    fn scan(&self) -> Scan {
        Scan::new(Arc::clone(self.of.metrics()), self.paths.clone())
    }
    fn imports(&self, py: Python<'_>) -> Vec<Import> {
        py.detach(|| self.of.imports().into_iter().map(Import::from).collect())
    }
    fn cycles(&self, py: Python<'_>) -> Vec<Vec<&str>> {
        py.detach(|| self.of.cycles())
    }
    #[pyo3(signature = (path, depth = 0))]
    fn dependents(&self, py: Python<'_>, path: &str, depth: usize) -> Vec<&str> {
        py.detach(|| self.of.dependents(path, depth))
    }
    #[pyo3(signature = (min_confidence = 60))]
    fn unused(&self, py: Python<'_>, min_confidence: u8) -> Vec<Unused> {
        py.detach(|| self.of.unused(min_confidence).into_iter().map(Unused::from).collect())
    }
    #[pyo3(signature = (min_tokens = 50))]
    fn clones(&self, py: Python<'_>, min_tokens: u32) -> Vec<Clone> {
        py.detach(|| self.of.clones(min_tokens).into_iter().map(Clone::from).collect())
    }
    #[pyo3(signature = (threshold = 0.8))]
    fn near_duplicates(&self, py: Python<'_>, threshold: f64) -> Vec<NearDuplicates> {
        py.detach(|| self.of.near_duplicates(threshold).into_iter().map(NearDuplicates::from).collect())
    }
    #[pyo3(signature = (text, limit = 10))]
    fn search(&self, py: Python<'_>, text: &str, limit: usize) -> Vec<Hit> {
        py.detach(|| self.of.search(text, limit).into_iter().map(Hit::from).collect())
    }
    fn __repr__(&self) -> String {
        format!("Project({} files)", self.of.len())
    }
}
