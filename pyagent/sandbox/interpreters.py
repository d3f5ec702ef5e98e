"""Which host folders a Python interpreter needs, found without running it.

An environment is written by untrusted builds: its links and its pyvenv.cfg may name any place of
the host. So nothing beyond the environment itself is shown unless it is, link by link resolved, a
Python installation, or a folder that holds a link called python.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from pyagent.errors import EnvironmentFault
from pyagent.ports import Mount

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
"""Shown in every sandbox already."""
PARTS = ("bin", "include", "lib", "lib64")
"""Of an installation; never its whole prefix, which may be a home folder."""


def interpreter_mounts(python: Path) -> tuple[Mount, ...]:
    """Read-only mounts, at their identical paths, that make `python` start inside.

    A virtual environment needs its own folder and its base installation's; every link between the
    two is followed by hand, since inside each of them must resolve again. EnvironmentFault when
    `python` is not there.
    """
    if not python.exists():
        raise EnvironmentFault(f"There is no interpreter at {python}.", "Build the environment again.")
    given = _absolute(python)
    own = given.parent.parent
    folders = [own] if (own / "pyvenv.cfg").is_file() else []
    for hop in _hops(given):
        folders += [folder for folder in _needs(hop) if not any(_below(folder, known) for known in folders)]
    return tuple(Mount(folder, str(folder)) for folder in folders)


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
    """The parts of the installation `hop` belongs to; just its folder where it is a lone link, as in ~/.local/bin."""
    if any(_below(hop, Path(shown)) for shown in SYSTEM):
        return
    prefix = hop.parent.parent
    if _is_installation(prefix):
        parts = (prefix / part for part in PARTS)
        yield from (part for part in parts if part.is_dir() and _is_installation(part.resolve().parent))
    elif hop.is_symlink() and hop.name.startswith("python"):
        yield hop.parent


def _is_installation(prefix: Path) -> bool:
    """Whether the standard library's landmark is there, as the interpreter itself decides it (getpath)."""
    return any(prefix.glob("lib/py*/os.py"))


def _below(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
