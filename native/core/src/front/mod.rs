//! The parser's door: source text in, our flat `Tree` out. Nothing else names the ruff crates.

mod expressions;
mod flatten;
mod heads;
mod patterns;
mod symbols;
mod tokens;

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

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
    let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    let mut flat = flatten::Flattener::new(source, parsed.tokens(), max_depth);
    flat.module(parsed.syntax());
    let Some(mut tree) = flat.finish() else {
        // Dropping a tree recurses as deep as the tree: leaking it is what keeps the process alive.
        std::mem::forget(parsed);
        return Err(TooDeep);
    };
    tree.tokens = tokens::flat(parsed.tokens());
    tree.complaints = complaints(parsed.errors());
    Ok(tree)
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
