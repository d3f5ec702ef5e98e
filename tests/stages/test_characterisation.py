"""A change that waits for tests gets them written, and merges after they did, in the same run of the real command."""

import subprocess
from pathlib import Path

import pytest

from tests.plugins.command import Pyagent
from tests.plugins.project import new_project

SCALE = '''"""Weights."""


def scale(amount, unit):
    """What it is called."""
    if unit == "metric":
        if amount > 1000:
            return "tonne"
        else:
            return "kilo"
    else:
        if unit == "imperial":
            return "pound"
        else:
            return "?"
'''
FILES: dict[str, str | bytes] = {
    "pyproject.toml": '[project]\nname = "weights"\nversion = "1.0"\nrequires-python = ">=3.9"\n',
    "weights/__init__.py": '"""Weights."""\n',
    "weights/scales.py": SCALE,
    "tests/test_scales.py": "from weights.scales import scale\n\n\ndef test_it():\n    assert scale(5, 'x') == '?'\n",
}


def test_a_change_without_tests_merges_after_its_tests(
    pyagent: Pyagent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYAGENT__POLICY__DEFAULT__LEAVE_OUT", '["same-steps"]')
    project = new_project(tmp_path / "weights", FILES)
    pyagent = Pyagent(pyagent.state, lean=False)
    alone = _run(pyagent, project.root, "--approve-class", "A")
    assert (alone["merged"], alone["statuses"]) == (0, {"needs-tests": 1, "queued": 1})
    both = _run(pyagent, project.root, "--approve-class", "A,T")
    assert (both["merged"], both["statuses"]) == (2, {"merged": 2})
    change, tests, start = _log(pyagent, str(both["repository"]))
    assert "scale: cognitive" in change
    assert (tests, start) == ("Tests for scale", "start")


def test_what_runs_the_same_steps_merges_without(pyagent: Pyagent, tmp_path: Path) -> None:
    project = new_project(tmp_path / "weights", FILES)
    row = _run(Pyagent(pyagent.state, lean=False), project.root, "--approve-class", "A")
    assert (row["merged"], row["statuses"]) == (1, {"merged": 1})


def _run(pyagent: Pyagent, root: Path, *more: str) -> dict[str, object]:
    done = pyagent("run", str(root), "--json", "--train-now", *more)
    assert done.code in {0, 10}, done.err
    row = done.json["repositories"][0]
    return {**row, "statuses": dict(row["statuses"])}


def _log(pyagent: Pyagent, slug: str) -> list[str]:
    store = pyagent.state / "stores" / f"{slug}.git"
    done = subprocess.run(
        ["git", "-C", str(store), "log", "--format=%s", "main"], check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()
