//! Many files at once: one result per path, in the order given, whatever the files are.

mod job;
mod reading;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use job::{Job, Part};

use crate::limits::MAX_BYTES;
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
    let threads = threads(options.threads, paths.len());
    let job = Arc::new(Job::new(root, paths, options, threads > 1));
    let parts = collect(&job, &start(&job, threads), go_on)?;
    Some(merged(&job, parts))
}

fn threads(wanted: usize, files: usize) -> usize {
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    (if wanted == 0 { available() } else { wanted }).min(files)
}

/// Starts the workers; one that cannot be started leaves its files to the others.
fn start(job: &Arc<Job>, threads: usize) -> Receiver<Part> {
    let (sender, receiver) = channel();
    for _ in 0..threads {
        let (job, sender) = (Arc::clone(job), sender.clone());
        let worker = std::thread::Builder::new().stack_size(crate::measure::STACK_BYTES);
        // A caller who gave up receives nothing any more.
        let _ = worker.spawn(move || drop(sender.send(job.work())));
    }
    receiver
}

fn collect(job: &Job, receiver: &Receiver<Part>, go_on: &mut dyn FnMut() -> bool) -> Option<Vec<Part>> {
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
fn merged(job: &Job, mut parts: Vec<Part>) -> Scan {
    if parts.len() == 1 && parts[0].files.iter().copied().eq(0..job.len()) {
        return parts.remove(0).scan;
    }
    let mut places = vec![None; job.len()];
    for (number, part) in parts.iter().enumerate() {
        for (row, file) in part.files.iter().enumerate() {
            places[*file] = Some((number, row));
        }
    }
    let mut scan = Scan::default();
    for (file, place) in places.into_iter().enumerate() {
        match place {
            Some((number, row)) => scan.add_from(&parts[number].scan, row),
            None => scan.add(&job.unmeasured(file)),
        }
    }
    scan
}
