//! The first process of a sandbox.
//!
//! `pyagent-jail run` is started inside, by bubblewrap or on the bare host. Its standard input is a
//! UNIX socket over which come two descriptors: the freight (a memory file: file bodies, then the
//! plan) and the command's own standard input. It fills the work copy, confines itself, runs the
//! command, ends what the command left behind and sends records back over the same socket. When
//! the socket's other end closes, the parent is gone and so is the command.
//!
//! `pyagent-jail stage UID MOUNT... -- COMMAND...` is started outside by a root parent: it shows each
//! mount below a folder any user can pass, becomes UID for good and goes on as COMMAND.
//!
//! `pyagent-jail join PROCS... -- COMMAND...` is started outside before all else: it joins control groups.
//!
//! `pyagent-jail hunt COMMAND...` stands above the jail where there is no pid namespace, and ends what outlives it.
//!
//! The parent trusts no byte of it: the command runs under the same uid and may forge every record,
//! which wins it nothing but a wrong answer about itself.
#![forbid(unsafe_code)]

mod collect;
mod command;
mod confine;
mod failure;
mod filter;
mod hunt;
mod join;
mod plan;
mod records;
mod stage;
mod unpack;
mod wire;

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::failure::Failure;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    act(&words).unwrap_or_else(|failure| {
        // Nobody is left to tell when standard error is closed too.
        let _ = writeln!(std::io::stderr(), "pyagent-jail: {failure}");
        ExitCode::FAILURE
    })
}

/// What `words` ask for, our own name the first of them.
fn act(words: &[OsString]) -> Result<ExitCode, Failure> {
    let mode = words.get(1).and_then(|word| word.to_str());
    match (mode, words.get(2..)) {
        (Some("run"), Some([])) => run(),
        (Some("hunt"), Some(rest)) => hunt::run_and_end(rest),
        (Some("join"), Some(rest)) => {
            let command = join::groups(rest)?;
            // Where a root parent's way goes on with ourselves, a second start of this program is saved.
            if command.first() == words.first() { act(command) } else { Err(become_command(command)) }
        }
        (Some("stage"), Some(rest)) => Err(become_command(stage::show_and_drop(rest)?)),
        _ => Err(Failure::new(
            "usage",
            "pyagent-jail run | hunt COMMAND... | join PROCS... -- COMMAND... | stage UID MOUNT... -- COMMAND...",
        )),
    }
}

/// Goes on as `command`; returns only when it could not.
fn become_command(command: &[OsString]) -> Failure {
    let Some((program, arguments)) = command.split_first() else {
        return Failure::new("no command", "after --");
    };
    Failure::of(&Command::new(program).args(arguments).exec(), program)
}

/// One job, from the freight to its last record; the exit code is 0 once the command was reached.
fn run() -> Result<ExitCode, Failure> {
    let wire = wire::receive()?;
    let plan = plan::read(&wire.freight)?;
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    std::env::set_current_dir(&plan.work).map_err(|error| Failure::of(&error, &plan.work))?;
    if let Err(failure) = unpack::fill(&wire.freight, &plan) {
        records::failed(&failure)?;
        return Ok(ExitCode::FAILURE);
    }
    drop(wire.freight);
    if let Err(failure) = confine::confine(&plan) {
        records::failed(&failure)?;
        return Ok(ExitCode::FAILURE);
    }
    records::started()?;
    let Some(code) = command::run(&plan, wire.stdin)? else {
        return Ok(ExitCode::SUCCESS);
    };
    collect::send(&plan)?;
    records::ended(code, command::peak())?;
    Ok(ExitCode::SUCCESS)
}
