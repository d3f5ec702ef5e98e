//! What is measured of a file as a whole.

pub(crate) mod coverage;
pub(crate) mod maintainability;
pub(crate) mod raw;
pub(crate) mod unparsed;
