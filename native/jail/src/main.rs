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
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let mode = words.get(1).and_then(|word| word.to_str());
    let failure = match (mode, words.get(2..)) {
        (Some("run"), Some([])) => match run() {
            Ok(code) => return code,
            Err(failure) => failure,
        },
        (Some("hunt"), Some(rest)) => match hunt::run_and_end(rest) {
            Ok(code) => return code,
            Err(failure) => failure,
        },
        (Some("join"), Some(rest)) => join::join_and_go_on(rest),
        (Some("stage"), Some(rest)) => stage::become_and_go_on(rest),
        _ => failure::Failure::new(
            "usage",
            "pyagent-jail run | hunt COMMAND... | join PROCS... -- COMMAND... | stage UID MOUNT... -- COMMAND...",
        ),
    };
    // Nobody is left to tell when standard error is closed too.
    let _ = writeln!(std::io::stderr(), "pyagent-jail: {failure}");
    ExitCode::FAILURE
}

/// One job, from the freight to its last record; the exit code is 0 once the command was reached.
fn run() -> Result<ExitCode, failure::Failure> {
    let wire = wire::receive()?;
    let plan = plan::read(&wire.freight)?;
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    std::env::set_current_dir(&plan.work).map_err(|error| failure::Failure::of(&error, &plan.work))?;
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
