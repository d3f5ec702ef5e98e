"""A ticket becomes a measured proposal, or a reason that can be counted."""

from collections.abc import Callable

import pytest

from agents.deterministic import DeterministicProposer, facts_of, titled
from agents.transforms import registry
from agents.transforms.rewrite import Edit, ProjectFacts, Rewrite, Site
from agents.transforms.source import Source
from pyagent.ids import proposal_id
from pyagent.model import ChangeClass, Claim, Declined, Proposal, Status, Ticket
from pyagent.ports import Checkout

Checkouts = Callable[[dict[str, str | bytes]], Checkout]

NESTED = (
    "def f(a):\n    if a:\n        return 1\n    else:\n        if a is None:\n            return 2\n        return 3\n"
)


def ticket(transform: str, name: str = "f", path: str = "a.py") -> Ticket:
    return Ticket("change", "demo", path, name, transform, ChangeClass.A, "evidence", "why", 1.0, ())


def propose(tree: Checkout, wanted: Ticket) -> Proposal | Declined:
    return DeterministicProposer(lambda _: ProjectFacts()).propose(wanted, tree)


def test_a_proposal_carries_its_patch_and_true_measures(checkout: Checkouts) -> None:
    outcome = propose(checkout({"a.py": NESTED}), ticket("superfluous-else"))
    assert isinstance(outcome, Proposal)
    assert outcome.id == proposal_id("change", outcome.patch)
    assert Claim("nesting", "a.py", "f", 2, 1) in outcome.claims
    assert Claim("cyclomatic", "a.py", "f", 3, 3) in outcome.claims
    assert outcome.title == "Drop superfluous else after return in f: cognitive 4 -> 2"
    assert not outcome.assumptions


@pytest.mark.parametrize(
    ("body", "wanted", "word"),
    [
        (NESTED, ticket("no-such"), "unknown-transform"),
        (NESTED, ticket("superfluous-else", path="b.py"), "no-file"),
        ("def (\n", ticket("superfluous-else"), "syntax"),
        (b"\xff\xff", ticket("superfluous-else"), "undecodable"),
        (NESTED, ticket("superfluous-else", name="g"), "no-function"),
        (NESTED, ticket("guard-clause"), "no-site"),
    ],
)
def test_what_cannot_be_done_is_declined_with_a_word(
    checkout: Checkouts, body: str | bytes, wanted: Ticket, word: str
) -> None:
    outcome = propose(checkout({"a.py": body}), wanted)
    assert isinstance(outcome, Declined)
    assert (outcome.status, outcome.reason.partition(":")[0]) == (Status.DECLINED, word)


class Scripted:
    """A transform that replaces the whole file by a prepared text."""

    NAME = "scripted"
    CHANGE_CLASS = ChangeClass.A
    CHANGES = KEEPS = REFUSES = ()

    def __init__(self, text: str, *, named: bool = True) -> None:
        self.text, self.named = text, named

    def sites(self, source: Source) -> tuple[Site, ...]:  # noqa: ARG002 - the protocol of transforms
        return ()

    def rewrite(self, source: Source, name: str, facts: ProjectFacts) -> Rewrite:  # noqa: ARG002 - the protocol of transforms
        return Rewrite((Edit(0, len(source.text), self.text),), f"Split {name}", "why", (), (), self.named)


def with_transform(monkeypatch: pytest.MonkeyPatch, transform: Scripted) -> None:
    monkeypatch.setattr(registry, "TRANSFORMS", (transform,))


def test_a_rewrite_that_makes_its_function_worse_is_declined(
    checkout: Checkouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_transform(monkeypatch, Scripted("def f(a):\n    if a:\n        if a:\n            return 1\n"))
    outcome = propose(checkout({"a.py": "def f(a):\n    if a:\n        return 1\n"}), ticket("scripted"))
    assert isinstance(outcome, Declined)
    assert outcome.reason == "no-gain: f would get worse in cyclomatic, cognitive, nesting"


def test_a_rewrite_without_effect_is_declined(checkout: Checkouts, monkeypatch: pytest.MonkeyPatch) -> None:
    with_transform(monkeypatch, Scripted(NESTED))
    outcome = propose(checkout({"a.py": NESTED}), ticket("scripted"))
    assert isinstance(outcome, Declined)
    assert outcome.reason == "no-gain: no measure of f would get better"


def test_an_unnamed_rewrite_is_kept_as_proven_and_needs_a_name(
    checkout: Checkouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_transform(
        monkeypatch, Scripted("def f(a):\n    return _g(a)\n\n\ndef _g(a):\n    return a or 2\n", named=False)
    )
    outcome = propose(checkout({"a.py": NESTED}), ticket("scripted"))
    assert isinstance(outcome, Declined)
    assert outcome.status is Status.NEEDS_A_NAME
    assert outcome.proven is not None
    assert Claim("cyclomatic", "a.py", "_g", 0, 2) in outcome.proven.claims


def test_facts_come_from_every_file_that_parses(checkout: Checkouts) -> None:
    tree = checkout({"a.py": "def _hidden(): ...\n", "tests/t.py": "_other = 1\n", "b.py": "def (\n", "c.txt": "_x"})
    facts = facts_of(tree, {"a.py": frozenset({1})})
    assert {"_hidden", "_other"} <= facts.private_names
    assert facts.executed == {"a.py": frozenset({1})}


def test_long_titles_lose_their_class_before_their_numbers() -> None:
    name = "AVeryLongClassName.a_rather_long_method"
    line = titled(f"Drop superfluous else after return in {name}", name, (Claim("cognitive", "a.py", name, 9, 8),))
    assert line == "Drop superfluous else after return in a_rather_long_method"
    assert titled("Split f", "f", (Claim("cyclomatic", "a.py", "f", 31, 12),)) == "Split f: cyclomatic 31 -> 12"
