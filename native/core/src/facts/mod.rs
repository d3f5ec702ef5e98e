//! What one file tells about the project it belongs to, collected only when asked for, from the
//! parse that gives its metrics.

mod codes;
mod definitions;
mod functions;
mod hooks;
mod noqa;
mod seen;
mod words;

pub(crate) use codes::{Codes, fold};
pub use definitions::{Definition, DefinitionKind};
pub(crate) use functions::FunctionFacts;
pub(crate) use hooks::is_hook;
pub(crate) use seen::{Seen, SeenImport, Sightings, name_hash};
pub(crate) use words::each_term;

use crate::lines::LineStarts;
use crate::tree::Tree;

/// One name that an `import` statement binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The module as written, without the leading dots; empty in `from . import x`.
    pub(crate) module: Box<str>,
    /// What is taken from it; empty for a plain `import`, `*` for everything.
    pub(crate) name: Box<str>,
    /// Leading dots.
    pub(crate) level: u32,
    /// 1-based line of the statement.
    pub(crate) line: u32,
    /// Whether only type checkers run it.
    pub(crate) type_checking: bool,
    /// Whether it stands inside a function.
    pub(crate) deferred: bool,
}

/// One file's contribution.
#[derive(Debug, Default)]
pub(crate) struct FileFacts {
    /// Definitions that the file itself never uses.
    pub(crate) definitions: Vec<Definition>,
    /// Hashes of all names it uses, each once.
    pub(crate) used: Vec<u64>,
    /// Beginnings of names that it reaches by `getattr`.
    pub(crate) prefixes: Vec<Box<str>>,
    /// Its imports in source order.
    pub(crate) imports: Vec<Import>,
    /// Its tokens as numbers.
    pub(crate) codes: Codes,
    /// By function number, as in its metrics.
    pub(crate) functions: Vec<FunctionFacts>,
}

/// The contribution of a parsed file.
pub(crate) fn of_file(path: &str, source: &str, tree: &Tree, sightings: Sightings<'_>) -> FileFacts {
    let lines = LineStarts::of(source);
    let (codes, starts) = codes::of_tokens(source, &tree.tokens, &lines);
    let mut sightings = sightings;
    noqa::use_type_comments(source, &tree.tokens, &mut sightings);
    let imports = sightings.imports.iter().map(|import| import.owned(&lines)).collect();
    FileFacts {
        definitions: definitions::unused_here(path, source, tree, &sightings, &lines),
        prefixes: sightings.reached_prefixes(),
        used: sightings.used.into_iter().collect(),
        imports,
        functions: functions::of_tree(source, tree, &starts),
        codes,
    }
}
