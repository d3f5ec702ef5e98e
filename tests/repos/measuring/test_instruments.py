"""Both instruments on real processes in the real sandbox."""

import pickle
from collections.abc import Callable, Mapping

import pytest

from pyagent.sandbox.bubblewrap import WORK
from repos.measuring.instruments import Ground, NoMeasure, Scale, Session, count, interleaved
from repos.measuring.valgrind import Valgrind, find_valgrind
from repos.measuring.workload import Workload, workload
from repos.replay.calls import Call, Function, Recording
from tests.plugins.replaying import Room

Rooms = Callable[[Mapping[str, str]], Room]
SOURCE = '''"""Sample."""


def total(n):
    result = 0
    for i in range(n):
        result += i % 7
    return result


def drain(n):
    for i in range(n):
        yield i


def grow(items):
    items.append(len(items))
    return items
'''


def call(name: str, *arguments: object) -> Function:
    """One recorded call of a function of the sample."""
    return Function("sample.py", name, 0, 1, (Call("t.py:1", pickle.dumps((arguments, {}))),))


RECORDING = Recording((WORK,), {"sample.py": "sample"}, (call("total", 3000), call("drain", 50), call("grow", [1])))


def ground(room: Room, after: str) -> tuple[Workload, Ground]:
    changed = [("sample.py", SOURCE.encode(), after.encode())]
    place = Ground(room.root, {"sample.py": after.encode()}, room.command, room.environment, room.runner)
    return workload(changed, RECORDING), place


@pytest.fixture
def valgrind() -> Valgrind:
    found = find_valgrind()
    assert found, "the tests need valgrind: make setup-test"
    return found


def test_counts_repeat_and_show_five_per_cent(room: Rooms, valgrind: Valgrind) -> None:
    calls, place = ground(
        room({"sample.py": SOURCE}),
        SOURCE.replace("range(n):\n        r", "range(n + n // 20):\n        r"),
    )
    assert [each.name for each in calls.functions] == ["total"]
    one, two, slow = (
        count(calls, place, valgrind, scale=Scale(1, 3, 1), candidate=candidate) for candidate in (False, False, True)
    )
    assert isinstance(one, int)
    assert isinstance(two, int)
    assert isinstance(slow, int)
    assert abs(one - two) < one // 1000
    assert 1.03 < slow / one < 1.06


def test_a_session_times_both_sides_and_compares_their_answers(room: Rooms) -> None:
    made = room({"sample.py": SOURCE})
    slower = (
        SOURCE.replace("i % 7\n", "i % 7 + sum(()) * i\n")
        .replace("yield i", "yield 0 + i")
        .replace("items)\n    return", "items) + 0\n    return")
    )
    calls, place = ground(made, slower.replace("items.append(len(items))", "items.append(len(items) + 0)"))
    found = interleaved(calls, place, rounds=1)
    assert isinstance(found, Session)
    assert found.scale.first == 3
    assert len(set(found.answers)) == 1
    base, again, candidate = found.answers[0]
    assert base == again == candidate
    assert len(found.rounds[0].candidate) == 12
    again_found = interleaved(calls, place, rounds=1, scale=found.scale)
    assert isinstance(again_found, Session)
    assert len(found.joined(again_found).rounds) == 2


def test_other_answers_are_seen(room: Rooms) -> None:
    calls, place = ground(room({"sample.py": SOURCE}), SOURCE.replace("yield i", "yield i + 1"))
    found = interleaved(calls, place, rounds=1, scale=Scale(1, 1, 1))
    assert isinstance(found, Session)
    base, again, candidate = found.answers[0]
    assert base == again != candidate


def test_a_side_that_dies_is_named(room: Rooms) -> None:
    calls, place = ground(
        room({"sample.py": SOURCE}), SOURCE.replace("yield i", "yield __import__('os')._exit(0)")
    )  # fmt: skip
    assert interleaved(calls, place, rounds=1, scale=Scale(1, 1, 1)) == NoMeasure(
        "the calls could not be made again", "candidate"
    )
