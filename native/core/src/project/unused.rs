//! Definitions whose name no file uses, by the rule of vulture 2.16: one space of names for all.

use rustc_hash::FxHashSet;

use super::scan::Project;
use crate::facts::{Definition, DefinitionKind, FileFacts, is_hook, name_hash};
use crate::paths::is_test_file;

/// A definition that nothing but tests uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Its file.
    pub path: String,
    /// 1-based line of its first decorator or its statement.
    pub line: u32,
    /// 1-based last line.
    pub end_line: u32,
    /// Its own name.
    pub name: String,
    /// What binds it.
    pub kind: DefinitionKind,
    /// How sure it is dead, in percent.
    pub confidence: u8,
    /// Whether tests use its name: the only reason to keep it.
    pub only_tests: bool,
}

/// Names in use, and which of them product code uses.
#[derive(Default)]
struct Uses<'a> {
    /// Beginnings of names that are reached by `getattr`, wherever.
    prefixes: FxHashSet<&'a str>,
    product: FxHashSet<u64>,
    tests: FxHashSet<u64>,
    imported: FxHashSet<u64>,
}

impl Project {
    /// Definitions that no file uses, in file and source order, and those that only tests use.
    #[must_use]
    pub fn unused(&self, min_confidence: u8) -> Vec<Unused> {
        let uses = self.uses();
        let mut found = Vec::new();
        for (path, facts) in self.paths.iter().zip(&self.facts) {
            let is_test = is_test_file(path);
            for definition in facts.definitions.iter().filter(|definition| definition.confidence >= min_confidence) {
                if let Some(only_tests) = uses.verdict(definition, is_test) {
                    found.push(row(path, definition, only_tests));
                }
            }
        }
        found
    }

    fn uses(&self) -> Uses<'_> {
        let mut uses = Uses::default();
        for (path, FileFacts { used, imports, prefixes, .. }) in self.paths.iter().zip(&self.facts) {
            let side = if is_test_file(path) { &mut uses.tests } else { &mut uses.product };
            side.extend(used.iter().copied());
            uses.prefixes.extend(prefixes.iter().map(|prefix| &**prefix));
            let first = |module: &str| name_hash(module.split('.').next().unwrap_or(module));
            uses.imported.extend(imports.iter().map(|import| first(&import.module)));
        }
        uses
    }
}

impl Uses<'_> {
    /// Whether only tests use it; none for what product code, or the standard library, uses.
    fn verdict(&self, definition: &Definition, is_test: bool) -> Option<bool> {
        let hash = name_hash(&definition.name);
        let imported = |module: &str| self.imported.contains(&name_hash(module));
        let reached = || self.prefixes.iter().any(|prefix| definition.name.starts_with(prefix));
        if self.product.contains(&hash) || is_hook(&definition.name, imported) || reached() {
            return None;
        }
        match (self.tests.contains(&hash), is_test) {
            (true, true) => None,
            (by_tests, _) => Some(by_tests),
        }
    }
}

fn row(path: &str, definition: &Definition, only_tests: bool) -> Unused {
    let Definition { name, kind, line, end_line, confidence } = definition.clone();
    Unused { path: path.to_string(), line, end_line, name: name.into(), kind, confidence, only_tests }
}
