//! Many files at once: one result per path, in the order given, whatever the files are.

mod inputs;
mod job;
mod reading;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

pub use inputs::Inputs;
use job::{Job, Part};

use crate::cache::{self, Cache, Origin};
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
    /// File that keeps results for the next scan.
    pub cache: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { threads: 0, max_bytes: MAX_BYTES, cache: None }
    }
}

/// Metrics of all inputs; none when `go_on`, asked about ten times a second, said no.
///
/// Paths are taken as they are: nothing is walked, nothing is left out. Files are measured by
/// threads of their own that are left behind when the caller gives up: each ends after its file.
/// A cache that cannot be read or written costs time and nothing else.
pub fn scan(inputs: Inputs, options: &Options, go_on: &mut dyn FnMut() -> bool) -> Option<Scan> {
    let (job, parts) = run(inputs, options, options.cache.as_deref().map(cache::load), go_on, plainly)?;
    let (scan, origins, _) = merged(&job, parts);
    if let (Some(path), Some(known)) = (options.cache.as_deref(), job.cache()) {
        let is_new = |origin: &Origin| !origin.is_unchanged;
        if origins.iter().flatten().any(is_new) {
            let _ = cache::save(&known.after(&scan, &origins, cache::MAX_FUNCTIONS), path);
        }
    }
    Some(scan)
}

/// As `scan`, with what else `parse` yields of each file; no cache keeps that, so none is used.
pub(crate) fn scan_with<T: Default + Send + 'static>(
    inputs: Inputs,
    options: &Options,
    go_on: &mut dyn FnMut() -> bool,
    parse: Parse<T>,
) -> Option<(Scan, Vec<T>)> {
    let (job, parts) = run(inputs, options, None, go_on, parse)?;
    let (scan, _, more) = merged(&job, parts);
    Some((scan, more))
}

type Run<T> = (Arc<Job<T>>, Vec<Part<T>>);

fn run<T: Default + Send + 'static>(
    inputs: Inputs,
    options: &Options,
    known: Option<Cache>,
    go_on: &mut dyn FnMut() -> bool,
    parse: Parse<T>,
) -> Option<Run<T>> {
    let threads = threads(options.threads, inputs.len());
    let job = Arc::new(Job::new(inputs, options.max_bytes, known, threads > 1, parse));
    let parts = collect(&job, &start(&job, threads), go_on)?;
    Some((job, parts))
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

/// Results, where they come from, and what else was asked of each file.
type Merged<T> = (Scan, Vec<Option<Origin>>, Vec<T>);

/// One result a path; a path that no worker came to has one that says so.
fn merged<T: Default + Send>(job: &Job<T>, mut parts: Vec<Part<T>>) -> Merged<T> {
    if parts.len() == 1 && parts[0].files.iter().copied().eq(0..job.len()) {
        let whole = parts.remove(0);
        return (whole.scan, whole.origins, whole.more);
    }
    let mut places = vec![None; job.len()];
    for (number, part) in parts.iter().enumerate() {
        for (row, file) in part.files.iter().enumerate() {
            places[*file] = Some((number, row));
        }
    }
    let (mut scan, mut origins, mut more) = (Scan::default(), Vec::new(), Vec::new());
    for (file, place) in places.into_iter().enumerate() {
        if let Some((number, row)) = place {
            scan.add_from(&parts[number].scan, row);
            origins.push(parts[number].origins[row]);
            more.push(std::mem::take(&mut parts[number].more[row]));
        } else {
            scan.add(&job.unmeasured(file));
            origins.push(None);
            more.push(T::default());
        }
    }
    (scan, origins, more)
}
