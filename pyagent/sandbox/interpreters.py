"""Which host folders a Python interpreter needs, found without running it."""

import os
from collections.abc import Iterator
from pathlib import Path

from pyagent.errors import EnvironmentFault
from pyagent.ports import Mount

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
"""Shown in every sandbox already."""


def interpreter_mounts(python: Path) -> tuple[Mount, ...]:
    """Read-only mounts, at their identical paths, that make `python` start inside.

    A virtual environment needs its own folder and its base installation's; every link between the
    two is followed by hand, since inside each of them must resolve again. EnvironmentFault when
    `python` is not there.
    """
    if not python.exists():
        raise EnvironmentFault(f"There is no interpreter at {python}.", "Build the environment again.")
    folders = dict.fromkeys(folder for hop in _hops(_absolute(python)) for folder in _needs(hop))
    return tuple(Mount(folder, str(folder)) for folder in folders if not _shown(folder))


def _hops(python: Path) -> Iterator[Path]:
    """`python`, then each path its links lead through, then the file itself, then its environment's base."""
    seen: set[Path] = set()
    waiting = [python]
    while waiting:
        hop = waiting.pop(0)
        if hop in seen:
            continue
        seen.add(hop)
        yield hop
        if hop.is_symlink():
            waiting.append(_absolute(hop.parent / hop.readlink()))
        folder = hop.parent.resolve()
        waiting.append(folder / hop.name)
        home = _home(hop.parent.parent / "pyvenv.cfg")
        if home is not None:
            waiting.append(home / hop.name)


def _absolute(path: Path) -> Path:
    """Without `..`, with every link left in place."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links


def _home(configuration: Path) -> Path | None:
    """The base installation's `bin` folder, where `configuration` is a virtual environment's."""
    if not configuration.is_file():
        return None
    for line in configuration.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "home":
            return Path(value.strip())
    return None


def _needs(hop: Path) -> Iterator[Path]:
    """The installation `hop` belongs to; just its folder where it is a lone link, as in ~/.local/bin."""
    prefix = hop.parent.parent
    installed = (prefix / "pyvenv.cfg").is_file() or any(prefix.glob("lib/python3*/os.py"))
    folder = prefix if installed else hop.parent
    if folder.is_dir():
        yield folder


def _shown(folder: Path) -> bool:
    return any(folder == Path(root) or Path(root) in folder.parents for root in SYSTEM)
