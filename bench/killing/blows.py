"""One run of the real command, struck at a named step or at a moment, and what was left of it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.killing import gits
from bench.killing.target import Place
from pyagent.sandbox.processes import tree_of

ORPHAN_SECONDS = 5.0
"""How long anything may outlive the process it belonged to."""
HUNG_SECONDS = 900.0
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
DONE = frozenset({0, 10})


class How(StrEnum):
    """Ways to strike."""

    STEP = "kill -9 at a named step"
    ALONE = "kill -9 at a moment"
    TREE = "kill -9 of the process and all its children at a moment"
    GIT = "kill -9 before, during (git too) or after a write of git"
    INTERRUPT = "Ctrl-C at a moment"
    DISK = "a disk that fails at a named step"


@dataclass(frozen=True, slots=True)
class Blow:
    """What to do to one run."""

    how: How
    failpoint: str = ""
    """NAME:ACTION:PASS, for STEP and DISK."""
    order: str = ""
    """Verb, which of them, moment and milliseconds, for GIT; see `gits.lay`."""
    seconds: float = 0.0
    """After the start, for the others."""

    @property
    def step(self) -> str:
        """The named step."""
        return self.failpoint.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, and what it said."""

    code: int
    out: str
    err: str
    seconds: float
    git_struck: bool

    def reached(self, blow: Blow) -> bool:
        """Whether the blow fell, rather than the run ending before; by the run's own word and its exit code."""
        match blow.how:
            case How.STEP:
                return self.code == -signal.SIGKILL and self._told(blow)
            case How.DISK:
                return self.code == 7 and self._told(blow) and "run again" in self.err  # noqa: PLR2004 - documented
            case How.INTERRUPT:
                return self.code == -signal.SIGINT or (self.code == 130 and "interrupted" in self.err)  # noqa: PLR2004
            case How.GIT:
                return self.code == -signal.SIGKILL and self.git_struck
            case How.ALONE | How.TREE:
                return self.code == -signal.SIGKILL

    def _told(self, blow: Blow) -> bool:
        name, action, _ = blow.failpoint.split(":")
        return f"failpoint {name}: {action}" in self.err.splitlines()


@dataclass(frozen=True, slots=True)
class Shop:
    """Starts commands on one state folder."""

    place: Place
    state: Path
    storage: str = ""
    """URL of the ledger's database; empty for SQLite in the state folder."""

    def command(self, *verb: str) -> list[str]:
        """`pyagent` as a user starts it."""
        return [sys.executable, "-m", "cli", "--state", str(self.state), "--quiet", "--json", *verb]

    @property
    def gits(self) -> Path:
        """Where the git lies that strikes, or counts."""
        return self.state.parent / "git"

    def run(self, *verb: str, blow: Blow | None = None, failpoints: str = "", counting: bool = False) -> Ended:
        """Start, strike, wait for the end. What it says goes to files: orphans must not hold a pipe of ours."""
        begun = time.monotonic()
        path = self.place.environ["PATH"]
        if counting or (blow and blow.order):
            gits.lay(self.gits, blow.order if blow else gits.NEVER)
            path = f"{self.gits}{os.pathsep}{path}"
        armed = {"PYAGENT_FAILPOINTS": blow.failpoint if blow else failpoints, "PATH": path}
        if self.storage:
            armed["PYAGENT__PYAGENT__STORAGE"] = self.storage
        with (self.state.parent / "out").open("wb") as out, (self.state.parent / "err").open("wb") as err:
            process = subprocess.Popen(
                self.command(*verb),
                cwd=self.place.base,
                env=self.place.environ | armed,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            if blow and blow.seconds:
                _strike(process, blow)
            try:
                process.wait(HUNG_SECONDS)
            except subprocess.TimeoutExpired:
                _kill(tree_of(process.pid))
                process.wait()
        said = [(self.state.parent / name).read_text("utf-8", "replace") for name in ("out", "err")]
        return Ended(process.returncode, said[0], said[1], time.monotonic() - begun, gits.struck(self.gits))


def _strike(process: "subprocess.Popen[bytes]", blow: Blow) -> None:
    try:
        process.wait(blow.seconds)
    except subprocess.TimeoutExpired:
        if blow.how is How.INTERRUPT:
            process.send_signal(signal.SIGINT)
        else:
            _kill(tree_of(process.pid) if blow.how is How.TREE else (process.pid,))


def _kill(pids: tuple[int, ...]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def hear_interrupts() -> None:
    """Let our commands be interrupted, also where a shell started us in the background and so told us not to hear."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def adopt_orphans() -> None:
    """From now on, whatever our commands leave running becomes our own child, so that none escapes the count."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def orphans() -> tuple[float, tuple[str, ...]]:
    """Seconds until no child of ours was left, and the command lines of those that had to be ended."""
    begun = time.monotonic()
    while (left := tuple(_living())) and time.monotonic() - begun < ORPHAN_SECONDS:
        time.sleep(0.02)
    names = tuple(map(_name, left))
    for pid in left:
        _kill(tree_of(pid))
    return time.monotonic() - begun, names


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:200]
    except OSError:
        return f"pid {pid}"


def _living() -> Iterator[int]:
    for pid in tree_of(os.getpid())[1:]:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                yield pid
        except ChildProcessError:  # a grandchild: its parent answers for it
            continue
