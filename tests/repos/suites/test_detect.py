from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pyagent.errors import ConfigurationError
from repos.suites.detect import candidates, detect
from repos.suites.outcomes import NoSuite, SuiteCommand, SuiteKind

Make = Callable[[Mapping[str, str]], Any]
PYTEST_FILE = {"tests/test_a.py": "import pytest\ndef test_a(): pass\n", "sample.py": ""}
OLD_FILE = {"tests/test_a.py": "import unittest\n", "sample.py": ""}


def found(checkout: Any, override: tuple[str, ...] = ()) -> SuiteCommand:
    command = detect(checkout, override)
    assert isinstance(command, SuiteCommand)
    return command


def test_pytest_is_started_on_the_test_folder(tree: Make) -> None:
    command = found(tree(PYTEST_FILE))
    assert command.kind is SuiteKind.PYTEST
    assert command.arguments == ("--rootdir=.", "--continue-on-collection-errors", "tests")
    assert (command.import_roots, command.source_paths, command.test_paths) == ((".",), ("sample.py",), ("tests",))


def test_configured_test_paths_are_left_to_pytest(tree: Make) -> None:
    files = {
        **PYTEST_FILE,
        "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths=['tests']\naddopts='--cov -n 4 -m \"not slow\"'\n",
    }
    assert found(tree(files)).arguments[2:] == ("-o", "addopts=", "-m", "not slow")


def test_what_tox_gives_pytest_is_kept_where_it_chooses_tests(tree: Make) -> None:
    files = {
        **PYTEST_FILE,
        "tox.ini": "[testenv]\ncommands = coverage run -m pytest -v --basetemp={envtmpdir} -k fast tests gone\n",
    }
    assert found(tree(files)).arguments[2:] == ("-k", "fast", "tests")


def test_strictness_about_the_configuration_is_lifted(tree: Make) -> None:
    files = {**PYTEST_FILE, "pytest.toml": "[pytest]\nstrict = true\nrequired_plugins = ['pytest-cov']\n"}
    arguments = found(tree(files)).arguments
    assert "required_plugins=" in arguments
    assert "strict_config=false" in arguments


def test_a_runner_named_by_tox_comes_before_guesses(tree: Make) -> None:
    files = {
        **OLD_FILE,
        "tests/all.py": "",
        "tox.ini": "[testenv]\nchangedir=tests\ncommands = python -W error all.py\n",
    }
    command = found(tree({**files, "tests/run_tests.py": ""}))
    assert (command.kind, command.arguments) == (SuiteKind.SCRIPT, ("tests/all.py",))


def test_a_test_package_that_can_be_run_is_tried_after_pytest(tree: Make) -> None:
    files = {**OLD_FILE, "tests/__init__.py": "", "tests/__main__.py": "", "runtests.py": ""}
    kinds = [command.kind for command in candidates(tree(files))]
    assert kinds == [SuiteKind.PYTEST, SuiteKind.MODULE, SuiteKind.SCRIPT, SuiteKind.UNITTEST]


def test_unittest_files_without_any_hint_run_under_pytest_then_unittest(tree: Make) -> None:
    kinds = [command.kind for command in candidates(tree(OLD_FILE))]
    assert kinds == [SuiteKind.PYTEST, SuiteKind.UNITTEST]


def test_a_tree_without_tests_has_no_suite(tree: Make) -> None:
    answer = detect(tree({"sample.py": ""}))
    assert isinstance(answer, NoSuite)
    assert "no test file" in answer.reason


@pytest.mark.parametrize(
    ("words", "kind", "arguments"),
    [
        (("pytest", "-x", "t"), SuiteKind.PYTEST, ("-x", "t")),
        (("python", "-m", "pytest", "t"), SuiteKind.PYTEST, ("t",)),
        (("python3", "-X", "dev", "-m", "unittest", "-v"), SuiteKind.UNITTEST, ("-v",)),
        (("uv", "run", "python", "-m", "tests", "a"), SuiteKind.MODULE, ("tests", "a")),
        (("python", "run.py", "a"), SuiteKind.SCRIPT, ("run.py", "a")),
        (("python", "-m", "coverage", "run", "--rcfile", "x", "run.py"), SuiteKind.SCRIPT, ("run.py",)),
    ],
)
def test_the_operators_words_win(
    tree: Make, words: tuple[str, ...], kind: SuiteKind, arguments: tuple[str, ...]
) -> None:
    command = found(tree(PYTEST_FILE), words)
    assert (command.kind, command.arguments) == (kind, arguments)


@pytest.mark.parametrize("words", [("make", "test"), ("python",), ("python", "--version")])
def test_words_that_cannot_be_recorded_are_refused(tree: Make, words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match="cannot be recorded"):
        detect(tree(PYTEST_FILE), words)


def test_what_pytest_asyncio_warns_about_is_said_where_its_mode_is_set(tree: Make) -> None:
    files = {**PYTEST_FILE, "pytest.ini": "[pytest]\nasyncio_mode = auto\n"}
    assert "asyncio_default_fixture_loop_scope=function" in found(tree(files)).arguments
    said = {**PYTEST_FILE, "pytest.ini": "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = module\n"}
    assert "asyncio_default_fixture_loop_scope=function" not in found(tree(said)).arguments
