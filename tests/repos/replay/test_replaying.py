"""Old and new code side by side in the sandbox: every way in which a call can differ, in two processes."""

from collections.abc import Callable, Mapping

from repos.replay.comparing import Different, LeftOut, Same, compared
from repos.replay.functions import changed, constants
from repos.replay.replaying import Answer, Place, Target, Trial, replay
from tests.plugins.replaying import Room

Rooms = Callable[[Mapping[str, str]], Room]
CASES = {
    "value": ("def value(a):\n    return a + 1", "return a + 1", "return a + 2", "outcome"),
    "kind": ("def kind(a):\n    return (a,)", "(a,)", "[a]", "outcome"),
    "nan": ("def nan(a):\n    return float('nan')", "float('nan')", "-float('nan')", None),
    "unordered": ("def unordered(a):\n    return {'a', 'b'}", "{'a', 'b'}", "{'b', 'a'}", None),
    "attributes": ("def attributes(a):\n    t = Thing()\n    t.size = a\n    return t", "= a", "= -a", "outcome"),
    "attribute_order": (
        "def attribute_order(a):\n    t = Thing()\n    t.a, t.b = a, a\n    return t", "t.a, t.b", "t.b, t.a", None,
    ),
    "slots": ("def slots(a):\n    t = Slotted()\n    t.size = a\n    return t", "= a", "= -a", "outcome"),
    "cycle": ("def cycle(a):\n    found = [a]\n    found.append(found)\n    return found", "[a]", "[a, 0]", "outcome"),
    "inner": ("def inner(a):\n    def f():\n        return a\n    return f()", "n a", "n -a", "outcome"),
    "drained": ("def drained(a):\n    yield a", "yield a", "yield a\n    yield a", "outcome"),
    "awaited": ("async def awaited(a):\n    return a", "return a", "return -a", "outcome"),
    "mutated": ("def mutated(a, rest=None):\n    ROWS.append(a)\n    rest = rest or {}", "rest or {}", "None", None),
    "argument": ("def argument(a):\n    a.size = 1", "a.size = 1", "a.size = 2", "arguments afterwards"),
    "kind_of_error": ("def kind_of_error(a):\n    raise ValueError(a)", "ValueError", "KeyError", "outcome"),
    "message": ("def message(a):\n    raise ValueError('no')", "'no'", "'never'", "message"),
    "own_names": ("def own_names(a):\n    first = a\n    return missing", "missing", "absent", None),
    "printed": ("def printed(a):\n    print(a)", "print(a)", "print(a, end='')", "output"),
    "logged": ("def logged(a):\n    logging.getLogger('x').debug(a)", ".debug", ".info", "log"),
    "warned": ("def warned(a):\n    warnings.warn('old')", "'old'", "'new'", "warnings"),
    "seed": ("def seed(a):\n    return random.random() + a", "random.random() + a", "a + random.random()", None),
    "frames": ("def frames(a):\n    return a if a > 400 else frames(a + 1)", "a > 400", "a > 600", "outcome"),
    "endless": ("def endless(a):\n    return a", "return a", "return endless(a)", "outcome"),
    "leaves": ("def leaves(a):\n    return a", "return a", "os._exit(0)", "outcome"),
    "lambda_": ("def lambda_(a, f):\n    return f(a)", "f(a)", "f(-a)", "outcome"),
    "decorated": ("@functools.lru_cache(None)\ndef decorated(a):\n    return a", "return a", "return -a", "outcome"),
}  # fmt: skip
HEAD = """import functools, logging, os, random, warnings

ROWS = []


class Thing:
    pass


class Slotted:
    __slots__ = ("size",)
"""
OLD = "\n\n".join((HEAD, *(body for body, *_ in CASES.values()))) + "\n"
NEW = "\n\n".join((HEAD, *(body.replace(old, new) for body, old, new, _ in CASES.values()))) + "\n"
CALLS = {"lambda_": "7, lambda x: x * ten", "argument": "sample.Thing()"}
DONE = {"awaited": "asyncio.run", "drained": "list"}
TESTS = "import asyncio, contextlib, sample\n\ndef test_all():\n    ten = 10\n" + "".join(
    f"    with contextlib.suppress(Exception):\n        {DONE.get(name, '')}(sample.{name}({CALLS.get(name, 7)}))\n"
    for name in CASES
)


