"""What a report holds, as data: gathered from ledger and blobs, rendered without looking anywhere else."""

from dataclasses import dataclass

from cli.advice import Step
from pyagent.model import Claim, Finding, Verdict


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One change as a reviewer reads it."""

    change: str
    title: str
    status: str
    reason: str
    transform: str
    change_class: str
    path: str
    name: str
    commit: str | None
    verdicts: tuple[Verdict, ...] = ()
    not_checked: tuple[str, ...] = ()
    """Empty where nothing was judged yet."""
    tally: str = ""
    """How many gates said what, and the cost; empty like `not_checked`."""
    sandbox: str = ""
    """The level it was judged at, with what that level does not hold; empty like `not_checked`."""
    statement: str = ""
    """The key that signed what it was made of; empty where it was not merged or not signed."""
    claims: tuple[Claim, ...] = ()
    """This and what follows is empty where nothing was written."""
    obligations: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket without a change: where, what was to be done there, and in `says` why it stands so."""

    path: str
    name: str
    transform: str
    says: str


@dataclass(frozen=True, slots=True)
class DeclinedGroup:
    """Tickets declined for the same reason."""

    word: str
    """The reason's stable word, `too-wide`."""
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class FunctionPoint:
    """One function of a surveyed tree."""

    path: str
    name: str
    lines: int
    cyclomatic: int


@dataclass(frozen=True, slots=True)
class Described:
    """How many of a tree's public functions have a docstring, and how many have all their type hints."""

    public: int
    documented: int
    annotated: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on one repository's page."""

    repository: str
    target: str
    branch: str
    written_at: str
    level: str
    limit: int
    """Cyclomatic complexity over which a function is a ticket."""
    commit_before: str
    commit_after: str
    before: tuple[FunctionPoint, ...]
    after: tuple[FunctionPoint, ...]
    findings: tuple[Finding, ...]
    """Of the newest tree, those of the project as a whole: no ticket answers them."""
    described: tuple[Described, Described] | None
    """At the first survey, and now; None where nothing was measured."""
    changes: tuple[ChangePage, ...]
    declined: tuple[DeclinedGroup, ...]
    """Most frequent reason first."""
    left: tuple[Place, ...]
    """Tickets nobody tried yet, best score first."""
    ended: str
    """Why the last run ended; empty when none did."""
    ideas: tuple[tuple[str, str, str], ...]
    """(title, status, reason)."""
    approvals: tuple[str, ...]
    stopped: tuple[str, ...]
    """Classes that may not merge although somebody ticked them, each with its reason."""
    steps: tuple[Step, ...]
    quarantined: tuple[tuple[str, str], ...]
    """(test id, reason)."""
    take_over: str
    """The command that brings the merged result to its owner."""
    notes: tuple[str, ...]
