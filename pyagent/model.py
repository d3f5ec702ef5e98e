"""The nouns every room shares: frozen, slotted, free of behaviour and of any framework.

Paths are POSIX strings relative to the repository root. Lines count from 1. Ids are the
26-character digests of `pyagent.ids`.
"""

from dataclasses import dataclass
from enum import StrEnum


class ChangeClass(StrEnum):
    """How much proof a change needs and who must approve it (docs/architecture.md, classes)."""

    H = "H"
    A = "A"
    B = "B"
    C = "C"
    T = "T"


class Answer(StrEnum):
    """What a gate says. A gate that could not run says skipped, never passed."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Level(StrEnum):
    """How much of the sandbox was proven by its self-test."""

    FULL = "full"
    REDUCED = "reduced"
    UNSAFE = "unsafe"


class Status(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    DECLINED = "declined"
    PROPOSED = "proposed"
    FAILED = "failed"
    NEEDS_TESTS = "needs-tests"
    NEEDS_A_NAME = "needs-a-name"
    QUEUED = "queued"
    HELD = "held"
    OFFERED = "offered"
    MERGED = "merged"
    EJECTED = "ejected"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    REVERTED = "reverted"


@dataclass(frozen=True, slots=True)
class Repository:
    """A target under care: its short name, what the operator wrote, and the branch merged into."""

    slug: str
    target: str
    branch: str


@dataclass(frozen=True, slots=True)
class Idea:
    """A wish from a person or a paper, as typed, length-limited fields."""

    id: str
    source: str
    title: str
    text: str
    target: str | None
    """A path or `module.function`, when the wish names one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines of one file; `name` is a function's qualified name, empty where it is none."""

    path: str
    line: int
    end_line: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A measured fact about one place: `kind` over its `limit`."""

    kind: str
    """`cyclomatic`, `shape` (a site of a local rewrite) and `lint` raise tickets; the others are told:
    `hotspot`, `unused`, `tests-only`, `clone`, `near-duplicate`, `cycle`, `docs`, `hints` (docs/findings.md)."""
    path: str
    name: str
    """The function's qualified name, or the lint rule."""
    line: int
    value: float
    limit: float
    detail: str = ""
    """The transform that has a site here, for `shape`; else free text."""
    places: tuple[Spot, ...] = ()
    """Every place it concerns, where there are several; this one is the first."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What to improve, where, why, and the gain expected from it."""

    change: str
    repository: str
    path: str
    name: str
    transform: str
    change_class: ChangeClass
    evidence: str
    """Digest of what the ticket was raised on; the same evidence is never tried twice."""
    why: str
    score: float
    parts: tuple[tuple[str, float], ...]
    """The score's parts, for `pyagent why`."""
    idea: str | None = None
    paths: tuple[str, ...] = ()
    """Every file the change may touch; empty means just `path`."""
    spared: tuple[int, ...] = ()
    """Lines of the function, its body's first being 0, that stay where they are: their tests notice too little."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after; None means the file does not exist on that side."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Patch:
    """Files in path order, each once."""

    files: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A machine-made fact a proposal carries: a metric of one place, before and after."""

    metric: str
    path: str
    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A patch with its claims, against one commit."""

    id: str
    change: str
    repository: str
    base: str
    """Commit the patch applies to."""
    change_class: ChangeClass
    transform: str
    path: str
    name: str
    evidence: str
    title: str
    """One benefit line; the commit's subject."""
    patch: Patch
    claims: tuple[Claim, ...]
    obligations: tuple[str, ...]
    """What the author proved, one sentence each."""
    assumptions: tuple[str, ...]
    """What stays unproven; empty for class A."""


@dataclass(frozen=True, slots=True)
class Declined:
    """An author's refusal: a value, not an exception."""

    change: str
    evidence: str
    status: Status
    """`DECLINED` or `NEEDS_A_NAME`."""
    reason: str
    """Starts with a stable kebab-case word (`too-wide: needs 9 inputs`), so reasons can be counted."""
    proven: Proposal | None = None
    """For needs-a-name: the proven change under its placeholder names."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate's answer with its reason, the facts a reviewer reads, and what it cost."""

    gate: str
    answer: Answer
    reason: str
    facts: tuple[tuple[str, str], ...] = ()
    cpu_seconds: float = 0.0
    weak: tuple[int, ...] = ()
    """Base lines of the changed function, its body's first being 0, whose tests are why the answer is no."""


@dataclass(frozen=True, slots=True)
class Validation:
    """All verdicts of a proposal on one base, and what follows from them."""

    id: str
    proposal: str
    change: str
    base_tree: str
    environment: str
    gate_set: str
    level: Level
    status: Status
    """`PROPOSED` (all required gates passed), `NEEDS_TESTS`, `FAILED`, or `OPEN` when a required gate was skipped."""
    reason: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Queued:
    """A proven change waiting for its train: one commit whose parent is its base."""

    change: str
    proposal: str
    base: str
    commit: str
    change_class: ChangeClass
    score: float


@dataclass(frozen=True, slots=True)
class Train:
    """Changes that leave together, in the order they are stacked."""

    id: str
    repository: str
    base: str
    changes: tuple[Queued, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What outcomes taught about one kind of change in one repository."""

    repository: str
    transform: str
    proposed: int
    proven: int
    merged: int
    refused: int
