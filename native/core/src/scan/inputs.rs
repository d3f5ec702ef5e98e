//! What a scan is asked to measure.

use std::borrow::Cow;
use std::fs::Metadata;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::reading::{self, Content};
use crate::cache::Stamp;

/// A stamp younger than this may stay as it is when the file changes once more: clocks of file
/// systems tick, some of them every two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// Files, or sources that are in memory already.
#[derive(Clone, Debug)]
pub enum Inputs {
    /// Paths under a folder.
    Files {
        /// Where relative paths start.
        root: PathBuf,
        /// One result each.
        paths: Vec<PathBuf>,
    },
    /// Contents of files.
    Sources(Vec<Vec<u8>>),
}

impl Inputs {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Files { paths, .. } => paths.len(),
            Self::Sources(sources) => sources.len(),
        }
    }

    /// What a result calls the input.
    pub(super) fn name(&self, file: usize) -> String {
        match self {
            Self::Files { paths, .. } => paths[file].to_string_lossy().into_owned(),
            Self::Sources(_) => "<memory>".to_string(),
        }
    }

    /// Where a file is; none for a source in memory.
    pub(super) fn path(&self, file: usize) -> Option<PathBuf> {
        match self {
            Self::Files { root, paths } => Some(root.join(&paths[file])),
            Self::Sources(_) => None,
        }
    }

    pub(super) fn size(&self, file: usize) -> u64 {
        match (self, self.path(file)) {
            (Self::Sources(sources), _) => sources[file].len() as u64,
            (_, path) => path.and_then(|path| path.metadata().ok()).map_or(0, |metadata| metadata.len()),
        }
    }

    pub(super) fn content(&self, file: usize, found: Option<&Metadata>, max_bytes: u64) -> io::Result<Content<'_>> {
        match (self, self.path(file), found) {
            (Self::Sources(sources), ..) => Ok(Content::Bytes(Cow::Borrowed(&sources[file]))),
            (_, Some(path), Some(metadata)) => reading::read(&path, metadata, max_bytes),
            _ => Ok(Content::NotAFile),
        }
    }
}

/// The stamp of a file, where it is old enough to be trusted.
pub(super) fn stamp(metadata: &Metadata) -> Option<Stamp> {
    let changed = metadata.modified().ok()?;
    let is_settled = SystemTime::now().duration_since(changed).is_ok_and(|age| age > SETTLED);
    let since = changed.duration_since(UNIX_EPOCH).ok().filter(|_| is_settled)?;
    Some(Stamp { size: metadata.len(), changed: u64::try_from(since.as_nanos()).ok()? })
}
