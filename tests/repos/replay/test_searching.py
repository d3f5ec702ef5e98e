"""The search in a process of its own, on a module of ours: it lends itself to no other."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pyagent.observations import Outcome
from repos.replay.driver.expressing import Inexpressible, expression
from repos.replay.exploring import Quarry, explore
from repos.replay.replaying import Place
from tests.plugins.replaying import Room

Rooms = Callable[[Mapping[str, str]], Room]

SAMPLE = """
class Scale:
    def __init__(self, unit):
        self.unit = unit

    def name(self, amount):
        if self.unit == "metric":
            if amount > 1000:
                return "tonne"
            return "kilo"
        if self.unit == "imperial":
            return "pound"
        return "?"


def read(text):
    return Scale(text.split(":")[0]).name(int(text.split(":")[1]))
"""
SCRIPT = """
import json, random, sys
sys.path.insert(0, sys.argv[1])
import sample
from repos.replay.driver.reaching import Reached
from repos.replay.driver.searching import Search, fewest
from repos.replay.driver.starting import Starts
from repos.replay.driver.varying import Variation
thing = sample.Scale("other")
calls = [
    ("sample", "Scale.__init__", ((thing, "other"), {})),
    ("sample", "Scale.name", ((thing, 5), {})),
    ("sample", "read", (("metric:5",), {})),
    ("sample", "read", ((object(),), {})),
]
reached = Reached(sample.__file__, 6, 13)
wanted = frozenset(range(7, 14))
rng = random.Random("s")
starts = Starts(calls, ("sample", "Scale.name"), [], [], rng)
kept = []
search = Search(reached, wanted, 10.0, sys.argv[1], kept.append)
search.run(starts, Variation([1000, "metric", "imperial", "?"]), rng)
found = fewest(kept, wanted)
values = [reached.run(each.text, each.modules)[1] for each in found]
rows = [(each.text, sorted(each.modules), sorted(each.lines), value) for each, value in zip(found, values)]
print(json.dumps(rows))
"""


def test_lines_nobody_ran_are_found_through_the_public_entry(tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text(SAMPLE)
    argv = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(argv, cwd=Path(__file__).parents[3], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert {line for _, _, lines, _ in rows for line in lines} == set(range(7, 14))
    assert {value for *_, value in rows} >= {"tonne", "pound", "?"}
    assert all(modules == ["sample"] for _, modules, _, _ in rows)


def test_only_what_a_reader_could_write_is_expressed() -> None:
    modules: set[str] = set()
    value = {"a": [1, (2,), {3}, None, b"x", frozenset()], "b": Path, "c": 1.5}
    text = expression(value, modules)
    scope = {"pathlib": __import__("pathlib")}
    assert eval(text, scope) == value  # noqa: S307 - our own text
    assert modules == {"pathlib"}
    for odd in (object(), float("nan"), lambda: 0, "x" * 1000, [[[[[[[1]]]]]]], "<thing at 0x7f00deadbeef>"):
        try:
            expression(odd, set())
        except Inexpressible:
            continue
        raise AssertionError(odd)


def test_a_search_in_the_sandbox_tells_calls_and_what_comes_of_them(room: Rooms) -> None:
    tests = "import sample\n\ndef test_it():\n    assert sample.read('other:5') == '?'\n"
    place = room({"sample.py": SAMPLE, "tests/test_a.py": tests})
    at = Place(place, place.command, place.environment, place.runner, place.record())
    quarry = Quarry("sample.py", "Scale.name", frozenset({8, 10, 12}))
    found = explore(at, quarry, seed="s", seconds=5.0)
    assert {line for each in found for line in each.lines} >= quarry.wanted
    assert {each.expected for each in found} >= {"'kilo'", "'pound'"}
    assert {each.outcome for each in found} == {Outcome.EQUALS}
    assert explore(at, Quarry("sample.py", "absent", frozenset({8})), seed="s", seconds=5.0) == ()
