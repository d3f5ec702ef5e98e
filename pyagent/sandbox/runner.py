"""The Runner port on bubblewrap, and the door that opens it only at a proven level."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Completed, Job, Mount, Runner
from pyagent.sandbox.bubblewrap import (
    ENVIRONMENT,
    ETC,
    JAIL,
    MEMORY,
    WORK,
    System,
    folder_bytes,
    sandbox_arguments,
    system,
)
from pyagent.sandbox.cgroups import Groups, groups_of_this_machine
from pyagent.sandbox.etc import etc_folder
from pyagent.sandbox.execution import OUTER_ENVIRONMENT, Start, execute
from pyagent.sandbox.jail import jail_program
from pyagent.sandbox.levels import REDUCED, WITHOUT_GROUPS
from pyagent.sandbox.plan import Walls
from pyagent.sandbox.privileges import Identity, hand_over, identity, stage_arguments, staged
from pyagent.sandbox.processes import can_see_children
from pyagent.sandbox.reduced import ReducedRunner
from pyagent.sandbox.selftest import proof_key, proven_before, remember, self_test
from pyagent.sandbox.unsafe import UnsafeRunner

DEDICATED_UID = 64123
"""Outside the ranges that systems give to people, services and containers."""
WALLS = Walls(namespace=True, filter=True)
OLDEST = (0, 8)
"""The first bubblewrap with --disable-userns."""
LESS = 'Or accept less: [sandbox] level = "reduced" (docs/sandbox.md says what it leaves open).'
SWITCHES = (Path("/proc/sys/user/max_user_namespaces"), Path("/proc/sys/kernel/unprivileged_userns_clone"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a sandbox is built from on this machine."""

    bwrap: str
    jail: str
    """Our own program: the first process inside, and a root parent's way down."""
    python: str
    """The interpreter we run on ourselves; the self-test's attacks run on it."""
    system: System
    etc: Path
    """What is shown as /etc, the jail with it."""
    identity: Identity


@dataclass(frozen=True, slots=True)
class BubblewrapRunner:
    """Runs each job in a fresh sandbox of its own; safe to call from several threads."""

    level: Level
    parts: Parts
    holes: tuple[str, ...] = ()
    groups: Groups | None = None

    def run(self, job: Job) -> Completed:
        """Run to the end or to a limit; EnvironmentFault when the sandbox itself fails.

        A command that is not there ends with 127, one that cannot be executed with 126. Collected
        files beyond `readback.FILE_BYTES` are missing, as are links and what a stopped run wrote.
        A root parent makes a writable mount's folder the sandbox user's own.
        """
        parts = self.parts
        mounts = _all_mounts(job.mounts, parts)
        if parts.identity.dropped:
            for mount in mounts:
                if mount.writable:
                    hand_over(mount.host, parts.identity.uid)
            before = stage_arguments(parts.jail, mounts, parts.identity.uid)
            mounts = staged(mounts)
        else:
            before = []
        inner = sandbox_arguments(parts.bwrap, system=parts.system, mounts=mounts, limits=job.limits)
        return execute(
            job,
            Start([*before, *inner], JAIL, WORK, WALLS, ENVIRONMENT, MEMORY, folder_bytes(job.limits), self.groups),
        )


def _all_mounts(asked: Iterable[Mount], parts: Parts) -> tuple[Mount, ...]:
    """The job's mounts and our own, each place inside once."""
    for mount in asked:
        _check(mount)
    places = {mount.inside.rstrip("/"): mount for mount in (*asked, Mount(parts.etc, ETC))}
    return tuple(places.values())


def _check(mount: Mount) -> None:
    parts = mount.inside.split("/")
    if not mount.inside.startswith("/") or mount.inside == "/" or ".." in parts:
        raise EnvironmentFault(f"Nothing can be mounted at {mount.inside!r}.", "Give an absolute folder below /.")
    if not mount.host.is_absolute() or not mount.host.exists():
        raise EnvironmentFault(f"The folder {mount.host} to show inside is not there.", "Build it again.")


