//! The work of a scan, shared by its threads.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Options;
use super::reading::{self, Content};
use crate::measure::{Parse, STACK_BYTES, alone, internal, measure_on, too_large};
use crate::records::{FileMetrics, Problem, Status};
use crate::results::Scan;

/// What one thread measured.
#[derive(Default)]
pub(super) struct Part<T> {
    /// Number of each file, in the order of `scan`.
    pub(super) files: Vec<usize>,
    pub(super) scan: Scan,
    /// What else was asked of each file.
    pub(super) more: Vec<T>,
}

/// Files to measure, taken one by one.
pub(super) struct Job<T> {
    parse: Parse<T>,
    root: PathBuf,
    paths: Vec<PathBuf>,
    max_bytes: u64,
    /// Whether the largest files come first, so that no thread is left with one at the end.
    balanced: bool,
    /// Numbers of the files, in the order they are taken; known once a thread has looked.
    order: OnceLock<Vec<usize>>,
    taken: AtomicUsize,
    stopped: AtomicBool,
}

impl<T: Default + Send> Job<T> {
    pub(super) fn new(root: &Path, paths: &[PathBuf], options: &Options, balanced: bool, parse: Parse<T>) -> Self {
        Self {
            parse,
            root: root.to_path_buf(),
            paths: paths.to_vec(),
            max_bytes: options.max_bytes,
            balanced,
            order: OnceLock::new(),
            taken: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Asks the threads to end; each ends after its file.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Measures files until none is left.
    pub(super) fn work(&self) -> Part<T> {
        let mut part = Part::default();
        while let Some(file) = self.next() {
            let (metrics, more) = self.measured(file);
            part.scan.add(&metrics);
            part.more.push(more);
            part.files.push(file);
        }
        part
    }

    fn next(&self) -> Option<usize> {
        let at = self.taken.fetch_add(1, Ordering::Relaxed);
        self.order.get_or_init(|| self.ordered()).get(at).copied().filter(|_| !self.is_stopped())
    }

    fn ordered(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.paths.len()).collect();
        if self.balanced {
            let sizes: Vec<u64> = self.paths.iter().map(|path| self.size(path)).collect();
            order.sort_by_key(|file| std::cmp::Reverse(sizes[*file]));
        }
        order
    }

    fn size(&self, path: &Path) -> u64 {
        let metadata = if self.is_stopped() { None } else { std::fs::metadata(self.root.join(path)).ok() };
        metadata.map_or(0, |metadata| metadata.len())
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn measured(&self, file: usize) -> (FileMetrics, T) {
        let name = self.name(file);
        alone(match reading::read(&self.root.join(&self.paths[file]), self.max_bytes) {
            Ok(Content::Bytes(bytes)) => return measure_on(STACK_BYTES, &bytes, &name, self.max_bytes, self.parse),
            Ok(Content::TooLarge(size, raw)) => too_large(&name, size, self.max_bytes, raw),
            Ok(Content::NotAFile) => unreadable(name, "not a regular file".to_string()),
            Err(error) => unreadable(name, error.to_string()),
        })
    }

    /// The result of a file that no thread measured.
    pub(super) fn unmeasured(&self, file: usize) -> FileMetrics {
        internal(&self.name(file), "no thread could measure it".to_string())
    }

    fn name(&self, file: usize) -> String {
        self.paths[file].to_string_lossy().into_owned()
    }
}

fn unreadable(path: String, message: String) -> FileMetrics {
    FileMetrics::unmeasured(path, Status::Unreadable, Problem::of_file("unreadable", message))
}
