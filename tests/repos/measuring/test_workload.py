import json

from pyagent.sandbox.bubblewrap import WORK
from repos.measuring.workload import workload
from repos.replay.calls import Call, Function, Recording

BEFORE = b"""
def f(a):
    return a + 1

def g(a):
    return a
"""


def test_the_workload_is_the_recorded_calls_of_what_was_rewritten() -> None:
    calls = (Call("t.py:1", b"one"), Call("t.py:2", b"two"))
    functions = (
        Function("m.py", "f", 0, 9, calls),
        Function("m.py", "g", 0, 9, calls),
        Function("m.py", "f", 1, 1, ()),
    )
    found = workload(
        [("m.py", BEFORE, BEFORE.replace(b"a + 1", b"1 + a"))], Recording((WORK,), {"m.py": "m"}, functions)
    )
    assert [each.name for each in found.functions] == ["f"]
    assert found.calls == 2
    assert json.loads(found.body())["functions"][0]["calls"] == ["b25l", "dHdv"]
    assert json.loads(found.body())["functions"][0]["rewritten"] == [""]


def test_each_function_that_a_rewritten_one_gains_is_a_helper() -> None:
    helper = b"\ndef h%d(a):\n    return a\n"
    nothing = Recording((WORK,), {}, ())
    after = BEFORE.replace(b"a + 1", b"1 + a")
    assert workload([("m.py", BEFORE, after)], nothing).helpers == 1
    inner = after.replace(b"    return 1", b"    def h():\n        return a\n\n    return 1")
    assert workload([("m.py", BEFORE, inner + helper % 1 + helper % 2)], nothing).helpers == 3
    both = after.replace(b"return a\n", b"return (a,)\n")
    assert workload([("m.py", BEFORE, both + helper % 1 + helper % 2)], nothing).helpers == 1
    tests = ("test_m.py", b"", helper % 1 + helper % 2)
    assert workload([("m.py", BEFORE, after), tests], nothing).helpers == 1, "nothing there is rewritten"
