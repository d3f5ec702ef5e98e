"""A change of class T: one new test file for one function, from what calls of it were seen to do (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.characterisation.writing import written
from pyagent.ids import proposal_id
from pyagent.model import ChangeClass, Declined, FileChange, Patch, Proposal, Status, Ticket
from pyagent.observations import Observation

TRANSFORM = "characterise"
MOST_LINES = 150
MOST_TESTS = 12


@dataclass(frozen=True, slots=True)
class Style:
    """Where and how a project keeps its tests."""

    folder: str
    """The topmost test folder, relative to the root."""
    pytest: bool
    """Whether pytest collects them; else they are written for unittest."""


def propose_tests(
    ticket: Ticket, observations: Sequence[Observation], *, style: Style, commit: str, taken: frozenset[str]
) -> Proposal | Declined:
    """The file as a proposal against `commit`, whose paths are `taken`; declined where there is nothing to write."""
    ranked = sorted(observations, key=lambda each: (-len(each.lines), each.call))[:MOST_TESTS]
    text = written(ticket.name, ranked, pytest=style.pytest)
    while text.count("\n") > MOST_LINES and len(ranked) > 1:
        ranked = ranked[:-1]
        text = written(ticket.name, ranked, pytest=style.pytest)
    path = f"{style.folder}/test_{_stem(ticket)}_held.py"
    if not text:
        return _declined(ticket, "no-call: no call was found whose arguments and outcome can be written down")
    if path in taken:
        return _declined(ticket, f"there-already: {path}")
    patch = Patch((FileChange(path, None, text.encode()),))
    return Proposal(
        id=proposal_id(ticket.change, patch),
        change=ticket.change,
        repository=ticket.repository,
        base=commit,
        change_class=ChangeClass.T,
        transform=TRANSFORM,
        path=ticket.path,
        name=ticket.name,
        evidence=ticket.evidence,
        title=f"Tests for {ticket.name}"[:72],
        patch=patch,
        claims=(),
        obligations=("each test states what two fresh processes did alike on the unchanged code",),
        assumptions=("what the code does today is what it should do",),
    )


def _declined(ticket: Ticket, reason: str) -> Declined:
    return Declined(ticket.change, ticket.evidence, Status.DECLINED, reason)


def _stem(ticket: Ticket) -> str:
    """Module and function as one word of a file name."""
    module = ticket.path.rpartition("/")[2].removesuffix(".py")
    words = "".join(letter if letter.isalnum() else "_" for letter in f"{module}_{ticket.name}")
    return "_".join(part for part in words.lower().split("_") if part)
