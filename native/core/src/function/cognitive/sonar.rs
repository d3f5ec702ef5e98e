//! Cognitive complexity as SonarSource's analyser for Python counts it (rule S3776).
//!
//! Source of the definition: sonar-python, `CognitiveComplexityVisitor.java`, as of commit
//! bc719721 (August 2026). `if`, loops, `except` and a ternary cost 1 plus their nesting; `elif`
//! and every `else` but that of a ternary cost 1; so does each run of one boolean operator.
//! Suites of those, of `case` and the parts of a ternary are one level deeper, a nested function
//! too unless the outer one only wraps it; a class starts at none. Unlike the paper it derives from
//! ("Cognitive Complexity", G. Ann Campbell), it has no cost for `match` and for recursion.

use super::Cost;
use crate::tree::{Kind, Operators, TokenKind, Tree};

/// What a statement or a clause of one costs at `level`, without what is inside.
pub(crate) fn of_statement(kind: Kind, level: u32) -> Cost {
    let mut cost = match kind {
        Kind::If | Kind::For { .. } | Kind::While { .. } | Kind::Handler => Cost::at(level),
        Kind::Clause { .. } => Cost::FLAT,
        _ => return if has_else(kind) { Cost::FLAT } else { Cost::default() },
    };
    if has_else(kind) {
        cost += Cost::FLAT;
    }
    cost
}

fn has_else(kind: Kind) -> bool {
    matches!(kind, Kind::For { has_else: true } | Kind::While { has_else: true } | Kind::Try { has_else: true, .. })
}

/// How many runs of one operator there are in the chain at `index`, and which chains inside it are
/// part of it: those without parentheses of their own.
pub(crate) fn runs(tree: &Tree, index: usize, operator: Operators, mut part: impl FnMut(usize)) -> u32 {
    let mut runs = 0;
    let mut last = 0;
    let mut read = |operator: Operators| {
        runs += u32::from(operator != last);
        last = operator;
    };
    for (position, child) in tree.children(index).enumerate() {
        if position > 1 {
            read(operator);
        }
        if let Kind::BoolOp(inner) = tree.nodes[child].kind
            && !is_in_parentheses(tree, child)
        {
            part(child);
            read(inner);
        }
        if position == 0 {
            read(operator);
        }
    }
    runs
}

/// Whether an operand that is a chain itself has parentheses of its own: those of what is around
/// the outer chain cannot stand on both sides of it.
fn is_in_parentheses(tree: &Tree, index: usize) -> bool {
    let node = tree.nodes[index];
    let is_code = |kind| !matches!(kind, TokenKind::SoftNewline | TokenKind::Comment);
    let first = tree.tokens.partition_point(|token| token.start < node.start);
    let behind = tree.tokens.partition_point(|token| token.start < node.end);
    let before = tree.tokens[..first].iter().rev().find(|token| is_code(token.kind));
    let after = tree.tokens[behind..].iter().find(|token| is_code(token.kind));
    before.is_some_and(|token| token.kind == TokenKind::Open)
        && after.is_some_and(|token| token.kind == TokenKind::Close)
}

/// Whether the function at `index` does nothing but define one function and return names.
pub(crate) fn only_wraps(tree: &Tree, index: usize) -> bool {
    let is_return = |statement: &usize| is_return_of_name(tree, *statement);
    tree.body(index).filter(|statement| !is_return(statement)).count() == 1
}

fn is_return_of_name(tree: &Tree, index: usize) -> bool {
    let node = tree.nodes[index];
    let is_name = |value: usize| matches!(tree.nodes[value].kind, Kind::Name(_)) && tree.nodes[value].end == node.end;
    node.kind == Kind::Return && tree.children(index).any(is_name)
}
