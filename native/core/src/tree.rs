//! Our own flat form of a parsed file: nodes in pre-order, each knowing where its subtree ends.
//!
//! The metrics read only this, so a new parser release touches `front` and nothing else.

/// A file as the metrics see it.
#[derive(Debug, Default)]
pub struct Tree {
    /// Every node in source order; a node's children follow it, up to its `next`.
    pub nodes: Vec<Node>,
    /// What a `Kind::Function` points at.
    pub functions: Vec<FunctionHead>,
    /// What a `Kind::Class` points at.
    pub classes: Vec<ClassHead>,
    /// Whether the module starts with a docstring.
    pub is_documented: bool,
    /// Every token, comments included.
    pub tokens: Vec<Token>,
    /// Complaints of the parser in source order.
    pub complaints: Vec<Complaint>,
}

/// One statement, expression or clause.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What it is to its parent.
    pub role: Role,
    /// Byte offset where it starts.
    pub start: u32,
    /// Byte offset behind its end.
    pub end: u32,
    /// Index of the first node behind its subtree.
    pub next: u32,
}

/// Part of the parent that a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Decorator, parameter, annotation, base or type parameter: the header of a definition.
    Head,
    /// Statement of the main suite, and the clauses of a compound statement.
    Body,
    /// Statement of an `else` of a loop or a `try`.
    Orelse,
    /// Statement of a `finally`.
    Final,
    /// Condition of a branch, a loop, an assertion, a filter or a guard.
    Test,
    /// What the node computes with: assigned value, positional argument, element, iterated value.
    Value,
    /// Operand of an operator node.
    Operand,
    /// What is called.
    Callee,
    /// Everything else: targets, keys, keyword arguments, patterns, parts of strings.
    Aside,
}

/// Number of an operand's name or value, equal for operands that are equal in Python; 0 for none.
pub type Symbol = u32;

/// Set of operator classes (`Add`, `And`, `Lt`, ...), one bit each.
pub type Operators = u32;

/// What a node is, with the facts that metrics need of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `def` or `async def`; index into `Tree::functions`.
    Function(u32),
    /// `class`; index into `Tree::classes`.
    Class(u32),
    /// `for` or `async for`.
    For {
        /// Whether the loop has an `else`.
        has_else: bool,
    },
    /// `while`.
    While {
        /// Whether the loop has an `else`.
        has_else: bool,
    },
    /// `if`, its `elif` and `else` being `Clause` children.
    If,
    /// `elif` or `else`.
    Clause {
        /// Whether it is an `elif`.
        has_test: bool,
    },
    /// `with` or `async with`.
    With,
    /// `match`.
    Match {
        /// How many `case` blocks there are.
        cases: u32,
        /// Whether a pattern is a bare `_` or a bare name, guarded or not.
        has_bare_case: bool,
        /// Whether the last case takes whatever is left: no guard, and a pattern that always fits.
        has_default: bool,
    },
    /// `case`.
    Case {
        /// Whether its pattern can fail to fit.
        may_fail: bool,
        /// Whether it has an `if`.
        has_guard: bool,
    },
    /// `try`.
    Try {
        /// How many `except` blocks there are.
        handlers: u32,
        /// Whether it has an `else`.
        has_else: bool,
        /// Whether it has a `finally`.
        has_finally: bool,
        /// Whether the handlers are `except*`.
        is_star: bool,
    },
    /// `except`.
    Handler,
    /// `return`.
    Return,
    /// `assert`.
    Assert,
    /// `raise`.
    Raise,
    /// `=`, with or without an annotation, and an annotation alone.
    Assign,
    /// `+=` and its like.
    AugAssign(Operators),
    /// An expression as a statement.
    Expression,
    /// Any other statement.
    Plain,
    /// A chain of one `and` or `or`.
    BoolOp(Operators),
    /// Arithmetic.
    BinOp(Operators),
    /// `not`, `-`, `+`, `~`.
    UnaryOp(Operators),
    /// A chain of comparisons.
    Compare(Operators),
    /// `a if b else c`.
    IfExp,
    /// `lambda`.
    Lambda,
    /// List, set or dict comprehension or generator.
    Comprehension,
    /// One `for` of a comprehension.
    Generator {
        /// How many filters it has.
        ifs: u32,
    },
    /// A call.
    Call,
    /// List, tuple, set or dict display.
    Display,
    /// A name.
    Name(Symbol),
    /// An attribute.
    Attribute(Symbol),
    /// A literal other than an f-string.
    Constant(Symbol),
    /// Any other expression, and patterns.
    Other,
}

impl Kind {
    /// Whether it is a statement in the sense of Python's grammar; an `elif` is a nested `if`.
    #[must_use]
    pub fn is_statement(self) -> bool {
        matches!(
            self,
            Self::Function(_)
                | Self::Class(_)
                | Self::For { .. }
                | Self::While { .. }
                | Self::If
                | Self::Clause { has_test: true }
                | Self::With
                | Self::Match { .. }
                | Self::Try { .. }
                | Self::Return
                | Self::Assert
                | Self::Raise
                | Self::Assign
                | Self::AugAssign(_)
                | Self::Expression
                | Self::Plain
        )
    }

    /// Whether it opens a block that a reader must keep in mind.
    #[must_use]
    pub fn is_block(self) -> bool {
        matches!(
            self,
            Self::For { .. } | Self::While { .. } | Self::If | Self::With | Self::Match { .. } | Self::Try { .. }
        )
    }
}

/// What the header of a function says.
#[derive(Clone, Debug)]
pub struct FunctionHead {
    /// Its own name.
    pub name: String,
    /// Number of its name: functions of one name share it.
    pub symbol: Symbol,
    /// Byte offset of the `def` (or `async`) keyword.
    pub def_start: u32,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// Parameters of every kind.
    pub arguments: u32,
    /// Whether its first positional parameter has a hint; none where there is no such parameter.
    pub first_hinted: Option<bool>,
    /// Type hints of the other parameters and the return.
    pub other_hints: Hints,
    /// Names that an assignment binds last: its local variables to ruff's PLR0914.
    pub locals: u32,
    /// Whether it is decorated with `staticmethod`.
    pub is_static: bool,
    /// Byte range of its docstring.
    pub docstring: Option<(u32, u32)>,
}

/// Type hints of some places that may have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Places with a hint.
    pub hinted: u32,
    /// All of them.
    pub hintable: u32,
}

/// What the header of a class says.
#[derive(Clone, Debug)]
pub struct ClassHead {
    /// Its own name.
    pub name: String,
    /// Whether it starts with a docstring.
    pub is_documented: bool,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Byte offset where it starts.
    pub start: u32,
    /// Byte offset behind its end.
    pub end: u32,
}

/// Kinds of tokens that metrics tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `# ...`.
    Comment,
    /// End of a logical line.
    Newline,
    /// End of a line that ends no statement.
    SoftNewline,
    /// One level deeper.
    Indent,
    /// One level back.
    Dedent,
    /// Name or keyword.
    Word,
    /// Number.
    Number,
    /// String or bytes literal.
    String,
    /// Opening of an f-string or t-string.
    TemplateStart,
    /// Text inside one.
    TemplateText,
    /// Closing of one.
    TemplateEnd,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// `,`.
    Comma,
    /// `:`.
    Colon,
    /// `;`.
    Semicolon,
    /// Any other operator.
    Operator,
    /// Nothing that the lexer knows.
    Unknown,
}

/// A syntax error.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// Byte offset.
    pub offset: u32,
    /// One sentence.
    pub message: String,
}
