//! Records to the parent: a kind, a number and a body, over the socket.

use std::io;
use std::os::fd::AsFd;

use rustix::net::{SendFlags, send};

use crate::failure::Failure;

/// The command is about to start.
const STARTED: u8 = 1;
/// One file, by its number among the names asked for.
const FILE: u8 = 2;
/// The command's exit code, and in the body the memory of its largest process; nothing follows.
const ENDED: u8 = 3;
/// The work copy could not be made; the body says why.
const FAILED: u8 = 4;
/// Bytes of a body that go out with its head, since every message wakes the parent.
const FRONT: usize = 4096;

/// Says that the command is about to start.
pub fn started() -> Result<(), Failure> {
    record(STARTED, 0, &[])
}

/// Hands over the file asked for as number `number`.
pub fn file(number: u32, body: &[u8]) -> Result<(), Failure> {
    record(FILE, number, body)
}

/// Says how the command ended and how many bytes its largest process had resident.
pub fn ended(code: u8, peak: u64) -> Result<(), Failure> {
    record(ENDED, u32::from(code), &peak.to_le_bytes())
}

/// Says why the command was never started.
pub fn failed(failure: &Failure) -> Result<(), Failure> {
    record(FAILED, 0, failure.to_string().as_bytes())
}

fn record(kind: u8, number: u32, body: &[u8]) -> Result<(), Failure> {
    let (front, rest) = body.split_at(body.len().min(FRONT));
    let mut head = Vec::with_capacity(13 + front.len());
    head.push(kind);
    head.extend(number.to_le_bytes());
    head.extend((body.len() as u64).to_le_bytes());
    head.extend(front);
    all(&head)?;
    all(rest)
}

fn all(mut bytes: &[u8]) -> Result<(), Failure> {
    while !bytes.is_empty() {
        match send(io::stdin().as_fd(), bytes, SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Failure::of(&error.into(), "the parent's socket")),
        }
    }
    Ok(())
}
