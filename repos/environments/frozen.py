"""Environments in a folder: made once per hash of inputs, never half made, never changed afterwards."""

import fcntl
import os
import shutil
import stat
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyagent.codec import decode, encode
from pyagent.errors import EnvironmentFault, TargetError
from pyagent.ids import digest
from repos.environments.inputs import Inputs, Wanted
from repos.environments.interpreters import Interpreter
from repos.environments.narrowing import Narrowed, narrow
from repos.environments.target import Target
from repos.environments.tooling import distribution_of
from repos.environments.wheels import Installer, Unresolved, install, resolve

OURS = (Wanted("coverage>=7.2", "pyagent"),)
"""What every environment holds for our own measurements."""
_LAYOUT = "1"
_MARKER = "complete.json"


@dataclass(frozen=True, slots=True)
class Environment:
    """A frozen set of wheels on one interpreter, with the target's metadata."""

    id: str
    folder: Path
    """Holds the virtual environment that sandboxes see as `/env`."""
    python: Path
    """The interpreter outside, whose installation must be visible inside at the same place."""
    prefix: Path
    version: str
    lock: tuple[str, ...]
    notes: tuple[str, ...]
    """Why it holds what it holds: left out, relaxed, guessed, repaired."""
    generated: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Files the project's build would have written into the tree."""


@dataclass(frozen=True, slots=True)
class _Record:
    """What the marker file keeps."""

    id: str
    python: str
    prefix: str
    version: str
    lock: tuple[str, ...]
    notes: tuple[str, ...]
    generated: Mapping[str, bytes]


def freeze(
    inputs: Inputs,
    target: Target,
    *,
    python: Interpreter,
    cache: Path,
    installer: Installer,
    extra: Sequence[Wanted] = (),
) -> Environment:
    """The environment of these inputs, from `cache` when it was made before.

    `extra` are requirements found necessary by running the suite. A folder without its marker
    was left by a crash: it is removed and made again.

    Raises:
        TargetError: when no set of wheels fits.
        EnvironmentFault: when it is not cached and the installer is offline, or the disk refuses.
        UpstreamDeferred: when the index is away.
    """
    key = _key(inputs, target, python, extra)
    folder = cache / key
    known = _recorded(folder)
    if known:
        return known
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{key}.lock"):
            return _recorded(folder) or _make(folder, inputs, target, python, installer, extra)
    except OSError as fault:
        raise EnvironmentFault(
            f"The environment of {inputs.name} cannot be written under {cache}: {fault}.",
            "Free space there, or set the state folder elsewhere.",
        ) from fault


def _key(inputs: Inputs, target: Target, python: Interpreter, extra: Sequence[Wanted]) -> str:
    parts = (inputs, target, tuple(extra), OURS, str(python.path), python.version)
    return digest("inputs", _LAYOUT, *(encode(part) if not isinstance(part, str) else part for part in parts))


def _recorded(folder: Path) -> Environment | None:
    try:
        record = decode(_Record, (folder / _MARKER).read_bytes())
    except (OSError, ValueError):
        return None
    python, prefix = Path(record.python), Path(record.prefix)
    if not python.exists():
        return None
    return Environment(
        record.id, folder, python, prefix, record.version, record.lock, record.notes, record.generated
    )  # fmt: skip


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold the file's lock; it ends with the process, however that ends."""
    with path.open("wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make(
    folder: Path, inputs: Inputs, target: Target, python: Interpreter, installer: Installer, extra: Sequence[Wanted]
) -> Environment:
    shutil.rmtree(folder, ignore_errors=True)
    venv = folder / "venv"
    found = narrow((*OURS, *inputs.wanted, *extra), lambda rows: resolve(rows, python, installer))
    if isinstance(found, Unresolved):
        raise TargetError(
            f"The dependencies of {inputs.name} cannot be met: {found.reason}",
            "Name them yourself: install = [...] in the repository's configuration.",
        )
    install(found.lock, venv, python, installer)
    guessed = _guessed(inputs, venv)
    if guessed:
        again = narrow((*found.wanted, *guessed), lambda rows: resolve(rows, python, installer))
        if isinstance(again, Narrowed) and again.lock != found.lock:
            shutil.rmtree(venv)
            install(again.lock, venv, python, installer)
            found = Narrowed(again.lock, again.wanted, (*found.notes, *_explained(guessed, again), *again.notes))
    return _finish(folder, inputs, target, python, found)


def _guessed(inputs: Inputs, venv: Path) -> tuple[Wanted, ...]:
    """Distributions for modules the tests import that nothing installed provides."""
    site = next((venv / "lib").glob("python*/site-packages"))
    installed = {entry.name.partition(".")[0] for entry in site.iterdir()}
    own = canonicalize_name(inputs.name)
    missing = [name for name in inputs.imports if name not in installed]
    guesses = [Wanted(distribution_of(name), f"import {name} in the tests") for name in missing]
    return tuple(wanted for wanted in guesses if canonicalize_name(Requirement(wanted.text).name) != own)


def _explained(guessed: Sequence[Wanted], found: Narrowed) -> tuple[str, ...]:
    return tuple(f"{row.text} added: {row.source}" for row in guessed if row in found.wanted)


def _finish(folder: Path, inputs: Inputs, target: Target, python: Interpreter, found: Narrowed) -> Environment:
    """Write the target's metadata and scripts, then the marker, durably and last."""
    venv = folder / "venv"
    for path, body in target.metadata.items():
        place = venv / "metadata" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    for name, reference in target.scripts.items():
        if "/" not in name and not (venv / "bin" / name).exists():
            _script(venv / "bin" / name, reference)
    identity = digest("environment", python.version, found.lock.text, encode(target))
    record = _Record(
        identity, str(python.path), str(python.prefix), python.version, found.lock.pins(),
        (*inputs.notes, *found.notes), dict(target.generated),
    )  # fmt: skip
    temporary = folder / f"{_MARKER}.new"
    with temporary.open("wb") as handle:
        handle.write(encode(record))
        handle.flush()
        os.fsync(handle.fileno())
    temporary.rename(folder / _MARKER)
    made = _recorded(folder)
    if made is None:
        raise EnvironmentFault(f"The environment at {folder} was written but cannot be read back.", "Check the disk.")
    return made


def _script(path: Path, reference: str) -> None:
    """A console script that calls `module:object` on the environment's interpreter."""
    module, _, attribute = reference.partition("[")[0].strip().partition(":")
    body = (
        f"#!/env/bin/python\nimport sys\nfrom {module} import {attribute.partition('.')[0]}\nsys.exit({attribute}())\n"
    )
    path.write_text(body)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
