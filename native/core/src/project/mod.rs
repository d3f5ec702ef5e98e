//! A whole project: one scan of its files, then cheap passes over what they told.

mod clones;
mod cycles;
mod graph;
mod modules;
mod near;
mod scan;
mod search;
mod unused;
mod winnow;

pub use clones::{Clone, CloneKind};
pub use graph::Import;
pub use near::NearDuplicates;
pub use scan::{Project, Span};
pub use search::Hit;
pub use unused::Unused;
