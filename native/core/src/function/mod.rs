//! What is measured of each function, one metric a file.

pub(crate) mod cognitive;
pub(crate) mod cyclomatic;
pub(crate) mod fingerprint;
pub(crate) mod halstead;
pub(crate) mod names;
pub(crate) mod shape;
