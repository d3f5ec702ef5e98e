//! Metrics of Python source from one parse: cyclomatic, cognitive, Halstead, raw lines,
//! maintainability, nesting and size, per function and per file.
//!
//! A file is decoded, checked for depth, parsed once, flattened into our own `tree` and measured
//! by small modules that read only that. Whatever a file is, it yields one `FileMetrics`.

#![forbid(unsafe_code)]

mod cache;
mod decode;
mod diff;
mod digest;
mod facts;
mod file;
mod front;
mod function;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod limits;
mod lines;
mod measure;
mod paths;
mod profiles;
mod project;
mod records;
mod results;
mod scan;
mod tree;
mod walk;

pub use diff::{Edit, edits, unified};
pub use facts::DefinitionKind;
pub use limits::{MAX_BRACKETS, MAX_BYTES, MAX_CHAIN, MAX_INDENTS};
pub use measure::measure;
pub use profiles::{PROFILE, PROFILES};
pub use project::{Clone, CloneKind, Hit, Import, NearDuplicates, Project, Span, Unused};
pub use records::{Coverage, FileMetrics, FunctionMetrics, HalsteadCounts, Problem, RawMetrics, Status};
pub use results::{
    Column, Digests, FileColumns, Flags, FunctionColumns, Numbers, ProblemColumns, Reals, Scan, Table, TableKind, Texts,
};
pub use scan::{Inputs, Options, scan};
