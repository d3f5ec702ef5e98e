//! What the parser's tree says about names, before anything is thrown away.

use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};

use super::{DefinitionKind, Import};
use crate::lines::LineStarts;

/// Names of one file, as slices of its source.
#[derive(Debug, Default)]
pub(crate) struct Sightings<'s> {
    /// Everything that binds a name, once per place.
    pub(crate) defined: Vec<Seen<'s>>,
    /// Hashes of the names that are read, deleted, or listed in `__all__`.
    pub(crate) used: FxHashSet<u64>,
    /// Beginnings of texts that the file computes.
    prefixes: Vec<Box<str>>,
    /// Whether the file asks for attributes by computed names.
    pub(crate) computes_names: bool,
    /// One entry per imported name.
    pub(crate) imports: Vec<SeenImport<'s>>,
}

/// `do_` and `on_` are how methods are dispatched; shorter beginnings fit everything.
const SHORTEST_PREFIX: usize = 3;

/// One place that binds a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'s> {
    pub(crate) name: &'s str,
    pub(crate) kind: DefinitionKind,
    /// Byte range; a definition starts at its first decorator.
    pub(crate) range: (u32, u32),
    /// Whether a decorator may hand it to somebody else, who then uses it.
    pub(crate) registered: bool,
}

/// One imported name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeenImport<'s> {
    pub(crate) module: &'s str,
    pub(crate) name: &'s str,
    pub(crate) level: u32,
    pub(crate) start: u32,
    pub(crate) type_checking: bool,
    pub(crate) deferred: bool,
}

impl Sightings<'_> {
    /// Marks one name as used.
    pub(crate) fn use_name(&mut self, name: &str) {
        self.used.insert(name_hash(name));
    }

    /// Notes the beginning of a computed text; too short a one says nothing.
    pub(crate) fn use_prefix(&mut self, prefix: &str) {
        let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if prefix.len() >= SHORTEST_PREFIX && is_name(prefix) {
            self.prefixes.push(prefix.into());
        }
    }

    /// Beginnings of the names that the file reaches by `getattr`.
    pub(crate) fn reached_prefixes(&mut self) -> Vec<Box<str>> {
        let mut prefixes = std::mem::take(&mut self.prefixes);
        prefixes.retain(|_| self.computes_names);
        prefixes.sort_unstable();
        prefixes.dedup();
        prefixes
    }

    /// Marks every identifier inside a text as used.
    pub(crate) fn use_words(&mut self, text: &str) {
        for word in text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')) {
            if word.chars().next().is_some_and(|first| !first.is_ascii_digit()) {
                self.use_name(word);
            }
        }
    }
}

impl SeenImport<'_> {
    pub(crate) fn owned(&self, lines: &LineStarts) -> Import {
        Import {
            module: self.module.into(),
            name: self.name.into(),
            level: self.level,
            line: lines.line(self.start),
            type_checking: self.type_checking,
            deferred: self.deferred,
        }
    }
}

/// Number of a name, the same in every file.
pub(crate) fn name_hash(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    hasher.finish()
}
