"""What happened in the ledger, told to Dagster as materializations of assets it does not compute.

Delivery is at least once: a tick whose result is dropped is told again, and each event carries its
sequence in the journal, by which a reader knows it from the others.
"""

from collections.abc import Iterable

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

ORDER = ("tickets", PROPOSALS, VALIDATIONS, QUEUE, MERGES, LESSONS)
"""Each rests on the one before, as stages do."""

DESCRIPTIONS = {
    PROPOSALS: "Patches that an author wrote for a ticket.",
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
    for before, name in zip(ORDER, ORDER[1:], strict=False)
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


def told(entries: Iterable[Entry]) -> list[dg.AssetMaterialization]:
    """The events that some entries stand for, in their order; facts of no asset are passed over."""
    return [_event(entry, _ASSET_OF[type(entry.fact)]) for entry in entries if type(entry.fact) in _ASSET_OF]


def _event(entry: Entry, asset: str) -> dg.AssetMaterialization:
    fact = entry.fact
    words = ("change", "title", "status", "reason", "commit", "train", "transform", "proposal")
    said = {word: str(getattr(fact, word)) for word in words if getattr(fact, word, None) is not None}
    return dg.AssetMaterialization(
        asset,
        partition=fact.repository,
        description=type(fact).__name__,
        metadata={"sequence": entry.sequence, "recorded at": entry.recorded_at.isoformat(), **said},
        tags={"pyagent/sequence": str(entry.sequence)},
    )
