//! A file's bytes, where it is a file and no larger than allowed; else the counts of its lines.

use std::borrow::Cow;
use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::file::unparsed::LineCounter;
use crate::records::RawMetrics;

/// Bytes up to which the lines of a file too large to be parsed are counted: a sparse file of
/// terabytes costs its author nothing.
const MAX_COUNTED: u64 = 256 << 20;

pub(super) enum Content<'a> {
    Bytes(Cow<'a, [u8]>),
    TooLarge(u64, RawMetrics),
    NotAFile,
}

/// The kind of file is known before it is opened: opening a FIFO would wait for a writer.
pub(super) fn read(path: &Path, metadata: &Metadata, max_bytes: u64) -> std::io::Result<Content<'static>> {
    if !metadata.is_file() {
        return Ok(Content::NotAFile);
    }
    let (file, size) = (File::open(path)?, metadata.len());
    if size > max_bytes {
        let counts = if size > MAX_COUNTED { RawMetrics::default() } else { count(file)? };
        return Ok(Content::TooLarge(size, counts));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    // One byte more than allowed is enough to see that the file grew.
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Content::Bytes(Cow::Owned(bytes)))
}

/// Counts lines piece by piece, in constant memory.
fn count(file: File) -> std::io::Result<RawMetrics> {
    let mut reader = BufReader::with_capacity(1 << 16, file.take(MAX_COUNTED));
    let mut counter = LineCounter::default();
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            return Ok(counter.finish());
        }
        counter.feed(piece);
        let length = piece.len();
        reader.consume(length);
    }
}
