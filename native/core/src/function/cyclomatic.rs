//! Cyclomatic complexity as radon 6.0.1 defines it (`radon/visitors.py`, `ComplexityVisitor`).
//!
//! Laws worth knowing: a function is 1 plus the weights of its body; decorators, defaults and
//! hints weigh nothing; the inside of an `assert` is not looked at; `except*` weighs nothing;
//! a `match` weighs its cases, less one if any pattern is bare; closures are not added.

use crate::tree::{Kind, Tree};
use crate::walk::OwnNodes;

/// Complexity of each function, by function number.
pub(crate) fn of_functions(tree: &Tree, functions: &[usize]) -> Vec<u32> {
    functions.iter().map(|index| 1 + weight(tree, tree.own_body(*index), |_, _| 0)).collect()
}

/// Complexity of the module as radon's maintainability index takes it.
///
/// Classes inside classes and everything inside functions stay out of it: radon drops them.
pub(crate) fn of_module(tree: &Tree, of_functions: &[u32]) -> u32 {
    let method = |_, kind| match kind {
        Kind::Function(number) => of_functions[number as usize],
        _ => 0,
    };
    let block = |index, kind| match kind {
        Kind::Function(number) => of_functions[number as usize] - 1,
        _ => weight(tree, tree.own_body(index), method),
    };
    1 + weight(tree, tree.own_module(), block)
}

fn weight(tree: &Tree, mut nodes: OwnNodes<'_>, definition: impl Fn(usize, Kind) -> u32) -> u32 {
    let mut total = 0;
    while let Some((index, node)) = nodes.next() {
        total += match node.kind {
            Kind::Function(_) | Kind::Class(_) => definition(index, node.kind),
            Kind::Assert => {
                nodes.skip_subtree(index);
                1
            }
            Kind::If | Kind::IfExp | Kind::Clause { has_test: true } => 1,
            Kind::For { has_else } | Kind::While { has_else } => 1 + u32::from(has_else),
            Kind::Try { handlers, has_else, is_star: false } => handlers + u32::from(has_else),
            Kind::Match { cases, has_bare_case } => cases.saturating_sub(u32::from(has_bare_case)),
            Kind::Generator { ifs } => 1 + ifs,
            Kind::BoolOp(_) => tree.operands(index).saturating_sub(1),
            _ => 0,
        };
    }
    total
}
