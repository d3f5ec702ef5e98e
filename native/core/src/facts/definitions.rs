//! Definitions that their own file never uses: what the project pass has to ask the others about.

use rustc_hash::FxHashSet;

use super::noqa;
use super::seen::{Seen, Sightings, name_hash};
use crate::lines::LineStarts;
use crate::paths::is_test_file;
use crate::tree::Tree;

/// What binds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinitionKind {
    /// A parameter of a function or lambda.
    Argument,
    /// An assignment to an attribute.
    Attribute,
    /// A `class`.
    Class,
    /// A `def` whose first parameter is not `self`.
    Function,
    /// A name bound by `import`.
    Import,
    /// A `def` with `self` first, or a `staticmethod` or `classmethod`.
    Method,
    /// A `def` decorated with `property`.
    Property,
    /// Any other binding of a plain name.
    Variable,
}

impl DefinitionKind {
    /// The word that users see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Argument => "argument",
            Self::Attribute => "attribute",
            Self::Class => "class",
            Self::Function => "function",
            Self::Import => "import",
            Self::Method => "method",
            Self::Property => "property",
            Self::Variable => "variable",
        }
    }

    /// How sure an unused name of this kind is dead, in percent, as vulture 2.16 rates it.
    fn confidence(self) -> u8 {
        match self {
            Self::Argument => 100,
            Self::Import => 90,
            _ => 60,
        }
    }
}

/// What a foreign decorator leaves of a definition's confidence: it may be used where it was registered.
const REGISTERED: u8 = 40;

/// A definition that its own file never uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its own name.
    pub name: Box<str>,
    /// What binds it.
    pub kind: DefinitionKind,
    /// 1-based line of its first decorator or its statement.
    pub line: u32,
    /// 1-based last line.
    pub end_line: u32,
    /// How sure it is dead if no file uses its name, in percent.
    pub confidence: u8,
}

pub(super) fn unused_here(
    path: &str,
    source: &str,
    tree: &Tree,
    sightings: &Sightings<'_>,
    lines: &LineStarts,
) -> Vec<Definition> {
    let file = FileKind { is_test: is_test_file(path), is_package: path.ends_with("__init__.py") };
    let mut listed = FxHashSet::default();
    let mut found = Vec::new();
    for seen in &sightings.defined {
        if sightings.used.contains(&name_hash(seen.name)) || file.ignores(seen) {
            continue;
        }
        let line = lines.line(seen.range.0);
        if !listed.insert((line, seen.name, group(seen.kind))) || noqa::silences(source, tree, seen, lines) {
            continue;
        }
        found.push(Definition {
            name: seen.name.into(),
            kind: seen.kind,
            line,
            end_line: lines.line(seen.range.1.saturating_sub(1)),
            confidence: if seen.registered { REGISTERED } else { seen.kind.confidence() },
        });
    }
    found
}

/// Arguments and variables of one name on one line are one finding.
fn group(kind: DefinitionKind) -> DefinitionKind {
    if kind == DefinitionKind::Argument { DefinitionKind::Variable } else { kind }
}

struct FileKind {
    is_test: bool,
    is_package: bool,
}

impl FileKind {
    /// Names that others call by convention, or that say themselves that nobody reads them.
    fn ignores(&self, seen: &Seen<'_>) -> bool {
        let name = seen.name;
        match seen.kind {
            _ if is_dunder(name) => true,
            DefinitionKind::Argument | DefinitionKind::Variable => {
                name == "self" || name == "object" || (name.starts_with('_') && !name.starts_with("__"))
            }
            DefinitionKind::Import => self.is_package || name == "*",
            DefinitionKind::Class => self.is_test && name.contains("Test"),
            DefinitionKind::Function | DefinitionKind::Method => self.is_test && is_called_by_pytest(name),
            DefinitionKind::Attribute | DefinitionKind::Property => false,
        }
    }
}

fn is_dunder(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}

fn is_called_by_pytest(name: &str) -> bool {
    let fixture = name.strip_prefix("setup_").or_else(|| name.strip_prefix("teardown_"));
    name.starts_with("test_") || fixture.is_some_and(|of| ["module", "function", "class", "method"].contains(&of))
}
