import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from uv import find_uv_bin

from pyagent.errors import EnvironmentFault, TargetError
from repos.environments.wheels import Installer
from repos.suites.outcomes import NoSuite, SuiteKind
from repos.suites.settle import Settled, Workshop, settle

Make = Callable[[Mapping[str, str]], Any]
GOOD = {"sample.py": "def f(): return 1\n", "tests/test_a.py": "from sample import f\ndef test_f(): assert f()\n"}

EMPTY = Installer(Path(find_uv_bin()), {"PATH": "", "HOME": "/nowhere", "UV_NO_CACHE": "1"}, offline=True)


def settled(checkout: Any, workshop: Workshop, **given: Any) -> Settled:
    found = settle(checkout, workshop, **given)
    assert isinstance(found, Settled)
    return found


def test_a_plain_project_settles_and_is_remembered(tree: Make, workshop: Workshop) -> None:
    first = settled(tree(GOOD), workshop)
    assert first.command.kind is SuiteKind.PYTEST
    assert first.shown is not None
    assert first.shown.passed() == {"tests/test_a.py::test_f"}
    nothing_runs = replace(workshop, runner=None, installer=Installer(Path("/nowhere"), {}, offline=True))  # type: ignore[arg-type]
    second = settled(tree(GOOD), nothing_runs)
    assert (second.environment, second.command, second.shown) == (first.environment, first.command, None)


def test_a_plugin_the_options_need_is_added_by_running(tree: Make, workshop: Workshop) -> None:
    found = settled(tree({**GOOD, "pytest.ini": "[pytest]\naddopts = --hypothesis-profile=default\n"}), workshop)
    assert "--hypothesis-profile=default" in found.command.arguments
    assert any(pin.startswith("hypothesis==") for pin in found.environment.lock)


def test_a_module_missing_inside_a_function_is_added_by_running(tree: Make, workshop: Workshop) -> None:
    body = "def test_f():\n    import pytest_timeout\n    assert pytest_timeout\n"
    found = settled(tree({**GOOD, "tests/test_b.py": body}), workshop)
    assert any(pin.startswith("pytest-timeout==") for pin in found.environment.lock)
    assert found.shown is not None
    assert len(found.shown.passed()) == 2


def test_an_option_nobody_knows_is_left_out(tree: Make, workshop: Workshop) -> None:
    found = settled(tree({**GOOD, "pytest.ini": "[pytest]\naddopts = --no-such-option\n"}), workshop)
    assert "--no-such-option" not in found.command.arguments


def test_when_pytest_finds_nothing_the_next_way_is_taken(tree: Make, workshop: Workshop) -> None:
    body = "import unittest\ndef load_tests(loader, tests, pattern):\n    return unittest.TestSuite([Odd('check')])\n"
    odd = "class Odd(unittest.TestCase):\n    def check(self): pass\n"
    found = settled(tree({"sample.py": "", "tests/__init__.py": "", "tests/test_a.py": body + odd}), workshop)
    assert found.command.kind is SuiteKind.UNITTEST
    assert found.shown is not None
    assert found.shown.passed() == {"tests.test_a.Odd.check"}


def test_a_suite_in_which_nothing_passes_says_why(tree: Make, workshop: Workshop) -> None:
    found = settle(tree({"sample.py": "", "tests/test_a.py": "raise RuntimeError('broken start')\n"}), workshop)
    assert isinstance(found, NoSuite)
    assert "broken start" in found.reason


def test_a_tree_without_tests_costs_no_run(tree: Make, workshop: Workshop) -> None:
    found = settle(tree({"sample.py": ""}), replace(workshop, runner=None))  # type: ignore[arg-type]
    assert isinstance(found, NoSuite)


def test_the_operators_words_are_followed(tree: Make, workshop: Workshop) -> None:
    found = settled(tree(GOOD), workshop, install=["pytest-timeout"], test=["pytest", "-k", "f", "tests"])
    assert found.command.arguments == ("-k", "f", "tests")
    assert any(pin.startswith("pytest-timeout==") for pin in found.environment.lock)


def test_offline_works_when_cached_and_says_so_when_not(tree: Make, workshop: Workshop) -> None:
    offline = replace(workshop, installer=replace(workshop.installer, offline=True))
    settled(tree(GOOD), workshop)
    settled(tree(GOOD), offline)
    with pytest.raises(EnvironmentFault, match="network on"):
        settle(
            tree({**GOOD, "requirements-test.txt": "nowhere-at-all\n"}), replace(offline, cache=offline.cache / "new")
        )


def test_an_interpreter_nobody_has_is_the_targets_trouble(tree: Make, workshop: Workshop) -> None:
    body = "[project]\nname='sample'\nversion='1'\nrequires-python='>=3.99'\n"
    with pytest.raises(TargetError, match="needs Python"):
        settle(tree({**GOOD, "pyproject.toml": body}), workshop)


def test_a_hanging_test_is_left_out_and_the_others_judge(
    tree: Make, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repos.suites.run._IDLE_SECONDS", 6.0)
    body = "import time\ndef test_hangs(): time.sleep(600)\ndef test_after(): pass\n"
    found = settled(tree({**GOOD, "tests/test_b.py": body}), workshop)
    assert "--deselect=tests/test_b.py::test_hangs" in found.command.arguments
    assert found.shown is not None
    assert found.shown.passed() == {"tests/test_a.py::test_f", "tests/test_b.py::test_after"}


def test_old_versions_of_test_tools_are_left_open_when_nothing_runs_under_them(
    tree: Make, workshop: Workshop, installer: Installer
) -> None:
    folder = Path(installer.environ["UV_FIND_LINKS"])
    wheel(folder, "old_plugin", "1.0", "raise RuntimeError('made for another Python')")
    wheel(folder, "old_plugin", "2.0", "")
    files = {"tests/conftest.py": "import old_plugin\n", "requirements-test.txt": "old-plugin<2\n"}
    found = settled(tree({**GOOD, **files}), workshop)
    assert "old-plugin==2.0" in found.environment.lock
    assert found.shown is not None
    assert found.shown.passed()


def wheel(folder: Path, name: str, version: str, body: str) -> None:
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", body)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n")
