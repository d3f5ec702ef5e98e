"""What a run did, as a table for a person and a document for a program."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.report.contents import Report
from pyagent.errors import PyagentError
from pyagent.ledger.views import RepositoryView
from pyagent.model import Status
from stages.loop import Passage

NEEDS_A_PERSON = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One repository's line."""

    repository: str
    exit_code: int
    error: str
    before: str
    after: str
    over_25: tuple[int, int]
    over_10: tuple[int, int]
    proposals: int
    queued: int
    merged: int
    statuses: tuple[tuple[str, int], ...]
    declined: tuple[tuple[str, int], ...]
    approvals: tuple[str, ...]
    level: str
    cpu_seconds: float
    left: int
    ended: str
    report: str
    store: str

    def document(self) -> dict[str, object]:
        """JSON-ready."""
        return asdict(self)


def row(done: Passage, report: Report, view: RepositoryView, path: Path) -> Row:
    """The line of a repository whose run came to its end."""
    statuses = Counter(standing.status.value for standing in view.standings.values())
    waiting = statuses[Status.QUEUED.value] + statuses[Status.HELD.value]
    return Row(
        repository=done.slug,
        exit_code=NEEDS_A_PERSON if waiting and not report.approvals else 0,
        error="",
        before=done.before,
        after=done.after,
        over_25=_over(report, 25),
        over_10=_over(report, 10),
        proposals=done.proposals,
        queued=done.queued,
        merged=done.merged,
        statuses=tuple(sorted(statuses.items())),
        declined=report.declined,
        approvals=report.approvals,
        level=report.level,
        cpu_seconds=round(done.cpu_seconds, 1),
        left=done.left,
        ended=done.ended,
        report=str(path),
        store="",
    )


def failed_row(target: str, error: PyagentError) -> Row:
    """The line of a repository that could not be worked on."""
    return Row(
        repository=target,
        exit_code=error.exit_code,
        error=error.what,
        before="",
        after="",
        over_25=(0, 0),
        over_10=(0, 0),
        proposals=0,
        queued=0,
        merged=0,
        statuses=(),
        declined=(),
        approvals=(),
        level="not used",
        cpu_seconds=0.0,
        left=0,
        ended="failed",
        report="",
        store="",
    )


def _over(report: Report, limit: int) -> tuple[int, int]:
    before, after = (sum(p.cyclomatic > limit for p in side) for side in (report.before, report.after))
    return before, after


def table(rows: list[Row]) -> str:
    """The summary a person reads."""
    return "\n\n".join(_block(each) for each in rows)


def _block(each: Row) -> str:
    if each.error:
        return f"{each.repository}\n  not worked on: {each.error}"
    lines = [
        f"{each.repository}  {each.before[:10]} -> {each.after[:10]}",
        f"  merged          {each.merged} validated changes",
        f"  functions > 25  {each.over_25[0]} -> {each.over_25[1]}",
        f"  functions > 10  {each.over_10[0]} -> {each.over_10[1]}",
        f"  this run        {each.proposals} proposals, {each.queued} queued, {each.cpu_seconds:.0f} CPU-s in gates",
        f"  all changes     {_counts(each.statuses) or 'none'}",
    ]
    if each.declined:
        lines.append(f"  declined        {_counts(each.declined)}")
    lines += [
        f"  approved        {'; '.join(each.approvals) or 'nothing: no class is ticked, so nothing may merge'}",
        f"  sandbox         {each.level}",
        f"  ended           {each.ended}{f' ({each.left} tickets left)' if each.left else ''}",
        f"  report          {each.report}",
    ]
    if each.store:
        lines.append(f"  take it over    {each.store}")
    return "\n".join(lines)


def _counts(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{count} {name}" for name, count in pairs)
