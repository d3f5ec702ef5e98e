//! Cognitive complexity as complexipy 8.3 counts it, re-derived from its published rules and outputs.
//!
//! A block costs 1 plus its nesting; `elif` and `else` cost 1; a run of one boolean operator costs
//! 1; a ternary or comprehension costs 1 plus its nesting, a filter 1; direct recursion costs 1
//! once. Keyword arguments, subscripts, f-strings, guards, defaults and decorators are not entered.

use crate::tree::{Kind, Operators, Role, Tree};

/// Complexity of the function at `index`, functions and classes nested in it included.
pub(crate) fn of_function(source: &str, tree: &Tree, index: usize, name: &str) -> u32 {
    let reader = Reader { tree };
    reader.statement(index, 0) + u32::from(calls_itself(source, tree, index, name))
}

/// Whether the body calls the function by its bare name, outside of lambdas and nested definitions.
fn calls_itself(source: &str, tree: &Tree, index: usize, name: &str) -> bool {
    let mut nodes = tree.own_body(index);
    while let Some((at, node)) = nodes.next() {
        if node.kind == Kind::Lambda {
            nodes.skip_subtree(at);
        }
        if node.kind == Kind::Call {
            let callee = tree.nodes[at + 1];
            let is_name = matches!(callee.kind, Kind::Name(_));
            if is_name && source.get(callee.start as usize..callee.end as usize) == Some(name) {
                return true;
            }
        }
    }
    false
}

struct Reader<'a> {
    tree: &'a Tree,
}

impl Reader<'_> {
    fn kind(&self, index: usize) -> Kind {
        self.tree.nodes[index].kind
    }

    /// What `cost` adds up to over the children of one role.
    fn sum(&self, index: usize, role: Role, cost: impl Fn(usize) -> u32) -> u32 {
        self.tree.children(index).filter(|child| self.tree.nodes[*child].role == role).map(cost).sum()
    }

    fn statement(&self, index: usize, nesting: u32) -> u32 {
        match self.kind(index) {
            Kind::Function(_) => self.function(index, nesting),
            Kind::Class(_) => self.sum(index, Role::Body, |child| match self.kind(child) {
                Kind::Function(_) => self.statement(child, nesting),
                _ => 0,
            }),
            Kind::For { .. } | Kind::While { .. } | Kind::If | Kind::Match { .. } => {
                1 + nesting + self.block(index, nesting, nesting + 1)
            }
            Kind::Clause { .. } => 1 + self.block(index, nesting, nesting + 1),
            Kind::Handler => 1 + nesting + self.suite(index, Role::Body, nesting + 1),
            Kind::Case => self.suite(index, Role::Body, nesting),
            _ => self.block(index, nesting, nesting),
        }
    }

    /// Conditions and values at `nesting`, the main suite at `inner`, the suites behind it at `nesting`.
    fn block(&self, index: usize, nesting: u32, inner: u32) -> u32 {
        let body = self.sum(index, Role::Body, |child| match self.kind(child) {
            Kind::Clause { .. } | Kind::Handler => self.statement(child, nesting),
            _ => self.statement(child, inner),
        });
        body + self.suite(index, Role::Orelse, nesting)
            + self.sum(index, Role::Test, |child| self.expression(child, nesting))
            + self.sum(index, Role::Value, |child| self.expression(child, nesting))
            + self.assigned(index, nesting)
    }

    fn suite(&self, index: usize, role: Role, nesting: u32) -> u32 {
        self.sum(index, role, |child| self.statement(child, nesting))
    }

    fn assigned(&self, index: usize, nesting: u32) -> u32 {
        match self.kind(index) {
            Kind::AugAssign(_) => self.sum(index, Role::Operand, |child| self.expression(child, nesting)),
            _ => 0,
        }
    }

    /// A definition directly inside a function is one level deeper, unless the outer one does
    /// nothing but define and return it, as decorators do.
    fn function(&self, index: usize, nesting: u32) -> u32 {
        if let Some(inner) = self.wrapped(index) {
            return self.statement(inner, nesting);
        }
        self.sum(index, Role::Body, |child| {
            let is_function = matches!(self.kind(child), Kind::Function(_));
            self.statement(child, nesting + u32::from(is_function))
        })
    }

    fn wrapped(&self, index: usize) -> Option<usize> {
        let mut body = self.tree.children(index).filter(|child| self.tree.nodes[*child].role == Role::Body);
        let (inner, returned, behind) = (body.next()?, body.next()?, body.next());
        let wraps = matches!(self.kind(inner), Kind::Function(_)) && self.kind(returned) == Kind::Return;
        (wraps && behind.is_none()).then_some(inner)
    }

    fn expression(&self, index: usize, nesting: u32) -> u32 {
        match self.kind(index) {
            Kind::BoolOp(operator) => 1 + self.changes(index, operator),
            Kind::UnaryOp(_) => self.sum(index, Role::Operand, |child| match self.kind(child) {
                Kind::BoolOp(_) | Kind::UnaryOp(_) => self.expression(child, nesting),
                _ => 0,
            }),
            Kind::Compare(_) => self.sum(index, Role::Operand, |child| self.expression(child, nesting)),
            Kind::IfExp => {
                1 + nesting
                    + self.sum(index, Role::Test, |child| self.expression(child, nesting))
                    + self.values(index, nesting + 1)
            }
            Kind::Lambda => self.values(index, nesting + 1),
            Kind::Comprehension => self.values(index, nesting + 1) + self.generators(index, nesting),
            Kind::Call | Kind::Display => self.values(index, nesting),
            _ => 0,
        }
    }

    fn values(&self, index: usize, nesting: u32) -> u32 {
        self.sum(index, Role::Value, |child| self.expression(child, nesting))
    }

    fn generators(&self, index: usize, nesting: u32) -> u32 {
        self.sum(index, Role::Aside, |generator| {
            let filters = self.sum(generator, Role::Test, |filter| 1 + self.expression(filter, nesting + 1));
            1 + nesting + self.values(generator, nesting) + filters
        })
    }

    /// How often a new run of operators starts below the chain at `index`: where the operator
    /// changes, and behind a `not` or another prefix.
    fn changes(&self, index: usize, operator: Operators) -> u32 {
        self.tree
            .children(index)
            .map(|child| match self.kind(child) {
                Kind::BoolOp(inner) => u32::from(inner != operator) + self.changes(child, inner),
                Kind::UnaryOp(_) => self.expression(child, 0),
                _ => 0,
            })
            .sum()
    }
}
