"""From ledger, blobs and store to a report's data."""

from collections import Counter

from cli.report.contents import ChangePage, FunctionPoint, Report
from pyagent.codec import decode
from pyagent.ledger.facts import ProposalDeclined, ProposalMade, SurveyTaken
from pyagent.ledger.views import RepositoryView
from pyagent.model import Proposal, Status
from repos.diffs import unified_diff
from stages.desk import Desk
from stages.survey import Survey, load_survey
from stages.wiring import Wiring


def gather(wiring: Wiring, desk: Desk) -> Report:
    """Everything the ledger knows about one repository, as a report."""
    view = wiring.of(desk.slug)
    first, last = _surveys(wiring, desk, view)
    return Report(
        repository=desk.slug,
        target=desk.repository.target,
        branch=desk.repository.branch,
        written_at=wiring.clock.now().strftime("%Y-%m-%d %H:%M UTC"),
        level=_level(view),
        commit_before=first[0].commit if first else "",
        commit_after=desk.forge.tip(desk.repository),
        before=_points(first),
        after=_points(last),
        changes=tuple(change_page(wiring, view, change) for change in _order(view)),
        declined=_declined(view),
        ideas=tuple((wish.idea.title, wish.status, wish.reason) for wish in view.ideas.values()),
        approvals=_approvals(desk, view),
        quarantined=tuple(sorted({name for fact in view.quarantined.values() for name in fact.ids})),
        notes=desk.notes,
    )


_Taken = tuple[SurveyTaken, Survey]


def _surveys(wiring: Wiring, desk: Desk, view: RepositoryView) -> tuple[_Taken | None, _Taken | None]:
    """The first survey taken, and that of the newest tree."""
    taken = list(view.surveys.values())
    if not taken:
        return None, None
    tip = desk.forge.tip(desk.repository)
    newest = next((fact for fact in reversed(taken) if fact.commit == tip), taken[-1])
    return (taken[0], load_survey(wiring, taken[0])), (newest, load_survey(wiring, newest))


def _points(taken: _Taken | None) -> tuple[FunctionPoint, ...]:
    if taken is None:
        return ()
    rows = taken[1].measured.functions
    return tuple(FunctionPoint(r.path, r.name, r.end_line - r.line + 1, r.cyclomatic) for r in rows)


def _level(view: RepositoryView) -> str:
    levels = [validation.level.value for validation in view.validations.values()]
    return "unsafe" if "unsafe" in levels else (levels[-1] if levels else "not used")


def _order(view: RepositoryView) -> list[str]:
    """Changes an author wrote, best score first."""
    written = [change for change, standing in view.standings.items() if _has_page(view, change, standing.status)]
    return sorted(written, key=lambda change: (-view.tickets[change].score, change))


def _has_page(view: RepositoryView, change: str, status: Status) -> bool:
    if change not in view.tickets:
        return False
    return status not in {Status.OPEN, Status.DECLINED} or view.standings[change].proposal is not None


def change_page(wiring: Wiring, view: RepositoryView, change: str) -> ChangePage:
    """One change as a reviewer reads it, whatever became of it."""
    ticket, standing = view.tickets[change], view.standings[change]
    proposal = _proposal(wiring, view, change)
    ended = [v for v in view.validations.values() if v.change == change and v.proposal == standing.proposal]
    merged = view.merged.get(change)
    return ChangePage(
        change=change,
        title=proposal.title if proposal else ticket.why,
        status=standing.status.value,
        reason=standing.reason,
        transform=ticket.transform,
        change_class=ticket.change_class.value,
        path=ticket.path,
        name=ticket.name,
        claims=proposal.claims if proposal else (),
        verdicts=view.verdicts.get(ended[-1].validation, ()) if ended else (),
        obligations=proposal.obligations if proposal else (),
        diff=unified_diff(proposal.patch) if proposal else "",
        commit=merged.commit if merged else None,
    )


def _proposal(wiring: Wiring, view: RepositoryView, change: str) -> Proposal | None:
    """The proposal a change stands on: the one made, or the proven one that lacks a name."""
    last = view.tried.get((change, view.tickets[change].evidence))
    known = view.proposals.get(view.standings[change].proposal or "")
    match known or last:
        case ProposalMade(blob=blob) | ProposalDeclined(blob=str() as blob):
            return decode(Proposal, wiring.blobs.get(blob))
        case _:
            return None


def _declined(view: RepositoryView) -> tuple[tuple[str, int], ...]:
    answers = (answer for answer in view.tried.values() if isinstance(answer, ProposalDeclined))
    words = Counter(answer.reason.partition(":")[0] for answer in answers)
    return tuple(words.most_common())


def _approvals(desk: Desk, view: RepositoryView) -> tuple[str, ...]:
    ticked = tuple(f"class {each.value} ticked by {fact.by}" for each, fact in view.unlocked.items())
    configured = tuple(
        f"class {each.value} ticked in the configuration" for each in desk.policy.classes if each not in view.unlocked
    )
    single = tuple(f"{fact.change} approved by {fact.by}" for fact in view.approved.values())
    return (*ticked, *configured, *single)
