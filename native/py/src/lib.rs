//! The Python door of `pyagent-metrics`: converts arguments and results, decides nothing.

mod arrow;
mod diff;
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
    use super::diff::{diff, unified_diff};
    #[pymodule_export]
    use super::facts::{Clone, Edit, Hit, Import, NearDuplicates, Span, Unused};
    #[pymodule_export]
    use super::project::{Project, project};
    #[pymodule_export]
    use super::rows::{FileMetrics, FunctionMetrics, HalsteadMetrics, Problem, RawMetrics};
    #[pymodule_export]
    use super::scanned::{Scan, Table};
    #[pymodule_export]
    use super::{measure, measure_all, scan};

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
    let mut scan = pyagent_metrics::Scan::default();
    py.detach(|| scan.add(&pyagent_metrics::measure(source, path)));
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

/// Runs `work` without the GIL; what it asks about ten times a second is whether Ctrl-C was pressed.
fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> bool) -> Option<T> + Send,
) -> PyResult<T> {
    let mut interrupted = None;
    let results = py.detach(|| {
        work(&mut || {
            #[allow(clippy::redundant_closure_for_method_calls)] // the method fits no single lifetime
            let answer = Python::attach(|py| py.check_signals());
            interrupted = answer.err();
            interrupted.is_none()
        })
    });
    results.ok_or_else(|| interrupted.unwrap_or_else(|| PyKeyboardInterrupt::new_err(())))
}
