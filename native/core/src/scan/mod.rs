//! Many files at once: one result per path, in the order given, whatever the files are.

mod job;
mod reading;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use job::{Job, Part};

use crate::limits::MAX_BYTES;
use crate::measure::{Parse, plainly};
use crate::results::Scan;

/// How often the caller is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(100);

/// How to scan.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that measure; 0 for one per processor.
    pub threads: usize,
    /// Larger files are not parsed.
    pub max_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { threads: 0, max_bytes: MAX_BYTES }
    }
}

/// Metrics of `paths` under `root`; none when `go_on`, asked about ten times a second, said no.
///
/// Paths are taken as they are: nothing is walked, nothing is left out. Files are measured by
/// threads of their own that are left behind when the caller gives up: each ends after its file.
pub fn scan(root: &Path, paths: &[PathBuf], options: &Options, go_on: &mut dyn FnMut() -> bool) -> Option<Scan> {
    Some(scan_with(root, paths, options, go_on, plainly)?.0)
}

/// As `scan`, with what else `parse` yields of each file.
pub(crate) fn scan_with<T: Default + Send + 'static>(
    root: &Path,
    paths: &[PathBuf],
    options: &Options,
    go_on: &mut dyn FnMut() -> bool,
    parse: Parse<T>,
) -> Option<(Scan, Vec<T>)> {
    let threads = threads(options.threads, paths.len());
    let job = Arc::new(Job::new(root, paths, options, threads > 1, parse));
    let parts = collect(&job, &start(&job, threads), go_on)?;
    Some(merged(&job, parts))
}

fn threads(wanted: usize, files: usize) -> usize {
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    (if wanted == 0 { available() } else { wanted }).min(files)
}

/// Starts the workers; one that cannot be started leaves its files to the others.
fn start<T: Default + Send + 'static>(job: &Arc<Job<T>>, threads: usize) -> Receiver<Part<T>> {
    let (sender, receiver) = channel();
    for _ in 0..threads {
        let (job, sender) = (Arc::clone(job), sender.clone());
        let worker = std::thread::Builder::new().stack_size(crate::measure::STACK_BYTES);
        // A caller who gave up receives nothing any more.
        let _ = worker.spawn(move || drop(sender.send(job.work())));
    }
    receiver
}

fn collect<T: Default + Send>(
    job: &Job<T>,
    receiver: &Receiver<Part<T>>,
    go_on: &mut dyn FnMut() -> bool,
) -> Option<Vec<Part<T>>> {
    let mut parts = Vec::new();
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(part) => parts.push(part),
            Err(RecvTimeoutError::Disconnected) => return Some(parts),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if !go_on() {
            job.stop();
            return None;
        }
    }
}

/// One result a path; a path that no worker came to has one that says so.
fn merged<T: Default + Send>(job: &Job<T>, mut parts: Vec<Part<T>>) -> (Scan, Vec<T>) {
    if parts.len() == 1 && parts[0].files.iter().copied().eq(0..job.len()) {
        let whole = parts.remove(0);
        return (whole.scan, whole.more);
    }
    let mut places = vec![None; job.len()];
    for (number, part) in parts.iter().enumerate() {
        for (row, file) in part.files.iter().enumerate() {
            places[*file] = Some((number, row));
        }
    }
    let (mut scan, mut more) = (Scan::default(), Vec::with_capacity(job.len()));
    for (file, place) in places.into_iter().enumerate() {
        if let Some((number, row)) = place {
            scan.add_from(&parts[number].scan, row);
            more.push(std::mem::take(&mut parts[number].more[row]));
        } else {
            scan.add(&job.unmeasured(file));
            more.push(T::default());
        }
    }
    (scan, more)
}
