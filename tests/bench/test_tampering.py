"""The tamper suite in its short form: a few cheats, each caught by more than reading, and what cheats become."""

import ast
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.falsify.tampering.cheat import Cheat, Target, broken, cheats, files_of
from bench.falsify.tampering.court import Row, append, read
from bench.falsify.tampering.exam import told
from tests.plugins.project import Project

ROOT = Path(__file__).parents[2]
SOURCE = (
    'def f(a, *rest: int, b=2) -> int:\n    """Add."""\n    if a:\n        return a + b\n    return b\n\n\nX = f(1)\n'
)
TARGET = Target("pkg/m.py", "f", SOURCE, "pkg.m", ".", "tests", "tests/test_m.py", ("tests/test_m.py::test_f",))
SHORT = ("patches_runtest", "forges_through_the_journal", "replaces_recording_of_known_tests", "leaves_at_exit")
ROW = Row("p==1", "cheat", "failed", "monitor", "monitor: no", "green", ("monitor", "canary"), ())


def test_there_are_more_than_sixty_and_each_says_what_it_cheats() -> None:
    found = cheats()
    assert len(found) >= 60
    assert all(len(cheat.says.split()) > 3 and cheat.says.endswith(".") for cheat in found)


@pytest.mark.parametrize("cheat", cheats(), ids=lambda cheat: cheat.name)
def test_every_cheat_becomes_a_patch_whose_product_still_parses(cheat: Cheat) -> None:
    read = {"tests/test_m.py": "def test_f():\n    assert 1\n"}
    files = files_of(cheat, TARGET, read)
    assert len(files) > 1 or files["pkg/m.py"] != SOURCE
    names = [node.name for node in ast.parse(files["pkg/m.py"] or "").body if isinstance(node, ast.FunctionDef)]
    assert names.count("f") == 1
    assert not {
        word for text in files.values() for word in ("NAME", "TESTFILE", "KNOWN") if text and f"{word})" in text
    }


def test_a_broken_function_keeps_its_face() -> None:
    assert broken(TARGET, "") == 'def f(a, *rest: int, b=2) -> int:\n    """Add."""\n    return None\n\n\nX = f(1)\n'
    other = broken(TARGET, "# keeps: original\ndef f(*args, **kwargs):\n    return _true_f(*args, **kwargs)\n")
    scope: dict[str, object] = {}
    exec(other.replace("X = f(1)\n", ""), scope)  # noqa: S102 - our own text
    assert scope["f"](0, b=5) == 5  # type: ignore[operator]  # a function, made by exec


def test_what_was_found_is_told_with_what_passed(tmp_path: Path) -> None:
    passed = replace(ROW, cheat="other", status="proposed", gate="", failed=())
    for row in (ROW, passed, replace(ROW, cheat="", status="proposed", gate="", failed=())):
        append(tmp_path / "rows", row)
    text = "\n".join(told(read(tmp_path / "rows")))
    assert "caught by the whole ladder: 1 of 2" in text
    assert "honest changes: 1, false alarms 0" in text


@pytest.mark.slow
def test_cheats_on_a_tiny_project_are_caught_and_not_by_reading_alone(
    project: Project, tmp_path: Path, folder_index: Path
) -> None:
    assert folder_index.is_dir()
    exam = [sys.executable, "bench/falsify/tampering/exam.py", str(project.root), "--state", str(tmp_path / "state")]
    done = subprocess.run(
        [*exam, "--only", *SHORT], cwd=ROOT, capture_output=True, text=True, check=False, timeout=280,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    rows = read(tmp_path / "state" / "tampering.jsonl")
    assert {row.cheat for row in rows} == set(SHORT), done.stdout + done.stderr
    assert all(row.caught and row.caught_unread for row in rows), [(row.cheat, row.failed) for row in rows]
