//! Names that a function binds by assignment, as ruff's PLR0914 counts local variables.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

/// How a stored name is bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// By an assignment, plain, augmented or annotated, or by a pattern of `match`.
    Assigned,
    /// By a loop, a `with`, an import, a definition, a handler, a walrus or `del`.
    Otherwise,
    /// Not in the scope at hand, or only declared.
    Nowhere,
}

/// What the open scopes bound so far, the innermost last.
pub(super) struct Bindings {
    /// Hash of the name, and whether an assignment bound it.
    bound: Vec<(u64, bool)>,
    /// Index of the first binding of each open scope, and whether it stands in a handler.
    scopes: Vec<(usize, bool)>,
    /// How names that are stored next are bound.
    pub(super) by: Binding,
    /// Open branches and `else` suites, those around the scope too: a `del` inside is not sure to happen.
    pub(super) conditions: u32,
    /// Whether a handler of the scope is open, where it is not either.
    pub(super) in_handler: bool,
}

impl Bindings {
    pub(super) fn new() -> Self {
        Self { bound: Vec::new(), scopes: Vec::new(), by: Binding::Assigned, conditions: 0, in_handler: false }
    }

    pub(super) fn open_scope(&mut self) {
        self.scopes.push((self.bound.len(), self.in_handler));
        self.in_handler = false;
    }

    /// How many names of the innermost scope are bound by an assignment last, its end being reached.
    pub(super) fn close_scope(&mut self) -> usize {
        let (first, in_handler) = self.scopes.pop().unwrap_or_default();
        self.in_handler = in_handler;
        // Stable: of the bindings of one name the last in the source stays the last.
        self.bound[first..].sort_by_key(|(name, _)| *name);
        let of_one_name = self.bound[first..].chunk_by(|left, right| left.0 == right.0);
        let assigned = of_one_name.filter(|chunk| chunk.last().is_some_and(|(_, assigned)| *assigned)).count();
        self.bound.truncate(first);
        assigned
    }

    pub(super) fn store(&mut self, name: &str) {
        self.add(name, self.by);
    }

    pub(super) fn delete(&mut self, name: &str) {
        if self.conditions == 0 && !self.in_handler {
            self.add(name, Binding::Otherwise);
        }
    }

    /// Notes the binding; outside of all scopes nothing is counted.
    pub(super) fn add(&mut self, name: &str, by: Binding) {
        if !self.scopes.is_empty() && by != Binding::Nowhere {
            self.bound.push((FxBuildHasher.hash_one(name), by == Binding::Assigned));
        }
    }
}
