"""From ledger, blobs and store to a report's data."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from cli.advice import in_order, last_ending, steps
from cli.report.contents import ChangePage, DeclinedGroup, Described, FunctionPoint, Place, Report
from cli.report.project import KINDS
from cli.takeover import take_over
from pyagent.codec import decode
from pyagent.ledger.facts import ProposalDeclined, ProposalMade, SurveyTaken, TestsQuarantined
from pyagent.ledger.views import RepositoryView
from pyagent.model import ChangeClass, Finding, Proposal, Status, Ticket, Validation
from repos.diffs import unified_diff
from repos.findings import is_public
from repos.pull_requests import not_checked, sandboxed, tally
from stages.decisions import ticked
from stages.deliver import whole
from stages.desk import Desk
from stages.hotspots import findings
from stages.survey import Survey, load_survey
from stages.wiring import Wiring


def gather(wiring: Wiring, desk: Desk, *, pyagent: str) -> Report:
    """Everything the ledger knows about one repository, as a report.

    `pyagent` begins each command shown to the reader.
    """
    view = wiring.of(desk.slug)
    first, last = _surveys(wiring, desk, view)
    changes = tuple(change_page(wiring, view, change) for change in _order(view))
    command = take_over(desk)
    return Report(
        repository=desk.slug,
        target=desk.repository.target,
        branch=desk.repository.branch,
        written_at=wiring.clock.now().strftime("%Y-%m-%d %H:%M UTC"),
        level=_level(view),
        limit=desk.policy.cyclomatic,
        commit_before=first[0].commit if first else "",
        commit_after=desk.forge.tip(desk.repository),
        before=_points(first),
        after=_points(last),
        findings=_of_project(wiring, view, last),
        described=(_described(first[1]), _described(last[1])) if first and last else None,
        changes=changes,
        declined=_declined(view),
        left=tuple(_place(ticket, ticket.why) for ticket in _ranked(view.untried)),
        ended=last_ending(wiring.view(), desk.slug),
        ideas=tuple((wish.idea.title, wish.status, wish.reason) for wish in view.ideas.values()),
        approvals=_approvals(desk, view),
        stopped=tuple(f"class {each.value}: {fact.reason}" for each, fact in view.stopped.items()),
        steps=steps(
            view,
            desk.policy,
            pyagent=pyagent,
            take_over=command,
            merged=sum(each.status == Status.MERGED for each in changes),
        ),
        quarantined=tuple(sorted({name: _quarantined(f) for f in view.quarantined.values() for name in f.ids}.items())),
        take_over=command,
        notes=desk.notes,
    )


_Taken = tuple[SurveyTaken, Survey]


def _quarantined(fact: TestsQuarantined) -> str:
    """Why the tests do not count, and until when."""
    return f"{fact.reason}, until {fact.until[:10]}" if fact.until else fact.reason


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


def _of_project(wiring: Wiring, view: RepositoryView, taken: _Taken | None) -> tuple[Finding, ...]:
    return tuple(each for each in findings(wiring, view, taken[1]) if each.kind in KINDS) if taken else ()


def _described(taken: Survey) -> Described:
    public = [row for row in taken.measured.functions if is_public(row.name)]
    return Described(len(public), sum(row.documented for row in public), sum(row.annotated for row in public))


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
    merged, judged = view.merged.get(change), _judged(view, change)
    plain = ChangePage(
        change=change,
        title=ticket.why,
        status=standing.status.value,
        reason=standing.reason,
        transform=ticket.transform,
        change_class=ticket.change_class.value,
        path=ticket.path,
        name=ticket.name,
        verdicts=judged.verdicts if judged else (),
        not_checked=not_checked(judged) if judged else (),
        tally=tally(judged) if judged else "",
        sandbox=sandboxed(judged.level) if judged else "",
        statement=view.statements[merged.commit].key if merged and merged.commit in view.statements else "",
        commit=merged.commit if merged else None,
    )
    proposal = _proposal(wiring, view, change)
    return _written(plain, proposal) if proposal else plain


def _written(page: ChangePage, proposal: Proposal) -> ChangePage:
    """The page with what its author wrote."""
    return replace(
        page,
        title=proposal.title,
        claims=proposal.claims,
        obligations=proposal.obligations,
        assumptions=proposal.assumptions,
        diff=unified_diff(proposal.patch),
    )


def _judged(view: RepositoryView, change: str) -> Validation | None:
    """The last validation of the proposal a change stands on."""
    proposal = view.standings[change].proposal
    ended = [each for each in view.validations.values() if (each.change, each.proposal) == (change, proposal)]
    return whole(view, ended[-1]) if ended else None


def _proposal(wiring: Wiring, view: RepositoryView, change: str) -> Proposal | None:
    """The proposal a change stands on: the one made, or the proven one that lacks a name."""
    last = view.tried.get((change, view.tickets[change].evidence))
    known = view.proposals.get(view.standings[change].proposal or "")
    match known or last:
        case ProposalMade(blob=blob) | ProposalDeclined(blob=str() as blob):
            return decode(Proposal, wiring.blobs.get(blob))
        case _:
            return None


def _declined(view: RepositoryView) -> tuple[DeclinedGroup, ...]:
    """Tickets that stand as declined, by the word of their reason."""
    groups: defaultdict[str, list[Place]] = defaultdict(list)
    standing = (t for t in view.tickets.values() if view.standings[t.change].status is Status.DECLINED)
    for ticket in _ranked(standing):
        word, _, detail = view.standings[ticket.change].reason.partition(":")
        groups[word].append(_place(ticket, detail.strip()))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple(DeclinedGroup(word, tuple(places)) for word, places in ordered)


def _ranked(tickets: Iterable[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: (-ticket.score, ticket.change))


def _place(ticket: Ticket, says: str) -> Place:
    return Place(ticket.path, ticket.name, ticket.transform, says)


def _approvals(desk: Desk, view: RepositoryView) -> tuple[str, ...]:
    """Every yes in force, with who said it."""
    ways = (_way(view, each) for each in in_order(ticked(view, desk.policy)))
    single = (f"{fact.change} approved by {fact.by}" for fact in view.approved.values())
    return (*ways, *single)


def _way(view: RepositoryView, change_class: str) -> str:
    fact = view.unlocked.get(ChangeClass(change_class))
    return f"class {change_class} ticked {f'by {fact.by}' if fact else 'in the configuration'}"
