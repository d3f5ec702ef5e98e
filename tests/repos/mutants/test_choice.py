from hypothesis import given
from hypothesis import strategies as st

from repos.mutants.choice import different, mutants, spread

TEXT = b"""
def f(a, b):
    if a > 1 and b:
        return g(a, b + 1)
    x = [n for n in a if n]
    for n in x:
        h(n, b, 2)
    return len(x) - 1
"""
EVERY = mutants("m.py", TEXT, range(1, 99))


def test_the_first_few_cover_every_line_and_many_kinds() -> None:
    lines = {mutant.line for mutant in EVERY}
    first = list(spread(EVERY))[: len(lines)]
    assert {mutant.line for mutant in first} == lines
    assert len({mutant.kind for mutant in first}) == len(first)


@given(st.permutations(EVERY))
def test_the_choice_does_not_hang_on_the_order_of_what_is_found(shuffled: list) -> None:
    assert list(spread(shuffled)) == list(spread(EVERY))


SEVERAL = b"""
X = [1, 2]


class C:
    size = 3 + 4

    def f(self, a, b):
        try:
            if a > 1 and b:
                return self.g(a, b + 1)
        except (KeyError, ValueError):
            return [n for n in a if n]
        return len(a) - 1


def f(a, b):
    if a > 1 and b:
        return g(a, b + 1)
    return len(a) - 1
"""


@given(st.lists(st.sampled_from([b"\n", b"# more\n", b"def other(a):\n    return a + 1\n"]), min_size=1))
def test_an_edit_above_in_the_file_changes_no_choice(above: list[bytes]) -> None:
    moved = b"".join(above)
    down = moved.count(b"\n")
    alone = spread(mutants("m.py", SEVERAL, range(1, 99)))
    below = spread(mutants("m.py", moved + SEVERAL, range(1 + down, 99 + down)))
    assert [m.start for m in alone] == [m.start - len(moved) for m in below]


def test_nobody_is_lost_or_doubled() -> None:
    assert sorted(spread(EVERY), key=repr) == sorted(EVERY, key=repr)


def test_equal_programs_are_tried_once_and_the_same_program_never() -> None:
    text = b"def f(a):\n    while True:\n        x = a or 1 + 1\n        x = 2\n        return x\n"
    found = list(different(spread(mutants("m.py", text, range(1, 9))), {"m.py": text}))
    assert len(found) < len(mutants("m.py", text, range(1, 9)))
    assert list(different(found + found, {"m.py": text})) == found
