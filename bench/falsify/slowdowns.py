"""Functions to slow down and the ways to do it: synthetic ones, and real ones of packages installed here.

A slow-down is extra work written at the head of the function, as Python text. How much of it makes five
per cent is found by counting instructions, so the clock is asked about something it did not set.
"""

import ast
import importlib.util
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyagent.sandbox.bubblewrap import WORK
from repos.replay.calls import Call, Function, Recording

SYNTHETIC = '''"""Synthetic work, one kind a function."""
import json
import re

WORD = re.compile(r"(?P<name>[a-z]+)-(?P<number>[0-9]+)")


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def integers(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total


def strings(n):
    parts = []
    for i in range(n):
        parts.append("<" + str(i) + ">")
    return "".join(parts).upper()


def objects(n):
    seen = {}
    for i in range(n):
        point = Point(i % 17, i)
        seen[point.x] = seen.get(point.x, 0) + point.y
    return seen


def expressions(text):
    return [match.group("name") for match in WORD.finditer(text)]


def documents(text):
    return json.dumps(json.loads(text), sort_keys=True)
'''
TEXT = " ".join(f"word-{n} https://example.org/{n}?q={n}, then plain words about it;" for n in range(60))
CODE = "\n".join(
    f"def f{n}(a, b=1):\n    '''Told.'''\n    # why\n    return [a + b for _ in range({n})]\n" for n in range(12)
)
ROWS = [[f"name {n}", n * 1.5, "yes" if n % 3 else None] for n in range(25)]
DOCUMENT = json.dumps([{"id": n, "tags": ["a", "b"], "nested": {"x": n / 3}} for n in range(200)])
YAML = "\n".join(f"key{n}:\n  - {{name: value {n}, flag: true}}\n  - text {n}" for n in range(8))


@dataclass(frozen=True, slots=True)
class Sample:
    """A function in a tree, and calls of it."""

    name: str
    files: Mapping[str, bytes]
    path: str
    module: str
    calls: tuple[tuple[object, ...], ...]

    @property
    def function(self) -> str:
        """The function's name in its module."""
        return self.name.rpartition(".")[2]

    def recording(self) -> Recording:
        """The calls as the recorder would have kept them."""
        kept = tuple(Call("bench:1", pickle.dumps((call, {}))) for call in self.calls)
        return Recording((WORK,), {self.path: self.module}, (Function(self.path, self.function, 0, len(kept), kept),))


PLANTS: dict[str, Callable[[int], str]] = {
    "loop": lambda times: f"for _planted in range({times}): pass",
    "attributes": lambda times: f"for _planted in range({times}): (1).real, ''.strip",
    "objects": lambda times: f"_planted = [str(_item) for _item in range({times})]",
}
"""Extra work, so many times over."""


def planted(source: bytes, function: str, plant: str, times: int) -> bytes:
    """The text with extra work at the head of the function; both sides pass through here, zero times for the base."""
    tree = ast.parse(source)
    found = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function)
    if times:
        told = ast.get_docstring(found) is not None
        found.body[1 if told else 0 : 1 if told else 0] = ast.parse(PLANTS[plant](times)).body
    return ast.unparse(ast.fix_missing_locations(tree)).encode()


def samples() -> tuple[Sample, ...]:
    """Every workload, each of 5 to 50 native milliseconds a pass or less."""
    return (*_synthetic(), *_real())


def _synthetic() -> tuple[Sample, ...]:
    calls: dict[str, tuple[tuple[object, ...], ...]] = {
        "integers": ((2000,), (700,)),
        "strings": ((900,), (300,)),
        "objects": ((500,), (200,)),
        "expressions": ((TEXT,),),
        "documents": ((DOCUMENT,),),
    }
    files = {"synthetic.py": SYNTHETIC.encode()}
    return tuple(Sample(name, files, "synthetic.py", "synthetic", called) for name, called in calls.items())


def _real() -> tuple[Sample, ...]:
    return (
        _installed("click.formatting", "wrap_text", ((TEXT, 60), (TEXT[:800], 30))),
        _installed("jinja2.utils", "urlize", ((TEXT[:2000],), (TEXT[2000:3000],))),
        _installed("radon.raw", "analyze", ((CODE,),)),
        _installed("tabulate", "tabulate", ((ROWS, ("a", "b", "c")),)),
        _installed("yaml", "safe_load", ((YAML,),)),
        _installed("idna.core", "encode", (("пример.испытание.日本語.example.org",),)),
        _installed("packaging.version", "parse", (("1!2.3.4.5.6a7.post8.dev9+ubuntu.1.2.3",), ("2026.10.1rc1",))),
    )


def _installed(module: str, function: str, calls: tuple[tuple[object, ...], ...]) -> Sample:
    """A function of an installed package, whose Python files become a tree of their own."""
    top = module.partition(".")[0]
    found = importlib.util.find_spec(top)
    if found is None or found.origin is None:
        message = f"The package {top} is not installed: run uv sync."
        raise SystemExit(message)
    package = Path(found.origin).parent
    files = {f"{top}/{path.relative_to(package).as_posix()}": path.read_bytes() for path in package.rglob("*.py")}
    inner = module.replace(".", "/")
    path = next(place for place in (f"{inner}.py", f"{inner}/__init__.py") if place in files)
    return Sample(f"{module}.{function}", files, path, module, calls)
