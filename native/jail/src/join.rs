//! A run's control groups: joined before anything of the run is executed.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::failure::Failure;

/// `PROCS... -- COMMAND...`: writes itself into each `cgroup.procs`; returns only when it could not go on.
pub fn join_and_go_on(words: &[OsString]) -> Failure {
    let Some(cut) = words.iter().position(|word| word == "--") else {
        return Failure::new("no command after --", "join");
    };
    let (groups, command) = (words.get(..cut).unwrap_or_default(), words.get(cut + 1..).unwrap_or_default());
    let Some((program, arguments)) = command.split_first() else {
        return Failure::new("no command after --", "join");
    };
    for group in groups {
        // Zero is whoever writes it (cgroups(7)).
        let joined = OpenOptions::new().write(true).open(group).and_then(|mut procs| procs.write_all(b"0"));
        if let Err(error) = joined {
            return Failure::of(&error, group);
        }
    }
    Failure::of(&Command::new(program).args(arguments).exec(), program)
}
