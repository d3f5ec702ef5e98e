//! What a measurement yields: plain data, one `FileMetrics` per input, whatever the input was.

/// How much of a file could be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Parsed without a complaint.
    Ok,
    /// Has syntax errors, yet functions were recovered around them.
    Partial,
    /// Could not be decoded or parsed: no function was recovered.
    Error,
    /// Nested or chained beyond the limits of `limits`; not parsed, its lines counted.
    TooDeep,
    /// Larger than the caller allows; not parsed, its lines counted.
    TooLarge,
    /// Not a regular file, or the system refused to give its bytes.
    Unreadable,
}

impl Status {
    /// The word that users and the ledger see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Error => "error",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What is wrong at one place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based line; 0 where the problem concerns the file as a whole.
    pub line: u32,
    /// 1-based column in characters; 0 where the problem concerns the file as a whole.
    pub column: u32,
    /// `decode`, `syntax`, `too-deep`, `too-large`, `unreadable` or `internal`.
    pub kind: &'static str,
    /// One sentence: what happened.
    pub message: String,
}

impl Problem {
    /// A problem of the file as a whole.
    #[must_use]
    pub fn of_file(kind: &'static str, message: String) -> Self {
        Self { line: 0, column: 0, kind, message }
    }
}

/// Line counts as radon 6.0.1 defines them (`radon/raw.py`), read on Python 3.11:
/// a lone f-string is one string token there, from 3.12 on radon itself sees several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawMetrics {
    /// `sloc + blank + multi + single_comments`: every line of the file.
    pub loc: u32,
    /// Logical lines: statements, a colon inside the line counting for one more.
    pub lloc: u32,
    /// Lines of source: neither blank nor only a comment or a string.
    pub sloc: u32,
    /// Comments, those behind code included.
    pub comments: u32,
    /// Non-blank lines of multi-line strings that stand alone.
    pub multi: u32,
    /// Blank lines, those inside statements and strings included.
    pub blank: u32,
    /// Lines that hold only a comment or only a one-line string.
    pub single_comments: u32,
}

/// Halstead's counts as radon 6.0.1 takes them: operators and operands of arithmetic, boolean,
/// comparison and augmented-assignment nodes only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HalsteadCounts {
    /// Distinct operators, h1.
    pub distinct_operators: u32,
    /// Distinct operands, h2.
    pub distinct_operands: u32,
    /// Operators, N1.
    pub operators: u32,
    /// Operands, N2.
    pub operands: u32,
}

/// One function of a file; closures and methods of local classes are functions too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionMetrics {
    /// Qualified as Python's `__qualname__` is: `Class.method`, `outer.<locals>.inner`.
    pub name: String,
    /// 1-based line of its `def`.
    pub line: u32,
    /// 1-based last line of its body.
    pub end_line: u32,
    /// 1-based line of its first decorator, or of the `def`.
    pub first_line: u32,
    /// Cyclomatic complexity as radon 6.0.1 counts it, closures left out (profile `radon`).
    pub cyclomatic: u32,
    /// Cyclomatic complexity as C901 of ruff 0.17.5 counts it, closures added (profile `ruff`).
    pub cyclomatic_ruff: u32,
    /// 1 and every decision taken while it runs, closures left out (profile `core`).
    pub cyclomatic_core: u32,
    /// Cognitive complexity as complexipy 8.3 counts it (profile `cognitive-complexipy`).
    pub cognitive: u32,
    /// Cognitive complexity as SonarSource counts it (profile `cognitive-sonar`).
    pub cognitive_sonar: u32,
    /// Deepest nesting of control blocks inside it; 0 for straight-line code.
    pub nesting: u32,
    /// Parameters of every kind, `self`, `*args` and `**kwargs` included.
    pub arguments: u32,
    /// `return` statements of its own.
    pub returns: u32,
    /// Suites of its own that may be skipped, as pylint's R0912 and ruff's PLR0912 count them.
    pub branches: u32,
    /// Statements of its own, at every depth; a nested definition is one.
    pub statements: u32,
    /// Names whose last binding in it is an assignment or a pattern, as ruff's PLR0914 counts them.
    pub locals: u32,
    /// Halstead's counts over its body, nested functions included, as radon does.
    pub halstead: HalsteadCounts,
    /// Whether it starts with a docstring.
    pub documented: bool,
    /// Whether each parameter but a method's first, and the return, has a type hint.
    pub annotated: bool,
    /// Its parameters but a method's first, and its return, that have a type hint.
    pub hinted: u32,
    /// How many of those there are.
    pub hintable: u32,
    /// blake3, its first 128 bits, of its tokens without layout and comments: survives moves and reformatting.
    pub fingerprint: [u8; 16],
    /// Whether it is an `async def`.
    pub is_async: bool,
}

/// How much of a file is documented and type-hinted; every function and class counts, private and
/// nested ones too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Whether the module starts with a docstring.
    pub documented: bool,
    /// Functions that start with a docstring.
    pub functions_documented: u32,
    /// Classes.
    pub classes: u32,
    /// Classes that start with a docstring.
    pub classes_documented: u32,
    /// Parameters, a method's first left out, and returns that have a type hint.
    pub hinted: u32,
    /// How many of those there are.
    pub hintable: u32,
}

/// Everything measured of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileMetrics {
    /// The path as the caller gave it.
    pub path: String,
    /// How much of the file could be measured.
    pub status: Status,
    /// What went wrong, in source order.
    pub problems: Vec<Problem>,
    /// Every function of the file exactly once, in source order of their `def`.
    pub functions: Vec<FunctionMetrics>,
    /// Line counts; without `lloc` where the file was not parsed, zeros where it was not decoded.
    pub raw: RawMetrics,
    /// Halstead's counts of the whole file.
    pub halstead: HalsteadCounts,
    /// Maintainability index 0-100 as `radon.metrics.mi_visit(code, True)` computes it.
    pub maintainability: f64,
    /// Cyclomatic complexity of the module, as radon adds it up for its index.
    pub cyclomatic: u32,
    /// 1 and every decision outside of all functions (profile `core`).
    pub cyclomatic_core: u32,
    /// Docstrings and type hints.
    pub coverage: Coverage,
}

impl FileMetrics {
    /// Whether measuring it failed by a fault of ours or of the machine, not of the file.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind == "internal")
    }

    /// The result for a file of which nothing could be measured.
    #[must_use]
    pub fn unmeasured(path: String, status: Status, problem: Problem) -> Self {
        Self {
            path,
            status,
            problems: vec![problem],
            functions: Vec::new(),
            raw: RawMetrics::default(),
            halstead: HalsteadCounts::default(),
            maintainability: 100.0,
            cyclomatic: 0,
            cyclomatic_core: 0,
            coverage: Coverage::default(),
        }
    }
}
