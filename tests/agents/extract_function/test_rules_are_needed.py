"""Each data-flow rule refuses a cut that would change a result: with the rule switched off, it does."""

import ast

import pytest

from agents.transforms.extract_function import effects, flow, guards, interface
from tests.agents.extract_function.cutting import every_cut
from tests.agents.extract_function.programs import seen

HANDLER = """\
def f(log, a, b):
    c = 1
    try:
        c = 2
        log(a // b)
        c = 3
    except ZeroDivisionError:
        return c
    return b
"""
CLOSURE = """\
def f(log, a, b):
    c = 1
    g = lambda: c
    c = a
    log(c)
    return g()
"""
OUTPUT = """\
def f(log, a, b):
    if a:
        c = b
        log(c)
    if a:
        return c
    return log(b)
"""
SWALLOWED = """\
def f(log, a, b):
    c = 1
    with Swallow(log, 1):
        c = 2
        log(a // b)
    return c
"""
ANNOTATED = """\
def f(log, a, b):
    c: int
    if b:
        c = 2
    if b:
        return c
    return log(a)
"""
ORPHAN = """\
def f(log, a, b):
    if a:
        tick = 1
        log(tick)
        return 1
    return log(tick) is not None
"""
NESTED = """\
def outer(log, outside):
    def f(log, a, b):
        c = a + b
        log(c + outside)
        return c
    return f(log, 1, outside)
"""


def breaks(text: str) -> bool:
    before = [seen(text, *pair) for pair in ((1, 0), (0, 2), (2, 1))]
    return any([seen(after, *pair) for pair in ((1, 0), (0, 2), (2, 1))] != before for _, after in every_cut(text))


@pytest.mark.parametrize("text", [HANDLER, CLOSURE, OUTPUT, SWALLOWED, ANNOTATED, ORPHAN, NESTED])
def test_with_all_rules_nothing_breaks(text: str) -> None:
    assert not breaks(text)


def test_what_a_handler_reads_must_not_stay_in_the_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "_handlers", lambda *_: None)
    assert breaks(HANDLER)


def test_what_a_closure_reads_must_not_be_bound_in_the_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "_closures", lambda *_: None)
    assert breaks(CLOSURE)


def test_an_output_must_be_bound_on_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "_bound_at_end", lambda *_: -1)
    assert breaks(OUTPUT)


def test_a_context_manager_may_swallow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "_never_swallows", lambda _: True)
    assert breaks(SWALLOWED)


def test_a_bare_annotation_binds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = effects._assignment

    def careless(node: ast.AST) -> object:
        bare = isinstance(node, ast.AnnAssign) and node.value is None
        return (node.target,) if bare else exact(node)

    monkeypatch.setattr(effects, "_assignment", careless)
    monkeypatch.setattr("agents.transforms.extract_function.candidates.refuse_block", lambda *_: None)
    assert breaks(ANNOTATED)


def test_a_name_must_stay_local_where_it_is_read_unbound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "_orphans", lambda *_: "")
    assert breaks(ORPHAN)


def test_what_an_outer_function_binds_is_not_seen_outside_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_reads_around", lambda *_: None)
    assert breaks(NESTED)
