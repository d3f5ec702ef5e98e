"""Entries into views: pure, in one pass, and as well in steps as at once.

`fold(entries)` equals `advance(fold(first part), rest)` for every split. Kinds of facts that no
view needs are passed over.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from pyagent.ledger import facts
from pyagent.ledger.entries import Entry
from pyagent.ledger.facts import Fact
from pyagent.ledger.recording import RECORDED
from pyagent.ledger.standings import ChangeFact, move, move_raised
from pyagent.ledger.views import RepositoryView, Run, View
from pyagent.model import Repository


def fold(entries: Iterable[Entry]) -> View:
    """What the entries say, oldest first."""
    return advance(View(), entries)


def advance(view: View, entries: Iterable[Entry]) -> View:
    """The view after further entries; `view` itself stays as it is."""
    draft = _Draft(view.sequence, dict(view.repositories), dict(view.runs), dict(view.requests), dict(view.pauses))
    for entry in entries:
        fact = entry.fact
        _WIDE.get(type(fact), _in_repository)(draft, fact, entry.sequence)
        draft.sequence = entry.sequence
    paused = View(pauses=draft.pauses).is_paused
    repositories = {slug: replace(seen, paused=paused(slug)) for slug, seen in draft.repositories.items()}
    return View(draft.sequence, repositories, draft.runs, draft.requests, draft.pauses)


@dataclass(slots=True)
class _Draft:
    sequence: int
    repositories: dict[str, RepositoryView]
    runs: dict[str, Run]
    requests: dict[str, facts.RunRequested]
    pauses: dict[str, facts.MergingPaused]
    copied: set[str] = field(default_factory=set[str])

    def of(self, slug: str) -> RepositoryView:
        """The repository's view with mappings that are this draft's own."""
        if slug not in self.copied:
            self.copied.add(slug)
            self.repositories[slug] = _copy(self.repositories.get(slug) or RepositoryView(slug))
        return self.repositories[slug]


def _copy(view: RepositoryView) -> RepositoryView:
    values = {each.name: getattr(view, each.name) for each in fields(view)}
    own: dict[str, Any] = {
        name: dict(cast("Mapping[Any, Any]", value)) for name, value in values.items() if isinstance(value, Mapping)
    }
    return replace(view, **own)


def _in_repository(draft: _Draft, fact: Fact, sequence: int) -> None:
    record = RECORDED.get(type(fact))
    if record is None and not isinstance(fact, ChangeFact):
        return
    view = draft.of(fact.repository)
    if isinstance(fact, facts.TicketRaised):
        move_raised(view, fact, sequence)
    if record is not None:
        record(view, fact)
    if isinstance(fact, ChangeFact):
        move(view, fact, sequence)


def _repository_added(draft: _Draft, fact: Any, _sequence: int) -> None:
    added = Repository(fact.repository, fact.target, fact.branch)
    draft.repositories[fact.repository] = replace(draft.of(fact.repository), repository=added)


def _run_requested(draft: _Draft, fact: Any, _sequence: int) -> None:
    draft.requests.setdefault(fact.run, fact)


def _run_started(draft: _Draft, fact: Any, _sequence: int) -> None:
    draft.runs[fact.run] = Run(fact, None)


def _run_ended(draft: _Draft, fact: Any, _sequence: int) -> None:
    before = draft.runs.get(fact.run)
    if before is not None:
        draft.runs[fact.run] = replace(before, ended=fact)


def _merging_paused(draft: _Draft, fact: Any, _sequence: int) -> None:
    draft.pauses[fact.repository] = fact


_WIDE: Mapping[type[Fact], Callable[[_Draft, Any, int], None]] = {
    facts.RepositoryAdded: _repository_added,
    facts.RunRequested: _run_requested,
    facts.RunStarted: _run_started,
    facts.RunEnded: _run_ended,
    facts.MergingPaused: _merging_paused,
}
"""Facts about more than the inside of one repository."""
