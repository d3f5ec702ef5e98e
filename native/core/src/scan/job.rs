//! The work of a scan, shared by its threads.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::inputs::{self, Inputs};
use super::reading::Content;
use crate::cache::{Cache, Origin, Stamp, key_of};
use crate::digest::digest;
use crate::measure::{Parse, STACK_BYTES, internal, measure_on, too_large};
use crate::records::{FileMetrics, Problem, Status};
use crate::results::{Digest, Scan};

/// What one thread measured.
pub(super) struct Part<T> {
    /// Number of each file, in the order of `scan`.
    pub(super) files: Vec<usize>,
    pub(super) scan: Scan,
    /// Where each result comes from; none for what no cache may keep.
    pub(super) origins: Vec<Option<Origin>>,
    /// What else was asked of each file.
    pub(super) more: Vec<T>,
}

/// Files to measure, taken one by one.
pub(super) struct Job<T> {
    parse: Parse<T>,
    inputs: Inputs,
    max_bytes: u64,
    cache: Option<Cache>,
    /// Whether the largest files come first, so that no thread is left with one at the end.
    balanced: bool,
    /// Numbers of the files, in the order they are taken; known once a thread has looked.
    order: OnceLock<Vec<usize>>,
    taken: AtomicUsize,
    stopped: AtomicBool,
}

/// A result, and where it comes from; none for what no cache may keep.
type Result<T> = (Outcome<T>, Option<Origin>);

enum Outcome<T> {
    Measured(FileMetrics, T),
    /// A row of the cache.
    Known(usize),
}

impl<T: Default> Outcome<T> {
    /// The result of a file that was not parsed.
    fn unparsed(metrics: FileMetrics) -> Self {
        Self::Measured(metrics, T::default())
    }
}

impl<T: Default + Send> Job<T> {
    pub(super) fn new(inputs: Inputs, max_bytes: u64, cache: Option<Cache>, balanced: bool, parse: Parse<T>) -> Self {
        let (taken, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { parse, inputs, max_bytes, cache, balanced, order: OnceLock::new(), taken, stopped }
    }

    pub(super) fn len(&self) -> usize {
        self.inputs.len()
    }

    pub(super) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Asks the threads to end; each ends after its file.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Measures files until none is left.
    pub(super) fn work(&self) -> Part<T> {
        let mut part = Part { files: Vec::new(), scan: Scan::default(), origins: Vec::new(), more: Vec::new() };
        while let Some(file) = self.next() {
            let (outcome, origin) = self.result(file);
            part.more.push(match (outcome, &self.cache) {
                (Outcome::Measured(metrics, more), _) => {
                    part.scan.add(&metrics);
                    more
                }
                (Outcome::Known(row), Some(cache)) => {
                    part.scan.add_from(cache.results(), row);
                    T::default()
                }
                (Outcome::Known(_), None) => T::default(), // only a cache knows rows
            });
            part.origins.push(origin);
            part.files.push(file);
        }
        part
    }

    fn next(&self) -> Option<usize> {
        let at = self.taken.fetch_add(1, Ordering::Relaxed);
        self.order.get_or_init(|| self.ordered()).get(at).copied().filter(|_| !self.is_stopped())
    }

    fn ordered(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        if self.balanced {
            let size = |file: &usize| if self.is_stopped() { 0 } else { self.inputs.size(*file) };
            let sizes: Vec<u64> = order.iter().map(size).collect();
            order.sort_by_key(|file| std::cmp::Reverse(sizes[*file]));
        }
        order
    }

    fn result(&self, file: usize) -> Result<T> {
        self.found(file).unwrap_or_else(|error| (self.unreadable(file, error.to_string()), None))
    }

    fn found(&self, file: usize) -> io::Result<Result<T>> {
        let path = self.inputs.path(file);
        let metadata = path.as_ref().map(std::fs::metadata).transpose()?;
        let stamp = metadata.as_ref().and_then(inputs::stamp);
        let place = self.cache.as_ref().and(path.as_deref().map(key_of).zip(stamp));
        if let Some(known) = self.unchanged(place) {
            return Ok(known);
        }
        Ok(match self.inputs.content(file, metadata.as_ref(), self.max_bytes)? {
            Content::Bytes(bytes) => self.of_bytes(&bytes, file, place),
            Content::TooLarge(size, raw) => {
                (Outcome::unparsed(too_large(&self.inputs.name(file), size, self.max_bytes, raw)), None)
            }
            Content::NotAFile => (self.unreadable(file, "not a regular file".to_string()), None),
        })
    }

    /// What the cache knows of a file that is as it was.
    fn unchanged(&self, place: Option<(Digest, Stamp)>) -> Option<Result<T>> {
        let (path, stamp) = place.filter(|(_, stamp)| stamp.size <= self.max_bytes)?;
        let (row, content) = self.cache.as_ref()?.of_path(path, stamp)?;
        Some((Outcome::Known(row), Some(Origin { place, content, is_unchanged: true })))
    }

    fn of_bytes(&self, bytes: &[u8], file: usize, place: Option<(Digest, Stamp)>) -> Result<T> {
        let measured = || measure_on(STACK_BYTES, bytes, &self.inputs.name(file), self.max_bytes, self.parse);
        let Some(cache) = self.cache.as_ref().filter(|_| bytes.len() as u64 <= self.max_bytes) else {
            let (metrics, more) = measured();
            return (Outcome::Measured(metrics, more), None);
        };
        let content = digest(bytes);
        if let Some(row) = cache.of_content(content) {
            // A known content without a place is no news.
            return (Outcome::Known(row), Some(Origin { place, content, is_unchanged: place.is_none() }));
        }
        let (metrics, more) = measured();
        let origin = Some(Origin { place, content, is_unchanged: false }).filter(|_| !metrics.is_internal());
        (Outcome::Measured(metrics, more), origin)
    }

    fn unreadable(&self, file: usize, message: String) -> Outcome<T> {
        let problem = Problem::of_file("unreadable", message);
        Outcome::unparsed(FileMetrics::unmeasured(self.inputs.name(file), Status::Unreadable, problem))
    }

    /// The result of a file that no thread measured.
    pub(super) fn unmeasured(&self, file: usize) -> FileMetrics {
        internal(&self.inputs.name(file), "no thread could measure it".to_string())
    }
}
