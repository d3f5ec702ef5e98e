"""Makes the canaries of one run: files of small tests whose outcomes are known beforehand (pure, given randomness).

Names, places, order and contents differ from run to run, so that only a look at what the base's own
tests are called could tell them from those.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename, dirname
from random import Random

from repos.suites.outcomes import Canary

FLOCKS = 3
"""Files of canaries: first, last and somewhere between."""
_WORDS = (
    "angle", "basic", "batch", "border", "branch", "bucket", "case", "chain", "close", "column", "copy", "cursor",
    "default", "depth", "digits", "edge", "empty", "entry", "escape", "field", "filter", "flags", "frame", "group",
    "header", "index", "input", "keys", "label", "layout", "length", "level", "limit", "lines", "lookup", "mapping",
    "merge", "mode", "names", "nested", "number", "offset", "order", "output", "parent", "parts", "path", "prefix",
    "quote", "range", "rebuild", "record", "result", "rows", "scope", "segment", "simple", "slots", "source", "span",
    "split", "state", "stream", "suffix", "table", "tokens", "update", "values", "width", "wrap",
)  # fmt: skip
_PARTS = re.compile(r"[/.:]+")
_UNLOADED = "_FailedTest"
"""unittest's class for a module that cannot be imported, with the module as its test."""


@dataclass(frozen=True, slots=True)
class Bird:
    """One test: its name, its form as in `Canary`, and what it must report."""

    name: str
    form: str
    expected: str


@dataclass(frozen=True, slots=True)
class Flock:
    """One file of canaries."""

    path: str
    body: bytes
    birds: tuple[Bird, ...]

    def holds(self, test: str) -> bool:
        """Whether a test id, as any runner writes it, lies in this file; a test elsewhere may be named as it is."""
        name = basename(self.path)
        file, _, inside = test.partition("::")
        if inside or file.endswith(".py"):
            return basename(file) == name
        *owners, last = test.split(".")
        stem = name.removesuffix(".py")
        return stem in owners or (last == stem and owners[-1:] == [_UNLOADED])


def heard(found: Iterable[Flock], outcomes: Mapping[str, str]) -> tuple[Canary, ...]:
    """What became of every canary, in the order of their files."""
    rows: list[Canary] = []
    for place, flock in enumerate(found):
        seen = {_PARTS.split(test)[-1]: outcome for test, outcome in outcomes.items() if flock.holds(test)}
        rows += (Canary(place, bird.form, bird.expected, seen.get(bird.name)) for bird in flock.birds)
    return tuple(rows)


def flocks(random: Random, folder: str, taken: Iterable[str]) -> tuple[Flock, ...]:
    """Three files for `folder` (empty for the root), under names none of the paths `taken` has."""
    known = {basename(path) for path in taken}
    found: list[Flock] = []
    while len(found) < FLOCKS:
        name = f"test_{random.choice(_WORDS)}_{random.choice(_WORDS)}.py"
        if name not in known:
            known.add(name)
            found.append(_flock(random, f"{folder}/{name}" if folder else name))
    return tuple(found)


def folder_of(tests: Iterable[str]) -> str:
    """The folder that holds most of these files, the first of equals; the root where there are none."""
    folders = [dirname(path) for path in tests]
    return max(sorted(set(folders)), key=folders.count, default="")


def _flock(random: Random, path: str) -> Flock:
    names = iter(random.sample([f"{a}_{b}" for a in _WORDS for b in _WORDS[:9] if a != b], 12))
    blocks = [_function(random, next(names), outcome) for outcome in ("failed", "passed", "failed")]
    blocks.append(_case(random, names, ("failed", "passed"), ""))
    blocks.append(_case(random, names, ("error",), _broken(random, "setUp")))
    blocks.append(_plain(random, names))
    shuffled = random.sample(blocks, len(blocks))
    body = "import unittest\n\n\n" + "\n\n".join(text for text, _ in shuffled)
    return Flock(path, body.encode(), tuple(bird for _, birds in shuffled for bird in birds))


_Block = tuple[str, tuple[Bird, ...]]


def _function(random: Random, name: str, outcome: str) -> _Block:
    text = f"def test_{name}():\n{_body(random, passes=outcome == 'passed')}"
    return text, (Bird(f"test_{name}", "function", outcome),)


def _case(random: Random, names: Iterator[str], outcomes: tuple[str, ...], start: str) -> _Block:
    title = "".join(word.title() for word in next(names).split("_"))
    birds = tuple(Bird(f"test_{next(names)}", "method", outcome) for outcome in random.sample(outcomes, len(outcomes)))
    rows = [f"    def {bird.name}(self):\n{_method(random, passes=bird.expected != 'failed')}" for bird in birds]
    return f"class {title}Test(unittest.TestCase):\n{start}" + "\n".join(rows), birds


def _plain(random: Random, names: Iterator[str]) -> _Block:
    """A class that only pytest knows as tests."""
    title = "".join(word.title() for word in next(names).split("_"))
    bird = Bird(f"test_{next(names)}", "class", "error")
    method = f"    def {bird.name}(self):\n        assert {random.randrange(2, 900)}\n"
    return f"class Test{title}:\n{_broken(random, 'setup_method')}{method}", (bird,)


def _body(random: Random, *, passes: bool) -> str:
    """The statements of a plain test function."""
    left, right = _pair(random, alike=passes)
    value = random.choice(_WORDS)
    return f"    {value} = {left}\n    assert {value} == {right}\n"


def _method(random: Random, *, passes: bool) -> str:
    """The statements of a method of a TestCase."""
    left, right = _pair(random, alike=passes)
    forms = (f"self.assertEqual({left}, {right})", f"self.assertTrue({left} == {right})")
    return f"        {random.choice(forms)}\n"


def _broken(random: Random, name: str) -> str:
    return f"    def {name}(self):\n        self.{random.choice(_WORDS)} = [][{random.randrange(9)}]\n\n"


def _pair(random: Random, *, alike: bool) -> tuple[str, str]:
    """Two expressions, equal or not."""
    number, other = random.randrange(2, 900), random.randrange(2, 900)
    word = random.choice(_WORDS)
    off = 0 if alike else random.randrange(1, 9)
    return random.choice(
        (
            (f"{number} + {other}", str(number + other + off)),
            (f"len({word * 2!r})", str(2 * len(word) + off)),
            (f"sorted([{number}, {other}])", str(sorted([number, other + off]))),
            (f"{word!r}.upper()", repr(word.upper() if alike else word.title() + "s")),
        )
    )
