from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer
from repos.gates.import_time import judge, verdict
from repos.gates.trial import Trial
from repos.measuring.imports import Imported, runs_at_import
from tests.plugins.replaying import Room
from tests.repos.gates.workshop import trial

Rooms = Callable[[Mapping[str, str]], Room]
BASE = "import os\n\n\ndef f(a):\n    return a\n\n\nX = [1]\n"


@pytest.mark.parametrize(
    ("after", "alike"),
    [
        (BASE.replace("return a", "b = a\n    return b"), True),
        (BASE.replace("def f(a):", "def g(a):\n    return a\n\n\ndef f(a):"), True),
        ("'''Told.'''\n# why\n" + BASE, True),
        (BASE.replace("def f(a):", "def f(a=list(range(9))):"), False),
        (BASE.replace("import os", "import json"), False),
        (BASE.replace("[1]", "[2]"), False),
        (BASE.replace("def f", "@print\ndef f"), False),
    ],
)
def test_what_runs_at_import(after: str, alike: bool) -> None:  # noqa: FBT001 - a table's column
    assert (runs_at_import(BASE.encode()) == runs_at_import(after.encode())) is alike


def side(seconds: float = 0.05, instructions: int | None = 400_000_000, *loaded: str) -> Imported:
    return Imported((seconds,) * 6, frozenset({"os", *loaded}), instructions)


def test_counts_decide_where_they_are() -> None:
    said = verdict((side(), side(0.05, 500_000_000, "json"), side()), ("pkg.mod",))
    assert said.answer is Answer.FAILED
    assert dict(said.facts)["newly loaded at import"] == "json"
    assert verdict((side(), side(0.09, 410_000_000), side()), ("pkg.mod",)).answer is Answer.PASSED


def test_a_tiny_import_may_load_one_more_name() -> None:
    assert (
        verdict((side(0.001, 4_000_000), side(0.002, 9_000_000), side(0.001, 4_000_000)), ("m",)).answer
        is Answer.PASSED
    )


def test_the_clock_decides_a_long_import() -> None:
    still = side(0.5, None)
    assert verdict((still, side(0.7, None), still, side(0.7, None), still), ("m",)).answer is Answer.FAILED
    assert verdict((still, still, still, still, still), ("m",)).answer is Answer.PASSED


def test_noise_checks_nothing() -> None:
    wild = (side(0.5, None), side(0.6, None), side(0.9, None), side(0.6, None), side(0.4, None))
    assert verdict(wild, ("m",)).answer is Answer.SKIPPED


def offered(room: Room, after: str) -> Trial:
    files = {"sample.py": BASE.encode()}
    made = trial(room.root, files, {"sample.py": after.encode()}, runner=room.runner)
    return replace(made, environment=room.environment, command=room.command)


def test_a_body_alone_costs_no_run(tmp_path: Path) -> None:
    made = trial(tmp_path, {"m.py": BASE.encode()}, {"m.py": BASE.replace("return a", "return (a)").encode()})
    assert judge(made).answer is Answer.PASSED


def test_a_heavy_import_fails_and_is_named(room: Rooms) -> None:
    found = judge(offered(room({}), BASE.replace("import os", "import os\nimport argparse")))
    assert found.answer is Answer.FAILED, found
    assert "argparse" in dict(found.facts)["newly loaded at import"]


def test_a_module_that_no_longer_imports_fails(room: Rooms) -> None:
    found = judge(offered(room({}), BASE.replace("import os", "import no_such_module")))
    assert (found.answer, found.reason[:33]) == (Answer.FAILED, "the candidate cannot be imported,")
