"""What the search finds from which beginnings. It runs without walls here, so that its lines are measured."""

from dataclasses import replace

import pytest

from pyagent.observations import Observation, Outcome
from repos.replay.exploring import Quarry, explore
from repos.replay.recording import record_calls
from repos.replay.replaying import LIMITS, Place
from tests.plugins.bare import Bare

SAMPLE = '''"""Sample."""
import os


class Unit:
    def __init__(self, name, *, factor=1):
        self.name = name
        self._factor = factor

    def times(self, amount):
        if amount == 77:
            return "lucky"
        return amount * self._factor

    @property
    def short(self):
        if len(self.name) > 3:
            return self.name[:1]
        return self.name

    @classmethod
    def parse(cls, text):
        if text == "none":
            raise ValueError(text)
        return cls(text)

    @staticmethod
    def known(text):
        if text:
            return [text]
        return []


class Book:
    def __init__(self):
        self.hidden = object()
        self.units = [Unit("kilo"), Unit("ton", factor=2)]


def book():
    return Book()


def pick(unit, *, strict=False):
    if strict:
        return unit.name + "!"
    return unit


def options(**given):
    if "secret_word" in given:
        return "told"
    return sorted(given)


def where(path):
    if os.path.isdir(path):
        return "folder"
    return "nothing"


def ends(code):
    if code == 2:
        return "found before"
    if code > 2:
        os._exit(0)
    return "zero"


def nobody(items: list, key: str = "a"):
    if not items:
        return "empty"
    return (key, items)


def counts(n):
    if n > 1:
        yield n
    yield 0


def endless(n):
    while n:
        n = n or 1
    return "none"


class Shown:
    def __repr__(self):
        return "<shown>"


def shows(n):
    if n > 1:
        return [Shown()]
    bare = object()
    return bare


def refuses(n: int):
    if n < 0:
        raise ValueError("negative")
    return object() if n else {1.5}
'''
TESTS = """import os, unittest
import sample


class Everything(unittest.TestCase):
    def test_all(self):
        for unit in sample.book().units:
            unit.times(3), unit.short
            sample.pick(unit)
        sample.Unit.parse("g"), sample.Unit.known("g"), sample.options(plain=1)
        sample.where(os.path.realpath("absent")), sample.ends(0), list(sample.counts(0)), sample.endless(0)
        sample.refuses(0), sample.shows(0)
"""
LINES = SAMPLE.splitlines()


def line(text: str) -> int:
    """The number of the only line that holds the text."""
    found = [number for number, each in enumerate(LINES, 1) if text in each]
    assert len(found) == 1, (text, found)
    return found[0]


@pytest.fixture(scope="module")
def place(bare: Bare) -> Place:
    made = bare({"sample.py": SAMPLE, "tests.py": TESTS})
    recording = record_calls(
        made.command, made.environment, made.runner, tree=made.root, overlay={}, paths=["sample.py"], limits=LIMITS
    )
    return Place(made, made.command, made.environment, made.runner, recording)


def quarry(name: str, text: str) -> Quarry:
    return Quarry("sample.py", name, frozenset({line(text)}))


def search(place: Place, name: str, text: str) -> tuple[Observation, ...]:
    found = explore(place, quarry(name, text), seed="s", seconds=10.0)
    assert quarry(name, text).wanted <= {number for each in found for number in each.lines}
    return found


def test_the_recorder_tells_what_was_called(place: Place) -> None:
    by_name = {each.name: each for each in place.recording.functions}
    assert by_name["Unit.times"].calls == 2
    assert len(by_name["Unit.times"].kept) == 2
    assert by_name["pick"].kept[0].site == "tests.py:9"
    assert place.recording.modules["sample.py"] == "sample"
    assert "nobody" not in by_name


@pytest.mark.parametrize(
    ("name", "text", "call", "expected"),
    [
        ("Unit.times", '"lucky"', "77", "'lucky'"),
        ("Unit.short", "self.name[:1]", ".short", "'k'"),
        ("Unit.known", "return []", "sample.Unit.known('')", "[]"),
        ("pick", '+ "!"', "strict=True", "'kilo!'"),
        ("options", '"told"', "secret_word=", "'told'"),
        ("ends", '"found before"', "sample.ends(2)", "'found before'"),
        ("nobody", '"empty"', "sample.nobody([]", "'empty'"),
        ("where", '"folder"', "sample.where('", "'folder'"),
        ("counts", "yield n", "sample.counts(2)", "[2, 0]"),
        ("refuses", '"negative"', "sample.refuses(-1)", "ValueError"),
        ("refuses", "return object() if", "sample.refuses(0)", "{1.5}"),
        ("Unit.parse", "ValueError(text)", "sample.Unit.parse('none')", "ValueError"),
    ],
)
def test_a_line_that_nobody_runs_is_found(place: Place, name: str, text: str, call: str, expected: str) -> None:
    found = search(place, name, text)
    ran = [each for each in found if line(text) in each.lines]
    assert any(call in each.call and each.expected == expected for each in ran), found
    assert all(each.modules == ("sample",) for each in found)


def test_a_path_below_the_root_is_written_relative(place: Place) -> None:
    found = search(place, "where", '"nothing"')
    assert [each.call for each in found] == ["sample.where('absent')"]


def test_exceptions_of_the_tree_and_values_are_told_apart(place: Place) -> None:
    raised = search(place, "refuses", '"negative"')
    assert {each.outcome for each in raised} == {Outcome.RAISES}
    shown = search(place, "shows", "return [Shown()]")
    assert {(each.outcome, each.expected) for each in shown} == {(Outcome.SHOWN, "'[<shown>]'")}
    assert explore(place, quarry("shows", "return bare"), seed="s", seconds=0.2) == (), "only an address is known"


def test_a_call_without_an_end_is_given_up_and_told_of_nobody(place: Place) -> None:
    assert explore(place, quarry("endless", "n = n or 1"), seed="s", seconds=0.5) == ()


def test_a_module_that_cannot_be_imported_leads_nowhere(place: Place) -> None:
    broken = replace(place, recording=replace(place.recording, modules={"sample.py": "absent"}))
    assert explore(broken, quarry("nobody", '"empty"'), seed="s", seconds=0.2) == ()
