//! A run's control groups: joined before anything of the run is executed.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;

use crate::failure::Failure;

/// `PROCS... -- COMMAND...`: writes itself into each `cgroup.procs`; the command to go on as.
pub fn groups(words: &[OsString]) -> Result<&[OsString], Failure> {
    let Some(cut) = words.iter().position(|word| word == "--") else {
        return Err(Failure::new("no command after --", "join"));
    };
    for group in words.get(..cut).unwrap_or_default() {
        // Zero is whoever writes it (cgroups(7)).
        let joined = OpenOptions::new().write(true).open(group).and_then(|mut procs| procs.write_all(b"0"));
        joined.map_err(|error| Failure::of(&error, group))?;
    }
    Ok(words.get(cut + 1..).unwrap_or_default())
}
