//! Runs the command, reaps what it orphans, ends what it leaves.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, kill_process_group, pidfd_open, wait};

use crate::failure::{Failure, words};
use crate::plan::Plan;

const NOT_EXECUTABLE: u8 = 126;
const NOT_FOUND: u8 = 127;
/// Orphans wait no longer than this to be reaped.
const REAP: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Exit code as a shell says it, once nothing of the command is left; None when the parent is gone.
pub fn run(plan: &Plan, stdin: File) -> Result<Option<u8>, Failure> {
    let Some((program, arguments)) = plan.argv.split_first() else {
        return Err(Failure::new("empty", "the command"));
    };
    // A group of its own: killing its own group must spare us.
    let started = Command::new(found(program, &plan.environment))
        .arg0(program)
        .args(arguments)
        .env_clear()
        .envs(plan.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::from(stdin))
        .process_group(0)
        .spawn();
    let child = match started {
        Ok(child) => Pid::from_raw(child.id().cast_signed()),
        Err(error) => {
            let said = [program.as_bytes(), b": ", words(&error).as_bytes(), b"\n"].concat();
            let _ = io::stderr().write_all(&said); // it may be closed; the code says it too
            return Ok(Some(if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_EXECUTABLE }));
        }
    };
    let code = child.map_or(Ok(None), watch)?;
    sweep(child, plan.walls.namespace);
    Ok(code)
}

/// Where the command's own PATH leads, as execvp looks; a plain path lets Rust start it by vfork instead of fork.
fn found(program: &OsStr, environment: &[(OsString, OsString)]) -> PathBuf {
    let plain = || PathBuf::from(program);
    if program.as_bytes().contains(&b'/') {
        return plain();
    }
    let path = environment.iter().find_map(|(name, value)| (name == "PATH").then_some(value.as_os_str()));
    std::env::split_paths(path.unwrap_or(OsStr::new("/bin:/usr/bin")))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.metadata().is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0))
        .unwrap_or_else(plain)
}

/// Exit code of `child`; None when the parent's end of the socket has closed.
fn watch(child: Pid) -> Result<Option<u8>, Failure> {
    let handle = pidfd_open(child, PidfdFlags::empty()).map_err(|error| Failure::of(&error.into(), "the command"))?;
    let parent = io::stdin();
    loop {
        let mut ends = [PollFd::new(&parent, PollFlags::IN), PollFd::from_borrowed_fd(handle.as_fd(), PollFlags::IN)];
        let polled = poll(&mut ends, Some(&REAP));
        let gone = polled.is_ok() && !ends[0].revents().is_empty();
        if let Some(status) = reap(child) {
            return Ok(Some(code_of(status)));
        }
        if gone {
            return Ok(None);
        }
    }
}

/// Status of `child` if it has ended; every other dead process is reaped as well.
///
/// A pid namespace's first process must do this, and only what it has reaped counts as its CPU time.
fn reap(child: Pid) -> Option<WaitStatus> {
    let mut status = None;
    while let Ok(Some((pid, ended))) = wait(WaitOptions::NOHANG) {
        if pid == child {
            status = Some(ended);
        }
    }
    status
}

/// Most bytes that one process of the command had resident, of those that were reaped.
///
/// A run may be over before the parent looks even once, and what the parent's own wait tells holds the
/// parent's size too: a process keeps the mark of what it was before exec.
pub fn peak() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN);
    usage.ok().and_then(|used| u64::try_from(used.max_rss()).ok()).map_or(0, |kilobytes| kilobytes << 10)
}

fn code_of(status: WaitStatus) -> u8 {
    let number = status.exit_status().or_else(|| status.terminating_signal().map(|signal| 128 + signal));
    number.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// Ends what the command left: the whole pid namespace, or its process group where we share the host's.
fn sweep(child: Option<Pid>, namespace: bool) {
    if namespace {
        // To the first process's group means to everybody but the first process: us.
        let _ = kill_process_group(Pid::INIT, Signal::KILL);
        while !matches!(wait(WaitOptions::empty()), Err(Errno::CHILD)) {}
    } else if let Some(child) = child {
        let _ = kill_process_group(child, Signal::KILL);
    }
}
