//! A root parent's way down: the mounts where any user can pass, then an ordinary user for good.
//!
//! bubblewrap started by uid 0 was measured to let its child write /proc/sys of the host and ignore
//! `RLIMIT_NPROC`. The uid a sandbox runs under cannot pass folders closed to others (an interpreter
//! below /root), hence a private mount namespace where each needed host folder lies under /run.
//! The namespace, and with it every mount, ends with its last process.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind_recursive, mount_change, unmount,
};
use rustix::process::{Gid, Signal, Uid, set_parent_process_death_signal};
use rustix::thread::{
    CapabilitySet, CapabilitySets, UnshareFlags, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};

use crate::failure::Failure;

/// Where the stage's mounts lie; `privileges.py` names the same.
const STAGE: &str = "/run/pyagent";

/// `UID MOUNT... -- COMMAND...`: shows the mounts and becomes `UID`; the command to go on as.
pub fn show_and_drop(words: &[OsString]) -> Result<&[OsString], Failure> {
    let cut = words.iter().position(|word| word == "--");
    let (Some(uid), Some(cut)) = (words.first().and_then(|word| word.to_str()?.parse().ok()), cut) else {
        return Err(Failure::new("no user id, or no command after --", "stage"));
    };
    let mounts = words.get(1..cut).unwrap_or_default();
    // Without a mount there is nothing to show, and no namespace to be allowed.
    if !mounts.is_empty() {
        show(mounts)?;
    }
    drop_to(uid)?;
    Ok(words.get(cut + 1..).unwrap_or_default())
}

fn show(mounts: &[OsString]) -> Result<(), Failure> {
    #[expect(deprecated, reason = "the hazard of its unsafe successor is CLONE_FILES, and there is one thread")]
    let private = rustix::thread::unshare(UnshareFlags::NEWNS);
    private.map_err(named("a mount namespace"))?;
    let quiet = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
    mount_change("/", quiet).map_err(named("/"))?;
    mount("tmpfs", "/run", "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, None).map_err(named("/run"))?;
    // The umask of whoever started us must not close what the user has to pass.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    DirBuilder::new().mode(0o755).create(STAGE).map_err(|error| Failure::of(&error, STAGE))?;
    for (number, host) in mounts.iter().enumerate() {
        let place = Path::new(STAGE).join(number.to_string());
        make(&place, host).map_err(|error| Failure::of(&error, host))?;
        mount_bind_recursive(host.as_os_str(), place.as_path()).map_err(named(host))?;
    }
    // No sandbox shows it, and bubblewrap copies all mounts and reads their list at each bind: many of a host's lie here.
    let _ = unmount("/sys", UnmountFlags::DETACH);
    Ok(())
}

/// An empty folder or file to mount on, as `host` is the one or the other.
fn make(place: &Path, host: &OsStr) -> io::Result<()> {
    if fs::metadata(host)?.is_dir() { fs::create_dir(place) } else { File::create(place).map(drop) }
}

/// Becomes `uid` with no group, no capability and no way to regain one.
fn drop_to(uid: u32) -> Result<(), Failure> {
    let (Some(user), Some(group)) = (ordinary(uid).map(Uid::from_raw), ordinary(uid).map(Gid::from_raw)) else {
        return Err(Failure::new("no ordinary user", &uid.to_string()));
    };
    for capability in CapabilitySet::all().iter() {
        // The kernel may know fewer than we do.
        let _ = remove_capability_from_bounding_set(capability);
    }
    set_thread_groups(&[]).map_err(named("groups"))?;
    set_thread_res_gid(group, group, group).map_err(named("group"))?;
    set_thread_res_uid(user, user, user).map_err(named("user"))?;
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none).map_err(named("capabilities"))?;
    set_no_new_privs(true).map_err(named("no-new-privileges"))?;
    // The kernel forgets the parent-death signal when the uid changes, so it is set last.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(named("parent-death signal"))
}

fn ordinary(uid: u32) -> Option<u32> {
    (uid != 0 && uid != u32::MAX).then_some(uid)
}

fn named(thing: impl AsRef<OsStr>) -> impl FnOnce(rustix::io::Errno) -> Failure {
    move |error| Failure::of(&error.into(), thing)
}
