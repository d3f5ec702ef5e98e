//! The walk over expressions: one loop over their nodes, which follow each other in the tree.

use super::cognitive::{Cost, complexipy, sonar};
use super::cyclomatic;
use super::frame::Owner;
use super::statements::Walk;
use crate::tree::{Kind, Node};

/// Which counts look at an expression.
#[derive(Clone, Copy)]
pub(super) struct Counting {
    pub(super) radon: bool,
    pub(super) halstead: bool,
    /// Whether a call of the function's own name is recursion.
    pub(super) recursion: bool,
}

impl Counting {
    /// Code of a body.
    pub(super) const BODY: Self = Self { radon: true, halstead: true, recursion: true };
    /// Code of an `assert`.
    pub(super) const ASSERTION: Self = Self { radon: false, halstead: true, recursion: true };
    /// Decorators, defaults and hints of a function.
    pub(super) const FUNCTION_HEADER: Self = Self { radon: false, halstead: false, recursion: false };
    /// Decorators and bases of a class.
    pub(super) const CLASS_HEADER: Self = Self { radon: false, halstead: true, recursion: false };
}

impl Walk<'_> {
    /// Counts the nodes of `range`, `level` being their nesting by SonarSource's rule.
    ///
    /// Yields whether complexipy's rule may see a cost in them.
    pub(super) fn expressions(&mut self, range: (usize, usize), level: u32, counting: Counting) -> bool {
        let (mut at, end) = range;
        let mut may_cost = false;
        while at < end {
            let node = self.tree.nodes[at];
            may_cost |= complexipy::may_cost(node.kind);
            let mut next = at + 1;
            match node.kind {
                Kind::IfExp => {
                    self.decide(at, node, counting);
                    self.here.sonar += Cost::at(level);
                    next = node.next as usize;
                    may_cost |= self.expressions((at + 1, next), level + 1, counting);
                }
                Kind::Lambda => {
                    next = node.next as usize;
                    may_cost |= self.expressions((at + 1, next), level, Counting { recursion: false, ..counting });
                }
                Kind::Generator { .. } => self.decide(at, node, counting),
                Kind::BoolOp(operator) => {
                    self.decide(at, node, counting);
                    self.operation(at, counting);
                    self.runs(at, operator);
                }
                Kind::BinOp(_) | Kind::UnaryOp(_) | Kind::Compare(_) | Kind::AugAssign(_) => {
                    self.operation(at, counting);
                }
                Kind::Call if counting.recursion => self.call(at),
                _ => {}
            }
            at = next;
        }
        may_cost
    }

    fn decide(&mut self, index: usize, node: Node, counting: Counting) {
        let decisions = cyclomatic::of_expression(node.kind, || self.tree.operands(index));
        self.here.cyclomatic.core += decisions;
        if counting.radon {
            self.here.cyclomatic.radon += decisions;
        }
    }

    fn operation(&mut self, index: usize, counting: Counting) {
        if counting.halstead {
            self.tallies.operation(self.tree, index);
        }
    }

    /// A chain that is part of the chain around it was read with that one.
    fn runs(&mut self, index: usize, operator: u32) {
        if let Some(place) = self.joined.iter().position(|part| *part == index) {
            self.joined.swap_remove(place);
            return;
        }
        let joined = &mut self.joined;
        let flat = sonar::runs(self.tree, index, operator, |part| joined.push(part));
        self.here.sonar += Cost { flat, items: 0 };
    }

    fn call(&mut self, index: usize) {
        let callee = self.tree.nodes[index + 1];
        if let (Owner::Function(number), Kind::Name(_)) = (self.here.owner, callee.kind) {
            let name = self.source.get(callee.start as usize..callee.end as usize);
            self.here.calls_itself |= name == Some(&self.tree.functions[number as usize].name);
        }
    }
}
