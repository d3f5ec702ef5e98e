"""Texts made of fixes, and texts that only look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repos.gates.made_of import Fix, Splice, made_of

OLD = "a = u'x' + u'y'\n"
DROP_FIRST = (Splice(4, 5, ""),)
DROP_SECOND = (Splice(11, 12, ""),)
WRAP = (Splice(4, 4, "("), Splice(15, 15, ")"))


@pytest.mark.parametrize(
    "new",
    [OLD, "a = 'x' + u'y'\n", "a = u'x' + 'y'\n", "a = 'x' + 'y'\n", "a = (u'x' + u'y')\n", "a = (u'x' + 'y')\n"],
)
def test_any_choice_of_whole_fixes_is_recognised(new: str) -> None:
    assert made_of(OLD, new, (DROP_FIRST, DROP_SECOND, WRAP))


@pytest.mark.parametrize(
    "new", ["a = 'x' - 'y'\n", "a = 'y' + 'y'\n", "a = (u'x' + u'y'\n", "a = u'x' + u'y')\n", "", OLD + "b = 1\n"]
)
def test_half_a_fix_or_anything_beside_it_is_not(new: str) -> None:
    assert not made_of(OLD, new, (DROP_FIRST, DROP_SECOND, WRAP))


def test_a_splice_that_two_fixes_share_is_done_once_for_both() -> None:
    imports = Splice(0, 0, "import os\n")
    fixes: tuple[Fix, ...] = ((imports, Splice(0, 1, "x")), (imports, Splice(2, 3, "y")))
    assert made_of("abc", "import os\nxby", fixes)
    assert made_of("abc", "import os\nxbc", fixes)
    assert not made_of("abc", "xbc", fixes)
    assert not made_of("abc", "import os\nabc", fixes)


@given(
    st.text("ab", max_size=12), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.text("ab", max_size=2)))
)
def test_whatever_is_done_by_splices_that_do_not_touch_is_recognised(
    old: str, wanted: list[tuple[int, int, str]]
) -> None:
    fixes: list[Fix] = []
    new, at = "", 0
    for start, width, text in sorted(wanted):
        end = min(start + width, len(old))
        if start <= end and (start > at or not fixes):
            fixes.append((Splice(start, end, text),))
            new, at = new + old[at:start] + text, end
    assert made_of(old, new + old[at:], fixes)
