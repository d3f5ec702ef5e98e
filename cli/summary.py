"""What a run did, as a table for a person and a document for a program."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.advice import Queue, Step, counted, parted
from cli.kinds import told
from cli.report.contents import Report
from pyagent.errors import PyagentError
from pyagent.ledger.views import RepositoryView, Standing
from pyagent.model import Level, Status
from pyagent.sandbox.levels import HOLES
from pyagent.settings import PolicySection
from repos.trains.board import Wait
from repos.trains.departures import Ejected, Stopped
from stages.passage import Passage

NEEDS_A_PERSON = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One repository's line."""

    repository: str
    exit_code: int
    error: str
    remedy: str
    target: str = ""
    branch: str = ""
    before: str = ""
    after: str = ""
    over_25: tuple[int, int] = (0, 0)
    """Functions over 25 at the first survey and now."""
    over_10: tuple[int, int] = (0, 0)
    proposals: int = 0
    queued: int = 0
    merged: int = 0
    statuses: tuple[tuple[str, int], ...] = ()
    declined: tuple[tuple[str, int], ...] = ()
    approvals: tuple[str, ...] = ()
    quarantined: int = 0
    level: str = "not used"
    cpu_seconds: float = 0.0
    findings: tuple[tuple[str, int], ...] = ()
    """Findings of the project as a whole, counted by kind."""
    project: str = ""
    """The same for a person; empty where nothing was measured."""
    left: int = 0
    ended: str = "failed"
    why_nothing: str = ""
    """Why no change was merged; empty when one was."""
    report: str = ""
    store: str = ""
    take_over: str = ""
    """The command that brings what was merged to its owner; empty when nothing ever was."""
    steps: tuple[Step, ...] = ()

    def document(self) -> dict[str, object]:
        """JSON-ready."""
        return asdict(self)


def row(done: Passage, report: Report, view: RepositoryView, policy: PolicySection, *, path: Path, store: Path) -> Row:
    """The line of a repository whose run came to its end."""
    statuses = Counter(standing.status.value for standing in view.standings.values())
    queue = parted(view, policy)
    return Row(
        repository=done.slug,
        exit_code=NEEDS_A_PERSON if queue.needs_a_person else 0,
        error="",
        remedy="",
        target=report.target,
        branch=report.branch,
        before=done.before,
        after=done.after,
        over_25=_over(report, 25),
        over_10=_over(report, 10),
        proposals=done.proposals,
        queued=done.queued,
        merged=done.merged,
        statuses=tuple(sorted(statuses.items())),
        declined=tuple((group.word, len(group.places)) for group in report.declined),
        approvals=report.approvals,
        quarantined=len(report.quarantined),
        level=report.level,
        cpu_seconds=round(done.cpu_seconds, 1),
        findings=tuple(sorted(Counter(finding.kind for finding in report.findings).items())),
        project=told(report.findings) if report.after else "",
        left=done.left,
        ended=done.ended,
        why_nothing="" if done.merged else why_nothing(done, queue, tuple(view.standings.values())),
        report=str(path),
        store=str(store),
        take_over=report.take_over if statuses[Status.MERGED.value] else "",
        steps=tuple(step for step in report.steps if step.command != report.take_over),
    )


def failed_row(target: str, error: PyagentError) -> Row:
    """The line of a repository that could not be worked on."""
    return Row(repository=target, exit_code=error.exit_code, error=error.what, remedy=error.remedy)


def _over(report: Report, limit: int) -> tuple[int, int]:
    before, after = (sum(p.cyclomatic > limit for p in side) for side in (report.before, report.after))
    return before, after


def why_nothing(done: Passage, queue: Queue, standings: Sequence[Standing]) -> str:
    """One sentence on a run that merged nothing: the nearest cause first."""
    if queue.paused:
        return "merging is paused"
    if queue.held and not queue.ready:
        return f"a person's yes is missing for {counted(len(queue.held), 'proven change')}"
    last = done.events[-1] if done.events else None
    if queue.ready and isinstance(last, Wait | Stopped):
        return last.reason
    if any(isinstance(event, Ejected) for event in done.events):
        return "every change of the train failed when it was tested again"
    if done.proposals:
        return f"none of the changes written passed every gate{_for_instance(standings)}"
    return _nothing_written(Counter(standing.status.value for standing in standings))


def _for_instance(standings: Sequence[Standing]) -> str:
    judged = next((each for each in standings if each.proposal and each.reason), None)
    return f" (for instance {judged.status.value}: {judged.reason})" if judged else ""


def _nothing_written(statuses: Counter[str]) -> str:
    known = ", ".join(f"{count} {name}" for name, count in sorted(statuses.items()))
    return (
        f"no ticket was left to try ({known})" if known else "nothing here is over a limit, and no rewrite has a place"
    )


def table(rows: list[Row]) -> str:
    """The summary a person reads."""
    return "\n\n".join(_block(each) for each in rows)


def _block(each: Row) -> str:
    if each.error:
        return f"{each.repository}\n" + _line("not worked on", f"{each.error} {each.remedy}".strip())
    lines = [
        f"{each.repository}  ({each.target}, branch {each.branch})  {each.before[:10]} -> {each.after[:10]}",
        _line("merged", _merged(each)),
        _line("functions > 25", f"{each.over_25[0]} -> {each.over_25[1]}"),
        _line("functions > 10", f"{each.over_10[0]} -> {each.over_10[1]}"),
        _line(
            "this run",
            f"{counted(each.proposals, 'proposal')}, {each.queued} queued, {each.cpu_seconds:.0f} CPU-s in gates",
        ),
        _line("all tickets", _counts(each.statuses) or "none"),
        *([_line("project", each.project)] if each.project else []),
        *([_line("declined", _counts(each.declined))] if each.declined else []),
        *([_line("quarantined", _quarantined(each.quarantined))] if each.quarantined else []),
        _line("approved", "; ".join(each.approvals) or "nothing: no class is ticked, so nothing may merge"),
        _line("sandbox", _sandboxed(each.level)),
        _line("ended", f"{each.ended}; {counted(each.left, 'ticket')} left"),
        _line("report", each.report),
        *([_line("take it over", each.take_over)] if each.take_over else []),
    ]
    return "\n".join([*lines, *_next(each.steps)])


def _line(name: str, value: str) -> str:
    return f"  {name:15} {value}"


def _merged(each: Row) -> str:
    if each.merged:
        return f"{counted(each.merged, 'validated change')}, one commit each"
    return f"0: {each.why_nothing}"


def _quarantined(number: int) -> str:
    return f"{counted(number, 'test')} that fail or waver on the unchanged code"


def _next(steps: tuple[Step, ...]) -> list[str]:
    lines = [f"    {step.command}\n        to {step.says.removeprefix('then ')}" for step in steps]
    return ["  next", *lines] if lines else []


def _counts(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{count} {name}" for name, count in pairs)


def _sandboxed(level: str) -> str:
    """The level with what it does not hold; the word alone where nothing ran."""
    holes = HOLES[Level(level)] if level in set(Level) else ()
    return "; not held: ".join((level, "; ".join(holes))) if holes else level
