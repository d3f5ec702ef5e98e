"""What happened in the ledger, told to Dagster as events of the assets that stand for it.

Assets that Dagster does not compute are materialized; a patch is observed, for `proposals` is computed.
Delivery is at least once: a tick whose result is dropped is told again, and each event carries its
sequence in the journal, by which a reader knows it from the others.
"""

from collections.abc import Iterable
from itertools import pairwise

import dagster as dg

from assets.partitions import REPOSITORIES
from pyagent.ledger.entries import Entry
from pyagent.ledger.facts import (
    ChangeEjected,
    ChangeMerged,
    ChangeQueued,
    ChangeReverted,
    Fact,
    LessonLearnt,
    ProposalMade,
    ValidationEnded,
)

PROPOSALS, VALIDATIONS, QUEUE, MERGES, LESSONS = "proposals", "validations", "queue", "merges", "lessons"

ORDER = (PROPOSALS, VALIDATIONS, QUEUE, MERGES, LESSONS)
"""Each rests on the one before, as stages do."""

DESCRIPTIONS = {
    VALIDATIONS: "What the gates said of a proposal.",
    QUEUE: "Proven changes that wait for their train.",
    MERGES: "Changes that became a commit on the target branch, or were taken back.",
    LESSONS: "Counted outcomes of each transform.",
}

SPECS = tuple(
    dg.AssetSpec(
        name,
        deps=[before],
        group_name="work",
        description=DESCRIPTIONS[name],
        partitions_def=REPOSITORIES,
        kinds={"ledger"},
    )
    for before, name in pairwise(ORDER)
)

_ASSET_OF: dict[type[Fact], str] = {
    ProposalMade: PROPOSALS,
    ValidationEnded: VALIDATIONS,
    ChangeQueued: QUEUE,
    ChangeMerged: MERGES,
    ChangeReverted: MERGES,
    ChangeEjected: MERGES,
    LessonLearnt: LESSONS,
}


KINDS = tuple(_ASSET_OF)
"""Facts that are events of an asset."""

Event = dg.AssetMaterialization | dg.AssetObservation
SEQUENCE = "pyagent/sequence"
"""The tag that says which entry of the journal an event stands for."""


def asset_of(entry: Entry) -> str | None:
    """The asset an entry is an event of; None for most facts."""
    return _ASSET_OF.get(type(entry.fact))


def told(entries: Iterable[Entry]) -> list[Event]:
    """The events that some entries stand for, in their order; facts of no asset are passed over."""
    return [_event(entry, asset) for entry in entries if (asset := asset_of(entry)) is not None]


def _event(entry: Entry, asset: str) -> Event:
    fact = entry.fact
    words = ("change", "title", "status", "reason", "commit", "train", "transform", "proposal")
    said = {word: str(getattr(fact, word)) for word in words if getattr(fact, word, None) is not None}
    kind = dg.AssetObservation if asset == PROPOSALS else dg.AssetMaterialization
    return kind(
        asset,
        partition=fact.repository,
        description=type(fact).__name__,
        metadata={"sequence": entry.sequence, "recorded at": entry.recorded_at.isoformat(), **said},
        tags={SEQUENCE: str(entry.sequence)},
    )
