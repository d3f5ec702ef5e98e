//! What is measured of each function, one metric a file, all of them in one walk over the tree.

mod cognitive;
mod cyclomatic;
mod expressions;
pub(crate) mod fingerprint;
mod frame;
mod halstead;
mod shape;
mod statements;

pub(crate) use statements::{Measured, Measures, measures};
