"""What rooms need of each other, as Protocols. `stages/wiring.py` joins them with real parts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pyagent.model import Declined, Level, Proposal, Repository, Ticket


class Clock(Protocol):
    """Wall time for display, monotonic seconds for limits."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class Blobs(Protocol):
    """Large bodies by content hash."""

    def put(self, body: bytes) -> str:
        """Store `body` durably; its id, equal for equal bodies."""
        ...

    def get(self, blob: str) -> bytes:
        """The body; LedgerError when it is missing or its bytes no longer match the id."""
        ...


class Checkout(Protocol):
    """An exported tree of one commit, without `.git`."""

    @property
    def repository(self) -> Repository:
        """Whose tree this is."""
        ...

    @property
    def commit(self) -> str:
        """Full commit hash."""
        ...

    @property
    def tree(self) -> str:
        """Full tree hash."""
        ...

    @property
    def root(self) -> Path:
        """Folder holding the exported files; treat as read-only."""
        ...

    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""
        ...

    def read(self, path: str) -> bytes:
        """Bytes of one file; TargetError when absent or a symlink."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of one sandboxed run."""

    wall_seconds: float = 600.0
    cpu_seconds: int = 1200
    memory_bytes: int = 2 << 30
    """Summed over the process tree."""
    processes: int = 256
    output_bytes: int = 4 << 20
    """Of stdout and stderr each; what exceeds it is cut and said so."""
    work_bytes: int = 1 << 30
    """Size of the work copy's tmpfs."""
    file_bytes: int = 512 << 20
    """Largest single file (RLIMIT_FSIZE)."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A host folder visible inside, read-only unless `writable`."""

    host: Path
    inside: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One command to run where it can do no harm.

    `tree` is copied into the work copy `/work` (the current folder), then `overlay` is written
    over it (None deletes), then `argv` runs. Files named in `collect` (relative to /work) are
    read back as plain bytes; absent ones are simply missing in the answer.
    """

    argv: tuple[str, ...]
    tree: Path | None = None
    overlay: Mapping[str, bytes | None] = field(default_factory=dict[str, bytes | None])
    mounts: tuple[Mount, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    collect: tuple[str, ...] = ()
    stdin: bytes = b""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Completed:
    """What a run left behind. `stopped` names the limit that ended it, None when it ended itself."""

    code: int
    """Exit status; 128 + n when signal n ended it."""
    stdout: bytes
    stderr: bytes
    files: Mapping[str, bytes]
    cpu_seconds: float
    """User + system of the whole tree, measured by the parent."""
    wall_seconds: float
    peak_bytes: int
    stopped: str | None
    """`wall`, `memory`, `output`, `cpu` or None."""


class Runner(Protocol):
    """Runs untrusted code at a proven level."""

    @property
    def level(self) -> Level:
        """What the self-test proved."""
        ...

    @property
    def holes(self) -> tuple[str, ...]:
        """What this level is known not to hold, in words; shown wherever the level is."""
        ...

    def run(self, job: Job) -> Completed:
        """Run to the end or to a limit; EnvironmentFault only when the sandbox itself fails."""
        ...


class Proposer(Protocol):
    """Writes changes."""

    def propose(self, ticket: Ticket, checkout: Checkout) -> Proposal | Declined:
        """One change for one ticket, or the reason why not."""
        ...


class Effects(Protocol):
    """Keyed side effects: done once, whatever dies in between."""

    def perform(self, key: str, do: Callable[[], str], find: Callable[[], str | None]) -> str:
        """The effect's result: recorded, else found in the world by natural key, else done now.

        `find` is asked only when an intent without result exists (a crash between).
        """
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """A lease's fencing token: writes that carry an older one are refused."""

    name: str
    number: int
    holder: str


class Leases(Protocol):
    """Who works on what, with expiry."""

    def hold(self, name: str) -> AbstractContextManager[Token]:
        """Hold the lease, renewing in the background; LeaseHeld says who has it."""
        ...


class Progress(Protocol):
    """Where long work says how far it is."""

    def stage(self, name: str, total: int) -> AbstractContextManager[Callable[[str], None]]:
        """A stage of `total` steps; the callable marks one done and says which comes next."""
        ...


class Forge(Protocol):
    """Where a target branch lives and is moved."""

    def tip(self, repository: Repository) -> str:
        """Commit the target branch points at."""
        ...

    def advance(self, repository: Repository, old: str, new: str) -> bool:
        """Compare-and-swap the branch; False when somebody moved it."""
        ...

    def merged(self, repository: Repository, since: str) -> Iterator[tuple[str, str]]:
        """(change, commit) of every commit after `since` carrying our trailer, oldest first."""
        ...
