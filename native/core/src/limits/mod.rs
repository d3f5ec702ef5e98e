//! How deep a source may go, and how much stack following it takes.
//!
//! A parser follows nesting with its stack, so does the removal of its tree. CPython itself stops
//! at 100 levels of indentation and 200 brackets; the limits here lie well above.

mod prescan;

/// Bytes; larger files are not parsed.
pub const MAX_BYTES: u64 = 10_000_000;
/// Levels of indentation.
pub const MAX_INDENTS: usize = 200;
/// Open brackets.
pub const MAX_BRACKETS: usize = 1_000;
/// Operators, dots, brackets and prefix keywords of one expression that may stand inside each other.
pub const MAX_CHAIN: usize = 5_000;

/// Levels of our tree that any source may have, on top of what its depth accounts for.
const FREE_LEVELS: usize = 64;
/// Levels of our tree that one level of indentation or one part of a chain may add: a handler and
/// its statement, a comprehension and its loop.
const LEVELS_A_PART: usize = 2;
/// Stack that following one level takes, with the frames of a debug build.
const BYTES_A_LEVEL: usize = 16 << 10;
/// Stack for everything that does not recurse.
const FREE_BYTES: usize = 512 << 10;
/// Stack that dropping a tree takes at most for each token of its source: 128 in a debug build, 64
/// in a release build, measured on twenty ways of nesting; four times that for what was not tried.
const BYTES_A_TOKEN: usize = 512;

/// Bytes of stack that dropping the tree of a source of so many tokens may take, however deep it is.
pub(crate) fn stack_bytes_of_tokens(tokens: usize) -> usize {
    FREE_BYTES + tokens * BYTES_A_TOKEN
}

/// How deep a source may be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Depth {
    /// Levels of the tree; the walk stops there, whatever the scan of the bytes overlooked.
    pub(crate) levels: usize,
}

impl Depth {
    /// Bytes of stack that parsing, walking and dropping the tree may take.
    pub(crate) fn stack_bytes(self) -> usize {
        FREE_BYTES + self.levels * BYTES_A_LEVEL
    }
}

/// The depth to be ready for.
///
/// # Errors
///
/// The sentence saying which limit the source breaks, if it breaks one.
pub(crate) fn depth(source: &str) -> Result<Depth, String> {
    match prescan::depth(source) {
        Ok(parts) => Ok(Depth { levels: FREE_LEVELS + LEVELS_A_PART * parts }),
        Err((what, limit)) => Err(format!("more than {limit} {what}")),
    }
}
