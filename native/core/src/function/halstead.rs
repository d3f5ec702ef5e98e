//! Halstead's counts and numbers as radon 6.0.1 takes them (`HalsteadVisitor`, `radon/metrics.py`).
//!
//! Operators come from arithmetic, boolean, comparison and augmented-assignment nodes only. An
//! operand is a (function name, value) pair, where any expression but a name, an attribute or a
//! literal is only equal to itself. Headers of functions are not looked at, those of classes are.

use crate::records::HalsteadCounts;
use crate::tree::{Kind, Operators, Symbol, Tree};

/// Tallies of the module and of the functions that are open, the innermost last.
pub(crate) struct Tallies {
    open: Vec<Tally>,
    /// Operands of all open tallies, those of the innermost last; a closed one leaves its distinct
    /// operands to the tally around it.
    operands: Vec<u64>,
}

struct Tally {
    /// Number of the function's name, 0 for the module.
    context: Symbol,
    operators: Operators,
    operator_count: u32,
    operand_count: u32,
    /// Index of its first operand.
    first: usize,
}

/// Marks an operand that is only equal to itself; symbols and indexes stay below.
const BY_IDENTITY: u64 = 1 << 31;

impl Tallies {
    pub(crate) fn new() -> Self {
        let mut tallies = Self { open: Vec::new(), operands: Vec::new() };
        tallies.open(0);
        tallies
    }

    pub(crate) fn open(&mut self, context: Symbol) {
        let first = self.operands.len();
        self.open.push(Tally { context, operators: 0, operator_count: 0, operand_count: 0, first });
    }

    /// The counts of the innermost function or the module, what is nested in it included.
    pub(crate) fn close(&mut self) -> HalsteadCounts {
        let Some(tally) = self.open.pop() else {
            return HalsteadCounts::default();
        };
        let distinct = self.drop_repeated(tally.first);
        if let Some(around) = self.open.last_mut() {
            around.operators |= tally.operators;
            around.operator_count += tally.operator_count;
            around.operand_count += tally.operand_count;
        }
        HalsteadCounts {
            distinct_operators: tally.operators.count_ones(),
            distinct_operands: u32::try_from(distinct).unwrap_or(u32::MAX),
            operators: tally.operator_count,
            operands: tally.operand_count,
        }
    }

    /// Leaves each operand from `first` on once; yields how many there are.
    fn drop_repeated(&mut self, first: usize) -> usize {
        self.operands[first..].sort_unstable();
        let mut behind = first;
        for at in first..self.operands.len() {
            if behind == first || self.operands[behind - 1] != self.operands[at] {
                self.operands[behind] = self.operands[at];
                behind += 1;
            }
        }
        self.operands.truncate(behind);
        behind - first
    }

    /// Counts the operator node at `index`.
    pub(crate) fn operation(&mut self, tree: &Tree, index: usize) {
        let Some(tally) = self.open.last_mut() else {
            return;
        };
        let before = tally.operand_count;
        for operand in tree.children(index) {
            tally.operand_count += 1;
            let value = match tree.nodes[operand].kind {
                Kind::Name(symbol) | Kind::Attribute(symbol) | Kind::Constant(symbol) => u64::from(symbol),
                _ => BY_IDENTITY | operand as u64,
            };
            self.operands.push(u64::from(tally.context) << 32 | value);
        }
        let (operators, count) = match tree.nodes[index].kind {
            Kind::Compare(set) => (set, (tally.operand_count - before).saturating_sub(1)),
            Kind::BoolOp(set) | Kind::BinOp(set) | Kind::UnaryOp(set) | Kind::AugAssign(set) => (set, 1),
            _ => (0, 0),
        };
        tally.operators |= operators;
        tally.operator_count += count;
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
