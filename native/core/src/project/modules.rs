//! From the words of an `import` to the file that it runs.
//!
//! Nothing is executed and no configuration is read: a module is looked for under every folder of
//! the project that can be on the path of an interpreter, nearest to the importing file first.

use rustc_hash::{FxHashMap, FxHashSet};

/// Folders under which other parts of a project do not look for modules.
const PRIVATE: [&str; 8] = ["test", "tests", "testing", "fixtures", "examples", "docs", "bench", "benchmarks"];

/// Where the modules of a project lie.
#[derive(Debug)]
pub(super) struct Modules<'a> {
    /// Number of each file by path without `.py`.
    files: FxHashMap<&'a str, u32>,
    /// Every folder that holds a file, at any depth.
    folders: FxHashSet<&'a str>,
    /// For the first word of a module: the folders where it can be found, outermost first.
    roots: FxHashMap<&'a str, Vec<&'a str>>,
}

/// What an import leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// This file.
    File(u32),
    /// A folder without `__init__.py`: nothing runs.
    Namespace,
    /// Nothing in this project.
    Foreign,
}

impl<'a> Modules<'a> {
    pub(super) fn of(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut modules =
            Self { files: FxHashMap::default(), folders: FxHashSet::default(), roots: FxHashMap::default() };
        for (number, path) in paths.enumerate() {
            let Some(stem) = path.strip_suffix(".py") else { continue };
            modules.files.insert(stem, u32::try_from(number).unwrap_or(u32::MAX));
            let mut folder = parent(stem);
            while modules.folders.insert(folder) && !folder.is_empty() {
                folder = parent(folder);
            }
        }
        modules.find_roots();
        modules
    }

    /// Every folder that is no package can be a root; what lies directly in it is then a top-level module.
    fn find_roots(&mut self) {
        let mut found: FxHashMap<&'a str, Vec<&'a str>> = FxHashMap::default();
        for path in self.files.keys().chain(&self.folders).copied() {
            let folder = parent(path);
            if !path.is_empty() && !self.is_package(folder) {
                found.entry(last(path)).or_default().push(folder);
            }
        }
        for folders in found.values_mut() {
            folders.sort_unstable_by_key(|folder| (depth(folder), *folder));
            folders.dedup();
        }
        self.roots = found;
    }

    fn is_package(&self, folder: &str) -> bool {
        self.files.contains_key(join(folder, "__init__").as_str())
    }

    /// The module `dotted`, `level` dots before it, imported by the file at `path`.
    pub(super) fn resolve(&self, path: &str, level: u32, dotted: &str) -> Target {
        if level == 0 {
            return self.absolute(path, dotted);
        }
        let mut folder = parent(path);
        for _ in 1..level {
            folder = parent(folder);
        }
        self.at(&join(folder, &dotted.replace('.', "/")))
    }

    /// The module `name` inside what `resolve` looks up.
    pub(super) fn resolve_member(&self, path: &str, level: u32, dotted: &str, name: &str) -> Target {
        if dotted.is_empty() {
            self.resolve(path, level, name)
        } else {
            self.resolve(path, level, &format!("{dotted}.{name}"))
        }
    }

    fn absolute(&self, path: &str, dotted: &str) -> Target {
        let first = dotted.split('.').next().unwrap_or(dotted);
        let Some(folders) = self.roots.get(first) else {
            return Target::Foreign;
        };
        let relative = dotted.replace('.', "/");
        let own = self.own_root(path);
        let mut best = Target::Foreign;
        for folder in std::iter::once(own).filter(|own| folders.contains(own)).chain(folders.iter().copied()) {
            if folder != own && !self.may_look(path, folder, first) {
                continue;
            }
            match self.at(&join(folder, &relative)) {
                Target::File(file) => return Target::File(file),
                Target::Namespace => best = Target::Namespace,
                Target::Foreign => {}
            }
        }
        best
    }

    /// The folder that holds the outermost package of a file, or the file itself.
    fn own_root<'p>(&self, path: &'p str) -> &'p str {
        let mut folder = parent(path);
        while !folder.is_empty() && self.is_package(folder) {
            folder = parent(folder);
        }
        folder
    }

    /// Whether the file at `path` can have `folder` on its path and mean it: single scripts, and
    /// what lies among tests and examples, is not seen from elsewhere.
    fn may_look(&self, path: &str, folder: &str, first: &str) -> bool {
        let is_around = folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        is_around
            || (self.folders.contains(join(folder, first).as_str())
                && !folder.split('/').any(|part| PRIVATE.contains(&part)))
            || last(folder) == "src"
    }

    /// The module at a path without `.py`: a package wins over a file of its name, as at run time.
    fn at(&self, path: &str) -> Target {
        let package = join(path, "__init__");
        if let Some(file) = self.files.get(package.as_str()).or_else(|| self.files.get(path)) {
            return Target::File(*file);
        }
        if !path.is_empty() && self.folders.contains(path) { Target::Namespace } else { Target::Foreign }
    }

    /// The `__init__.py` files that run before the file at `path`, innermost first.
    pub(super) fn packages_around(&self, path: &str) -> Vec<u32> {
        let mut found = Vec::new();
        let mut folder = parent(path);
        while let Some(file) = self.files.get(join(folder, "__init__").as_str()) {
            found.push(*file);
            if folder.is_empty() {
                break;
            }
            folder = parent(folder);
        }
        found
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn depth(folder: &str) -> usize {
    if folder.is_empty() { 0 } else { 1 + folder.matches('/').count() }
}

fn join(folder: &str, rest: &str) -> String {
    match (folder, rest) {
        ("", rest) => rest.to_string(),
        (folder, "") => folder.to_string(),
        (folder, rest) => format!("{folder}/{rest}"),
    }
}