def test_every_kind_of_difference_is_seen_and_nothing_else(room: Rooms) -> None:
    place = room({"sample.py": OLD, "tests/test_a.py": TESTS})
    recording = place.record()
    targets = [Target("sample.py", name, 0, "sample") for name in CASES]
    trials = [Trial(n, recording.of("sample.py", name)[0].kept[0].data) for n, name in enumerate(CASES)]
    at = Place(place, place.command, place.environment, place.runner, recording)
    old = replay(at, targets, trials, overlay={})
    new = replay(at, targets, trials, overlay={"sample.py": NEW.encode()}, deeper=True)
    found = {name: compared(was, now, varied=False) for name, was, now in zip(CASES, old, new, strict=True)}
    parts = {name: result.part if isinstance(result, Different) else result for name, result in found.items()}
    assert parts == {name: part or Same() for name, (*_, part) in CASES.items()}
    assert str(found["value"]) == "outcome for ([7], {}): returns 8 before, returns 9 now"
    again = replay(at, targets, trials, overlay={})
    assert again == old
    assert replay(at, targets, trials, overlay={}, only=[0, 3]) == (old[0], old[3])


def test_varied_calls_are_the_same_for_one_seed(room: Rooms) -> None:
    sample = "def f(items, key='a', *, n=1):\n    return items, key, n\n"
    test = "from sample import f\ndef test_f():\n    f([1, 2], 'x', n=2)\n    f([3], 'y')\n"
    place = room({"sample.py": sample, "tests/test_a.py": test})
    recording = place.record()
    first, second = (call.data for call in recording.of("sample.py", "f")[0].kept)
    trials = [Trial(0, first), Trial(0, second), *(Trial(0, first, f"seed/{n}", 1) for n in range(40))]
    at = Place(place, place.command, place.environment, place.runner, recording)
    targets = [Target("sample.py", "f", 0, "sample")]
    once, twice = (replay(at, targets, trials, overlay={}, constants=("'mined'", "77")) for _ in range(2))
    assert once == twice
    assert len({answer.before for answer in once}) > 20
    assert any("'mined'" in answer.before for answer in once)
    assert any("78" in answer.before or "76" in answer.before for answer in once)


def test_nonsense_that_the_old_code_trips_over_is_outside() -> None:
    tripped = Answer(before="x", raised="builtins.TypeError")
    meant = Answer(before="x", raised="builtins.ValueError", deliberate=True)
    fine = Answer(before="x", returned="1")
    assert isinstance(compared(tripped, fine, varied=True), LeftOut)
    assert isinstance(compared(tripped, fine, varied=False), Different)
    assert isinstance(compared(meant, fine, varied=True), Different)
    assert compared(meant, Answer(before="x", raised="builtins.ValueError", message="else"), varied=True) == Same()
    assert isinstance(compared(fine, tripped, varied=True), Different)
    assert isinstance(compared(fine, Answer(before="y", returned="1"), varied=True), LeftOut)
    assert isinstance(compared(Answer(lost="late"), fine, varied=False), LeftOut)


def test_changed_functions_are_those_whose_code_differs() -> None:
    before = b"def f():\n    return 1\n\ndef g():\n    return 2\n\nclass A:\n    def h(self): return 'x'\n"
    after = before.replace(b"return 1", b"return  1  # told").replace(b"2", b"3").replace(b"'x'", b"'y'")
    assert changed("a.py", before, after) == (("g", 0), ("A.h", 0))
    assert constants("a.py", [("g", 0), ("A.h", 0)], before, after) == ("2", "'x'", "3", "'y'")
