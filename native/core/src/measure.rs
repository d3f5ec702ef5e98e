//! One file's bytes into its metrics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::decode::{Undecodable, decode};
use crate::facts::FileFacts;
use crate::file::{coverage, maintainability, raw, unparsed};
use crate::function::{Measured, Measures, fingerprint};
use crate::limits::{Depth, MAX_BYTES};
use crate::lines::LineStarts;
use crate::records::{FileMetrics, FunctionMetrics, Problem, RawMetrics, Status};
use crate::tree::{FunctionHead, Hints, Tree};
use crate::{facts, front, function, limits};

/// Stack of a thread that measures many files: enough for nearly all of them.
pub(crate) const STACK_BYTES: usize = 8 << 20;

/// The metrics of one file's bytes; never panics and never fails.
#[must_use]
pub fn measure(source: &[u8], path: &str) -> FileMetrics {
    measure_on(0, source, path, MAX_BYTES, plainly).0
}

/// As `measure`, by a thread that has `stack` bytes of stack left: a source that may need more is
/// parsed, and its tree dropped, on a thread of its own.
pub(crate) fn measure_on<T: Default + Send>(
    stack: usize,
    bytes: &[u8],
    path: &str,
    max_bytes: u64,
    parse: Parse<T>,
) -> (FileMetrics, T) {
    catch_unwind(AssertUnwindSafe(|| measured(stack, bytes, path, max_bytes, parse)))
        .unwrap_or_else(|_| alone(internal(path, "the measurement panicked".to_string())))
}

/// The tree of a source at a path with at most so many levels, and what else is asked of it.
pub(crate) type Parse<T> = fn(&str, &str, usize) -> Result<(Tree, T), front::TooDeep>;

/// Only the tree.
pub(crate) fn plainly(source: &str, _path: &str, levels: usize) -> Result<(Tree, ()), front::TooDeep> {
    Ok((front::parse(source, levels)?, ()))
}

/// With what the file tells about its project.
pub(crate) fn with_facts(source: &str, path: &str, levels: usize) -> Result<(Tree, FileFacts), front::TooDeep> {
    let (tree, sightings) = front::parse_with_names(source, levels)?;
    let facts = facts::of_file(path, source, &tree, sightings);
    Ok((tree, facts))
}

pub(crate) fn internal(path: &str, message: String) -> FileMetrics {
    FileMetrics::unmeasured(path.to_string(), Status::Error, Problem::of_file("internal", message))
}

/// The result of a file that was not parsed.
pub(crate) fn alone<T: Default>(metrics: FileMetrics) -> (FileMetrics, T) {
    (metrics, T::default())
}

fn measured<T: Default + Send>(
    stack: usize,
    bytes: &[u8],
    path: &str,
    max_bytes: u64,
    parse: Parse<T>,
) -> (FileMetrics, T) {
    if bytes.len() as u64 > max_bytes {
        return alone(too_large(path, bytes.len() as u64, max_bytes, unparsed::counts(bytes)));
    }
    let source = match decode(bytes) {
        Ok(source) => source,
        Err(error) => {
            return alone(FileMetrics::unmeasured(path.to_string(), Status::Error, undecodable(bytes, error)));
        }
    };
    match limits::depth(&source) {
        Ok(depth) if depth.stack_bytes() <= stack => parsed(&source, path, depth, parse),
        Ok(depth) => parsed_apart(&source, path, depth, parse),
        Err(message) => alone(too_deep(&source, path, message)),
    }
}

fn parsed_apart<T: Default + Send>(source: &str, path: &str, depth: Depth, parse: Parse<T>) -> (FileMetrics, T) {
    let ended = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(depth.stack_bytes());
        let handle = worker.spawn_scoped(scope, || parsed(source, path, depth, parse));
        handle.map(std::thread::ScopedJoinHandle::join)
    });
    match ended {
        Ok(Ok(metrics)) => metrics,
        Ok(Err(_)) => alone(internal(path, "the measurement panicked".to_string())),
        Err(error) => alone(internal(path, format!("no thread for measuring: {error}"))),
    }
}

fn parsed<T: Default>(source: &str, path: &str, depth: Depth, parse: Parse<T>) -> (FileMetrics, T) {
    match parse(source, path, depth.levels) {
        Ok((tree, more)) => (of_tree(source, &tree, path), more),
        Err(front::TooDeep) => {
            alone(too_deep(source, path, "a syntax tree deeper than its source lets expect".to_string()))
        }
    }
}

