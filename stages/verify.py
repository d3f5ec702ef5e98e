"""One change proven once more from what was recorded about it; nothing is recorded, fetched or moved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from pyagent.errors import LedgerError, UsageError
from pyagent.ids import proposal_id
from pyagent.ledger.facts import ProposalMade, ValidationEnded
from pyagent.ledger.views import RepositoryView, View
from pyagent.model import Answer, Proposal, Validation
from repos.merged_commits import why_another
from repos.validation import validate
from stages.deliver import load, whole
from stages.desk import Desk
from stages.ground import Ground, Grounds
from stages.statements import why_unsound
from stages.wiring import Wiring

_COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the ledger says of one proposal and its last validation."""

    slug: str
    made: ProposalMade
    ended: ValidationEnded
    commit: str | None
    """The commit it was merged as."""


@dataclass(frozen=True, slots=True)
class Input:
    """One recorded input beside what stands there now."""

    name: str
    then: str
    now: str

    @property
    def same(self) -> bool:
        """Nothing changed."""
        return self.then == self.now


@dataclass(frozen=True, slots=True)
class Compared:
    """One gate's recorded answer beside today's; None where that side has no such gate."""

    gate: str
    then: Answer | None
    now: Answer | None
    reason: str
    """Today's reason; the recorded one where there is no answer today."""

    @property
    def word(self) -> str:
        """`equal`, `differs`, `new` (a gate of a newer set) or `gone`."""
        if self.then is None:
            return "new"
        if self.now is None:
            return "gone"
        return "equal" if self.then is self.now else "differs"


@dataclass(frozen=True, slots=True)
class Verification:
    """A change proven once more."""

    recorded: Recorded
    then: Validation
    now: Validation
    inputs: tuple[Input, ...]
    gates: tuple[Compared, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """What a person must look at, one sentence each; empty when all is as recorded.

        A newer gate set alone is no difference; what its new gates say against the change is.
        """
        return tuple(_differences(self))


def find(view: View, name: str) -> Recorded:
    """The proposal a change, proposal, validation or merged commit stands on; UsageError with the near ones."""
    for slug, repository in view.repositories.items():
        made = _made(repository, name)
        if made is not None:
            return _recorded(slug, repository, made, name)
    known = [each for repository in view.repositories.values() for each in (*repository.tickets, *repository.proposals)]
    near = [each for each in known if each.startswith(name)] or get_close_matches(name, known, n=3)
    hint = f"Did you mean {' or '.join(near[:3])}?" if near else "`pyagent queue` and `pyagent report` list them."
    raise UsageError(f"Nothing is recorded under {name}.", hint)


def verify(wiring: Wiring, desk: Desk, recorded: Recorded) -> Verification:
    """Export the base, make its environment, read the patch and climb the ladder again.

    Raises:
        LedgerError: the proposal's stored body is missing or damaged, or the store has lost the base.
        EnvironmentFault: the environment is not cached and cannot be made offline.
        TargetError: the base suite judges nothing any more.
    """
    view = wiring.of(desk.slug)
    proposal = load(wiring, view, recorded.made.proposal)
    _require_base(desk, proposal)
    ground = Grounds(wiring, desk).at(proposal.base)
    with wiring.progress.stage("verify", 1) as step:
        (now,) = validate([proposal], ground.bench)
        step(now.status.value)
    then = whole(view, recorded.ended)
    inputs = tuple(_inputs(wiring, desk, recorded, proposal, ground))
    return Verification(recorded, then, now, inputs, compared(then, now))


def compared(then: Validation, now: Validation) -> tuple[Compared, ...]:
    """Both sides gate by gate, in today's order, then what only the record has."""
    before = {verdict.gate: verdict for verdict in then.verdicts}
    after = {verdict.gate: verdict for verdict in now.verdicts}
    rows = [
        Compared(gate, before[gate].answer if gate in before else None, verdict.answer, verdict.reason)
        for gate, verdict in after.items()
    ]
    gone = [Compared(gate, v.answer, None, v.reason) for gate, v in before.items() if gate not in after]
    return (*rows, *gone)


def _made(view: RepositoryView, name: str) -> ProposalMade | None:
    commits = [f for f in view.merged.values() if _COMMIT.fullmatch(name) and f.commit.startswith(name)]
    if commits:
        return view.proposals.get(commits[0].proposal)
    if name in view.validations:
        return view.proposals.get(view.validations[name].proposal)
    if name in view.merged:
        return view.proposals.get(view.merged[name].proposal)
    standing = view.standings.get(name)
    if standing is None:
        return view.proposals.get(name)
    made = view.proposals.get(standing.proposal or "")
    if made is None:
        raise UsageError(
            f"No author wrote a patch for {name}: it stands at {standing.status.value}.",
            f"`pyagent why {name}` says more.",
        )
    return made


def _recorded(slug: str, view: RepositoryView, made: ProposalMade, name: str) -> Recorded:
    ended = [each for each in view.validations.values() if each.proposal == made.proposal]
    named = [each for each in ended if each.validation == name]
    if not ended:
        raise UsageError(
            f"{name} was never judged, so there is nothing to compare with.", f"`pyagent validate {slug}` judges it."
        )
    merged = view.merged.get(made.change)
    commit = merged.commit if merged and merged.proposal == made.proposal else None
    return Recorded(slug, made, (named or ended)[-1], commit)


def _require_base(desk: Desk, proposal: Proposal) -> None:
    if desk.store_has(proposal.base):
        return
    raise LedgerError(
        f"The store of {desk.slug} has lost commit {proposal.base}, the base of {proposal.id}.",
        "Restore the store from a backup that belongs to this ledger.",
    )


def _inputs(wiring: Wiring, desk: Desk, recorded: Recorded, proposal: Proposal, ground: Ground) -> Iterator[Input]:
    ended = recorded.ended
    yield Input("proposal", recorded.made.proposal, proposal_id(proposal.change, proposal.patch))
    yield Input("base tree", ended.base_tree, ground.checkout.tree)
    yield Input("environment", ended.environment, ground.environment.id)
    yield Input("sandbox", ended.level.value, ground.bench.runner.level.value)
    if recorded.commit is not None:
        made = recorded.made
        other = why_another(
            desk.store, recorded.commit, change=made.change, proposal=made.proposal, patch=proposal.patch
        )
        yield Input("merged commit", recorded.commit, other or recorded.commit)
        merged = wiring.of(desk.slug).merged[made.change]
        signed = "signed" if merged.commit in wiring.of(desk.slug).statements else "none was signed"
        yield Input("statement", signed, why_unsound(wiring, desk, merged) or "signed")


def _differences(found: Verification) -> Iterator[str]:
    for each in found.inputs:
        if not each.same:
            yield f"{each.name}: recorded {each.then}, now {each.now}"
    for gate in found.gates:
        against = gate.word == "new" and gate.now is Answer.FAILED
        if gate.word in {"differs", "gone"} or against:
            then, now = (side.value if side else "no such gate" for side in (gate.then, gate.now))
            yield f"{gate.gate}: recorded {then}, now {now}: {gate.reason}"
    if found.then.status is not found.now.status:
        yield f"status: recorded {found.then.status.value}, now {found.now.status.value}: {found.now.reason}"
