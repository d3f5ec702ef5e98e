"""Wheels of distributions that are released only as source: built inside the sandbox, offline.

The source archive is fetched raw and hash-checked, its build requirements as wheels; nothing of
either runs outside. What comes back is one file, a wheel, which uv unpacks without running it.
"""

import json
import re
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypi_simple
import requests
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from pyagent.errors import PyagentError
from pyagent.ids import digest
from pyagent.ports import Job, Limits, Mount, Runner
from pyagent.sandbox.interpreters import interpreter_mounts
from repos.environments.interpreters import Interpreter
from repos.environments.manifests import Table, strings, table, text
from repos.environments.wheels import Installer, Lock, Unresolved, install, resolve
from repos.sdists import index_of, release
from repos.stores.archives import unpack

_LEGACY = ("setuptools<81", "wheel")
_LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
"""What a source release that names no backend is built with (PEP 517, PEP 518)."""
_BUILD = """
import functools, importlib, json, os, pathlib, shutil, sys
told = json.loads(sys.argv[1])
sys.path[:0] = told["path"]
module, _, attribute = told["backend"].partition(":")
backend = functools.reduce(getattr, filter(None, attribute.split(".")), importlib.import_module(module))
os.makedirs("/tmp/out")
name = backend.build_wheel("/tmp/out")
shutil.copy("/tmp/out/" + name, "built.whl")
pathlib.Path("built.name").write_text(name)
"""
_LIMITS = Limits(wall_seconds=300.0)
_FAULTS = (PyagentError, requests.RequestException, pypi_simple.NoSuchProjectError, OSError)


@dataclass(frozen=True, slots=True)
class Workbench:
    """Where source releases are built, and for which interpreter."""

    runner: Runner
    installer: Installer
    python: Interpreter
    cache: Path

    @property
    def wheels(self) -> Path:
        """The folder of wheels built so far for this interpreter."""
        return self.cache / "built" / digest("built", self.python.version, str(self.python.path))


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """Why there is no wheel."""

    reason: str


def resolving(bench: Workbench, notes: list[str]) -> Callable[[Sequence[str]], Lock | Unresolved]:
    """A resolver that builds what is released only as source, once a name, and adds to `notes` what came of it."""
    installer = replace(bench.installer, wheels=bench.wheels)
    tried: set[str] = set()

    def resolved(rows: Sequence[str]) -> Lock | Unresolved:
        found = resolve(rows, bench.python, installer)
        while isinstance(found, Unresolved) and found.unbuilt - tried:
            names = sorted(found.unbuilt - tried)
            tried.update(names)
            made = {name: built(name, bench) for name in names}
            notes.extend(_sentence(name, wheel) for name, wheel in made.items())
            found = resolve(rows, bench.python, installer)
        return found

    return resolved


def built(name: str, bench: Workbench) -> Path | NotBuilt:
    """A wheel of the newest source release of a distribution, in the bench's folder."""
    installer = bench.installer
    index = index_of(installer.environ)
    try:
        version = None if installer.offline else _newest(name, index)
        if version is None:
            return NotBuilt("offline" if installer.offline else "it has no source release either")
        found = release(name, version, cache=bench.cache / "sources", index=index)
        files = unpack(found.archive.name, found.read()).files
        return _built({member.path: member.body for member in files}, bench)
    except _FAULTS as fault:
        return NotBuilt(f"{type(fault).__name__}: {fault}"[:300])


def _sentence(name: str, made: Path | NotBuilt) -> str:
    return (
        f"{name} not built: {made.reason}" if isinstance(made, NotBuilt) else f"{name} built from source: {made.name}"
    )


def _newest(name: str, index: str | None) -> str | None:
    with pypi_simple.PyPISimple(index or pypi_simple.PYPI_SIMPLE_ENDPOINT) as client:
        packages = client.get_project_page(name, timeout=60.0).packages
    versions = {package.version for package in packages if package.package_type == "sdist" and not package.is_yanked}
    ordered = sorted(filter(None, map(_parsed, versions)))
    return str(([v for v in ordered if not v.is_prerelease] or ordered)[-1]) if ordered else None


def _parsed(text: str | None) -> Version | None:
    try:
        return Version(text or "")
    except InvalidVersion:
        return None


def _built(files: Mapping[str, bytes], bench: Workbench) -> Path | NotBuilt:
    system = table(_pyproject(files), "build-system")
    lock = resolve(strings(system.get("requires")) if system else _LEGACY, bench.python, bench.installer)
    if not isinstance(lock, Lock):
        return NotBuilt(f"its build requirements cannot be met: {lock.reason}")
    told = {
        "backend": text(system.get("build-backend")) or _LEGACY_BACKEND,
        "path": strings(system.get("backend-path")),
    }
    with tempfile.TemporaryDirectory(dir=bench.cache) as folder:
        Path(folder).chmod(0o755)
        install(lock, Path(folder) / "venv", bench.python, bench.installer)
        job = Job(
            argv=("/env/bin/python", "-c", _BUILD, json.dumps(told)),
            overlay=files,
            mounts=(*interpreter_mounts(bench.python.path), Mount(Path(folder) / "venv", "/env")),
            env={"PATH": "/env/bin:/usr/bin:/bin", "SOURCE_DATE_EPOCH": "315532800"},
            collect=("built.whl", "built.name"),
            limits=_LIMITS,
        )
        done = bench.runner.run(job)
    body, name = done.files.get("built.whl"), done.files.get("built.name", b"").decode("ascii", "replace")
    if done.code != 0 or body is None:
        return NotBuilt(f"its build failed: {_last((done.stdout + done.stderr).decode('utf-8', 'replace'))}")
    return _kept(name, body, bench.wheels)


def _kept(name: str, body: bytes, folder: Path) -> Path | NotBuilt:
    """The wheel under its name, which came from inside: it must be a wheel's name and nothing else."""
    try:
        parse_wheel_filename(name)
    except InvalidWheelFilename:
        return NotBuilt("its build named no wheel")
    if "/" in name:
        return NotBuilt("its build named no wheel")
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}"
    draft.write_bytes(body)
    return draft.rename(folder / name)


def _pyproject(files: Mapping[str, bytes]) -> Table:
    try:
        return tomllib.loads(files.get("pyproject.toml", b"").decode())
    except ValueError:
        return {}


def _last(said: str) -> str:
    rows = [row.strip() for row in said.splitlines() if re.search(r"error", row, re.IGNORECASE)]
    return (rows[-1] if rows else said.strip()[-200:])[:200]
