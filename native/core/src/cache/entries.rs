//! What a cache holds, as it is written to its file.

use super::Stamp;
use crate::results::{Column, Digest, Digests, Numbers, Packed, Scan, Table, pack_number};

/// Columns of two tables: contents with their results, and paths with their content.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// A file row for each content.
    pub(crate) results: Scan,
    pub(crate) contents: Digests,
    /// The writing of the cache in which each content was last asked for.
    pub(crate) used: Numbers,
    /// How often the cache was written.
    pub(crate) writing: u32,
    pub(crate) paths: Digests,
    pub(crate) stamps: Vec<Stamp>,
    /// For each path, the row of its content.
    pub(crate) owners: Numbers,
}

impl Entries {
    /// Rows that count against the limit.
    pub(crate) fn size(&self) -> usize {
        self.contents.len() + self.results.functions.rows()
    }

    /// Adds a content with its results; yields its row.
    pub(crate) fn take(&mut self, scan: &Scan, file: usize, content: Digest, used: u32) -> usize {
        self.results.add_from(scan, file);
        self.contents.push(content);
        self.used.push(used);
        self.contents.len() - 1
    }

    /// Adds a path that leads to the content of a row.
    pub(crate) fn place(&mut self, path: Digest, stamp: Stamp, row: usize) {
        self.paths.push(path);
        self.stamps.push(stamp);
        self.owners.push(u32::try_from(row).unwrap_or(u32::MAX));
    }

    pub(crate) fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.results.pack(&mut bytes);
        self.contents.pack(&mut bytes);
        self.used.pack(&mut bytes);
        pack_number(u64::from(self.writing), &mut bytes);
        pack_number(self.paths.len() as u64, &mut bytes);
        self.paths.pack(&mut bytes);
        self.owners.pack(&mut bytes);
        for stamp in &self.stamps {
            pack_number(stamp.size, &mut bytes);
            pack_number(stamp.changed, &mut bytes);
        }
        bytes
    }

    pub(crate) fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut packed = Packed(bytes);
        let results = Scan::unpack(&mut packed)?;
        let files = results.files.rows();
        let contents = Digests::unpack(&mut packed, files)?;
        let used = Numbers::unpack(&mut packed, files)?;
        let writing = u32::try_from(packed.number()?).ok()?;
        let known = packed.count()?;
        let paths = Digests::unpack(&mut packed, known)?;
        let owners = Numbers::unpack(&mut packed, known)?;
        let mut stamp = || Some(Stamp { size: packed.number()?, changed: packed.number()? });
        let stamps = (0..known).map(|_| stamp()).collect::<Option<Vec<_>>>()?;
        let is_whole = packed.0.is_empty() && owners.iter().all(|row| (*row as usize) < files);
        is_whole.then_some(Self { results, contents, used, writing, paths, stamps, owners })
    }
}
