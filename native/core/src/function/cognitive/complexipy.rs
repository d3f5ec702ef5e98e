//! Cognitive complexity as complexipy 8.3 counts it, re-derived from its published rules and outputs.
//!
//! A block costs 1 plus its nesting; `elif` and `else` cost 1; a run of one boolean operator costs
//! 1; a ternary or comprehension costs 1 plus its nesting, a filter 1; direct recursion costs 1
//! once. Keyword arguments, subscripts, f-strings, guards, defaults and decorators are not entered.

use super::Cost;
use crate::tree::{Kind, Operators, Role, Tree};

/// What a statement or a clause of one costs at `nesting`, without what is inside.
pub(crate) fn of_statement(kind: Kind, nesting: u32) -> Cost {
    match kind {
        Kind::For { .. } | Kind::While { .. } | Kind::If | Kind::Match { .. } | Kind::Handler => Cost::at(nesting),
        Kind::Clause { .. } => Cost::FLAT,
        _ => Cost::default(),
    }
}

/// What the conditions and values of the statement at `index` cost, its suites left out.
pub(crate) fn of_header(tree: &Tree, index: usize, nesting: u32) -> Cost {
    let reader = Reader { tree };
    let is_entered = |role: Role| match tree.nodes[index].kind {
        Kind::AugAssign(_) => role == Role::Operand,
        Kind::Case { .. } => false,
        _ => matches!(role, Role::Test | Role::Value),
    };
    let mut total = Cost::default();
    for child in tree.children(index).filter(|child| is_entered(tree.nodes[*child].role)) {
        total += reader.expression(child, nesting);
    }
    total
}

/// Whether an expression costs anything, or may have something inside that does.
pub(crate) fn may_cost(kind: Kind) -> bool {
    matches!(kind, Kind::BoolOp(_) | Kind::IfExp | Kind::Comprehension)
}

/// The function that the one at `index` defines and returns, where it does nothing else, as
/// decorators do.
pub(crate) fn wrapped(tree: &Tree, index: usize) -> Option<usize> {
    let mut body = tree.body(index);
    let (inner, returned, behind) = (body.next()?, body.next()?, body.next());
    let wraps = matches!(tree.nodes[inner].kind, Kind::Function(_)) && tree.nodes[returned].kind == Kind::Return;
    (wraps && behind.is_none()).then_some(inner)
}

struct Reader<'a> {
    tree: &'a Tree,
}

impl Reader<'_> {
    fn kind(&self, index: usize) -> Kind {
        self.tree.nodes[index].kind
    }

    /// What `cost` adds up to over the children of one role.
    fn sum(&self, index: usize, role: Role, cost: impl Fn(usize) -> Cost) -> Cost {
        let mut total = Cost::default();
        for child in self.tree.children(index).filter(|child| self.tree.nodes[*child].role == role) {
            total += cost(child);
        }
        total
    }

    fn expression(&self, index: usize, nesting: u32) -> Cost {
        match self.kind(index) {
            Kind::BoolOp(operator) => Cost { flat: 1 + self.changes(index, operator), items: 0 },
            Kind::UnaryOp(_) => self.sum(index, Role::Operand, |child| match self.kind(child) {
                Kind::BoolOp(_) | Kind::UnaryOp(_) => self.expression(child, nesting),
                _ => Cost::default(),
            }),
            Kind::Compare(_) => self.sum(index, Role::Operand, |child| self.expression(child, nesting)),
            Kind::IfExp => {
                let mut total = Cost::at(nesting);
                total += self.sum(index, Role::Test, |child| self.expression(child, nesting));
                total += self.values(index, nesting + 1);
                total
            }
            Kind::Lambda => self.values(index, nesting + 1),
            Kind::Comprehension => {
                let mut total = self.values(index, nesting + 1);
                total += self.sum(index, Role::Aside, |generator| self.generator(generator, nesting));
                total
            }
            Kind::Call | Kind::Display => self.values(index, nesting),
            _ => Cost::default(),
        }
    }

    fn values(&self, index: usize, nesting: u32) -> Cost {
        self.sum(index, Role::Value, |child| self.expression(child, nesting))
    }

    fn generator(&self, index: usize, nesting: u32) -> Cost {
        let mut total = Cost::at(nesting);
        total += self.values(index, nesting);
        total += self.sum(index, Role::Test, |filter| {
            let mut cost = Cost::FLAT;
            cost += self.expression(filter, nesting + 1);
            cost
        });
        total
    }

    /// How often a new run of operators starts below the chain at `index`: where the operator
    /// changes, and behind a `not` or another prefix.
    fn changes(&self, index: usize, operator: Operators) -> u32 {
        self.tree
            .children(index)
            .map(|child| match self.kind(child) {
                Kind::BoolOp(inner) => u32::from(inner != operator) + self.changes(child, inner),
                Kind::UnaryOp(_) => self.expression(child, 0).flat,
                _ => 0,
            })
            .sum()
    }
}
