from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, Verdict
from repos.gates.documented import judge
from tests.repos.gates.workshop import text, trial

BASE = text('''
"""A module."""


class A:
    """A class."""

    def g(self, a: int) -> int:
        """A method."""
        return a


def f(a: int, b: str = "") -> int:
    """A function."""
    return a


def bare(a):
    return a
''')


def judged(root: Path, after: bytes, change_class: ChangeClass = ChangeClass.C, before: bytes = BASE) -> Verdict:
    return judge(trial(root, {"pkg/mod.py": before}, {"pkg/mod.py": after}, change_class=change_class))


def test_a_private_helper_needs_neither_docs_nor_hints(tmp_path: Path) -> None:
    verdict = judged(
        tmp_path,
        BASE.replace(b"    return a\n\n\ndef bare", b"    return _h(a)\n\n\ndef _h(a):\n    return a\n\n\ndef bare"),
    )
    assert verdict.answer is Answer.PASSED
    assert ("public functions documented", "2 of 3 before, 2 of 3 after") in verdict.facts


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"""A module."""\n', b"", "the module lost its docstring"),
        (b'    """A class."""\n', b"", "a class lost its docstring"),
        (b'        """A method."""\n', b"", "A.g lost its docstring"),
        (b'    """A function."""\n', b"", "f lost its docstring"),
        (b"a: int, b", b"a, b", "f lost a type hint"),
        (b") -> int:\n    ", b"):\n    ", "f lost a type hint"),
    ],
)
def test_what_had_a_docstring_or_a_hint_keeps_it(tmp_path: Path, old: bytes, new: bytes, why: str) -> None:
    assert old in BASE
    verdict = judged(tmp_path, BASE.replace(old, new))
    assert verdict.answer is Answer.FAILED
    assert why in verdict.reason


def test_a_bare_public_function_lowers_the_share_where_there_is_one(tmp_path: Path) -> None:
    more = b"\n\ndef more(a):\n    return a\n"
    assert "fewer public functions are documented" in judged(tmp_path, BASE + more).reason
    plain = b"def f(a):\n    return a\n"
    assert judged(tmp_path, plain + more, before=plain).answer is Answer.PASSED


def test_a_function_that_is_gone_is_the_interfaces_business(tmp_path: Path) -> None:
    gone = BASE.replace(b"def bare(a):\n    return a\n", b"")
    assert judged(tmp_path, gone).answer is Answer.PASSED


def test_tests_need_no_docstrings(tmp_path: Path) -> None:
    offered = trial(
        tmp_path, {"pkg/mod.py": BASE}, {"tests/test_a.py": b"def test_a():\n    pass\n"}, change_class=ChangeClass.T
    )
    assert judge(offered).answer is Answer.PASSED
