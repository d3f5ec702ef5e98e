"""A small search for calls that run lines of one function which nothing ran yet.

It starts from calls that the suite made and whose arguments can be written down, keeps what reaches the function,
and varies what it kept: whatever runs a new line is varied again. What comes out is source text.
"""

from __future__ import annotations

import importlib
import inspect
import os
import random
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .anything import is_a, kind_of
from .expressing import Inexpressible, expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .varying import Variation

_SECONDS = 0.3
"""Processor time of one call."""
_NEWEST = 40
"""Half of all variations start from one of the newest so many calls."""
_MAKERS = 3
"""Recorded ways of making an object that are tried for its methods."""


class _Late(BaseException):
    """The call took too long; no handler of the target's catches this by accident."""


class Recipe:
    """A call as it can be written down: `made` is None or the arguments of the object's class."""

    __slots__ = ("call", "callee", "made", "plain")

    def __init__(self, callee: str, call: Any, made: Any = None, *, plain: bool = False) -> None:
        """`callee` is `module.function`, or `module.Class` and `.method` with `made`; `plain` is a property."""
        self.callee, self.call, self.made, self.plain = callee, call, made, plain

    def text(self, modules: set[str]) -> str:
        """Source text; Inexpressible where an argument has none."""
        if self.made is None:
            return self.callee + _arguments(self.call, modules)
        owner, _, method = self.callee.rpartition(".")
        object_text = owner + _arguments(self.made, modules) + "." + method
        return object_text if self.plain else object_text + _arguments(self.call, modules)


def _arguments(call: Any, modules: set[str]) -> str:
    positional, keywords = call
    parts = [expression(value, modules) for value in positional]
    parts += [name + "=" + expression(value, modules) for name, value in keywords.items() if name.isidentifier()]
    return "(" + ", ".join(parts) + ")"


def recipes(calls: Iterable[tuple[str, str, Any]]) -> Iterator[Recipe]:
    """Recipes of recorded calls `(module, qualified name, (positional, keywords))` that a reader could have written."""
    rows = list(calls)
    makers: dict[tuple[str, str], list[Any]] = {}
    for module, name, (positional, keywords) in rows:
        if name.endswith(".__init__") and len(makers.setdefault((module, name[:-9]), [])) < _MAKERS:
            made = (positional[1:], keywords)
            with suppress(Inexpressible):
                _arguments(made, set())
                makers[module, name[:-9]].append(made)
    for module, name, (positional, keywords) in rows:
        yield from _of(module, name, positional, keywords, makers)


def _of(module: str, name: str, positional: Any, keywords: Any, makers: Any) -> Iterator[Recipe]:
    owner, _, method = name.rpartition(".")
    if not owner:
        yield Recipe(module + "." + name, (positional, keywords))
    elif method == "__init__":
        yield Recipe(module + "." + owner, (positional[1:], keywords))
    else:
        holder: Any = _found(module, owner)
        raw: Any = inspect.getattr_static(holder, method, None)
        if is_a(raw, staticmethod):
            yield Recipe(module + "." + name, (positional, keywords))
        elif is_a(raw, classmethod):
            yield Recipe(module + "." + name, (positional[1:], keywords))
        elif positional:
            kind: Any = kind_of(positional[0])
            for made in makers.get((kind.__module__, kind.__qualname__), []):
                callee = kind.__module__ + "." + kind.__qualname__ + "." + method
                yield Recipe(callee, (positional[1:], keywords), made, plain=is_a(raw, property))


def _found(module: str, name: str) -> Any:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


