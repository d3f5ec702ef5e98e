"""Stage 1: wishes from improvements.md, the target's own and the operator's."""

from pathlib import Path

from pyagent.failpoints import reach
from pyagent.ledger.facts import Fact, IdeaSeen
from pyagent.model import Idea
from pyagent.ports import Checkout
from research.ideas import ideas
from stages.desk import Desk, tip
from stages.wiring import Wiring

NAME = "improvements.md"


def ingest(wiring: Wiring, desk: Desk) -> tuple[Idea, ...]:
    """Record every wish not seen before; those that are new."""
    checkout = tip(wiring, desk)
    with wiring.ledger.leases.hold(f"{desk.slug}/ingest") as token:
        known = wiring.of(desk.slug).ideas
        new = tuple(idea for idea in _read(wiring, checkout) if idea.id not in known)
        facts: list[Fact] = [IdeaSeen(desk.slug, idea) for idea in new]
        wiring.ledger.journal.append(facts, token=token)
    reach("ingest.recorded")
    return new


def _read(wiring: Wiring, checkout: Checkout) -> tuple[Idea, ...]:
    found: dict[str, Idea] = {}
    paths = checkout.paths()
    if NAME in paths:
        found |= {idea.id: idea for idea in ideas(NAME, checkout.read(NAME), frozenset(paths))}
    own = _operators(wiring.state)
    if own is not None:
        found |= {idea.id: idea for idea in ideas(f"operator's {NAME}", own, frozenset(paths))}
    return tuple(found.values())


def _operators(state: Path) -> bytes | None:
    """The operator's own wishes, beside the state folder."""
    path = state.parent / NAME
    return path.read_bytes() if path.is_file() else None
