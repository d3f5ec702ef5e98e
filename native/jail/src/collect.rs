//! Hands back the files asked for, read as plain bytes below the work copy.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};

use crate::failure::Failure;
use crate::plan::Plan;
use crate::records;

/// Sends each named file that is there, with its number among the names.
pub fn send(plan: &Plan) -> Result<(), Failure> {
    for (number, name) in (0..).zip(&plan.collect) {
        if let Ok(Some(body)) = read_plain(name, plan.collect_bytes) {
            records::file(number, &body)?;
        }
    }
    Ok(())
}

/// Bytes of a regular file below the current folder, no link on the way; None when it is not that or too large.
fn read_plain(name: &OsStr, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let within = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let file = File::from(openat2(CWD, name, flags, Mode::empty(), within)?);
    let found = file.metadata()?;
    if !found.is_file() || found.len() > limit {
        return Ok(None);
    }
    let mut body = Vec::new();
    file.take(limit).read_to_end(&mut body)?;
    Ok(Some(body))
}
