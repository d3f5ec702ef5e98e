"""A change whose tests are too weak in one place is cut around it: what is decided, and the real loop."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agents.triage import Grounds as Evidence
from agents.triage import tickets_for_tests
from pyagent.ids import change_id
from pyagent.ledger import facts as f
from pyagent.ledger.facts import Fact
from pyagent.model import Answer, Declined, Status, Ticket, Verdict
from stages.sparing import as_tried, explained, provable, smaller
from tests.plugins.command import Pyagent
from tests.plugins.project import Project, new_project
from tests.pyagent.ledger.histories import R, made, ticket, validated, view

FRESH = replace(ticket().ticket, parts=(("gain", 1.0),))
GROUNDS = Evidence(functions={("a.py", "g"): "fingerprint"}, files={}, tests="tests")
(TESTS,) = tickets_for_tests(R, [FRESH], lessons=(), grounds=GROUNDS)
ASKED = f.TicketRaised(R, TESTS)
NO_TESTS = f.ProposalDeclined(R, TESTS.change, TESTS.evidence, Status.DECLINED, "all-run: nothing to reach", None)


def judged(*weak: int, tried: Ticket = FRESH, proposal: str = "p1") -> tuple[Fact, ...]:
    """The ticket was answered, and the gates named these lines of its proposal."""
    verdict = Verdict("strength", Answer.FAILED, "15 of 20", weak=weak)
    return (
        f.TicketRaised(R, tried),
        made(evidence=tried.evidence, proposal=proposal),
        f.GateJudged(R, "c", proposal, f"v-{proposal}", verdict),
        replace(validated(Status.NEEDS_TESTS, proposal), validation=f"v-{proposal}"),
    )


def test_what_the_gates_name_is_spared_when_no_tests_will_come() -> None:
    spared = smaller(view(*judged(7, 3)), FRESH, ())
    assert spared.spared == (3, 7)
    assert spared.evidence != FRESH.evidence
    assert smaller(view(*judged(7, 3), ASKED, NO_TESTS), FRESH, [TESTS]) == spared


@pytest.mark.parametrize("more", [(), (ASKED,), (f.TicketRaised(R, replace(TESTS, evidence="before")), NO_TESTS)])
def test_tests_that_may_still_come_are_waited_for(more: tuple[Fact, ...]) -> None:
    assert smaller(view(*judged(7, 3), *more), FRESH, [TESTS]) == FRESH
    others = [replace(TESTS, name="another")]
    assert smaller(view(*judged(7, 3), *more), FRESH, others).spared == (3, 7)


def test_what_is_spared_grows_until_the_gates_name_nothing_new() -> None:
    first = smaller(view(*judged(3)), FRESH, ())
    after = view(*judged(3), *judged(5, tried=first, proposal="p2"))
    second = smaller(after, FRESH, ())
    assert second.spared == (3, 5)
    assert len({FRESH.evidence, first.evidence, second.evidence}) == 3
    again = view(*judged(3), *judged(3, tried=first, proposal="p2"))
    assert smaller(again, FRESH, ()) == as_tried(again, FRESH) == first


def test_other_grounds_other_transforms_and_proven_changes_spare_nothing() -> None:
    spared = smaller(view(*judged(3)), FRESH, ())
    changed = replace(FRESH, evidence="e2")
    assert smaller(view(*judged(3), f.TicketRaised(R, spared)), changed, ()) == changed
    local = replace(FRESH, transform="guard-clause")
    assert smaller(view(*judged(3, tried=local)), local, ()) == local
    assert smaller(view(f.TicketRaised(R, FRESH), made(), validated(Status.FAILED)), FRESH, ()) == FRESH
    assert smaller(view(), FRESH, ()) == FRESH


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout of one file."""

    body: bytes
    path: str = "a.py"
    commit: str = "commit"
    tree: str = "tree"

    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def read(self, path: str) -> bytes:
        assert path == self.path
        return self.body


def test_what_is_spared_counts_as_not_run_wherever_the_function_stands_now() -> None:
    body = b"import os\n\n\ndef g(a):\n    b = a\n    return b\n"
    ran = {"a.py": frozenset({4, 5, 6}), "b.py": frozenset({1})}
    spared = replace(FRESH, spared=(1,))
    assert provable(ran, spared, Tree(body)) == {**ran, "a.py": frozenset({4, 5})}
    assert provable(ran, FRESH, Tree(body)) == ran


@pytest.mark.parametrize("tree", [Tree(b"def g(:\n"), Tree(b"\0"), Tree(b"", path="moved.py")])
def test_a_file_that_went_or_broke_is_left_for_its_author_to_refuse(tree: Tree) -> None:
    ran = {"a.py": frozenset({4})}
    assert provable(ran, replace(FRESH, spared=(1,)), tree) == ran


def test_a_refusal_says_what_stood_in_the_way() -> None:
    refusal = Declined("c", "e", Status.DECLINED, "no-cuts: no run of statements can be moved")
    assert explained(refusal, FRESH) == refusal
    told = explained(refusal, replace(FRESH, spared=(3,)))
    assert isinstance(told, Declined)
    assert told.reason == f"weak-tests: spared 1 of its lines, where tests notice too little; {refusal.reason}"


KINDS = "abcdefghi"


def _branches(subject: str, result: str) -> str:
    rows = "".join(f'    if {subject} == "{kind}":\n        {result} = {at}\n' for at, kind in enumerate(KINDS, 1))
    return f"    {result} = 0\n{rows}"


PRICE = (
    '"""Prices."""\n\n\ndef price(kind, season, colour):\n    """Base, discount and note."""\n'
    f"{_branches('kind', 'base')}{_branches('season', 'discount')}"
    f"    # Write the note.\n{_branches('colour', 'note')}"
    "    return base, discount, note\n"
)
TEST = """from shop.prices import price

KINDS = "abcdefghi"


def test_base_and_discount():
    for base, kind in enumerate(KINDS, 1):
        for discount, season in enumerate(KINDS, 1):
            assert price(kind, season, "x")[:2] == (base, discount)
    assert price("x", "x", "x")[:2] == (0, 0)


def test_notes_are_written():
    for colour in KINDS:
        price("x", "x", colour)
"""
FILES: dict[str, str | bytes] = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.9"\n',
    "shop/__init__.py": '"""Shop."""\n',
    "shop/prices.py": PRICE,
    "tests/test_prices.py": TEST,
}


def test_where_tests_notice_too_little_something_else_is_moved(pyagent: Pyagent, tmp_path: Path) -> None:
    project = new_project(tmp_path / "shop", FILES)
    done = pyagent("run", str(project.root), "--json", "--train-now", "--approve-class", "A")
    assert done.code in {0, 10}, done.err
    row = done.json["repositories"][0]
    assert row["merged"] == 1, row
    assert row["proposals"] >= 2, "the first one moved what no test judges"
    subject, _ = Project(pyagent.state / "stores" / f"{row['repository']}.git").git("log", "--format=%s").splitlines()
    assert subject.startswith("Extract `_compute_"), "and not `_write_note`"
    why = pyagent("why", change_id(str(row["repository"]), "shop/prices.py", "price", "extract-function"))
    assert "lines whose tests notice too little" in why.out
