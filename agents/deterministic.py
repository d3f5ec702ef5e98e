"""The author that needs no model: runs a registered transform and measures what it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyagent_native import FunctionMetrics, measure

from agents.transforms.registry import Transform, transform
from agents.transforms.rewrite import ProjectFacts, Refusal, Rewrite, apply_edits, project_facts
from agents.transforms.source import Source, Unparsable, parse_source
from pyagent.ids import proposal_id
from pyagent.model import Claim, Declined, FileChange, Patch, Proposal, Status, Ticket
from pyagent.ports import Checkout

TITLE_LENGTH = 72
"""What a commit's subject line may hold."""

_METRICS: Mapping[str, Callable[[FunctionMetrics], int]] = {
    "cyclomatic": lambda found: found.cyclomatic,
    "cognitive": lambda found: found.cognitive,
    "nesting": lambda found: found.nesting,
    "statements": lambda found: found.statements,
}
_NEVER_WORSE = ("cyclomatic", "cognitive", "nesting")
"""Statements may grow: a guard clause adds one to take a level away."""

Measures = Mapping[str, Mapping[str, int]]
"""Function -> metric -> value; of functions that share a name, the larger value."""


@dataclass(frozen=True, slots=True)
class DeterministicProposer:
    """Satisfies the Proposer port for every ticket whose transform is registered."""

    facts: Callable[[Checkout], ProjectFacts]
    """What transforms know of the whole project; asked once per ticket, so worth remembering per commit."""

    def propose(self, ticket: Ticket, checkout: Checkout) -> Proposal | Declined:
        """The proven, measured change of one function, or why not."""
        chosen = transform(ticket.transform)
        if chosen is None:
            return _declined(ticket, f"unknown-transform: nothing here is called {ticket.transform}")
        if ticket.path not in checkout.paths():
            return _declined(ticket, f"no-file: {ticket.path} is not in this tree")
        source = parse_source(ticket.path, checkout.read(ticket.path))
        if isinstance(source, Unparsable):
            return _declined(ticket, source.reason)
        outcome = chosen.rewrite(source, ticket.name, self.facts(checkout))
        if isinstance(outcome, Refusal):
            return _declined(ticket, outcome.reason)
        return _proposed(ticket, checkout, chosen, source, outcome)


def facts_of(checkout: Checkout, executed: Mapping[str, frozenset[int]] | None) -> ProjectFacts:
    """Facts of every Python file of a tree, tests included; files that do not parse add none."""
    paths = (path for path in checkout.paths() if path.endswith(".py"))
    sources = (parse_source(path, checkout.read(path)) for path in paths)
    return project_facts((source for source in sources if isinstance(source, Source)), executed)


def _declined(ticket: Ticket, reason: str) -> Declined:
    return Declined(ticket.change, ticket.evidence, Status.DECLINED, reason)


def _proposed(
    ticket: Ticket, checkout: Checkout, chosen: Transform, source: Source, outcome: Rewrite
) -> Proposal | Declined:
    before = checkout.read(ticket.path)
    after = source.encode(apply_edits(source.text, outcome.edits))
    old, new = _measures(before), _measures(after)
    problem = _no_gain(ticket.name, old, new)
    if problem:
        return _declined(ticket, problem)
    claims = _claims(ticket, old, new)
    patch = Patch((FileChange(ticket.path, before, after),))
    proposal = Proposal(
        id=proposal_id(ticket.change, patch),
        change=ticket.change,
        repository=ticket.repository,
        base=checkout.commit,
        change_class=chosen.CHANGE_CLASS,
        transform=ticket.transform,
        path=ticket.path,
        name=ticket.name,
        evidence=ticket.evidence,
        title=titled(outcome.title, ticket.name, claims),
        patch=patch,
        claims=claims,
        obligations=outcome.obligations,
        assumptions=outcome.assumptions,
    )
    if outcome.named:
        return proposal
    reason = f"unnamed: {outcome.title} is proven, and its new names are placeholders"
    return Declined(ticket.change, ticket.evidence, Status.NEEDS_A_NAME, reason, proposal)


def _measures(data: bytes) -> Measures:
    found: dict[str, dict[str, int]] = {}
    for function in measure(data).functions:
        seen = found.setdefault(function.name, {})
        for metric, read in _METRICS.items():
            seen[metric] = max(seen.get(metric, 0), read(function))
    return found


def _no_gain(name: str, old: Measures, new: Measures) -> str:
    """Why the rewrite does not pay for the function it was asked for; empty when it does."""
    before, after = old.get(name, {}), new.get(name, {})
    worse = [metric for metric in _NEVER_WORSE if after.get(metric, 0) > before.get(metric, 0)]
    if worse:
        return f"no-gain: {name} would get worse in {', '.join(worse)}"
    if all(after.get(metric, 0) >= before.get(metric, 0) for metric in _METRICS):
        return f"no-gain: no measure of {name} would get better"
    return ""


def _claims(ticket: Ticket, old: Measures, new: Measures) -> tuple[Claim, ...]:
    """Every measure of the target that holds or falls, and the complexities of each new function."""
    before, after = old[ticket.name], new[ticket.name]
    own = [metric for metric in _METRICS if metric in _NEVER_WORSE or after[metric] < before[metric]]
    fresh = [name for name in new if name not in old]
    return (
        *(Claim(metric, ticket.path, ticket.name, before[metric], after[metric]) for metric in own),
        *(Claim(metric, ticket.path, name, 0, new[name][metric]) for name in fresh for metric in _NEVER_WORSE[:2]),
    )


def titled(title: str, name: str, claims: tuple[Claim, ...]) -> str:
    """The benefit line with its first falling measure, as much of it as fits a subject line."""
    gain = next((c for c in claims if c.name == name and c.after < c.before), None)
    numbers = f": {gain.metric} {gain.before:g} -> {gain.after:g}" if gain and "->" not in title else ""
    brief = title.replace(name, name.rpartition(".")[2])
    candidates = (title + numbers, brief + numbers, title, brief)
    return next((line for line in candidates if len(line) <= TITLE_LENGTH), brief)
