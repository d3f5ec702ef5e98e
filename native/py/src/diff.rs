//! Differences of two texts as Python sees them.

use std::borrow::Cow;

use pyagent_metrics as core;
use pyo3::prelude::*;

/// Neighbouring lines of one text that stand in for neighbouring lines of another.
#[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq, Eq, Hash)]
pub struct Edit {
    before_start: u32,
    before_end: u32,
    after_start: u32,
    after_end: u32,
}

#[pymethods]
impl Edit {
    fn __repr__(&self) -> String {
        format!("Edit({}:{} -> {}:{})", self.before_start, self.before_end, self.after_start, self.after_end)
    }
}

impl From<core::Edit> for Edit {
    fn from(core::Edit { before, after }: core::Edit) -> Self {
        Self { before_start: before.start, before_end: before.end, after_start: after.start, after_end: after.end }
    }
}

/// The edits that turn `before` into `after`.
#[pyfunction]
pub fn diff(py: Python<'_>, before: &[u8], after: &[u8]) -> Vec<Edit> {
    py.detach(|| core::edits(before, after).into_iter().map(Edit::from).collect())
}

/// The hunks of a unified diff.
#[pyfunction]
#[pyo3(signature = (before, after, *, context = 3))]
pub fn unified_diff<'a>(py: Python<'_>, before: &[u8], after: &[u8], context: u32) -> Cow<'a, [u8]> {
    Cow::Owned(py.detach(|| core::unified(before, after, context)))
}
