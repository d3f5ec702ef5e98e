//! A file's bytes, where it is a file and no larger than allowed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub(super) enum Content {
    Bytes(Vec<u8>),
    TooLarge(u64),
    NotAFile,
}

/// Asks for the kind of file before opening it: opening a FIFO would wait for a writer.
pub(super) fn read(path: &Path, max_bytes: u64) -> std::io::Result<Content> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Ok(Content::NotAFile);
    }
    if metadata.len() > max_bytes {
        return Ok(Content::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    // One byte more than allowed is enough to see that the file grew.
    File::open(path)?.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Content::Bytes(bytes))
}
