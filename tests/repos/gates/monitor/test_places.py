"""Where each kind of author may write."""

from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass
from repos.gates.monitor.gate import judge
from repos.gates.monitor.places import PROTECTED, Author, path_problem
from tests.repos.gates.workshop import COMMAND, trial


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
    assert path_problem(path, author=Author.MODEL, command=COMMAND)


def test_a_tests_change_adds_files_under_the_test_folders_only() -> None:
    assert path_problem("tests/test_new.py", author=Author.TESTS, command=COMMAND) is None
    assert path_problem("pkg/mod.py", author=Author.TESTS, command=COMMAND)


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


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("conftest.py", "starts or configures a machine"),
        ("hook.pth", "starts or configures a machine"),
        ("Dockerfile.ci", "starts or configures a machine"),
        ("poetry.lock", "declares or locks what is installed"),
        ("requirements-dev.txt", "declares or locks what is installed"),
        ("pytest.ini", "configures tests or tools"),
        ("azure-pipelines.yml", "configures CI"),
        ("pyagent.toml", "configures pyagent"),
        ("AGENTS.md", "instructs agents"),
        ("server.pem", "holds credentials"),
    ],
)
@pytest.mark.parametrize("author", list(Author))
@pytest.mark.parametrize("folder", ["", "pkg/", "tests/"])
def test_what_steers_a_machine_is_protected_from_every_author(
    name: str, what: str, author: Author, folder: str
) -> None:
    assert what in PROTECTED
    assert path_problem(folder + name, author=author, command=COMMAND) == f"protected: it {what}"
