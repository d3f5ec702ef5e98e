"""Stage 6: what is proven becomes one commit on its base and waits in the queue."""

from pyagent.codec import decode
from pyagent.failpoints import reach
from pyagent.ledger.facts import ChangeQueued, ChangeRefused, ChangeSuperseded, Fact, ValidationEnded
from pyagent.ledger.views import RepositoryView
from pyagent.model import Proposal, Status, Validation
from repos.patches import Stacked, Stale, Unsafe, commit_patch
from repos.pull_requests import commit_message
from stages.desk import Desk
from stages.wiring import Wiring


def deliver(wiring: Wiring, desk: Desk, *, only: str | None = None) -> tuple[ChangeQueued, ...]:
    """Queue every proven change that does not wait yet, or `only` one change; those queued now."""
    queued: list[ChangeQueued] = []
    with wiring.ledger.leases.hold(f"{desk.slug}/deliver") as token:
        view = wiring.of(desk.slug)
        for validation in proven(view):
            if only not in {None, validation.change}:
                continue
            proposal = load(wiring, view, validation.proposal)
            fact = _queued(desk, view, proposal, validation)
            reach("deliver.committed")
            wiring.ledger.journal.append([fact], token=token)
            reach("deliver.recorded")
            if isinstance(fact, ChangeQueued):
                queued.append(fact)
    return tuple(queued)


def proven(view: RepositoryView) -> tuple[ValidationEnded, ...]:
    """The passing validation of every change that stands as proposed."""
    passing = (v for v in view.validations.values() if v.status is Status.PROPOSED)
    return tuple(
        {
            v.change: v
            for v in passing
            if view.standings[v.change].status is Status.PROPOSED and view.standings[v.change].proposal == v.proposal
        }.values()
    )


def load(wiring: Wiring, view: RepositoryView, proposal: str) -> Proposal:
    """A proposal's whole body from its blob."""
    return decode(Proposal, wiring.blobs.get(view.proposals[proposal].blob))


def _queued(desk: Desk, view: RepositoryView, proposal: Proposal, ended: ValidationEnded) -> Fact:
    message = commit_message(proposal, whole(view, ended))
    match commit_patch(desk.store, proposal.base, patch=proposal.patch, message=message):
        case Stacked(commit):
            score = view.tickets[proposal.change].score
            return ChangeQueued(
                desk.slug, proposal.change, proposal.id, proposal.base, commit, proposal.change_class, score
            )
        case Stale(paths):
            return ChangeSuperseded(desk.slug, proposal.change, proposal.id, f"the base moved: {', '.join(paths)}")
        case Unsafe(path, reason):
            return ChangeRefused(desk.slug, proposal.change, "pyagent", f"unsafe: {path}: {reason}", None)


def whole(view: RepositoryView, ended: ValidationEnded) -> Validation:
    """A validation with its verdicts, from its facts."""
    return Validation(
        id=ended.validation,
        proposal=ended.proposal,
        change=ended.change,
        base_tree=ended.base_tree,
        environment=ended.environment,
        gate_set=ended.gate_set,
        level=ended.level,
        status=ended.status,
        reason=ended.reason,
        verdicts=view.verdicts.get(ended.validation, ()),
    )
