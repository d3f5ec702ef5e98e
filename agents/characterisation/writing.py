"""Observations as the source of a test file, in the project's style (pure)."""

import ast
import re
from collections.abc import Iterable, Sequence

from pyagent.observations import Observation, Outcome

WIDTH = 100


def written(name: str, observations: Sequence[Observation], *, pytest: bool) -> str:
    """A test file for the function `name`: one test for each observation, as functions or as a `unittest.TestCase`.

    Observations whose text is no expression are left out, for it came from inside the sandbox; empty when none is left.
    """
    sound = tuple(dict.fromkeys(each for each in observations if _sound(each)))
    if not sound:
        return ""
    modules = sorted({module for each in sound for module in each.modules})
    raises = any(each.outcome is Outcome.RAISES for each in sound)
    own = ["pytest"] if pytest and raises else [] if pytest else ["unittest"]
    head = [f'"""What {name} does, written down by pyagent from calls of it."""', ""]
    imports = [f"import {module}" for module in sorted({*modules, *own})]
    tests = [_test(f"test_{_slug(name)}_{number}", each, pytest=pytest) for number, each in enumerate(sound, 1)]
    if pytest:
        return "\n".join([*head, *imports, *("\n\n" + "\n".join(test) for test in tests)]) + "\n"
    title = "".join(part.capitalize() for part in _slug(name).split("_"))
    inside = ["\n".join(f"    {line}" for line in test) for test in tests]
    return "\n".join([*head, *imports, "", "", f"class {title}Test(unittest.TestCase):", "\n\n".join(inside)]) + "\n"


def _test(name: str, found: Observation, *, pytest: bool) -> list[str]:
    owner = "" if pytest else "self"
    return [f"def {name}({owner}):", *(f"    {line}" for line in _claim(found, pytest=pytest))]


def _claim(found: Observation, *, pytest: bool) -> list[str]:
    if found.outcome is Outcome.RAISES:
        context = f"pytest.raises({found.expected})" if pytest else f"self.assertRaises({found.expected})"
        return [f"with {context}:", f"    {found.call}"]
    value = f"repr({found.call})" if found.outcome is Outcome.SHOWN else found.call
    if found.expected in {"None", "True", "False"} and found.outcome is Outcome.EQUALS:
        return [f"assert {value} is {found.expected}" if pytest else f"self.assertIs({value}, {found.expected})"]
    if not pytest:
        return _broken("self.assertEqual(", [value, found.expected], ")")
    line = f"assert {value} == {found.expected}"
    return [line] if len(line) <= WIDTH else [f"result = {value}", f"assert result == {found.expected}"]


def _broken(start: str, parts: Iterable[str], end: str) -> list[str]:
    line = start + ", ".join(parts) + end
    return [line] if len(line) <= WIDTH else [start, *(f"    {part}," for part in parts), end]


def _sound(found: Observation) -> bool:
    """Whether the texts are what they should be: expressions, and dotted names."""
    dotted = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
    if not all(dotted.fullmatch(module) for module in found.modules):
        return False
    if found.outcome is Outcome.RAISES and not dotted.fullmatch(found.expected):
        return False
    texts = (found.call, found.expected)
    return all("\n" not in text and text.isprintable() and _parses(text) for text in texts)


def _parses(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name).strip("_").lower()
