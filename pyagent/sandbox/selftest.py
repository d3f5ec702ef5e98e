"""Proof that the sandbox holds on this machine: cheap attacks, tried before anything untrusted runs."""

import hashlib
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Completed, Job, Limits, Mount, Runner
from pyagent.sandbox import attacks
from pyagent.sandbox.bubblewrap import ENVIRONMENT
from pyagent.sandbox.execution import OUTER_ENVIRONMENT
from pyagent.sandbox.interpreters import interpreter_mounts

LIMITS = Limits(
    wall_seconds=60.0, cpu_seconds=30, memory_bytes=512 << 20, processes=24, work_bytes=8 << 20, file_bytes=2 << 20
)
"""Small, so that filling them is cheap."""
SETTING = "/proc/sys/kernel/core_pattern"
PIECE = 32 << 20
HOG = f"""
import os, time
for _ in range(3):
    if not os.fork():
        held = b"x" * {PIECE}
        time.sleep(30)
time.sleep(30)
"""
"""Three children that hold a piece each: none is over the limit, together they are."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What the attacks showed."""

    level: Level
    """FULL when all were refused, else REDUCED."""
    breaches: tuple[str, ...]
    """Names of the attacks that succeeded."""
    cpu_seconds: float


def self_test(runner: Runner, *, python: str, uid: int) -> SelfTest:
    """Attack through `runner`, whose jobs run as host user `uid` and find an interpreter at `python`.

    EnvironmentFault when the sandbox does not start at all.
    """
    begun = time.process_time()
    with _witnesses(uid) as (targets, shared):
        done = runner.run(_attack(python, targets, shared))
        breaches = [*_reported(done), *_witnessed(targets, shared, uid)]
    mounts, few = interpreter_mounts(Path(python)), Limits(wall_seconds=20.0, memory_bytes=2 * PIECE)
    hogs = runner.run(Job((python, "-I", "-S", "-c", HOG), mounts=mounts, limits=few))
    if hogs.stopped != "memory":
        breaches.append("memory_of_children")
    spent = time.process_time() - begun + done.cpu_seconds + hogs.cpu_seconds
    return SelfTest(Level.REDUCED if breaches else Level.FULL, tuple(breaches), spent)


def _attack(python: str, targets: dict[str, Any], shared: Path) -> Job:
    source = Path(attacks.__file__).read_text(encoding="utf-8")
    return Job(
        (python, "-I", "-S", "-c", source),
        mounts=(*interpreter_mounts(Path(python)), Mount(shared, str(shared), writable=True)),
        stdin=json.dumps(targets).encode(),
        limits=LIMITS,
    )


def _reported(done: Completed) -> list[str]:
    if done.code != 0 or done.stopped is not None:
        said = done.stderr.decode(errors="replace").strip()[-300:] or done.stopped or f"exit code {done.code}"
        raise EnvironmentFault(f"The sandbox's self-test could not run: {said}.", "Mend what it names and start again.")
    return json.loads(done.stdout)


def _witnessed(targets: dict[str, Any], shared: Path, uid: int) -> list[str]:
    """What the attacked side knows better than the attacker."""
    breaches: list[str] = []
    if Path(targets["writable"]).read_bytes():
        breaches.append("host_file_changed")
    if not _undisturbed(targets["victim"]):
        breaches.append("victim_disturbed")
    lock = shared / "lock"
    if not lock.exists() or lock.stat().st_uid != uid or uid == 0:
        breaches.append("wrong_uid_outside")
    elif not _free(lock):
        breaches.append("leave_daemon")
    return breaches


def _undisturbed(pid: int) -> bool:
    """Neither stopped, traced, nor dead (proc(5), state)."""
    state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return state not in {"T", "t", "Z", "X"}


def _free(lock: Path) -> bool:
    with lock.open("rb") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except OSError:
            return False
    return True


@contextmanager
def _witnesses(uid: int) -> Generator[tuple[dict[str, Any], Path]]:
    """The targets of the attacks, alive and open to every user of the host; and a folder to share with the sandbox."""
    with ExitStack() as ends:
        home = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="pyagent-selftest-")))
        home.chmod(0o755)
        # Not below `home`: inside, the folders above a mount are the sandbox's own and open to it.
        shared = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="pyagent-shared-")))
        shared.chmod(0o755)
        for name, mode, text in (("secret", 0o644, "secret"), ("writable", 0o666, "")):
            (home / name).write_text(text, encoding="ascii")
            (home / name).chmod(mode)
        tcp = ends.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = f"pyagent-selftest-{os.getpid()}-{home.name}"
        _listen(ends, "\0" + abstract)
        _listen(ends, str(home / "socket"))
        (home / "socket").chmod(0o666)
        victim = ends.enter_context(_victim(uid))
        yield (
            {
                "port": tcp.getsockname()[1],
                "abstract": abstract,
                "socket": str(home / "socket"),
                "writable": str(home / "writable"),
                "secret": str(home / "secret"),
                "system": "/usr",
                "setting": SETTING,
                "victim": victim,
                "environment": [name for name in os.environ if name not in {*ENVIRONMENT, *OUTER_ENVIRONMENT, "PWD"}],
                "file_bytes": LIMITS.file_bytes,
                "scratch_bytes": LIMITS.work_bytes,
                "processes": LIMITS.processes,
                "lock": str(shared / "lock"),
            },
            shared,
        )


def _listen(ends: ExitStack, address: str) -> None:
    listener = ends.enter_context(socket.socket(socket.AF_UNIX))
    listener.bind(address)
    listener.listen()


@contextmanager
def _victim(uid: int) -> Generator[int]:
    """A host process of the sandbox's uid that waits for input, and so ends with us, however we end."""
    groups: list[int] | None = [] if os.geteuid() == 0 else None
    user = uid if os.geteuid() == 0 else None
    with subprocess.Popen(
        ["/bin/cat"], stdin=subprocess.PIPE, env=OUTER_ENVIRONMENT, user=user, group=user, extra_groups=groups
    ) as victim:
        try:
            yield victim.pid
        finally:
            victim.kill()


def proof_key(programs: Iterable[str], uid: int, *, grouped: bool = False) -> str:
    """Digest of all the proof rests on: kernel, user, whether runs have control groups, programs, our sources."""
    digest = hashlib.sha256()
    for name in (os.uname().release, os.uname().version, uid, grouped):
        digest.update(f"{name}\n".encode())
    for program in programs:
        status = Path(program).stat()
        digest.update(f"{program} {status.st_ino} {status.st_size} {status.st_mtime_ns}\n".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def proven_before(state: Path | None, key: str) -> bool:
    """Whether an earlier self-test on exactly this ground left its proof in `state`."""
    try:
        return state is not None and (state / "sandbox-proof").read_text(encoding="ascii") == key
    except (OSError, UnicodeDecodeError):
        return False


def remember(state: Path | None, key: str) -> None:
    """Leave the proof in `state` for the next start."""
    if state is not None:
        state.mkdir(parents=True, exist_ok=True)
        draft = state / f"sandbox-proof.{os.getpid()}"
        draft.write_text(key, encoding="ascii")
        draft.replace(state / "sandbox-proof")
