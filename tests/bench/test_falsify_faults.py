"""Every kind of wrong edit changes what a program does; every honest refactor does not."""

import pytest

from agents.transforms.rewrite import apply_edits
from agents.transforms.source import Source, functions, parse_text
from bench.falsify.faults import KINDS, wrongs
from bench.falsify.refactors import BY_HAND, VARIED
from bench.falsify.texts import new_lines, old_lines, regions, same_code

# Each function stands for one kind; every call below tells it from its wrong forms.
WRITTEN = """
import copy


def helper(a, b=0):
    return a - b


def swap_arguments(a):
    return helper(a, 1)


def drop_argument(a):
    return {}.get(a, 5)


def drop_output(a):
    b = helper(a)
    return locals().get("b")


def drop_return(a):
    return helper(a, b=1)


def drop_statement(a):
    kept = []
    kept.append(a)
    return kept


def negate_condition(a):
    if a:
        return 1
    return 2


def lost_not(a):
    return not a


def other_junction(a):
    return a and 0


def swap_branches(a):
    if a:
        return 1
    return 2


def swap_statements(a):
    b = a
    b = b + 1
    c = b
    return c


def wrong_name(a, b=7):
    return a


def off_by_one(a):
    return 3


async def lost_await(a):
    return await a


def other_exception(a):
    raise ValueError(a)


def lost_copy(a):
    return list((a, a))


def wrong_jump(a):
    for n in (1, 2):
        if n == a:
            continue
        return n
"""


def written(text: str) -> Source:
    source = parse_text("m.py", text)
    assert isinstance(source, Source)
    return source


def outcome(text: str, name: str) -> list[str]:
    """What a function does with a few inputs, coroutines by the code they would run."""
    space: dict[str, object] = {}
    exec(compile(text, "m.py", "exec"), space)  # noqa: S102 - the test's own text
    found = []
    for value in (0, 1, 2):
        try:
            result = space[name](value)  # type: ignore[operator]  # a function of the text
        except Exception as error:  # noqa: BLE001 - the exception is the outcome
            result = error
        if hasattr(result, "close"):
            result.close()
            result = result.cr_code.co_code
        found.append(repr(result))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_fault_changes_what_its_function_does(kind: str) -> None:
    source, name = written(WRITTEN), kind.replace("-", "_")
    found = [wrong for wrong in wrongs(source, regions("", source)) if wrong.kind == kind]
    assert found
    changed = [apply_edits(WRITTEN, wrong.edits) for wrong in found]
    assert any(outcome(text, name) != outcome(WRITTEN, name) for text in changed)


def test_faults_keep_to_the_lines_a_refactor_wrote() -> None:
    before = "def f(a):\n    b = a + 1\n    return b\n"
    after = written("def f(a):\n    b = a + 1\n    return b + 2\n")
    assert {wrong.line for wrong in wrongs(after, regions(before, after))} == {3}


BY_HAND_EXAMPLES = {
    "merge-nested-ifs": "def f(a):\n    if a:\n        if a > 1:\n            return 5\n    return 6\n",
    "return-the-condition": "def f(a):\n    if a > 1:\n        return True\n    return False\n",
    "continue-early": "def f(a):\n    n = 0\n    for x in 1, 2:\n        if x > a:\n            n = 5\n    return n\n",
    "any-of": "def f(a):\n    for x in (1, 2):\n        if x == a:\n            return True\n    return False\n",
}
VARIED_EXAMPLES = {
    "rename-local": "def f(a):\n    b = a + 1\n    return b * b\n",
    "name-the-result": "def f(a):\n    return a + 1\n",
    "de-morgan": "def f(a):\n    return not (a and a > 1)\n",
    "turn-the-test": "def f(a):\n    return 1 if a else 2\n",
    "swap-independent": "def f(a):\n    if a or not a:\n        b = 1\n        c = 2\n    return b, c\n",
}


@pytest.mark.parametrize("route", BY_HAND)
def test_a_refactor_by_hand_keeps_what_the_function_does(route: str) -> None:
    text = BY_HAND_EXAMPLES[route]
    source = written(text)
    (edits,) = BY_HAND[route](source, functions(source)[0].node)
    after = apply_edits(text, edits)
    assert after != text
    assert outcome(after, "f") == outcome(text, "f")


@pytest.mark.parametrize("route", VARIED)
def test_a_variation_keeps_what_the_function_does(route: str) -> None:
    text = VARIED_EXAMPLES[route]
    source = written(text)
    (edits,) = VARIED[route](source, regions("", source)[0])
    after = apply_edits(text, edits)
    assert after != text
    assert outcome(after, "f") == outcome(text, "f")


def test_lines_of_a_pure_insertion_lie_beside_it_in_the_old_text() -> None:
    before, after = "a\nb\n", "a\nx\nb\n"
    assert (new_lines(before, after), old_lines(before, after)) == ({2}, {2})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("x = 1\n", "\n\nx = (1)\n", True), ("x = 1\n", "x = True\n", False), ("x = 1\n", "y = 1\n", False)],
)
def test_the_same_code_is_told_from_other_code(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a row
    assert same_code(one.encode(), other.encode()) is same
