//! Fills the current folder: folders, then files, links last, so that nothing is written through a link.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, symlink};

use rustix::fs::sendfile;

use crate::failure::Failure;
use crate::plan::{Body, Plan};

const CHUNK: u64 = 1 << 30;

/// The whole tree of `plan`; afterwards the freight is empty, so that its bytes are not paid for twice.
pub fn fill(freight: &File, plan: &Plan) -> Result<(), Failure> {
    for folder in &plan.folders {
        DirBuilder::new().mode(0o755).create(folder).map_err(|error| Failure::of(&error, folder))?;
    }
    for body in &plan.files {
        write(freight, body).map_err(|error| Failure::of(&error, &body.path))?;
    }
    for (path, target) in &plan.links {
        symlink(target, path).map_err(|error| Failure::of(&error, path))?;
    }
    freight.set_len(0).map_err(|error| Failure::of(&error, "the freight"))
}

fn write(freight: &File, body: &Body) -> io::Result<()> {
    let mode = if body.executable { 0o755 } else { 0o644 };
    // create_new is O_CREAT with O_EXCL, which follows no link.
    let target = OpenOptions::new().write(true).create_new(true).mode(mode).open(&body.path)?;
    let (mut from, end) = (body.offset, body.offset + body.size);
    while from < end {
        let count = usize::try_from((end - from).min(CHUNK)).map_err(io::Error::other)?;
        if sendfile(&target, freight, Some(&mut from), count)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
