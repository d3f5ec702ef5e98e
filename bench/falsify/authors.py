"""Who writes in the exam: our transforms, a person's other routes, and an honest-looking author of faults.

Nothing is caught because a claim or an id does not fit: every claim is measured anew on the text that
is really proposed, and a text whose own author would see it refused (no gain, a measure worse, no
parse) is not proposed at all.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from agents.deterministic import DeterministicProposer, facts_of
from agents.hygiene import TRANSFORM as HYGIENE
from agents.hygiene import HygieneProposer
from agents.transforms.rewrite import Edit, apply_edits
from agents.transforms.source import Source, functions, parse_source
from bench.falsify.faults import Wrong, wrongs
from bench.falsify.refactors import BY_HAND, VARIED, reads_itself
from bench.falsify.texts import regions, same_code
from pyagent.ids import change_id, digest, proposal_id
from pyagent.model import Answer, ChangeClass, Claim, Declined, FileChange, Patch, Proposal, Ticket
from repos.gates import metric, parse
from repos.gates.grammar import lint_minor
from repos.gates.measured import FUNCTION_METRICS, Unmeasured, measurements
from repos.gates.trial import Trial
from stages.ground import Ground

EACH = 12
"""Tickets of one transform that are tried in one project."""
PARTS = 6
"""Edits of one kind tried at one text."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal of the exam: what it is called, how it came about, and the wrong edit where there is one."""

    id: str
    route: str
    """The transform's or the refactor's name, `a + b` for a variation."""
    proposal: Proposal
    fault: str = ""
    """The kind of the wrong edit; empty for an honest change."""
    line: int = 0
    wrong: str = ""
    """The lines the wrong edit wrote."""


def ours(ground: Ground, tickets: tuple[Ticket, ...], rng: random.Random) -> Iterator[Candidate]:
    """What our own transforms and the lint rules propose for a project's tickets; unnamed cuts too."""
    facts = facts_of(ground.checkout, ground.executed())
    proposers = {HYGIENE: HygieneProposer(ground.bench.runner)}
    usual = DeterministicProposer(facts=lambda _: facts)
    for ticket in _some(tickets, rng):
        answer = proposers.get(ticket.transform, usual).propose(ticket, ground.checkout)
        made = answer.proven if isinstance(answer, Declined) else answer
        if made is not None:
            yield Candidate(digest("exam", made.id), ticket.transform, made)


def by_hand(ground: Ground, rng: random.Random, paths: tuple[str, ...]) -> Iterator[Candidate]:
    """Refactors that a person would make, at random places of a project."""
    order = rng.sample(paths, len(paths))
    for path in order:
        source = parse_source(path, ground.checkout.read(path))
        if not isinstance(source, Source):
            continue
        for function in functions(source):
            if reads_itself(function.node):
                continue
            for route, find in BY_HAND.items():
                for edits in find(source, function.node):
                    made = _new(ground, source, function.name, route, edits)
                    if made is not None:
                        yield made


def varied(ground: Ground, honest: Candidate, rng: random.Random) -> Iterator[Candidate]:
    """The same refactor as another hand would have written it; a lint fix has one form only."""
    if honest.proposal.change_class is ChangeClass.H:
        return
    for change, source, before in _sides(honest.proposal):
        for region in regions(before, source):
            for route, find in VARIED.items():
                every = list(find(source, region))
                for edits in rng.sample(every, min(PARTS, len(every))):
                    made = _altered(ground, honest, change, source, edits)
                    if made is not None:
                        yield replace(made, route=f"{honest.route} + {route}")


def faulty(ground: Ground, honest: Candidate, rng: random.Random) -> Iterator[Candidate]:
    """The same refactor with one wrong edit in the lines it wrote, kinds in turn, in random order."""
    for change, source, before in _sides(honest.proposal):
        for wrong in in_turn(tuple(wrongs(source, regions(before, source))), rng):
            made = _altered(ground, honest, change, source, wrong.edits)
            if made is not None:
                says = " / ".join(edit.text.strip() for edit in wrong.edits)[:200]
                yield replace(made, fault=wrong.kind, line=wrong.line, wrong=says)


