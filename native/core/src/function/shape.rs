//! Size and nesting of a function, nested definitions being one statement of it each.

use crate::tree::Kind;

/// Counts over a function's own body.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shape {
    pub(crate) statements: u32,
    pub(crate) returns: u32,
    /// As ruff's PLR0912 and pylint's R0912 count: every suite that may be skipped.
    pub(crate) branches: u32,
    pub(crate) nesting: u32,
}

impl Shape {
    /// Counts a statement, or a clause of one, that stands inside `blocks` blocks.
    pub(crate) fn count(&mut self, kind: Kind, blocks: u32) {
        self.statements += u32::from(kind.is_statement());
        self.returns += u32::from(kind == Kind::Return);
        self.branches += branches(kind);
        if kind.is_block() {
            self.nesting = self.nesting.max(blocks + 1);
        }
    }
}

fn branches(kind: Kind) -> u32 {
    match kind {
        Kind::If | Kind::Clause { .. } => 1,
        Kind::For { has_else } | Kind::While { has_else } => 1 + u32::from(has_else),
        Kind::Match { cases, .. } => cases,
        Kind::Try { handlers, has_else, has_finally, .. } => handlers + u32::from(has_else) + u32::from(has_finally),
        _ => 0,
    }
}
