"""Environments in a folder: made once per hash of inputs, never half made, never changed afterwards."""

import fcntl
import os
import shutil
import stat
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from pyagent.codec import decode, encode
from pyagent.errors import EnvironmentFault, TargetError
from pyagent.ids import digest
from pyagent.ports import Runner
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.inputs import Inputs, Wanted
from repos.environments.interpreters import Interpreter
from repos.environments.narrowing import Narrowed, narrow
from repos.environments.source_builds import Workbench, resolving
from repos.environments.target import Target
from repos.environments.tooling import distribution_of
from repos.environments.wheels import Installer, Unresolved, install

OURS = (Wanted("coverage>=7.2", "pyagent"),)
"""What every environment holds for our own measurements."""
ENV = "/env"
"""Where a sandbox sees the virtual environment."""
_LAYOUT = "2"
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


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything that decides an environment; equal blueprints share one."""

    inputs: Inputs
    target: Target
    python: Interpreter
    roots: tuple[str, ...] = (".",)
    """Folders of the work copy that hold importable code."""
    extra: tuple[Wanted, ...] = ()
    """Requirements found necessary by running the suite."""


def freeze(blueprint: Blueprint, *, cache: Path, installer: Installer, runner: Runner) -> Environment:
    """The environment of a blueprint, from `cache` when it was made before.

    Wheels are unpacked by uv; what is released only as source is built by `runner`. A folder without its
    marker was left by a crash: it is removed and made again.

    Raises:
        TargetError: when no set of wheels fits.
        EnvironmentFault: when it is not cached and the installer is offline, or the disk refuses.
        UpstreamDeferred: when the index is away.
    """
    python = f"{blueprint.python.version} {blueprint.python.path}"
    rows = [encode(row) for row in (*OURS, *blueprint.extra)]
    parts = (encode(blueprint.inputs), encode(blueprint.target), *rows, *blueprint.roots)
    key = digest("blueprint", _LAYOUT, python, *parts)
    folder = cache / key
    known = _recorded(folder)
    if known:
        return known
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{key}.lock"):
            return _recorded(folder) or _make(folder, blueprint, Workbench(runner, installer, blueprint.python, cache))
    except OSError as fault:
        raise EnvironmentFault(
            f"The environment of {blueprint.inputs.name} cannot be written under {cache}: {fault}.",
            "Free space there, or set the state folder elsewhere.",
        ) from fault


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


def inside(root: str) -> str:
    """Where a folder of the tree lies in the sandbox."""
    return WORK if root == "." else f"{WORK}/{root}"


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold the file's lock; it ends with the process, however that ends."""
    with path.open("wb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make(folder: Path, blueprint: Blueprint, bench: Workbench) -> Environment:
    shutil.rmtree(folder, ignore_errors=True)
    venv, inputs, python = folder / "venv", blueprint.inputs, blueprint.python
    installer = replace(bench.installer, wheels=bench.wheels)
    sourced: list[str] = []
    resolve = resolving(bench, sourced)
    found = narrow((*OURS, *inputs.wanted, *blueprint.extra), resolve)
    if isinstance(found, Unresolved):
        raise TargetError(
            f"The dependencies of {inputs.name} cannot be met: {found.reason}",
            "Name them yourself: install = [...] in the repository's configuration.",
        )
    # What depends on the target brings a released copy of it, which must not stand beside the tree's code.
    install(found.lock.without(inputs.name), venv, python, installer)
    guessed = _guessed(inputs, venv)
    if guessed:
        again = narrow((*found.wanted, *guessed), resolve)
        if isinstance(again, Narrowed) and again.lock != found.lock:
            shutil.rmtree(venv)
            install(again.lock.without(inputs.name), venv, python, installer)
            found = Narrowed(again.lock, again.wanted, (*found.notes, *_explained(guessed, again), *again.notes))
    return _finish(folder, blueprint, replace(found, notes=(*found.notes, *sourced)))


def _guessed(inputs: Inputs, venv: Path) -> tuple[Wanted, ...]:
    """Distributions for modules the tests import that nothing installed provides."""
    installed = {entry.name.partition(".")[0] for entry in _site(venv).iterdir()}
    own = canonicalize_name(inputs.name)
    missing = [name for name in inputs.imports if name not in installed]
    guesses = [Wanted(distribution_of(name), f"import {name} in the tests") for name in missing]
    return tuple(wanted for wanted in guesses if wanted.name != own)


def _site(venv: Path) -> Path:
    return next((venv / "lib").glob("python*/site-packages"))


def _explained(guessed: Sequence[Wanted], found: Narrowed) -> tuple[str, ...]:
    return tuple(f"{row.text} added: {row.source}" for row in guessed if row in found.wanted)


def _finish(folder: Path, blueprint: Blueprint, found: Narrowed) -> Environment:
    """Write the target's metadata and scripts, then the marker, durably and last."""
    venv, target, python = folder / "venv", blueprint.target, blueprint.python
    site = _site(venv)
    for path, body in target.metadata.items():
        place = site / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    # Like an editable install: processes that tests start with a PYTHONPATH of their own find the target too.
    (site / "_pyagent_target.pth").write_text(
        "".join(f"{inside(root)}\n" for root in blueprint.roots), encoding="utf-8"
    )
    for name, reference in target.scripts.items():
        if "/" not in name and not (venv / "bin" / name).exists():
            _script(venv / "bin" / name, reference)
    lock = found.lock.without(blueprint.inputs.name)
    identity = digest("environment", python.version, lock.text, encode(target), *blueprint.roots)
    record = _Record(
        identity, str(python.path), str(python.prefix), python.version, lock.pins(),
        (*blueprint.inputs.notes, *found.notes), dict(target.generated),
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
        f"#!{ENV}/bin/python\nimport sys\nfrom {module} import {attribute.partition('.')[0]}\nsys.exit({attribute}())\n"
    )
    path.write_text(body)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
