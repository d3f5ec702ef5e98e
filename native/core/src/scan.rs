//! Many files at once: one result per path, in the order given, whatever the files are.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rayon::prelude::*;

use crate::limits::MAX_BYTES;
use crate::measure::{STACK_BYTES, measure_here, too_large};
use crate::records::{FileMetrics, Problem, Status};

/// Metrics of `paths` under `root`, on `threads` threads (0: one per processor).
///
/// Paths are taken as they are: nothing is walked, nothing is left out.
#[must_use]
pub fn scan(root: &Path, paths: &[String], threads: usize) -> Vec<FileMetrics> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build();
    match pool {
        Ok(pool) => pool.install(|| paths.par_iter().with_max_len(1).map(|path| one(root, path)).collect()),
        Err(error) => paths.iter().map(|path| unreadable(path, format!("no threads for measuring: {error}"))).collect(),
    }
}

fn one(root: &Path, path: &str) -> FileMetrics {
    let file = root.join(path);
    match read(&file) {
        Ok(Content::Bytes(bytes)) => measure_here(&bytes, path),
        Ok(Content::TooLarge(size)) => too_large(path, size),
        Ok(Content::NotAFile) => unreadable(path, "not a regular file".to_string()),
        Err(error) => unreadable(path, error.to_string()),
    }
}

fn unreadable(path: &str, message: String) -> FileMetrics {
    FileMetrics::unmeasured(path.to_string(), Status::Unreadable, Problem::of_file("unreadable", message))
}

enum Content {
    Bytes(Vec<u8>),
    TooLarge(u64),
    NotAFile,
}

/// Asks for the kind of file before opening it: opening a FIFO would wait for a writer.
fn read(path: &Path) -> std::io::Result<Content> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Ok(Content::NotAFile);
    }
    if metadata.len() > MAX_BYTES {
        return Ok(Content::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    // One byte more than allowed is enough to see that the file grew.
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(Content::Bytes(bytes))
}
