//! The Python door of `pyagent-metrics`: converts arguments and results, decides nothing.

mod rows;

use std::path::Path;

use pyo3::prelude::*;

/// Metrics of Python source from one parse; problems are data, nothing is raised for a bad file.
#[pymodule(gil_used = false)]
mod pyagent_native {
    #[pymodule_export]
    use super::rows::{FileMetrics, FunctionMetrics, HalsteadMetrics, Problem, RawMetrics};
    #[pymodule_export]
    use super::{measure, scan};

    #[pymodule_export]
    const PROFILE: &str = pyagent_metrics::PROFILE;
}

/// The metrics of one file's bytes.
#[pyfunction]
#[pyo3(signature = (source, path = "<memory>"))]
fn measure(py: Python<'_>, source: &[u8], path: &str) -> rows::FileMetrics {
    py.detach(|| pyagent_metrics::measure(source, path)).into()
}

/// The metrics of files under `root`, one result per path, in the order given.
#[pyfunction]
#[pyo3(signature = (root, paths, threads = 0))]
#[allow(clippy::needless_pass_by_value)] // pyo3 hands extracted arguments over by value
fn scan(py: Python<'_>, root: String, paths: Vec<String>, threads: usize) -> Vec<rows::FileMetrics> {
    let files = py.detach(|| pyagent_metrics::scan(Path::new(&root), &paths, threads));
    files.into_iter().map(rows::FileMetrics::from).collect()
}
