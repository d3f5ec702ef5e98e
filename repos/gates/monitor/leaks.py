"""Does a proposal carry a credential, in its patch or in any sentence of its author's?

Asked before a proposal is written down as well as by the gate: what is recorded has leaked already.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pyagent.model import Proposal
from repos.gates.monitor.credentials import holds, kinds


def leaks(proposal: Proposal, known: Iterable[str] = ()) -> Iterator[str]:
    """Each kind of credential the proposal adds, named but not repeated; `known` are values that must not leave."""
    secrets = tuple(known)
    said = "\n".join(_sentences(proposal))
    found = Counter(kinds(said))
    for change in proposal.patch.files:
        before, after = _text(change.before), _text(change.after)
        there = Counter(kinds(after))
        found += there - Counter(kinds(before)) if there else there
        if secrets and holds(after, secrets) and not holds(before, secrets):
            found["value this machine keeps secret"] += 1
    if secrets and holds(said, secrets):
        found["value this machine keeps secret"] += 1
    yield from (f"carries what looks like a credential: {kind}" for kind in sorted(found))


def _sentences(proposal: Proposal) -> Iterator[str]:
    yield from (proposal.title, proposal.name, proposal.path, proposal.transform)
    yield from (*proposal.obligations, *proposal.assumptions)
    yield from (part for claim in proposal.claims for part in (claim.metric, claim.path, claim.name))
    yield from (change.path for change in proposal.patch.files)


def _text(side: bytes | None) -> str:
    return (side or b"").decode("utf-8", "surrogateescape")
