//! Numbers for operators, and for operands that are equal in Python.

use ruff_python_ast::{BoolOp, CmpOp, Expr, Number, Operator, UnaryOp};
use rustc_hash::FxHashMap;

use super::flatten::index_of;
use crate::tree::{Kind, Operators, Role, Symbol};

const UNARY: u32 = 13;
const BOOL: u32 = 17;
const CMP: u32 = 19;

pub(super) fn operator(operator: Operator) -> Operators {
    1 << operator as u32
}

pub(super) fn unary_op(operator: UnaryOp) -> Operators {
    1 << (UNARY + operator as u32)
}

pub(super) fn bool_op(operator: BoolOp) -> Operators {
    1 << (BOOL + operator as u32)
}

pub(super) fn cmp_op(operator: CmpOp) -> Operators {
    1 << (CMP + operator as u32)
}

/// Interned operands of one file.
#[derive(Default)]
pub(super) struct Symbols {
    /// Names, attributes and strings share one space: Python compares their texts.
    texts: FxHashMap<Box<str>, Symbol>,
    values: FxHashMap<Value, Symbol>,
}

/// A literal that is not text, equal where Python says `==`.
#[derive(PartialEq, Eq, Hash)]
enum Value {
    Bytes(Vec<u8>),
    Surrogates(Box<str>),
    /// `1`, `1.0` and `True` are one operand; integers over 64 bits go by their digits.
    Int(u64),
    BigInt(String),
    Float(u64),
    Imaginary(u64),
    None,
    Ellipsis,
}

impl Symbols {
    /// The node for a literal; only operands are interned.
    pub(super) fn leaf(&mut self, source: &str, expression: &Expr, role: Role) -> Kind {
        if role != Role::Operand {
            return Kind::Constant(0);
        }
        Kind::Constant(match expression {
            Expr::StringLiteral(node) if node.value.to_str().contains('\u{FFFD}') => {
                // The parser writes every lone surrogate this way: tell them apart by their source.
                self.value(Value::Surrogates(source[node.range].into()))
            }
            Expr::StringLiteral(node) => self.text(node.value.to_str()),
            Expr::BytesLiteral(node) => self.value(Value::Bytes(node.value.bytes().collect())),
            Expr::NumberLiteral(node) => self.value(number(&node.value)),
            Expr::BooleanLiteral(node) => self.value(Value::Int(u64::from(node.value))),
            Expr::EllipsisLiteral(_) => self.value(Value::Ellipsis),
            _ => self.value(Value::None),
        })
    }

    /// The symbol of a name or attribute, 0 unless it is an operand.
    pub(super) fn operand_text(&mut self, text: &str, role: Role) -> Symbol {
        if role == Role::Operand { self.text(text) } else { 0 }
    }

    /// The symbol of a text.
    pub(super) fn text(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.texts.get(text) {
            return *symbol;
        }
        let symbol = self.fresh();
        self.texts.insert(text.into(), symbol);
        symbol
    }

    fn value(&mut self, value: Value) -> Symbol {
        let fresh = self.fresh();
        *self.values.entry(value).or_insert(fresh)
    }

    fn fresh(&self) -> Symbol {
        index_of(self.texts.len() + self.values.len() + 1)
    }
}

fn number(number: &Number) -> Value {
    match number {
        Number::Int(value) => match value.as_u64() {
            Some(small) => Value::Int(small),
            None => Value::BigInt(value.to_string().to_ascii_lowercase()),
        },
        Number::Float(value) => float(*value),
        Number::Complex { imag, .. } if *imag == 0.0 => Value::Int(0),
        Number::Complex { imag, .. } => Value::Imaginary(imag.to_bits()),
    }
}

fn float(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && (0.0..=EXACT).contains(&value) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked just above
        return Value::Int(value as u64);
    }
    Value::Float(value.to_bits())
}
