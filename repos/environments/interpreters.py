"""Which Python runs a target: ours where it may, else another one on this machine."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyagent.errors import TargetError


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python outside any virtual environment."""

    path: Path
    version: str
    """Full version, as in 3.11.7."""
    prefix: Path
    """Folder of its installation, to be visible where it runs."""


def own_interpreter() -> Interpreter:
    """The Python that runs us, without our virtual environment."""
    prefix = Path(sys.base_prefix)
    named = prefix / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return Interpreter(
        Path(os.path.realpath(named if named.exists() else sys.executable)), platform.python_version(), prefix
    )


def fitting(requires_python: str, *, uv: Path, environ: Mapping[str, str]) -> Interpreter:
    """An interpreter that a project's `requires-python` allows; nothing is downloaded.

    Raises:
        TargetError: when none on this machine fits.
    """
    own = own_interpreter()
    try:
        specifier = SpecifierSet(requires_python)
    except InvalidSpecifier:
        return own
    if specifier.contains(own.version, prereleases=True):
        return own
    argv = [
        str(uv),
        "python",
        "find",
        "--no-python-downloads",
        "--no-project",
        "--no-config",
        "--system",
        requires_python,
    ]
    found = subprocess.run(argv, capture_output=True, text=True, cwd="/", env=dict(environ), check=False)
    if found.returncode != 0:
        raise TargetError(
            f"The project needs Python {requires_python}; this machine offers {own.version} and none that fits.",
            "Install such a Python where `uv python find` sees it.",
        )
    return _asked(Path(found.stdout.strip()))


def _asked(path: Path) -> Interpreter:
    """What an installed interpreter says of itself, without its site packages."""
    question = "import platform, sys; print(platform.python_version()); print(sys.base_prefix); print(sys.executable)"
    told = subprocess.run([str(path), "-I", "-S", "-c", question], capture_output=True, text=True, cwd="/", check=True)
    version, prefix, executable = told.stdout.splitlines()
    return Interpreter(Path(os.path.realpath(executable)), version, Path(prefix))