def in_turn(found: tuple[Wrong, ...], rng: random.Random) -> Iterator[Wrong]:
    """One of each kind, then another of each, so that a common kind does not crowd out the rest."""
    kinds: dict[str, list[Wrong]] = {}
    for wrong in rng.sample(found, len(found)):
        kinds.setdefault(wrong.kind, []).append(wrong)
    while kinds:
        for kind in rng.sample(sorted(kinds), len(kinds)):
            yield kinds[kind].pop()
            if not kinds[kind]:
                del kinds[kind]


def _some(tickets: tuple[Ticket, ...], rng: random.Random) -> Iterator[Ticket]:
    """A few of each transform, transforms in turn."""
    kinds: dict[str, list[Ticket]] = {}
    for ticket in rng.sample(tickets, len(tickets)):
        kinds.setdefault(ticket.transform, []).append(ticket)
    rounds = zip_longest(*(kinds[name][:EACH] for name in sorted(kinds)))
    return (ticket for turn in rounds for ticket in turn if ticket is not None)


def _sides(proposal: Proposal) -> Iterator[tuple[FileChange, Source, str]]:
    """Each changed Python file with its new source and its old text."""
    for change in proposal.patch.files:
        after = parse_source(change.path, change.after or b"")
        before = parse_source(change.path, change.before or b"")
        if isinstance(after, Source) and isinstance(before, Source):
            yield change, after, before.text


def _new(ground: Ground, source: Source, name: str, route: str, edits: tuple[Edit, ...]) -> Candidate | None:
    before = ground.checkout.read(source.path)
    after = _written(source, edits)
    if after is None:
        return None
    slug = ground.checkout.repository.slug
    change = change_id(slug, source.path, name, route)
    claims = tuple(Claim(metric_name, source.path, name, 0, 0) for metric_name in FUNCTION_METRICS)
    patch = Patch((FileChange(source.path, before, after),))
    proposal = Proposal(
        id=proposal_id(change, patch), change=change, repository=slug, base=ground.checkout.commit,
        change_class=ChangeClass.A, transform=route, path=source.path, name=name, evidence=digest(after),
        title=f"Simplify {name}"[:72], patch=patch, claims=claims,
        obligations=("Made by hand after a rule of the language.",), assumptions=(),
    )  # fmt: skip
    stated = restated(ground, proposal)
    return stated and Candidate(digest("exam", stated.id), route, stated)


def _altered(
    ground: Ground, honest: Candidate, change: FileChange, source: Source, edits: tuple[Edit, ...]
) -> Candidate | None:
    """The candidate with other new text in one file, claims and ids restated; None when nobody would propose it."""
    after = _written(source, edits)
    if after is None or same_code(after, change.after or b"") or same_code(after, change.before or b""):
        return None
    old = honest.proposal
    files = tuple(replace(f, after=after) if f.path == change.path else f for f in old.patch.files)
    patch = Patch(files)
    stated = restated(ground, replace(old, patch=patch, id=proposal_id(old.change, patch)))
    return stated and Candidate(digest("exam", stated.id), honest.route, stated)


def _written(source: Source, edits: tuple[Edit, ...]) -> bytes | None:
    try:
        after = source.encode(apply_edits(source.text, edits))
        compile(after, source.path, "exec", dont_inherit=True)
    except (ValueError, SyntaxError):
        return None
    return after


def restated(ground: Ground, proposal: Proposal) -> Proposal | None:
    """The proposal with claims measured on its own text; None when its author would see it refused at once."""
    sides = {f.path: (f.before or b"", f.after or b"") for f in proposal.patch.files}
    bench = ground.bench
    found = measurements(proposal.claims, sides, runner=bench.runner, minor=lint_minor(bench.base))
    if isinstance(found, Unmeasured):
        return None
    claims = tuple(
        replace(item.claim, before=item.before, after=item.after)
        for item in found
        if item.claim.metric != "statements" or item.after < item.before
    )
    stated = replace(proposal, claims=claims)
    trial = Trial(stated, bench.base, bench.command, bench.runner)
    judges: tuple[Callable[[Trial], object], ...] = (parse.judge, metric.judge)
    answers = [getattr(judge(trial), "answer", None) for judge in judges]
    return stated if all(answer is Answer.PASSED for answer in answers) else None
