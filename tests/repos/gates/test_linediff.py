from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from repos.gates.linediff import Extent, extent, hunks

texts = st.lists(st.sampled_from(["a", "b", "  a", "", "return x", "else:"]), max_size=12)


def measured(before: list[str], after: list[str]) -> Extent:
    return extent(hunks(before, after))


@given(texts, texts)
def test_hunks_turn_one_text_into_the_other(before: list[str], after: list[str]) -> None:
    made = list(before)
    for hunk in reversed(list(hunks(before, after))):
        assert tuple(before[hunk.start : hunk.end]) == hunk.removed
        made[hunk.start : hunk.end] = hunk.added
    assert made == after


@given(texts, texts)
def test_every_new_line_is_edited_or_moved_or_blank(before: list[str], after: list[str]) -> None:
    new = Counter(line.strip() for line in after) - Counter(line.strip() for line in before)
    del new[""]
    assert new.total() <= measured(before, after).edited


@given(texts)
def test_nothing_changed_measures_nothing(lines: list[str]) -> None:
    assert measured(lines, lines) == Extent(0, 0)


def test_a_replaced_line_counts_once() -> None:
    assert measured(["a", "x = 1", "b"], ["a", "x = 2", "b"]) == Extent(edited=1, moved=0)


def test_a_line_that_reappears_at_another_indent_is_moved() -> None:
    assert measured(["if a:", "    go()", "stop()"], ["go()", "if a:", "stop()"]).moved == 1
    assert measured(["else:", "    go()"], ["go()"]) == Extent(edited=1, moved=1)


def test_a_line_copied_twice_is_moved_once_and_edited_once() -> None:
    assert measured(["x", "go()", "y"], ["x", "y", "go()", "go()"]) == Extent(edited=1, moved=1)
    assert measured(["go()"], ["  go()", "  go()"]) == Extent(edited=1, moved=1)
