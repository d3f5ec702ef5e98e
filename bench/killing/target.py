"""The project that is worked on while we kill: small, real, and with a pair that only fails together.

Nine places can be improved. `coil.left` and `spring.right` may each lose their `else`, but a test
holds that one of them keeps it: every such change is proven alone, the train that carries both is
red, is split, and ejects the second.
"""

import os
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from tests.plugins.project import new_project
from tests.plugins.wheelhouse import only, pack

_SIZE = '''"""{doc}"""


def {name}(value):
    """What a {doc} of this weight is."""
    if value > {bound}:
        return "{high}"
    else:
        return "{low}"
'''

_SCALE = '''"""Scales."""


class Scale(object):
    """A scale."""

    def read(self, value):
        """What it shows."""
        if value < 0:
            raise ValueError("nothing weighs less than nothing")
        else:
            return value * 2
'''

_TESTS = """import inspect
import unittest

from weights import barrel, coil, crate, letter, parcel, scale, spring


class Sizes(unittest.TestCase):
    def test_sizes(self):
        for module in (barrel, crate, letter, parcel):
            self.assertEqual([module.size(1), module.size(9)], ["small", "large"])

    def test_scale(self):
        self.assertEqual(scale.Scale().read(2), 4)
        with self.assertRaises(ValueError):
            scale.Scale().read(-1)

    def test_pair(self):
        self.assertEqual([coil.left(1), coil.left(2), spring.right(1), spring.right(2)], ["n", "l", "n", "r"])

    def test_one_of_the_pair_keeps_its_else(self):
        self.assertIn("else", inspect.getsource(coil.left) + inspect.getsource(spring.right))
"""

FILES: dict[str, str | bytes] = {
    "pyproject.toml": '[project]\nname = "weights"\nversion = "1.0"\nrequires-python = ">=3.11"\n',
    "tox.ini": "[testenv]\ncommands = python -m unittest discover -t . -s tests\n",
    "improvements.md": "- Make `weights.letter.size` easier to read.\n",
    "weights/__init__.py": '"""Weights."""\n',
    "weights/scale.py": _SCALE,
    "weights/coil.py": _SIZE.format(doc="coil", name="left", bound=1, high="l", low="n"),
    "weights/spring.py": _SIZE.format(doc="spring", name="right", bound=1, high="r", low="n"),
    "tests/__init__.py": "",
    "tests/test_weights.py": _TESTS,
} | {
    f"weights/{doc}.py": _SIZE.format(doc=doc, name="size", bound=bound, high="large", low="small")
    for bound, doc in enumerate(("parcel", "letter", "crate", "barrel"), 2)
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of one bench lies, and what its commands see of the environment."""

    base: Path
    environ: dict[str, str]
    postgres: str
    """URL of a PostgreSQL server for ledgers."""

    @property
    def target(self) -> Path:
        """The project's repository, read only by what follows."""
        return self.base / "weights"


def make(base: Path, *, postgres: str) -> Place:
    """The project under git, and an index that is a folder holding the one wheel its environment needs."""
    place = Place(base, _environ(base), postgres)
    new_project(place.target, dict(FILES))
    (base / "wheels").mkdir()
    pack(distribution("coverage"), base / "wheels")
    return place


def _environ(base: Path) -> dict[str, str]:
    ours = {
        "HOME": str(base / "home"),
        **only(base / "wheels"),
        "UV_CACHE_DIR": str(base / "uv-cache"),
        # Compiled once for all runs, and not into anybody's checkout: a run starts three times as fast.
        "PYTHONPYCACHEPREFIX": str(base / "bytecode"),
        # They write nothing, so there is nothing to lose in them, and they take most of a run's time.
        "PYAGENT__POLICY__DEFAULT__LEAVE_OUT": '["benchmark", "old-versus-new", "types", "import-time"]',
    }
    # What measures the bench itself would slow down every run, and lose its figures with each kill.
    foreign = ("PYAGENT", "PIP_", "UV_", "COVERAGE_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | ours
