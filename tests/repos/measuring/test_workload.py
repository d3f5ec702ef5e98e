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
