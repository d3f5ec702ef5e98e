"""What the driver answers, call by call. It runs without walls here, so that its lines are measured."""

from dataclasses import replace

import pytest

from pyagent.sandbox.bubblewrap import WORK
from repos.replay import replaying
from repos.replay.calls import NOTHING
from repos.replay.replaying import Answer, Place, Target, Trial, replay
from repos.suites.recorder import pickling
from tests.plugins.bare import Bare

SAMPLE = '''"""Sample."""
import asyncio, collections, enum, logging, os, re, sys, time, warnings


class Color(enum.Enum):
    RED = 1


class Thing:
    __slots__ = ("__dict__", "size", "unset")

    def __init__(self, size):
        self.size = size
        self.me = self


class Words(dict):
    pass


class Count(int):
    pass


class Name(str):
    pass


class Shut(Exception):
    def __str__(self):
        raise KeyError("no words")


def mutates(items, *, more):
    items.append(more)
    return len(items)


def refuses(a):
    raise ValueError(f"never {a} at {hex(2**40)}")


def stumbles(a):
    return a.missing


def unsayable(a):
    raise Shut


def local_error(a):
    class Odd(Exception):
        pass
    raise Odd(a)


def speaks(a):
    print("out", a)
    os.write(2, b"beneath\\n")
    logging.getLogger("x").info("told %s", a)
    warnings.warn("old")


def floods(a):
    sys.stdout.write(a * 30_000)


def long_text(a):
    return a * 5000


def gives(n):
    yield from range(n)


async def later(n):
    await asyncio.sleep(0)
    return n


async def streams(n):
    for each in range(n):
        yield each


def iterates(n):
    return iter([n, n])


def shows(a):
    thing = Thing(a)
    words = Words(a=1)
    words.note = "kept"
    return [
        thing, thing, words, Count(3), Name("n"), Color.RED, Thing, os, shows, (1, {2}), frozenset([b"x"]), 1.5,
        re.match("a", "ab"), (x for x in ""), thing.__init__, ValueError("v"),
        bytearray(b"z"), collections.OrderedDict(k=1),
    ]


def dies(a):
    os._exit(3)


def loops(a):
    while True:
        pass


def deep(a):
    return deep(a + 1)


def here(a):
    return a
'''
RAISES = "raise RuntimeError('not importable')\n"
CALLS = {
    "mutates": (([1, 2],), {"more": 3}), "refuses": ((1,), {}), "stumbles": ((1,), {}), "unsayable": ((1,), {}),
    "local_error": ((1,), {}), "speaks": ((1,), {}), "floods": (("x",), {}), "long_text": (("x",), {}),
    "gives": ((3,), {}), "later": ((3,), {}), "streams": ((3,), {}), "iterates": ((3,), {}), "shows": ((1,), {}),
    "dies": ((1,), {}), "loops": ((1,), {}), "deep": ((1,), {}), "absent": ((1,), {}), "broken": ((1,), {}),
    "here": ((1,), {}),
}  # fmt: skip
RAISING = ("refuses", "stumbles", "unsayable", "local_error")
SAMPLED = ("sample.py", "sample")
MODULES = {"broken": ("broken.py", "broken")}


@pytest.fixture(scope="module")
def place(bare: Bare) -> Place:
    made = bare({"sample.py": SAMPLE, "broken.py": RAISES})
    return Place(made, made.command, made.environment, made.runner, replace(NOTHING, search_path=(WORK,)))


@pytest.fixture(scope="module")
def answers(place: Place) -> dict[str, Answer]:
    """One answer a function, from one process."""
    targets = [Target(path, name, 0, module) for name in CALLS for path, module in [MODULES.get(name, SAMPLED)]]
    trials = [Trial(number, pickling.dumps(call, most=9999)) for number, call in enumerate(CALLS.values())]
    unreadable = Trial(list(CALLS).index("here"), b"no pickle")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replaying, "SECONDS", 0.3)
        found = replay(place, targets, [*trials, unreadable], overlay={})
    return dict(zip([*CALLS, "unreadable"], found, strict=True))


