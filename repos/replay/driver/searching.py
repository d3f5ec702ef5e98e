"""A small search for calls that run lines of one function which nothing ran yet.

It starts from calls that the suite made and whose arguments can be written down, and from a few made up. It keeps
what reaches the function, and varies what it kept: whatever runs a new line is varied again. What comes out is
source text.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from .anything import is_a
from .expressing import Inexpressible
from .recipes import Recipe

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator

    from .reaching import Reached
    from .starting import Starts
    from .varying import Variation

_RECORDED, _MADE_UP = 0.4, 0.6
"""Shares of the time after which recorded starts, then made up ones, are left."""
_STALE = 0.35
"""Share of the time after which a search that finds nothing new ends."""
_NEWEST = 40
"""Half of all variations start from one of the newest so many calls."""
_NOTHING: Any = object()


class Kept:
    """A call with the lines it runs."""

    __slots__ = ("lines", "modules", "recipe", "text")

    def __init__(self, text: str, modules: Iterable[str], lines: Iterable[int], recipe: Any = None) -> None:
        """What `Reached.run` told of it."""
        self.text, self.modules, self.lines = text, frozenset(modules), frozenset(lines)
        self.recipe = recipe


class Search:
    """Calls that run lines of one function, more and more of them."""

    def __init__(
        self, reached: Reached, wanted: frozenset[int], seconds: float, root: str, tell: Callable[[Kept], None]
    ) -> None:
        """Look for the `wanted` lines for so much processor time, and tell each call that runs a new line.

        `root` is the folder of the target, where a suite runs: paths below it are written relative.
        """
        self._reached, self._wanted, self._seconds = reached, wanted, seconds
        self._root, self._tell = root, tell
        self._begun = self._gained = time.process_time()
        self._kept: list[Kept] = []
        self._ran: dict[str, frozenset[int]] = {}

    def run(self, starts: Starts, vary: Variation, rng: random.Random) -> None:
        """Search until all is found, the time is over, or nothing new comes any more."""
        self._start(starts, starts.recorded(), _RECORDED)
        self._start(starts, starts.made_up(), _MADE_UP)
        self._gained = time.process_time()
        while self._kept and not self._over():
            base = rng.choice(self._kept[-_NEWEST:] if rng.choice((True, False)) else self._kept)
            recipe, other = base.recipe, rng.choice(self._kept).recipe
            for _ in range(rng.choice((1, 1, 2, 4))):
                recipe = varied(recipe, other, vary, rng)
            self._try(recipe)

    def _over(self) -> bool:
        now = time.process_time()
        spent, idle = now - self._begun, now - self._gained
        return spent > self._seconds or idle > _STALE * self._seconds or self._wanted <= run_by(self._kept)

    def _start(self, starts: Starts, recipes: Iterator[Recipe], share: float) -> None:
        for recipe in recipes:
            value = self._try(recipe)
            if value is not _NOTHING:
                starts.made(recipe, value)
            if time.process_time() - self._begun > share * self._seconds:
                break

    def _try(self, recipe: Recipe) -> Any:
        """What the recipe makes; nothing where it was tried before, cannot be written, or raises."""
        modules: set[str] = set()
        text = self._text(recipe, modules)
        if not text or text in self._ran:
            return _NOTHING
        lines, value, error = self._reached.run(text, modules)
        self._ran[text] = lines
        # A line that another callee ran is new for this one: the way on may start here.
        new = lines - run_by(each for each in self._kept if each.recipe.callee == recipe.callee)
        if new and not any(new <= self._run_by_part(part) for part in recipe.parts):
            found = Kept(text, modules, lines, recipe)
            self._kept.append(found)
            self._tell(found)
            self._gained = time.process_time()
        return _NOTHING if error else value

    def _run_by_part(self, part: Recipe) -> frozenset[int]:
        self._try(part)
        return self._ran.get(self._text(part, set()), frozenset())

    def _text(self, recipe: Recipe, modules: set[str]) -> str:
        """Source text with paths as a suite sees them; empty where there is none."""
        try:
            return recipe.text(modules).replace(self._root + os.sep, "").replace(self._root, os.curdir)
        except Inexpressible:
            return ""


def run_by(kept: Iterable[Kept]) -> frozenset[int]:
    """Lines that any of them runs."""
    return frozenset(line for each in kept for line in each.lines)


def varied(recipe: Recipe, other: Recipe, vary: Variation, rng: random.Random) -> Recipe:
    """The recipe with one call in it varied: its own, one of its arguments', or one on the way to its object."""
    if recipe.owner is not None and (recipe.call is None or rng.choice((True, False))):
        return recipe.with_owner(varied(recipe.owner, recipe.owner, vary, rng))
    if recipe.call is None:
        return recipe
    positional, keywords = recipe.call
    inside = [at for at, value in enumerate(positional) if is_a(value, Recipe)]
    if inside and rng.choice((True, False)):
        at = rng.choice(inside)
        changed = varied(positional[at], positional[at], vary, rng)
        return recipe.with_call(([*positional[:at], changed, *positional[at + 1 :]], keywords))
    theirs = other.call if other.callee == recipe.callee and other.call is not None else recipe.call
    return recipe.with_call(vary.of(recipe.call, theirs, rng))


def fewest(kept: list[Kept], wanted: frozenset[int]) -> list[Kept]:
    """Few calls that run all the wanted lines that any of them runs: the one that adds most, again and again."""
    chosen: list[Kept] = []
    left = set(wanted & run_by(kept))
    while left:
        best = max(kept, key=lambda each: (len(left & each.lines), -len(each.text)))
        chosen.append(best)
        left -= best.lines
    return chosen