/// A file larger than `max_bytes`, of which only lines were counted.
pub(crate) fn too_large(path: &str, size: u64, max_bytes: u64, raw: RawMetrics) -> FileMetrics {
    let message = format!("{size} bytes, more than the {max_bytes} that are parsed");
    let problem = Problem::of_file("too-large", message);
    FileMetrics { raw, ..FileMetrics::unmeasured(path.to_string(), Status::TooLarge, problem) }
}

fn too_deep(source: &str, path: &str, message: String) -> FileMetrics {
    let problem = Problem::of_file("too-deep", message);
    let raw = unparsed::counts(source.as_bytes());
    FileMetrics { raw, ..FileMetrics::unmeasured(path.to_string(), Status::TooDeep, problem) }
}

fn undecodable(bytes: &[u8], error: Undecodable) -> Problem {
    let before = error.offset.and_then(|offset| bytes.get(..offset));
    let position = before.map(|before| {
        let text = String::from_utf8_lossy(before);
        let lines = LineStarts::of(&text);
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        (lines.line(end), lines.column(&text, end))
    });
    let (line, column) = position.unwrap_or_default();
    Problem { line, column, kind: "decode", message: error.message }
}

fn of_tree(source: &str, tree: &Tree, path: &str) -> FileMetrics {
    let Measures { functions, module } = function::measures(source, tree);
    let raw = raw::counts(source, &tree.tokens);
    let measuring = Measuring { source, tree, lines: LineStarts::of(source) };
    let named = functions.into_iter().enumerate();
    let functions = named.map(|(number, measured)| measuring.function(number, measured)).collect::<Vec<_>>();
    let cyclomatic = 1 + module.cyclomatic.radon;
    FileMetrics {
        path: path.to_string(),
        status: status(tree, &functions),
        problems: measuring.problems(),
        maintainability: maintainability::index(&module.halstead, cyclomatic, &raw),
        raw,
        halstead: module.halstead,
        cyclomatic,
        cyclomatic_core: 1 + module.cyclomatic.core,
        coverage: coverage::of(tree, &functions),
        functions,
    }
}

fn status(tree: &Tree, functions: &[FunctionMetrics]) -> Status {
    match (tree.complaints.is_empty(), functions.is_empty()) {
        (true, _) => Status::Ok,
        (false, false) => Status::Partial,
        (false, true) => Status::Error,
    }
}

/// A file's tree and lines.
struct Measuring<'a> {
    source: &'a str,
    tree: &'a Tree,
    lines: LineStarts,
}

impl Measuring<'_> {
    fn problems(&self) -> Vec<Problem> {
        let problem = |complaint: &crate::tree::Complaint| Problem {
            line: self.lines.line(complaint.offset),
            column: self.lines.column(self.source, complaint.offset),
            kind: "syntax",
            message: complaint.message.clone(),
        };
        self.tree.complaints.iter().map(problem).collect()
    }

    fn function(&self, number: usize, measured: Measured) -> FunctionMetrics {
        let Measured { name, in_class, counts } = measured;
        let (node, head) = (self.tree.nodes[counts.index], &self.tree.functions[number]);
        let hints = hints(head, in_class);
        FunctionMetrics {
            name,
            line: self.lines.line(head.def_start),
            end_line: self.lines.line(node.end.saturating_sub(1)),
            first_line: self.lines.line(node.start),
            cyclomatic: 1 + counts.cyclomatic.radon,
            cyclomatic_ruff: 1 + counts.cyclomatic.ruff,
            cyclomatic_core: 1 + counts.cyclomatic.core,
            cognitive: counts.complexipy.flat + u32::from(counts.calls_itself),
            cognitive_sonar: counts.sonar.flat,
            nesting: counts.shape.nesting,
            arguments: head.arguments,
            returns: counts.shape.returns,
            branches: counts.shape.branches,
            statements: counts.shape.statements,
            locals: head.locals,
            halstead: counts.halstead,
            documented: head.docstring.is_some(),
            annotated: hints.hinted == hints.hintable,
            hinted: hints.hinted,
            hintable: hints.hintable,
            fingerprint: fingerprint::of_function(self.source, self.tree, head, (node.start, node.end)),
            is_async: head.is_async,
        }
    }
}

/// Hints of the parameters, a method's first left out, and of the return.
fn hints(head: &FunctionHead, in_class: bool) -> Hints {
    let first = head.first_hinted.filter(|_| !in_class || head.is_static);
    let Hints { hinted, hintable } = head.other_hints;
    Hints { hinted: hinted + u32::from(first == Some(true)), hintable: hintable + u32::from(first.is_some()) }
}
