//! The import graph: who imports whom, in which circles, and who is hit by a change.

use super::cycles;
use super::modules::{Modules, Target};
use super::scan::Project;
use crate::facts::{self, FileFacts};

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The importing file.
    pub path: String,
    /// 1-based line of the statement.
    pub line: u32,
    /// The module as written, leading dots included.
    pub module: String,
    /// What is taken from it; empty for a plain `import`, `*` for everything.
    pub name: String,
    /// The file of this project that it leads to.
    pub target: Option<String>,
    /// Whether only type checkers run it.
    pub type_checking: bool,
    /// Whether it stands inside a function.
    pub deferred: bool,
}

/// Edges by file number.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// What each file imports while it is imported itself: the edges of cycles.
    eager: Vec<Vec<u32>>,
    /// Who needs a file in any way: imports of every kind, and modules that run its package first.
    dependents: Vec<Vec<u32>>,
    /// Where each import leads, file by file.
    targets: Vec<Vec<Option<u32>>>,
}

impl Graph {
    pub(super) fn of(paths: &[String], facts: &[FileFacts]) -> Self {
        let modules = Modules::of(paths.iter().map(String::as_str));
        let mut graph = Self { dependents: vec![Vec::new(); paths.len()], ..Self::default() };
        for (number, (path, facts)) in paths.iter().zip(facts).enumerate() {
            let targets: Vec<_> = facts.imports.iter().map(|import| target(&modules, path, import)).collect();
            graph.add(u32::try_from(number).unwrap_or(u32::MAX), &facts.imports, &targets);
            for package in modules.packages_around(path) {
                graph.dependents[package as usize].push(u32::try_from(number).unwrap_or(u32::MAX));
            }
            graph.targets.push(targets);
        }
        for edges in &mut graph.dependents {
            edges.sort_unstable();
            edges.dedup();
        }
        graph
    }

    fn add(&mut self, number: u32, imports: &[facts::Import], targets: &[Option<u32>]) {
        let mut eager = Vec::new();
        for (import, target) in imports.iter().zip(targets) {
            if let Some(target) = target.filter(|target| *target != number) {
                self.dependents[target as usize].push(number);
                if !import.type_checking && !import.deferred {
                    eager.push(target);
                }
            }
        }
        eager.sort_unstable();
        eager.dedup();
        self.eager.push(eager);
    }
}

/// `from package import module` leads to the module; any other name to where it is taken from.
fn target(modules: &Modules<'_>, path: &str, import: &facts::Import) -> Option<u32> {
    if !import.name.is_empty()
        && &*import.name != "*"
        && let Target::File(file) = modules.resolve_member(path, import.level, &import.module, &import.name)
    {
        return Some(file);
    }
    match modules.resolve(path, import.level, &import.module) {
        Target::File(file) => Some(file),
        Target::Namespace | Target::Foreign => None,
    }
}

impl Project {
    /// Every imported name with the file it leads to, in file and source order.
    #[must_use]
    pub fn imports(&self) -> Vec<Import> {
        let graph = self.graph();
        let files = self.paths.iter().zip(&self.facts).zip(&graph.targets);
        files
            .flat_map(|((path, facts), targets)| {
                facts.imports.iter().zip(targets).map(|(import, target)| Import {
                    path: path.clone(),
                    line: import.line,
                    module: ".".repeat(import.level as usize) + &import.module,
                    name: import.name.to_string(),
                    target: target.map(|target| self.paths[target as usize].clone()),
                    type_checking: import.type_checking,
                    deferred: import.deferred,
                })
            })
            .collect()
    }

    /// Groups of files that import each other in a circle when they are imported, largest first.
    ///
    /// Imports inside functions and under `TYPE_CHECKING` close no circle. Files in the order given.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<&str>> {
        let mut groups = cycles::components(&self.graph().eager);
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
        let path = |file: &u32| self.paths[*file as usize].as_str();
        groups.iter().map(|group| group.iter().map(path).collect()).collect()
    }

    /// Files that import `path`, or import one that does, through at most `depth` imports (0: any number).
    ///
    /// In the order given; `path` itself is not among them, an unknown path has none.
    #[must_use]
    pub fn dependents(&self, path: &str, depth: usize) -> Vec<&str> {
        let Some(start) = self.number(path) else {
            return Vec::new();
        };
        let graph = self.graph();
        let mut reached = vec![false; self.paths.len()];
        reached[start] = true;
        let mut border = vec![start];
        let mut steps = 0;
        while !border.is_empty() && (depth == 0 || steps < depth) {
            let next = border.iter().flat_map(|file| &graph.dependents[*file]).map(|file| *file as usize);
            border = next.filter(|file| !std::mem::replace(&mut reached[*file], true)).collect();
            steps += 1;
        }
        reached[start] = false;
        self.paths.iter().zip(reached).filter(|(_, hit)| *hit).map(|(path, _)| path.as_str()).collect()
    }
}