def test_an_answer_tells_the_value_and_the_arguments_before_and_after(answers: dict[str, Answer]) -> None:
    before, after = ("([" + items + "], {'more': 3})" for items in ("[1, 2]", "[1, 2, 3]"))
    assert answers["mutates"] == Answer(before=before, returned="3", arguments=after)


def test_an_exception_is_deliberate_where_the_tree_says_raise(answers: dict[str, Answer]) -> None:
    told = {name: (answers[name].raised, answers[name].message, answers[name].deliberate) for name in RAISING}
    assert told == {
        "refuses": ("builtins.ValueError", "never 1 at 0x*", True),
        "stumbles": ("builtins.AttributeError", "'int' object has no attribute 'missing'", False),
        "unsayable": ("sample.Shut", "<unsayable: KeyError>", True),
        "local_error": ("Odd", "1", True),
    }


def test_what_is_printed_logged_and_warned_is_told(answers: dict[str, Answer]) -> None:
    spoken = answers["speaks"]
    assert (spoken.printed, spoken.logged, spoken.warned) == ("out 1\nbeneath\n", "x INFO told 1", "UserWarning: old")


def test_long_texts_are_cut_and_known_by_a_digest(answers: dict[str, Answer]) -> None:
    for text in (answers["floods"].printed, answers["long_text"].returned or ""):
        assert len(text) < 1600
        assert "x... (digest of all " in text


def test_what_gives_later_is_drained(answers: dict[str, Answer]) -> None:
    assert [answers[name].returned for name in ("gives", "later", "streams", "iterates")] == [
        "('generator', [0, 1, 2])", "('coroutine', 3)", "('async generator', [0, 1, 2])", "('list_iterator', [3, 3])",
    ]  # fmt: skip


def test_a_value_is_described_by_its_parts_and_never_by_an_address(answers: dict[str, Answer]) -> None:
    assert answers["shows"].returned == (
        "[sample.Thing(me=<same as 1>, size=1), <same as 1>, sample.Words({'a': 1}, note='kept'), sample.Count(3), "
        "sample.Name('n'), sample.Color.RED, <class sample.Thing>, <module os>, <function shows>, (1, set{2}), "
        "frozenset{b'x'}, 1.5, <match '((0, 1), ())'>, <generator>, builtins.method(__init__ of <same as 1>), "
        "builtins.ValueError(('v')), bytearray(b'z'), collections.OrderedDict({'k': 1})]"
    )


def test_a_call_of_which_nothing_is_known_says_why(answers: dict[str, Answer]) -> None:
    assert {name: answer.lost for name, answer in answers.items() if answer.lost} == {
        "dies": "it ends its process",
        "loops": "it does not end in time",
        "deep": "it raises RecursionError",
        "absent": "the function is not there",
        "broken": "the function is not there",
        "unreadable": "its arguments cannot be read back: UnpicklingError",
    }


def test_varied_calls_are_alike_for_one_seed_and_stay_of_their_kinds(place: Place) -> None:
    calls = [((given,), {}) for given in ([1, "a", {"k": 2.5}], ["b", (True, b"x"), {3}])]
    given = [pickling.dumps(call, most=9999) for call in calls]
    trials = [Trial(0, data) for data in given] + [
        Trial(0, given[turn % 2], f"s/{turn}", 1 - turn % 2) for turn in range(8)
    ]
    targets = [Target("sample.py", "here", 0, "sample")]
    once, twice = (replay(place, targets, trials, overlay={}, constants=("77", "'mined'")) for _ in range(2))
    assert once == twice
    assert len({answer.before for answer in once}) > 4
    assert all(answer.before.startswith("([[") and answer.returned for answer in once)
    assert any("'mined'" in answer.before for answer in once)
