//! Where there is no pid namespace: a process above the jail that ends whatever outlives it.
//!
//! It stands outside the jail's Landlock domain, so nothing inside can signal it (Linux 6.12), and every orphan
//! below it becomes its child.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, set_child_subreaper, wait};

use crate::failure::Failure;

/// `COMMAND...`: runs it on our own streams, then ends all it left; the command's exit code.
pub fn run_and_end(words: &[OsString]) -> Result<ExitCode, Failure> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::new("no command", "hunt"));
    };
    set_child_subreaper(Some(Pid::INIT)).map_err(|error| Failure::of(&error.into(), "subreaper"))?;
    let child = Command::new(program).args(arguments).spawn().map_err(|error| Failure::of(&error, program))?;
    let child = Pid::from_raw(child.id().cast_signed());
    let mut code = u8::MAX;
    while let Ok(Some((pid, status))) = wait(WaitOptions::empty()) {
        if Some(pid) == child {
            code = status.exit_status().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX);
            break;
        }
    }
    while kill_children() {
        let _ = wait(WaitOptions::empty()); // whichever ends first; the rest is told again
    }
    Ok(ExitCode::from(code))
}

/// Whether there was any child to kill; a killed one's own children become ours.
fn kill_children() -> bool {
    let own = std::process::id();
    let listed = std::fs::read_to_string(format!("/proc/self/task/{own}/children")).unwrap_or_default();
    let children: Vec<Pid> = listed.split_whitespace().filter_map(|word| Pid::from_raw(word.parse().ok()?)).collect();
    for child in &children {
        let _ = kill_process(*child, Signal::KILL); // gone already
    }
    !children.is_empty()
}
