import json
import pickle
from collections.abc import Callable, Mapping

from pyagent.sandbox.bubblewrap import WORK
from repos.replay.calls import NOTHING, entry, read_recording
from tests.plugins.replaying import Room

Rooms = Callable[[Mapping[str, str]], Room]
SAMPLE = '''"""Sample."""
import functools
import threading

NONE = object()


def plain(a, *rest, key=NONE, **more):
    """Told."""
    return a


def first_is_compound(a):
    for _ in a:
        pass


def outer(a):
    def inner(b):
        return a + b
    return inner(1)


@functools.lru_cache(maxsize=None)
def decorated(a): return a


def called_with_a_lambda(f):
    return f(1)


class Thing:
    def __init__(self, size):
        self.lock = threading.Lock()
        self.__size = size

    @property
    def size(self):
        return self.__size

    @size.setter
    def size(self, __value):
        self.__size = __value

    async def later(self):
        return 1


def unpicklable(stream):
    return 1


def never():
    return 1
'''
TESTS = """
import asyncio
import sample

def test_all():
    assert sample.plain.__doc__ == "Told."
    sample.plain(1, 2, key=3, odd=4)
    sample.plain(1)
    sample.first_is_compound([1])
    assert sample.outer(1) == 2
    sample.decorated(1), sample.decorated(1)
    extra = 5
    assert sample.called_with_a_lambda(lambda x: x + extra) == 6
    thing = sample.Thing(1)
    thing.size = 2
    assert thing.size == 2
    asyncio.run(thing.later())
    sample.unpicklable(x for x in [1])

def test_many():
    for n in range(1000):
        sample.plain(n)

def test_lines_do_not_move():
    assert sample.outer.__code__.co_firstlineno == 19
"""


def test_calls_are_kept_by_function_bounded_and_spread(room: Rooms) -> None:
    found = room({"sample.py": SAMPLE, "tests/test_a.py": TESTS}).record()
    by_name = {(row.name, row.order): row for row in found.functions}
    assert {name for name, _ in by_name} == {
        "plain", "first_is_compound", "outer", "decorated", "called_with_a_lambda",
        "Thing.__init__", "Thing.size", "Thing.later", "unpicklable",
    }  # fmt: skip
    plain = by_name["plain", 0]
    assert plain.calls == 1002
    assert pickle.loads(plain.kept[0].data) == ((1, 2), {"key": 3, "odd": 4})  # noqa: S301 - our own sample
    assert len(plain.kept) == 2 + 11 - 1, "the loop's 1st to 4th, 8th to 512th, without the 1 seen before"
    assert plain.kept[0].site == "tests/test_a.py:7"
    assert len(by_name["Thing.size", 1].kept) == 1
    assert by_name["unpicklable", 0].unkept == {"not picklable: TypeError": 1}
    assert len(by_name["called_with_a_lambda", 0].kept) == 1
    assert found.modules["sample.py"] == "sample"
    assert found.of("sample.py", "outer.<locals>.inner")[0].name == "outer"


def test_a_function_inside_another_is_reached_through_the_outer_one() -> None:
    assert entry("A.f.<locals>.g.<locals>.h") == "A.f"


def test_a_report_that_is_not_the_recorders_is_nothing() -> None:
    assert read_recording(b"\xff\n[]\nnull") == NOTHING
    rows = [{"path": [WORK], "modules": {}}, {"path": "a.py", "name": "f"}, 3]
    assert read_recording("\n".join(json.dumps(row) for row in rows).encode()).functions == ()