class Reached:
    """Runs source text and tells which lines of one function that ran."""

    def __init__(self, path: str, first: int, last: int) -> None:
        """`path` is the file, absolute; the function's definition spans the lines."""
        self._path, self._first, self._last = path, first, last
        self._codes: dict[Any, bool] = {}
        self.lines: set[int] = set()

    def run(self, text: str, modules: Iterable[str]) -> tuple[frozenset[int], Any, BaseException | None]:
        """(lines that ran, value, exception) of one expression."""
        scope: dict[str, Any] = {}
        for module in modules:
            importlib.import_module(module)
            top = module.partition(".")[0]
            scope[top] = sys.modules[top]
        code = compile(text, "<call>", "eval")
        self.lines = set()
        value, error = None, None
        signal.signal(signal.SIGPROF, _late)
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        try:
            sys.settrace(self._call)
            value = eval(code, scope)  # noqa: S307 - running the target's code is the errand
            if hasattr(value, "__next__"):
                value = [item for item, _ in zip(value, range(100))]  # noqa: B905 - strict came with Python 3.10
        except BaseException as raised:  # noqa: BLE001 - whatever it raises is what came of it
            error = raised
        finally:
            sys.settrace(None)
            signal.setitimer(signal.ITIMER_PROF, 0)
        return frozenset(self.lines), value, error

    def _call(self, frame: Any, event: str, _: Any) -> Any:
        code = frame.f_code
        if code not in self._codes:
            inside = self._first <= code.co_firstlineno <= self._last
            self._codes[code] = inside and os.path.realpath(code.co_filename) == self._path
        return self._line if event == "call" and self._codes[code] else None

    def _line(self, frame: Any, event: str, _: Any) -> Any:
        if event == "line":
            self.lines.add(frame.f_lineno)
        return self._line


def _late(_: int, __: Any) -> None:
    raise _Late


class Kept:
    """A call with the lines it runs."""

    __slots__ = ("lines", "modules", "recipe", "text")

    def __init__(self, recipe: Recipe, text: str, modules: set[str], lines: frozenset[int]) -> None:
        """What `Reached.run` told of it."""
        self.recipe, self.text, self.modules, self.lines = recipe, text, modules, lines


def search(
    start: Sequence[Recipe], reached: Reached, vary: Variation, *, wanted: frozenset[int], seconds: float, seed: str
) -> list[Kept]:
    """Calls that together run as many of the `wanted` lines as were found within the processor time."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    end = time.process_time() + seconds
    kept: list[Kept] = []
    tried: set[str] = set()
    for recipe in start:
        if time.process_time() > end - seconds / 2:
            break
        _try(recipe, reached, kept, tried)
    while kept and time.process_time() < end and not wanted <= _run_by(kept):
        base, other = rng.choice(kept[-_NEWEST:] if rng.choice((True, False)) else kept), rng.choice(kept)
        recipe = base.recipe
        for _ in range(rng.choice((1, 1, 2, 4))):
            recipe = _varied(recipe, other.recipe, vary, rng)
        _try(recipe, reached, kept, tried)
    return _fewest(kept, wanted)


def _try(recipe: Recipe, reached: Reached, kept: list[Kept], tried: set[str]) -> None:
    modules = {_module_of(recipe.callee)}
    try:
        text = recipe.text(modules)
    except Inexpressible:
        return
    if text in tried:
        return
    tried.add(text)
    lines, _, _ = reached.run(text, modules)
    # A line that another callee ran is new for this one: the way on may start here.
    if lines - _run_by(each for each in kept if each.recipe.callee == recipe.callee):
        kept.append(Kept(recipe, text, modules, lines))


def _module_of(callee: str) -> str:
    """The longest prefix that is a module."""
    name = callee.rpartition(".")[0]
    while name and name not in sys.modules:
        name = name.rpartition(".")[0]
    return name


def _run_by(kept: Iterable[Kept]) -> frozenset[int]:
    return frozenset(line for each in kept for line in each.lines)


def _varied(recipe: Recipe, other: Recipe, vary: Variation, rng: random.Random) -> Recipe:
    """The recipe with its call, or the making of its object, varied."""
    theirs = other.call if other.callee == recipe.callee else recipe.call
    if recipe.made is not None and rng.choice((True, False)):
        return Recipe(recipe.callee, recipe.call, vary.of(recipe.made, recipe.made, rng), plain=recipe.plain)
    return Recipe(recipe.callee, vary.of(recipe.call, theirs, rng), recipe.made, plain=recipe.plain)


def _fewest(kept: list[Kept], wanted: frozenset[int]) -> list[Kept]:
    """Few calls that run all the wanted lines that any of them runs: the one that adds most, again and again."""
    chosen: list[Kept] = []
    left = set(wanted & _run_by(kept))
    while left:
        best = max(kept, key=lambda each: (len(left & each.lines), -len(each.text)))
        chosen.append(best)
        left -= best.lines
    return chosen
