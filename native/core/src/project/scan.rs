//! The scan that keeps what the project passes read.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::graph::Graph;
use crate::facts::FileFacts;
use crate::measure::with_facts;
use crate::results::{Column, Scan};
use crate::scan::{Inputs, Options, scan_with};

/// Every file's metrics and facts; questions are answered from memory, no file is read again.
#[derive(Debug, Default)]
pub struct Project {
    pub(super) paths: Vec<String>,
    pub(super) scan: Arc<Scan>,
    pub(super) facts: Vec<FileFacts>,
    graph: OnceLock<Graph>,
}

/// Lines of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The path as the caller gave it.
    pub path: String,
    /// 1-based first line.
    pub line: u32,
    /// 1-based last line.
    pub end_line: u32,
    /// Qualified name of the function, where it is one.
    pub name: String,
}

impl Project {
    /// One parse of each of `paths` under `root`; none when `go_on` said no, as in `scan`.
    pub fn scan(
        root: PathBuf,
        paths: Vec<PathBuf>,
        options: &Options,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Option<Self> {
        let texts = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let (scan, facts) = scan_with(Inputs::Files { root, paths }, options, go_on, with_facts)?;
        Some(Self { paths: texts, scan: Arc::new(scan), facts, graph: OnceLock::new() })
    }

    /// The metrics, as `scan` gives them.
    #[must_use]
    pub fn metrics(&self) -> &Arc<Scan> {
        &self.scan
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Which file imports which.
    pub(super) fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::of(&self.paths, &self.facts))
    }

    /// Number of the file with this path.
    pub(super) fn number(&self, path: &str) -> Option<usize> {
        self.paths.iter().position(|known| known == path)
    }

    /// Qualified name of a function by file and function number.
    pub(super) fn function_name(&self, file: usize, function: usize) -> &str {
        self.scan.functions.name.at(self.scan.functions_of(file).start + function)
    }

    /// Lines of a function by file and function number.
    pub(super) fn span(&self, file: usize, function: usize) -> Span {
        let (row, of) = (self.scan.functions_of(file).start + function, &self.scan.functions);
        Span {
            path: self.paths[file].clone(),
            line: of.first_line.at(row),
            end_line: of.end_line.at(row),
            name: self.function_name(file, function).to_string(),
        }
    }
}
