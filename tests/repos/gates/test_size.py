from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, FileChange
from repos.gates.size import hidden_characters_added, judge, path_problem
from tests.repos.gates.workshop import COMMAND, trial


def lines(count: int, word: str = "x") -> bytes:
    return "".join(f"{word}{n} = {n}\n" for n in range(count)).encode()


def test_a_small_edit_of_product_source_passes_with_its_counts(tmp_path: Path) -> None:
    verdict = judge(trial(tmp_path, {"pkg/mod.py": b"a = 1\n"}, {"pkg/mod.py": b"a = 2\n"}))
    assert verdict.answer is Answer.PASSED
    assert ("edited lines", "1 of at most 100") in verdict.facts


def test_a_hundred_and_one_edited_lines_are_too_many(tmp_path: Path) -> None:
    assert judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": lines(100)})).answer is Answer.PASSED
    verdict = judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": lines(101)}))
    assert (verdict.answer, verdict.reason) == (Answer.FAILED, "101 edited lines, more than 100")


def test_moved_lines_are_free_up_to_three_hundred(tmp_path: Path) -> None:
    moved = b"".join(b"    " + line for line in lines(250).splitlines(keepends=True))
    verdict = judge(trial(tmp_path, {"pkg/mod.py": lines(250)}, {"pkg/mod.py": b"if True:\n" + moved}))
    assert verdict.answer is Answer.PASSED
    assert ("moved lines", "250 of at most 300") in verdict.facts


def test_class_a_may_touch_three_files_and_class_h_twenty(tmp_path: Path) -> None:
    before = {f"pkg/m{n:02}.py": b"a = 1\n" for n in range(21)}
    four = dict.fromkeys(list(before)[:4], b"a = 2\n")
    assert judge(trial(tmp_path, before, four)).answer is Answer.FAILED
    assert judge(trial(tmp_path, before, four, change_class=ChangeClass.H)).answer is Answer.PASSED
    every = dict.fromkeys(before, b"a = 2\n")
    assert judge(trial(tmp_path, before, every, change_class=ChangeClass.H)).answer is Answer.FAILED


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_mod.py",
        "pkg/conftest.py",
        "pkg/CONFTEST.py",
        "pkg/\uff43onftest.py",
        "setup.py",
        "other/mod.py",
        "pkg/data.txt",
        "pkg/.git/hooks/x.py",
        ".GITHUB/x.py",
        "pkg/../setup.py",
        "/pkg/mod.py",
        "pkg\\mod.py",
        "pkg/a\u202eb.py",
        "pkg/mod.py\n",
        "",
        "pyproject.toml",
        "pkg/sitecustomize.py",
        "pkg/tests/helpers.py",
        "pkg/test_mod.py",
        "pkg/.hidden/mod.py",
    ],
)
def test_no_code_change_may_touch(path: str) -> None:
    assert path_problem(path, change_class=ChangeClass.A, command=COMMAND)


def test_a_tests_change_adds_files_under_the_test_folders_only() -> None:
    assert path_problem("tests/test_new.py", change_class=ChangeClass.T, command=COMMAND) is None
    assert path_problem("pkg/mod.py", change_class=ChangeClass.T, command=COMMAND)


def test_a_tests_change_edits_no_file_that_is_there(tmp_path: Path) -> None:
    changed, new = {"tests/test_a.py": b"a = 2\n"}, {"tests/test_b.py": b"a = 2\n"}
    before = {"tests/test_a.py": b"a = 1\n"}
    assert "only adds" in judge(trial(tmp_path, before, changed, change_class=ChangeClass.T)).reason
    assert judge(trial(tmp_path, before, new, change_class=ChangeClass.T)).answer is Answer.PASSED


def test_creating_or_deleting_a_file_is_refused(tmp_path: Path) -> None:
    assert "created" in judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/new.py": b"a = 1\n"})).reason
    assert "deleted" in judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": None})).reason


def test_a_path_behind_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root/pkg").symlink_to(tmp_path / "elsewhere")
    verdict = judge(trial(tmp_path / "root", {"pkg/mod.py": b"a = 1\n"}, {"pkg/mod.py": b"a = 2\n"}))
    assert "symbolic link" in verdict.reason


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u2066", "\x0c", "\ufeff", "\x1b", "\u2028", "\ue000"])
def test_a_hidden_character_may_not_be_added(char: str) -> None:
    plain, hidden = b"a = 'x'\n", f"a = '{char}x'\n".encode()
    assert hidden_characters_added(FileChange("p", plain, hidden))
    assert not hidden_characters_added(FileChange("p", hidden, hidden.replace(b"a", b"b", 1)))
