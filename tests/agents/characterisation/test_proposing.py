from agents.characterisation.proposing import MOST_LINES, Style, propose_tests
from pyagent.model import ChangeClass, Declined, Proposal, Ticket
from pyagent.observations import Observation, Outcome

STYLE = Style("tests", pytest=True)


def ticket() -> Ticket:
    return Ticket("c", "demo", "pkg/mod.py", "A.run", "characterise", ChangeClass.T, "e", "why", 1.0, ())


def found(count: int) -> list[Observation]:
    return [Observation(f"pkg.mod.A().run({n})", ("pkg.mod",), Outcome.EQUALS, str(n), (n,)) for n in range(count)]


def test_one_new_file_under_the_test_folder() -> None:
    made = propose_tests(ticket(), found(3), style=STYLE, commit="0" * 40, taken=frozenset())
    assert isinstance(made, Proposal)
    assert (made.change_class, made.path, made.name) == (ChangeClass.T, "pkg/mod.py", "A.run")
    (file,) = made.patch.files
    assert (file.path, file.before) == ("tests/test_mod_a_run_held.py", None)
    assert (file.after or b"").count(b"def test_") == 3


def test_a_file_stays_small() -> None:
    made = propose_tests(ticket(), found(500), style=STYLE, commit="0" * 40, taken=frozenset())
    assert isinstance(made, Proposal)
    assert (made.patch.files[0].after or b"").count(b"\n") <= MOST_LINES


def test_nothing_seen_or_a_file_there_already_is_declined() -> None:
    nothing = propose_tests(ticket(), [], style=STYLE, commit="0" * 40, taken=frozenset())
    there = propose_tests(
        ticket(), found(1), style=STYLE, commit="0" * 40, taken=frozenset({"tests/test_mod_a_run_held.py"})
    )
    assert isinstance(nothing, Declined)
    assert nothing.reason.startswith("no-call:")
    assert isinstance(there, Declined)
    assert there.reason.startswith("there-already:")
