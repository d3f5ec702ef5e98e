from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer, Patch
from repos.gates.parse import judge
from tests.repos.gates.workshop import trial

BASE = b"a = 1\nb = 2\n"
PYPROJECT = b'[project]\nname = "x"\nrequires-python = ">=3.8"\n'


def judged(tmp_path: Path, before: bytes, after: bytes, **more: bytes) -> tuple[Answer, str]:
    verdict = judge(trial(tmp_path, {"pkg/mod.py": before, **more}, {"pkg/mod.py": after}))
    return verdict.answer, verdict.reason


def test_a_file_that_compiles_in_its_old_clothes_passes(tmp_path: Path) -> None:
    assert judged(tmp_path, BASE, b"a = 1\nb = 3\n")[0] is Answer.PASSED


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (b"def f(:\n", "line 1"),
        (b"return 1\n", "outside function"),
        (b"def f():\n    nonlocal x\n", "nonlocal"),
        (b"a = '\x00'\n", "null bytes"),
        (b"a = '\xff'\n", "utf-8"),
        (b"\xef\xbb\xbfa = 1\n", "byte order mark"),
        (b"# coding: latin-1\na = 1\n", "encoding"),
        (b"a = 1\r\nb = 2\r\n", "newline style"),
        (b"a = 1 is 1\n", "warns more"),
        (b"x = " + b"+".join([b"1"] * 100_000) + b"\n", "RecursionError"),
        (b"(" * 300 + b")" * 300 + b"\n", "too many nested parentheses"),
    ],
)
def test_a_torn_file_fails(tmp_path: Path, after: bytes, why: str) -> None:
    answer, reason = judged(tmp_path, BASE, after)
    assert answer is Answer.FAILED
    assert why in reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfa = 2\n"),
        (b"a = 1\r\nb = 2\r\n", b"a = 2\r\nb = 2\r\n"),
        (b"# coding: latin-1\na = '\xe4'\n", b"# coding: latin-1\na = '\xf6'\n"),
        (b"a = 1", b"a = 2"),
    ],
)
def test_unusual_clothes_are_kept(tmp_path: Path, before: bytes, after: bytes) -> None:
    assert judged(tmp_path, before, after)[0] is Answer.PASSED


def test_a_base_that_does_not_compile_here_makes_it_skipped(tmp_path: Path) -> None:
    assert judged(tmp_path, b"print 1\n", b"print(1)\n")[0] is Answer.SKIPPED


def test_syntax_newer_than_the_project_admits_fails(tmp_path: Path) -> None:
    new = b"match a:\n    case 1:\n        pass\n"
    answer, reason = judged(tmp_path, BASE, BASE + new, **{"pyproject.toml": PYPROJECT})
    assert (answer, "Python 3.8 does not have" in reason) == (Answer.FAILED, True)
    assert judged(tmp_path, BASE + new, BASE + new + b"c = 3\n", **{"pyproject.toml": PYPROJECT})[0] is Answer.PASSED
    assert judged(tmp_path, BASE, BASE + new, **{"pyproject.toml": b"nonsense ="})[0] is Answer.PASSED
    broken = PYPROJECT.replace(b">=3.8", b"newest")
    assert judged(tmp_path, BASE, BASE + new, **{"pyproject.toml": broken})[0] is Answer.PASSED


def test_a_patch_that_lies_about_its_base_fails(tmp_path: Path) -> None:
    honest = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": b"a = 2\n"})
    (change,) = honest.proposal.patch.files
    for files, why in (
        ((replace(change, before=b"a = 9\n"),), "not written against"),
        ((replace(change, after=BASE),), "not changed"),
        ((change, change), "once each"),
        ((), "once each"),
    ):
        lying = replace(honest, proposal=replace(honest.proposal, patch=Patch(files)))
        assert why in judge(lying).reason


def test_a_proposal_for_another_commit_or_under_another_id_fails(tmp_path: Path) -> None:
    honest = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": b"a = 2\n"})
    for proposal in (replace(honest.proposal, base="d" * 40), replace(honest.proposal, id="x")):
        assert judge(replace(honest, proposal=proposal)).answer is Answer.FAILED
