//! Differences of two texts as Python sees them.

use std::borrow::Cow;

use pyagent_metrics as core;
use pyo3::prelude::*;

use crate::facts::Edit;

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
