//! The Python door of `pyagent-metrics`: converts arguments and results, decides nothing.

mod facts;
mod project;
mod rows;
mod scanned;

use std::path::PathBuf;

use pyagent_metrics::{Inputs, MAX_BYTES, Options};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Metrics of Python source from one parse; problems are data, nothing is raised for a bad file.
#[pymodule(gil_used = false)]
mod pyagent_native {
    use pyo3::prelude::*;
    use pyo3::types::IntoPyDict;

    #[pymodule_export]
    use super::{
        diff,
        facts::{Clone, Edit, HalsteadMetrics, Hit, Import, NearDuplicates, Problem, RawMetrics, Span, Unused},
        measure, measure_all,
        project::{Project, project},
        rows::{FileMetrics, FunctionMetrics},
        scan,
        scanned::{Scan, Table},
        unified_diff,
    };
    #[pymodule_export]
    const PROFILE: &str = pyagent_metrics::PROFILE;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("PROFILES", pyagent_metrics::PROFILES.into_py_dict(module.py())?)
    }
}

/// The metrics of one file's bytes.
#[pyfunction]
#[pyo3(signature = (source, path = "<memory>"))]
fn measure(py: Python<'_>, source: &[u8], path: &str) -> rows::FileMetrics {
    let scan = py.detach(|| pyagent_metrics::Scan::from(&pyagent_metrics::measure(source, path)));
    scanned::Scan::new(scan, vec![PathBuf::from(path)]).file(0)
}

/// The metrics of files under `root`, one result per path, in the order given.
#[pyfunction]
#[pyo3(signature = (root, paths, *, threads = 0, max_bytes = MAX_BYTES, cache = None))]
fn scan(
    py: Python<'_>,
    root: PathBuf,
    paths: Vec<PathBuf>,
    threads: usize,
    max_bytes: u64,
    cache: Option<PathBuf>,
) -> PyResult<scanned::Scan> {
    let inputs = Inputs::Files { root, paths: paths.clone() };
    let options = Options { threads, max_bytes, cache };
    Ok(scanned::Scan::new(interruptible(py, |go_on| pyagent_metrics::scan(inputs, &options, go_on))?, paths))
}

/// The metrics of sources in memory, one result each, in the order given.
#[pyfunction]
#[pyo3(signature = (sources, *, threads = 0, max_bytes = MAX_BYTES, cache = None))]
fn measure_all(
    py: Python<'_>,
    sources: Vec<Vec<u8>>,
    threads: usize,
    max_bytes: u64,
    cache: Option<PathBuf>,
) -> PyResult<scanned::Scan> {
    let paths = vec![PathBuf::from("<memory>"); sources.len()];
    let (inputs, options) = (Inputs::Sources(sources), Options { threads, max_bytes, cache });
    Ok(scanned::Scan::new(interruptible(py, |go_on| pyagent_metrics::scan(inputs, &options, go_on))?, paths))
}

/// The edits that turn `before` into `after`.
#[pyfunction]
fn diff(py: Python<'_>, before: &[u8], after: &[u8]) -> Vec<facts::Edit> {
    py.detach(|| pyagent_metrics::edits(before, after).into_iter().map(facts::Edit::from).collect())
}

/// The hunks of a unified diff.
#[pyfunction]
#[pyo3(signature = (before, after, *, context = 3))]
fn unified_diff(py: Python<'_>, before: &[u8], after: &[u8], context: u32) -> Vec<u8> {
    py.detach(|| pyagent_metrics::unified(before, after, context))
}

/// Runs `work` without the GIL; what it asks about ten times a second is whether Ctrl-C was pressed.
fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> bool) -> Option<T> + Send,
) -> PyResult<T> {
    let mut interrupted = None;
    let mut go_on = || {
        interrupted = Python::attach(|py| py.check_signals().err());
        interrupted.is_none()
    };
    py.detach(|| work(&mut go_on)).ok_or_else(|| interrupted.unwrap_or_else(|| PyKeyboardInterrupt::new_err(())))
}
