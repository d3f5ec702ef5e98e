"""Where the jail program lies: the package `pyagent-jail` installs it beside the interpreter's scripts."""

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from pyagent.errors import EnvironmentFault

NAME = "pyagent-jail"


@cache
def jail_program() -> str:
    """Path of the installed program; EnvironmentFault when the installation lacks it."""
    try:
        files = distribution(NAME).files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == NAME:
            path = Path(str(file.locate())).resolve()
            if path.is_file():
                return str(path)
    raise EnvironmentFault(f"The program {NAME} is not installed.", "Run `uv sync`, which builds it.")
