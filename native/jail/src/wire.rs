//! Standard input is the parent's socket; two descriptors come over it.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use crate::failure::Failure;

/// What the parent handed over.
pub struct Wire {
    /// File bodies and the plan.
    pub freight: File,
    /// The command's standard input.
    pub stdin: File,
}

/// Takes both; a parent that left other descriptors open is refused, since the command would inherit them.
pub fn receive() -> Result<Wire, Failure> {
    let strangers = strangers().map_err(|error| Failure::of(&error, "/proc/self/fd"))?;
    if strangers > 0 {
        return Err(Failure::new("descriptors beside the three standard ones are open", &strangers.to_string()));
    }
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut word = [0; 1];
    let taken = recvmsg(io::stdin().as_fd(), &mut [IoSliceMut::new(&mut word)], &mut control, RecvFlags::CMSG_CLOEXEC);
    taken.map_err(|error| Failure::of(&error.into(), "standard input"))?;
    let mut files = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(handed) = message {
            files.extend(handed.map(File::from));
        }
    }
    let (Some(stdin), Some(freight), true) = (files.pop(), files.pop(), files.is_empty()) else {
        return Err(Failure::new("two descriptors were expected", "standard input"));
    };
    Ok(Wire { freight, stdin })
}

fn strangers() -> io::Result<usize> {
    let mut open = 0;
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let name = entry?.file_name();
        open += usize::from(!matches!(name.to_str(), Some("0" | "1" | "2")));
    }
    Ok(open.saturating_sub(1)) // the listing itself
}
