import ast
from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass
from repos.gates import weakening
from repos.gates.weakening import weaker
from tests.repos.gates.workshop import text, trial

BEFORE = "def test_a():\n    assert f() == 1\n\ndef test_b():\n    with pytest.raises(ValueError):\n        f(2)\n"


def said(after: str, before: str = BEFORE, *, tests: bool = False) -> list[str]:
    return list(weaker(ast.parse(before), ast.parse(after), tests=tests))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("@pytest.mark.skip\n" + BEFORE, "adds a skip (skip)"),
        ("@pytest.mark.xfail\n" + BEFORE, "adds an expected failure (xfail)"),
        ("from unittest import SkipTest\n" + BEFORE + "raise SkipTest\n", "adds a skip (SkipTest)"),
        (BEFORE.replace("test_b", "later_b"), "1 fewer tests"),
        (BEFORE.replace("assert f() == 1", "f()"), "fewer assertions in its tests"),
        (BEFORE + "\ntry:\n    f()\nexcept Exception:\n    pass\n", "adds a handler that swallows every error"),
        (BEFORE + "\ntry:\n    f()\nexcept:\n    pass\n", "adds a handler that swallows every error"),
        (BEFORE + "\nwith suppress(ValueError, BaseException):\n    f()\n", "adds a handler that swallows every error"),
    ],
)
def test_each_way_to_weaken_is_named(after: str, words: str) -> None:
    assert any(what.startswith(words) for what in said(after)), said(after)


def test_what_was_there_before_is_not_new_wherever_it_moves() -> None:
    skipped = "@pytest.mark.skip\ndef test_c():\n    assert 1\n"
    assert said(BEFORE + skipped, skipped + BEFORE) == []
    assert said("try:\n    f()\nexcept Exception:\n    raise\n", "f()\n") == []
    assert said("with suppress(Exception):\n    f()\n", "try:\n    f()\nexcept:\n    pass\n") == []
    assert said("parser.skip()\nskip(1)\n", "f()\n") == []


def test_a_new_test_must_check_something() -> None:
    assert said("def test_new():\n    f()\n", "", tests=True) == ["test_new asserts nothing"]
    assert said("def test_new():\n    mock.assert_called_once()\n", "", tests=True) == []


def test_the_gate_reads_both_sides_of_a_change(tmp_path: Path) -> None:
    before = text("\ndef f(x):\n    return int(x)\n")
    after = text("\ndef f(x):\n    try:\n        return int(x)\n    except Exception:\n        return 0\n")
    assert weakening.judge(trial(tmp_path / "a", {"pkg/mod.py": before}, {"pkg/mod.py": after})).answer is Answer.FAILED
    honest = before.replace(b"int(x)", b"int(x or 0)")
    assert (
        weakening.judge(trial(tmp_path / "b", {"pkg/mod.py": before}, {"pkg/mod.py": honest})).answer is Answer.PASSED
    )
    broken = weakening.judge(trial(tmp_path / "c", {"pkg/mod.py": before}, {"pkg/mod.py": b"def ("}))
    assert broken.answer is Answer.SKIPPED
    silent = {"tests/test_new.py": b"def test_new():\n    print(1)\n"}
    new = trial(tmp_path / "d", {"pkg/mod.py": before}, silent, change_class=ChangeClass.T)
    assert "asserts nothing" in weakening.judge(new).reason
