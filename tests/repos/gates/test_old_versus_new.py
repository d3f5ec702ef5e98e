from collections.abc import Callable, Mapping

import pytest

from pyagent.model import Answer, Verdict
from repos.gates import old_versus_new
from repos.gates.trial import Trial
from repos.replay.recording import once
from tests.plugins.replaying import Room
from tests.repos.gates.workshop import proposal

Rooms = Callable[[Mapping[str, str]], Room]
SAMPLE = '''
import random


def price(items, rate, seen=None):
    """Sum of items, bulk ones cheaper."""
    total = 0
    for name, count in items:
        if count > 40:
            total += count * rate * 0.9
        elif name == "free":
            continue
        else:
            total += count * rate
        if seen is not None:
            seen.append(name)
    if total < 0:
        raise ValueError("negative total")
    return total


class Basket:
    def __init__(self, items):
        self.items = items
        self.taken = 0

    def take(self, name):
        for at, item in enumerate(self.items):
            if item[0] == name:
                self.taken += 1
                return self.items.pop(at)
        return None


def walk(values):
    for value in values:
        yield value * 2


def wavers(n):
    return n + random.SystemRandom().random()
'''
TESTS = """
import pytest
from sample import Basket, price, walk, wavers

def test_price():
    seen = []
    assert price([("a", 1), ("free", 2)], 2, seen) == 2
    assert price([], 1) == 0
    with pytest.raises(ValueError):
        price([("a", -1)], 1)

def test_basket():
    assert Basket([("a", 1), ("b", 2)]).take("b") == ("b", 2)
    assert Basket([]).take("b") is None

def test_rest():
    assert list(walk([1, 2])) == [2, 4]
    assert wavers(1) > 0
"""
FILES = {"sample.py": SAMPLE, "tests/test_a.py": TESTS}


@pytest.fixture
def judged(room: Rooms) -> Callable[..., Verdict]:
    place = room(FILES)

    def judge(old: str, new: str) -> Verdict:
        assert SAMPLE.count(old) == 1
        offered = proposal(place, {"sample.py": SAMPLE.replace(old, new).encode()}, path="sample.py")
        trial = Trial(offered, place, place.command, place.runner, place.environment, recorded=once(place.record))
        return old_versus_new.judge(trial)

    return judge


def test_an_equal_rewrite_passes(judged: Callable[..., Verdict]) -> None:
    found = judged(
        '    if total < 0:\n        raise ValueError("negative total")\n    return total\n',
        '    if total >= 0:\n        return total\n    raise ValueError("negative total")\n',
    )
    assert found.answer is Answer.PASSED, found
    facts = dict(found.facts)
    assert facts["functions"] == "price"
    assert facts["recorded calls compared"] == "3 of 3"
    assert int(facts["varied calls compared"].split()[0]) > 50


def test_a_fault_no_test_asserts_is_found_by_a_varied_call(
    judged: Callable[..., Verdict],
) -> None:

    found = judged("count > 40", "count > 41")
    assert found.answer is Answer.FAILED
    assert found.reason.startswith("price differs on ")
    assert "varied: outcome for" in found.reason


def test_code_that_wavers_is_left_out(judged: Callable[..., Verdict]) -> None:
    found = judged("    return n + random", "    return (n + 0) + random")
    assert found.answer is Answer.SKIPPED
    assert "does not do the same twice" in found.reason


def test_a_change_outside_functions_is_not_checked(judged: Callable[..., Verdict]) -> None:
    assert judged("import random\n", "import random as random\n").answer is Answer.SKIPPED
