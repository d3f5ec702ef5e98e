"""Edits are exact; facts of a project are gathered by name."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.transforms.frames import frame_sensitive, frames_needed
from agents.transforms.rewrite import Edit, Refusal, apply_edits, project_facts
from tests.agents.extract_function.cutting import parsed


def test_edits_apply_in_order_of_place() -> None:
    assert apply_edits("abcdef", (Edit(4, 5, "E"), Edit(0, 0, "<"), Edit(0, 0, ">"), Edit(1, 3, ""))) == "<>adEf"


@pytest.mark.parametrize("edits", [(Edit(0, 2, ""), Edit(1, 3, "")), (Edit(2, 9, ""),), (Edit(2, 1, ""),)])
def test_edits_that_overlap_or_leave_the_text_are_an_error(edits: tuple[Edit, ...]) -> None:
    with pytest.raises(ValueError, match="overlaps another or leaves"):
        apply_edits("abc", edits)


@given(st.text(max_size=9), st.text(max_size=3))
def test_an_edit_undone_is_no_edit(text: str, new: str) -> None:
    after = apply_edits(text, (Edit(0, len(text), new),))
    assert apply_edits(after, (Edit(0, len(after), text),)) == text


def test_a_reason_starts_with_its_word() -> None:
    assert Refusal("too-wide: needs 9 inputs").word == "too-wide"


@pytest.mark.parametrize(
    ("code", "need"),
    [
        ("warnings.warn('x')", 0),
        ("warnings.warn('x', stacklevel=1)", 0),
        ("warnings.warn('x', stacklevel=3)", 2),
        ("warnings.warn('x', E, 3)", 2),
        ("warnings.warn('x', stacklevel=n)", math.inf),
        ("warnings.warn('x', skip_file_prefixes=p)", math.inf),
        ("depr('x', stacklevel=2)", 3),
        ("def d(m, stacklevel=3): warnings.warn(m, stacklevel=stacklevel)", 2),
        ("def d(m, *, stacklevel=3): warnings.warn(m, stacklevel=stacklevel + 1)", 3),
        ("def d(m, stacklevel): warnings.warn(m, stacklevel=stacklevel)", math.inf),
        ("sys._getframe()", 1),
        ("sys._getframe(1)", 2),
        ("_getframe(n)", math.inf),
        ("inspect.currentframe().f_back.f_back", 3),
        ("f = currentframe()", 1),
        ("inspect.stack()[2]", 4),
        ("from traceback import extract_stack", 2),
        ("for i in extract_stack():\n    n = i\nwarnings.warn('x', stacklevel=n)", 2),
        ("a + 1", 0),
    ],
)
def test_a_piece_of_code_needs_so_many_frames(code: str, need: float) -> None:
    assert frames_needed(parsed(code).tree) == need


def test_callers_need_one_frame_less_and_subclasses_the_same() -> None:
    text = """
        def low(): warnings.warn("x", stacklevel=4)
        def middle(): return low()
        def high(): return middle()
        class Base:
            def __init__(self): sys._getframe(2)
        class Derived(Base): pass
        @property
        def made(): return Derived()
        def quiet(): pass
    """
    assert frame_sensitive([parsed(text)]) == {"low", "middle", "Base", "Derived", "made"}


def test_patched_and_private_names_are_gathered() -> None:
    text = """
        monkeypatch.setattr("a.b.c", 1)
        mock.patch.object(d, "e")
        patch("f")
        patch(1)
        _g = self._h
        def _i(_j): "_k"
        class _L: pass
        what()()
    """
    facts = project_facts([parsed(text)], {"a.py": frozenset({1})})
    assert facts.patched == {"a.b.c", "c", "e", "f"}
    assert facts.private_names == {"_g", "_h", "_i", "_j", "_k", "_L"}
    assert facts.executed == {"a.py": frozenset({1})}
