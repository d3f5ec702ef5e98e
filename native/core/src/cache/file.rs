//! A cache as one file: replaced as a whole, and empty where it is damaged or of another version.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Cache;
use super::entries::Entries;
use crate::digest::digest;
use crate::results::{Digest, Scan, Table};

/// Raised with the format below; the columns and the profile are part of the version by themselves.
const FORMAT: u8 = 1;
/// More than `MAX_FUNCTIONS` take; a larger file is not ours.
const MAX_BYTES: u64 = 1 << 30;

/// How many saves this process began: two at once have a draft each.
static SAVES: AtomicUsize = AtomicUsize::new(0);

/// The cache in a file; an empty one where there is none that can be used.
#[must_use]
pub fn load(path: &Path) -> Cache {
    let is_ours = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MAX_BYTES);
    let bytes = if is_ours { fs::read(path).unwrap_or_default() } else { Vec::new() };
    from_bytes(&bytes).unwrap_or_default()
}

/// Replaces the file, at once or not at all.
///
/// # Errors
///
/// The system's, where the folder cannot be written to.
pub fn save(cache: &Cache, path: &Path) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{}.new", std::process::id(), SAVES.fetch_add(1, Ordering::Relaxed)));
    let draft = path.with_file_name(name);
    let written = fs::File::create(&draft).and_then(|mut file| file.write_all(&to_bytes(cache)));
    let replaced = written.and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&draft); // the first error is the one to tell
    }
    replaced
}

/// Version and checksum, then the packed entries, compressed.
pub(crate) fn to_bytes(cache: &Cache) -> Vec<u8> {
    with_sum(&lz4_flex::compress_prepend_size(&cache.entries.pack()))
}

/// What `from_bytes` does not refuse at first sight.
pub(crate) fn with_sum(body: &[u8]) -> Vec<u8> {
    [&version()[..], &digest(body), body].concat()
}

/// The cache that `to_bytes` wrote.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Cache> {
    let (found, rest) = bytes.split_first_chunk::<{ size_of::<Digest>() }>()?;
    let (sum, body) = rest.split_first_chunk::<{ size_of::<Digest>() }>()?;
    if *found != version() || *sum != digest(body) {
        return None;
    }
    let size = u32::from_le_bytes(*body.first_chunk()?);
    let entries =
        if u64::from(size) <= MAX_BYTES { lz4_flex::decompress_size_prepended(body).ok()? } else { return None };
    Entries::unpack(&entries).map(Cache::from)
}

/// Of the format, the profile and the columns: other definitions start anew.
fn version() -> Digest {
    let empty = Scan::default();
    let columns = [empty.files.columns(), empty.functions.columns(), empty.problems.columns()];
    digest(format!("pyagent cache {FORMAT} {} {columns:?}", crate::PROFILE).as_bytes())
}
