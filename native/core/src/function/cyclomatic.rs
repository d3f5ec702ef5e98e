//! Cyclomatic complexity by three definitions: what each node adds to it.
//!
//! - `radon`, as radon 6.0.1 counts (`radon/visitors.py`, `ComplexityVisitor`). Decorators,
//!   defaults, hints and the inside of an `assert` are not looked at; `except*` weighs nothing; a
//!   `match` weighs its cases, less one if any pattern is bare; closures are not added.
//! - `ruff`, as C901 of ruff 0.17.5 counts (`mccabe/rules/function_is_too_complex.rs`): statements
//!   only; functions nested in one are added, with 1 for each.
//! - `core`, our own: every place where control may go one of two ways, once, in the function that
//!   it runs in. Headers of definitions and bodies of local classes run in the function around them.

use std::ops::AddAssign;

use crate::tree::Kind;

/// Decision points by the three definitions.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cyclomatic {
    pub(crate) radon: u32,
    pub(crate) ruff: u32,
    pub(crate) core: u32,
}

impl AddAssign for Cyclomatic {
    fn add_assign(&mut self, other: Self) {
        self.radon += other.radon;
        self.ruff += other.ruff;
        self.core += other.core;
    }
}

/// What a statement or a clause of one adds, without what is inside.
pub(crate) fn of_statement(kind: Kind) -> Cyclomatic {
    let (radon, ruff, core) = match kind {
        Kind::If | Kind::Clause { has_test: true } => (1, 1, 1),
        Kind::For { has_else } | Kind::While { has_else } => (1 + u32::from(has_else), 1, 1),
        Kind::Try { handlers, has_else, is_star, .. } => {
            let with_else = handlers + u32::from(has_else);
            (if is_star { 0 } else { with_else }, with_else, handlers)
        }
        Kind::Match { cases, has_bare_case, has_default } => {
            (cases.saturating_sub(u32::from(has_bare_case)), cases - u32::from(has_default), 0)
        }
        Kind::Case { may_fail, has_guard } => (0, 0, u32::from(may_fail) + u32::from(has_guard)),
        Kind::Assert => (1, 0, 1),
        _ => (0, 0, 0),
    };
    Cyclomatic { radon, ruff, core }
}

/// What an expression adds to `radon` and `core`, without what is inside; none is a statement.
pub(crate) fn of_expression(kind: Kind, operands: impl Fn() -> u32) -> u32 {
    match kind {
        Kind::IfExp => 1,
        Kind::Generator { ifs } => 1 + ifs,
        Kind::BoolOp(_) => operands().saturating_sub(1),
        _ => 0,
    }
}
