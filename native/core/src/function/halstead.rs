//! Halstead's counts and numbers as radon 6.0.1 takes them (`HalsteadVisitor`, `radon/metrics.py`).
//!
//! Operators come from arithmetic, boolean, comparison and augmented-assignment nodes only. An
//! operand is a (function name, value) pair, where any expression but a name, an attribute or a
//! literal is only equal to itself. Headers of functions are not looked at, those of classes are.

use crate::records::HalsteadCounts;
use crate::tree::{Kind, Operators, Symbol, Tree};
use crate::walk::OwnNodes;

/// Counts of the whole file, and of each function with what is nested in it, by function number.
pub(crate) fn counts(tree: &Tree, functions: &[usize]) -> (HalsteadCounts, Vec<HalsteadCounts>) {
    let mut tallies: Vec<Tally> = Vec::new();
    tallies.resize_with(functions.len(), Tally::default);
    let mut counted = vec![HalsteadCounts::default(); functions.len()];
    // Backwards: what is nested in a function has a higher number and is ready before it.
    for (number, index) in functions.iter().enumerate().rev() {
        let context = tree.functions[number].symbol;
        let tally = Tally::of(tree, tree.own_body(*index), context, &mut tallies);
        counted[number] = tally.counts();
        tallies[number] = tally;
    }
    let file = Tally::of(tree, tree.own_module(), 0, &mut tallies);
    (file.counts(), counted)
}

#[derive(Default)]
struct Tally {
    operators: Operators,
    operator_count: u32,
    operand_count: u32,
    /// Sorted, without repetition, once `of` returned.
    operands: Vec<u64>,
}

/// Marks an operand that is only equal to itself; symbols and indexes stay below.
const BY_IDENTITY: u64 = 1 << 31;

impl Tally {
    fn of(tree: &Tree, nodes: OwnNodes<'_>, context: Symbol, nested: &mut [Self]) -> Self {
        let mut tally = Self::default();
        tally.add(tree, nodes, context, nested);
        tally.operands.sort_unstable();
        tally.operands.dedup();
        tally
    }

    fn add(&mut self, tree: &Tree, nodes: OwnNodes<'_>, context: Symbol, nested: &mut [Self]) {
        for (index, node) in nodes {
            match node.kind {
                Kind::Function(number) => self.absorb(std::mem::take(&mut nested[number as usize])),
                Kind::Class(_) => self.add(tree, tree.with_header(index), context, nested),
                Kind::BoolOp(set) | Kind::BinOp(set) | Kind::UnaryOp(set) | Kind::AugAssign(set) => {
                    self.operation(tree, index, context, set, 1);
                }
                Kind::Compare(set) => self.operation(tree, index, context, set, tree.operands(index) - 1),
                _ => {}
            }
        }
    }

    fn absorb(&mut self, nested: Self) {
        self.operators |= nested.operators;
        self.operator_count += nested.operator_count;
        self.operand_count += nested.operand_count;
        self.operands.extend(nested.operands);
    }

    fn operation(&mut self, tree: &Tree, index: usize, context: Symbol, operators: Operators, count: u32) {
        self.operators |= operators;
        self.operator_count += count;
        for operand in tree.children(index) {
            self.operand_count += 1;
            let value = match tree.nodes[operand].kind {
                Kind::Name(symbol) | Kind::Attribute(symbol) | Kind::Constant(symbol) => u64::from(symbol),
                _ => BY_IDENTITY | operand as u64,
            };
            self.operands.push(u64::from(context) << 32 | value);
        }
    }

    fn counts(&self) -> HalsteadCounts {
        HalsteadCounts {
            distinct_operators: self.operators.count_ones(),
            distinct_operands: u32::try_from(self.operands.len()).unwrap_or(u32::MAX),
            operators: self.operator_count,
            operands: self.operand_count,
        }
    }
}

impl HalsteadCounts {
    /// h = h1 + h2.
    #[must_use]
    pub fn vocabulary(&self) -> u32 {
        self.distinct_operators + self.distinct_operands
    }

    /// N = N1 + N2.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.operators + self.operands
    }

    /// h1 log2 h1 + h2 log2 h2; 0 where either is 0.
    #[must_use]
    pub fn calculated_length(&self) -> f64 {
        let (h1, h2) = (f64::from(self.distinct_operators), f64::from(self.distinct_operands));
        if self.distinct_operators == 0 || self.distinct_operands == 0 {
            return 0.0;
        }
        h1 * h1.log2() + h2 * h2.log2()
    }

    /// V = N log2 h, in bits.
    #[must_use]
    pub fn volume(&self) -> f64 {
        match self.vocabulary() {
            0 => 0.0,
            vocabulary => f64::from(self.length()) * f64::from(vocabulary).log2(),
        }
    }

    /// D = h1 N2 / 2 h2.
    #[must_use]
    pub fn difficulty(&self) -> f64 {
        if self.distinct_operands == 0 {
            return 0.0;
        }
        f64::from(self.distinct_operators) * f64::from(self.operands) / (2.0 * f64::from(self.distinct_operands))
    }

    /// E = D V.
    #[must_use]
    pub fn effort(&self) -> f64 {
        self.difficulty() * self.volume()
    }

    /// T = E / 18, in seconds.
    #[must_use]
    pub fn time(&self) -> f64 {
        self.effort() / 18.0
    }

    /// B = V / 3000, expected faults.
    #[must_use]
    pub fn bugs(&self) -> f64 {
        self.volume() / 3000.0
    }
}
