//! The parser's door: source text in, our flat `Tree` out. Nothing else names the ruff crates.

mod bindings;
mod blocks;
mod expressions;
mod flatten;
mod heads;
mod mentions;
mod patterns;
mod registration;
mod sightings;
mod symbols;
mod tokens;

use std::mem::ManuallyDrop;
use std::thread;

use ruff_python_ast::Mod;
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};

use crate::facts::Sightings;
use crate::limits;
use crate::tree::{Complaint, Tree};

/// The syntax is nested deeper than it is safe to follow.
#[derive(Debug, PartialEq, Eq)]
pub struct TooDeep;

/// A file full of noise would otherwise yield one complaint per byte.
const MAX_COMPLAINTS: usize = 50;

/// The flat form of `source`, with whatever the parser could recover around syntax errors.
///
/// # Errors
///
/// `TooDeep` where the syntax has more than `max_depth` levels: the stack was sized for those.
pub fn parse(source: &str, max_depth: usize) -> Result<Tree, TooDeep> {
    parse_for(source, max_depth, |_| ()).map(|(tree, ())| tree)
}

/// As `parse`, with the names that a project scan asks for.
///
/// # Errors
///
/// As `parse`.
pub(crate) fn parse_with_names(source: &str, max_depth: usize) -> Result<(Tree, Sightings<'_>), TooDeep> {
    parse_for(source, max_depth, |module| sightings::of_module(source, module))
}

fn parse_for<T>(source: &str, max_depth: usize, more: impl FnOnce(&Mod) -> T) -> Result<(Tree, T), TooDeep> {
    let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    let mut flat = flatten::Flattener::new(source, parsed.tokens(), max_depth);
    flat.module(parsed.syntax());
    let Some(mut tree) = flat.finish() else {
        drop_apart(parsed);
        return Err(TooDeep);
    };
    tree.tokens = tokens::flat(parsed.tokens());
    tree.complaints = complaints(parsed.errors());
    let more = more(parsed.syntax());
    Ok((tree, more))
}

/// Drops what this stack is too small for: dropping a tree recurses as deep as the tree.
///
/// Where the system has no stack of the size to give, the tree stays in memory, which is what keeps
/// the process alive.
fn drop_apart(parsed: Parsed<Mod>) {
    let stack_bytes = limits::stack_bytes_of_tokens(parsed.tokens().len());
    let parsed = ManuallyDrop::new(parsed);
    let dropping = thread::Builder::new().stack_size(stack_bytes);
    let _ = dropping.spawn(move || drop(ManuallyDrop::into_inner(parsed))).map(thread::JoinHandle::join);
}

fn complaints(errors: &[ruff_python_parser::ParseError]) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = errors
        .iter()
        .take(MAX_COMPLAINTS)
        .map(|error| Complaint { offset: error.location.start().to_u32(), message: error.error.to_string() })
        .collect();
    if let Some(last) = complaints.last_mut().filter(|_| errors.len() > MAX_COMPLAINTS) {
        let more = errors.len() - MAX_COMPLAINTS;
        last.message = format!("{} (and {more} more syntax errors)", last.message);
    }
    complaints
}
