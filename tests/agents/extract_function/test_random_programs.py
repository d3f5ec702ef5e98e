"""Whatever a random function does, it does the same after every single cut that the analysis proves."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.transforms.extract_function.region import Exit
from tests.agents.extract_function.cutting import every_cut
from tests.agents.extract_function.programs import Program, seen

INPUTS = ((1, 0), (0, 2), (2, 1))


def compiles(text: str) -> bool:
    try:
        compile(text, "program", "exec")
    except SyntaxError:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_proven_cut_changes_what_a_call_shows(random: Random) -> None:
    text = Program(random).text()
    assume(compiles(text))
    before = [seen(text, *pair) for pair in INPUTS]
    for _, after in every_cut(text):
        assert [seen(after, *pair) for pair in INPUTS] == before, after


def test_random_programs_leave_their_blocks_in_every_way() -> None:
    programs = (Program(Random(seed)).text() for seed in range(80))  # noqa: S311 - random programs keep no secret
    exits = {found.interface.exit for text in programs for found, _ in every_cut(text)}
    assert exits == set(Exit)
