//! Results of earlier scans: an unchanged file is not read, a known content is not measured.
//!
//! A path whose size and time of change are those of its last scan has the content it had then;
//! any other content is looked up by its hash, which is what serves fresh checkouts and history.

mod entries;
mod file;

use rustc_hash::FxHashMap;

use crate::digest::digest;
use crate::results::{Digest, Scan, Table};
pub(crate) use entries::Entries;
#[cfg(any(test, fuzzing))]
pub(crate) use file::{from_bytes, to_bytes, with_sum};
pub use file::{load, save};

/// Functions that a cache may hold, about 100 MB; contents not asked for longest go first.
pub const MAX_FUNCTIONS: usize = 2_000_000;

/// What the system says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub changed: u64,
}

/// Where a result of a scan comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Digest of the path and the file's stamp; none for a source without a file, or one that
    /// changed so lately that another change could leave the stamp as it is.
    pub place: Option<(Digest, Stamp)>,
    /// Digest of the content.
    pub content: Digest,
    /// Whether the path led to it, so that nothing new is known of this file.
    pub is_unchanged: bool,
}

/// Results by content, and contents by path.
#[derive(Debug, Default)]
pub struct Cache {
    entries: Entries,
    by_content: FxHashMap<Digest, usize>,
    by_path: FxHashMap<Digest, usize>,
}

impl From<Entries> for Cache {
    fn from(entries: Entries) -> Self {
        let by_content = entries.contents.iter().enumerate().map(|(row, content)| (*content, row)).collect();
        let by_path = entries.paths.iter().enumerate().map(|(row, path)| (*path, row)).collect();
        Self { entries, by_content, by_path }
    }
}

impl Cache {
    /// The results, a file row for each content.
    pub fn results(&self) -> &Scan {
        &self.entries.results
    }

    /// The row and the content of an unchanged file.
    #[must_use]
    pub fn of_path(&self, path: Digest, stamp: Stamp) -> Option<(usize, Digest)> {
        let known = *self.by_path.get(&path)?;
        let row = *self.entries.owners.get(known)? as usize;
        (self.entries.stamps[known] == stamp).then(|| (row, self.entries.contents[row]))
    }

    /// The row of a content.
    #[must_use]
    pub fn of_content(&self, content: Digest) -> Option<usize> {
        self.by_content.get(&content).copied()
    }

    /// This cache after a scan: its results first, then as many others as `limit` functions leave room for.
    #[must_use]
    pub fn after(&self, scan: &Scan, origins: &[Option<Origin>], limit: usize) -> Self {
        let mut next = Entries { writing: self.entries.writing.saturating_add(1), ..Entries::default() };
        let mut rows = FxHashMap::default();
        let known = |row: usize| (row, &origins[row]);
        for (file, origin) in
            (0..scan.files.rows()).map(known).filter_map(|(row, origin)| Some((row, origin.as_ref()?)))
        {
            let row =
                *rows.entry(origin.content).or_insert_with(|| next.take(scan, file, origin.content, next.writing));
            if let Some((path, stamp)) = origin.place {
                next.place(path, stamp, row);
            }
        }
        self.keep_others(&mut next, &mut rows, limit);
        Self::from(next)
    }

    fn keep_others(&self, next: &mut Entries, rows: &mut FxHashMap<Digest, usize>, limit: usize) {
        let old = &self.entries;
        let mut others: Vec<usize> = (0..old.contents.len()).collect();
        others.sort_by_key(|row| std::cmp::Reverse(old.used[*row]));
        for row in others {
            let content = old.contents[row];
            let size = old.results.functions_of(row).len() + 1;
            if !rows.contains_key(&content) && next.size() + size <= limit {
                rows.insert(content, next.take(&old.results, row, content, old.used[row]));
            }
        }
        let placed: rustc_hash::FxHashSet<Digest> = next.paths.iter().copied().collect();
        for (known, path) in old.paths.iter().enumerate().filter(|(_, path)| !placed.contains(*path)) {
            let content = old.contents.get(old.owners[known] as usize);
            if let Some(row) = content.and_then(|content| rows.get(content)) {
                next.place(*path, old.stamps[known], *row);
            }
        }
    }
}

/// The key of a path.
#[must_use]
pub fn key_of(path: &std::path::Path) -> Digest {
    digest(path.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cached(cache: &Cache, names: &[&str], limit: usize) -> Cache {
        let mut scan = Scan::default();
        for name in names {
            scan.add(&crate::measure(format!("def {name}(): pass\n").as_bytes(), "<test>"));
        }
        let place = |name: &&str| Some((digest(name.as_bytes()), Stamp { size: 1, changed: 1 }));
        let origin = |name| Some(Origin { place: place(name), content: digest(name.as_bytes()), is_unchanged: false });
        cache.after(&scan, &names.iter().map(origin).collect::<Vec<_>>(), limit)
    }

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let cache = ["a", "b", "c"].iter().fold(Cache::default(), |cache, name| cached(&cache, &[name], 6));
        let cache = cached(&cache, &["a", "d"], 6);
        let known = |name: &str| {
            let key = digest(name.as_bytes());
            let by_path = cache.of_path(key, Stamp { size: 1, changed: 1 }).is_some();
            assert_eq!(cache.of_content(key).is_some(), by_path);
            by_path
        };
        assert_eq!(["a", "b", "c", "d"].map(known), [true, false, true, true]);
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let cache = cached(&Cache::default(), &["a", "b"], 100);
        let bytes = cache.entries.pack();
        let again = Entries::unpack(&bytes).map(|entries| entries.pack());
        assert_eq!(again.as_ref(), Some(&bytes));
        for end in 0..bytes.len() {
            assert!(Entries::unpack(&bytes[..end]).is_none(), "{end}");
        }
    }
}
