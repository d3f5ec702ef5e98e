"""What a report holds, as data: gathered from ledger and blobs, rendered without looking anywhere else."""

from dataclasses import dataclass

from pyagent.model import Claim, Verdict


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
    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...]
    obligations: tuple[str, ...]
    diff: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class FunctionPoint:
    """One function of a surveyed tree."""

    path: str
    name: str
    lines: int
    cyclomatic: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on one repository's page."""

    repository: str
    target: str
    branch: str
    written_at: str
    level: str
    commit_before: str
    commit_after: str
    before: tuple[FunctionPoint, ...]
    after: tuple[FunctionPoint, ...]
    changes: tuple[ChangePage, ...]
    declined: tuple[tuple[str, int], ...]
    """(reason word, count), most frequent first."""
    ideas: tuple[tuple[str, str, str], ...]
    """(title, status, reason)."""
    approvals: tuple[str, ...]
    quarantined: tuple[str, ...]
    notes: tuple[str, ...]