def parts_of_this_machine(who: Identity, state: Path | None = None) -> Parts:
    """Programs and folders a sandbox needs, what must be made below `state`.

    EnvironmentFault says what is missing and how to get it.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise EnvironmentFault("bubblewrap (bwrap) is not installed.", "Install the package `bubblewrap`.")
    jail, python = jail_program(), str(Path(sys.executable).resolve())
    return Parts(bwrap, jail, python, system(), etc_folder(state, Path(jail)), who)


def reachable_python(uid: int) -> str:
    """An interpreter that host user `uid` can start where it lies: ours, unless a folder above it is closed to others.

    Below a bubblewrap any will do; at the reduced level nothing can be shown elsewhere.
    """
    own = Path(sys.executable).resolve()
    if os.geteuid() == uid or all(folder.stat().st_mode & 0o001 for folder in own.parents):
        return str(own)
    return shutil.which("python3", path="/usr/bin:/bin") or str(own)


def check_kernel(switches: Iterable[Path] = SWITCHES) -> None:
    """EnvironmentFault when the kernel or one of its `switches` forbids what the sandbox needs."""
    for switch in switches:
        if switch.exists() and switch.read_text(encoding="ascii").strip() == "0":
            raise EnvironmentFault(f"User namespaces are off ({switch} is 0).", "Ask the host's owner to allow them.")
    if not can_see_children():
        raise EnvironmentFault(
            "The kernel does not list a process's children, so memory cannot be summed.",
            "Use a kernel built with CONFIG_PROC_CHILDREN.",
        )


def open_runner(*, uid: int = DEDICATED_UID, state: Path | None = None, level: Level = Level.FULL) -> Runner:
    """A runner at a proven level, never one below `level`.

    Args:
        uid: who jobs run as when our own process is root; an ordinary user's jobs run as that user.
        state: where a passed self-test is remembered; without it every start pays for one.
        level: the least the operator accepts. REDUCED still gives FULL where this machine can; UNSAFE is no
            sandbox at all, and is given only where it was asked for in so many words.

    Raises:
        EnvironmentFault: the sandbox is missing, does not start, or holds less than it states.
    """
    if level is Level.UNSAFE:
        return _unsafe()
    who = identity(uid)
    if who.uid == 0:
        raise EnvironmentFault("The sandbox may not run as uid 0.", "Name an ordinary uid under [sandbox] uid.")
    try:
        return _full(who, state)
    except EnvironmentFault as fault:
        if level is not Level.REDUCED:
            raise EnvironmentFault(fault.what, f"{fault.remedy} {LESS}") from fault
        return _reduced(who, state)


def _full(who: Identity, state: Path | None) -> Runner:
    check_kernel()
    parts = parts_of_this_machine(who, state)
    return _proven(BubblewrapRunner(Level.FULL, parts), who, (parts.jail, parts.bwrap, parts.python), state)


def _reduced(who: Identity, state: Path | None) -> Runner:
    jail = jail_program()
    return _proven(ReducedRunner(jail, who), who, (jail, reachable_python(who.uid)), state)


def _proven(
    bare: BubblewrapRunner | ReducedRunner, who: Identity, programs: tuple[str, ...], state: Path | None
) -> Runner:
    """The runner with control groups where it holds with them, else as it is.

    `programs` are what the proof rests on: the jail first, an interpreter last.

    EnvironmentFault when it holds neither way.
    """
    groups = groups_of_this_machine(programs[0])
    without = replace(bare, holes=(*bare.holes, WITHOUT_GROUPS))
    runners = (replace(bare, groups=groups), without) if groups else (without,)
    keys = [proof_key(programs, who.uid, grouped=runner.groups is not None) for runner in runners]
    for runner, key in zip(runners, keys, strict=True):
        if proven_before(state, key):
            return runner
    if groups:
        with suppress(EnvironmentFault):
            return _prove(runners[0], who.uid, programs[-1], state, keys[0])
    return _prove(without, who.uid, programs[-1], state, keys[-1])


def check_version(bwrap: str) -> None:
    """EnvironmentFault when this bubblewrap is too old to forbid further user namespaces."""
    said = subprocess.run([bwrap, "--version"], capture_output=True, check=False, env=OUTER_ENVIRONMENT).stdout.decode()
    numbers = re.findall(r"\d+", said)
    if tuple(map(int, numbers[:2])) < OLDEST:
        raise EnvironmentFault(f"{bwrap} is {said.strip() or 'no bubblewrap'}.", "Install bubblewrap 0.8 or newer.")


def _prove(
    runner: BubblewrapRunner | ReducedRunner, uid: int, python: str, state: Path | None, key: str
) -> BubblewrapRunner | ReducedRunner:
    """The runner, remembered; EnvironmentFault unless every attack is refused but those that its level states."""
    if isinstance(runner, BubblewrapRunner):
        check_version(runner.parts.bwrap)
    stated = set(REDUCED) if runner.level is Level.REDUCED else set[str]()
    tested = self_test(runner, python=python, uid=uid)
    unstated = [name for name in tested.breaches if name not in stated]
    if unstated:
        raise EnvironmentFault(
            f"The sandbox does not hold on this machine: {', '.join(unstated)}.",
            "Use another kernel or host; `--unsafe-local` runs without any sandbox.",
        )
    remember(state, key)
    return runner


def _unsafe() -> Runner:
    if os.geteuid() == 0:
        raise EnvironmentFault(
            "--unsafe-local would run untrusted code as root.", "Start pyagent as an ordinary user, or drop the flag."
        )
    return UnsafeRunner()
