import json

from repos.measuring.workload import rewritten, workload
from repos.replay.calls import Call, Function, Recording

BEFORE = b"""
class A:
    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        self._size = value

def f(a):
    return a + 1

def g(a):
    def inner():
        return 1
    return inner()

def gone():
    return 0
"""


def test_only_functions_whose_code_differs_are_rewritten() -> None:
    after = BEFORE.replace(b"a + 1", b"1 + a").replace(
        b"        return 1\n    return inner", b"        return 2\n    return inner"
    )
    assert rewritten("m.py", BEFORE, after) == {("m.py", "f", 0), ("m.py", "g", 0)}


def test_layout_and_comments_rewrite_nothing() -> None:
    assert rewritten("m.py", BEFORE, b"# a\n" + BEFORE.replace(b"a + 1", b"(a +\n      1)  # more")) == frozenset()


def test_a_setter_is_told_from_its_property() -> None:
    assert rewritten("m.py", BEFORE, BEFORE.replace(b"= value", b"= int(value)")) == {("m.py", "A.size", 1)}


def test_a_function_that_one_side_lacks_is_not_measured() -> None:
    assert rewritten("m.py", BEFORE, BEFORE.replace(b"gone", b"here")) == frozenset()
    assert rewritten("new.py", b"", BEFORE) == frozenset()


def test_the_workload_is_the_recorded_calls_of_what_was_rewritten() -> None:
    calls = (Call("t.py:1", b"one"), Call("t.py:2", b"two"))
    functions = (
        Function("m.py", "f", 0, 9, calls),
        Function("m.py", "g", 0, 9, calls),
        Function("m.py", "f", 1, 1, ()),
    )
    found = workload(
        [("m.py", BEFORE, BEFORE.replace(b"a + 1", b"1 + a"))], Recording(("/work",), {"m.py": "m"}, functions)
    )
    assert [each.name for each in found.functions] == ["f"]
    assert found.calls == 2
    assert json.loads(found.body())["functions"][0]["calls"] == ["b25l", "dHdv"]
