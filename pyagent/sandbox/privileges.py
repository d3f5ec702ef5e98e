"""Who the sandbox runs as: an ordinary user, always.

bubblewrap started by uid 0 was measured to let its child write /proc/sys of the host and ignore
RLIMIT_NPROC. So a root parent hands over to a dedicated uid before the sandbox is built. That uid
cannot pass folders closed to others (an interpreter below /root), hence a stage: a private mount
namespace where each needed host folder lies under /run, built by the jail program as root before it
drops to that uid for good. The namespace, and with it every mount, ends with its last process.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyagent.ports import Mount

STAGE = "/run/pyagent"


@dataclass(frozen=True, slots=True)
class Identity:
    """The host uid a sandbox runs under."""

    uid: int
    dropped: bool
    """True when our own process is root and hands over to `uid`."""


def identity(dedicated_uid: int) -> Identity:
    """Our own uid for an ordinary user; `dedicated_uid` when we are root."""
    own = os.geteuid()
    return Identity(dedicated_uid, dropped=True) if own == 0 else Identity(own, dropped=False)


def staged(mounts: Sequence[Mount]) -> tuple[Mount, ...]:
    """The same mounts, taken from where the stage shows them."""
    return tuple(replace(mount, host=Path(STAGE, str(number))) for number, mount in enumerate(mounts))


def stage_arguments(jail: str, mounts: Sequence[Mount], uid: int) -> list[str]:
    """Arguments, run as root, that stage `mounts` in a private mount namespace and go on as `uid`, unprivileged."""
    return [jail, "stage", str(uid), *(os.fspath(mount.host) for mount in mounts), "--"]


def hand_over(folder: Path, uid: int) -> None:
    """Make a writable mount the sandbox user's own, with all it holds; a folder handed over before is left alone.

    Files with a second name elsewhere (an installer's cache links them) stay as they are: what is
    written to them would be written there too.
    """
    if folder.stat().st_uid == uid:
        return
    for _, folders, files, at in os.fwalk(folder, follow_symlinks=False):
        for name in folders:
            os.chown(name, uid, uid, dir_fd=at, follow_symlinks=False)
        for name in files:
            if os.stat(name, dir_fd=at, follow_symlinks=False).st_nlink == 1:
                os.chown(name, uid, uid, dir_fd=at, follow_symlinks=False)
    os.chown(folder, uid, uid)  # last: it is the mark that the rest is done
