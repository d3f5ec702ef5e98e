"""Wheels from the operator's index: resolve to exact versions with hashes, install without running package code.

Only wheels are taken, so no build script runs; unpacking one runs none of its code either.
uv is started against empty environments only, because starting a Python that has packages
executes their `.pth` files.
"""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from pyagent.errors import EnvironmentFault, UpstreamDeferred
from repos.environments.interpreters import Interpreter

_AWAY = re.compile(
    r"Failed to fetch|error sending request|dns error|tcp connect error|timed out|HTTP status server error"
)
_TIMEOUT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Installer:
    """The uv program with the index settings it runs under."""

    uv: Path
    environ: Mapping[str, str]
    offline: bool = False
    wheels: Path | None = None
    """A folder of wheels to choose from beside the index."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Exact versions with hashes, in requirements form."""

    text: str

    def pins(self) -> tuple[str, ...]:
        """`name==version` rows."""
        return tuple(re.findall(r"^([A-Za-z0-9._-]+==[^\s;]+)", self.text, re.MULTILINE))

    def without(self, name: str) -> "Lock":
        """The lock minus one distribution and its hashes."""
        rows = rf"^{re.escape(canonicalize_name(name))}==.*(?:\n[ \t]+.*)*(?:\n|\Z)"
        return Lock(re.sub(rows, "", self.text, flags=re.MULTILINE))


@dataclass(frozen=True, slots=True)
class Unresolved:
    """No set of wheels fits; what the resolver said, and which names it named."""

    reason: str
    unknown: frozenset[str]
    """Names the index does not have."""
    unbuilt: frozenset[str]
    """Names that exist only as source."""


def index_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The operator's environment with pip's index settings said again in uv's words, where uv has none."""
    pairs = (
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
        ("PIP_CERT", "SSL_CERT_FILE"),
    )
    translated = {ours: environ[theirs] for theirs, ours in pairs if environ.get(theirs) and not environ.get(ours)}
    leave = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT", "UV_PYTHON", "UV_CONSTRAINT", "UV_OVERRIDE"}
    return {key: value for key, value in environ.items() if key not in leave} | translated


def resolve(requirements: Sequence[str], python: Interpreter, installer: Installer) -> Lock | Unresolved:
    """The newest set of wheels that satisfies all requirements on this machine.

    Raises:
        UpstreamDeferred: when the index does not answer.
        EnvironmentFault: when offline and the cache lacks something.
    """
    argv = ["pip", "compile", "-", "--no-build", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    done = _run(installer, [*argv, "--python", str(python.path)], "\n".join(requirements))
    if done.returncode == 0:
        return Lock(done.stdout)
    said = done.stderr
    if "network was disabled" in said:
        raise EnvironmentFault(
            f"Offline, and the package cache lacks what the environment needs: {_first(said)}",
            "Run once with the network on.",
        )
    if _AWAY.search(said):
        raise UpstreamDeferred(
            f"The package index did not answer: {_first(said)}", "Run again later, or with --offline."
        )
    unknown = re.findall(r"(?:Because|and) ([A-Za-z0-9._-]+) was not found in the package registry", said)
    unbuilt = re.findall(r"Wheels are required for `([^`]+)`", said)
    return Unresolved(_first(said), _names(unknown), _names(unbuilt))


def install(lock: Lock, folder: Path, python: Interpreter, installer: Installer) -> None:
    """A virtual environment at `folder` holding exactly the wheels of `lock`; it may be moved later.

    Raises:
        UpstreamDeferred: when a wheel cannot be fetched.
        EnvironmentFault: when uv fails otherwise.
    """
    made = _run(installer, ["venv", "--relocatable", "--no-project", "--python", str(python.path), str(folder)], "")
    _checked(made, "The virtual environment was not made")
    argv = ["pip", "sync", "-", "--no-build", "--require-hashes", "--quiet", "--allow-empty-requirements"]
    _checked(
        _run(installer, [*argv, "--python", str(folder / "bin/python")], lock.text), "The wheels were not installed"
    )
    compiled = [str(python.path), "-I", "-S", "-m", "compileall", "-q", str(folder / "lib")]
    # Files of other Python versions inside wheels do not compile; that is no fault of ours.
    subprocess.run(compiled, capture_output=True, cwd="/", check=False, timeout=_TIMEOUT_SECONDS)


def _run(installer: Installer, argv: Sequence[str], given: str) -> subprocess.CompletedProcess[str]:
    offline = ["--offline"] if installer.offline else []
    given_wheels = argv[0] == "pip" and installer.wheels is not None and installer.wheels.is_dir()
    links = ["--find-links", str(installer.wheels)] if given_wheels else []
    command = [str(installer.uv), *argv, *offline, *links, "--color", "never", "--no-python-downloads"]
    try:
        return subprocess.run(
            command, input=given, capture_output=True, text=True, cwd="/", env=dict(installer.environ),
            check=False, timeout=_TIMEOUT_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise UpstreamDeferred(f"uv did not end within {_TIMEOUT_SECONDS} s.", "Run again later.") from late


def _checked(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode == 0:
        return
    if "network was disabled" in done.stderr or _AWAY.search(done.stderr):
        raise UpstreamDeferred(f"{what}: {_first(done.stderr)}", "Run again with the network on.")
    raise EnvironmentFault(f"{what}: {_first(done.stderr)}", "Look at uv's message; the disk may be full.")


def _first(said: str) -> str:
    """The resolver's reason on one line."""
    rows = [row.strip() for row in said.splitlines() if row.strip() and not row.startswith(("warning", "hint"))]
    cause = next((row for row in rows if row.startswith("cause:")), rows[0] if rows else "no message")
    return re.sub(r"https?://\S+", "the index", cause.removeprefix("cause:").strip())[:400]


def _names(found: Sequence[str]) -> frozenset[str]:
    return frozenset(str(canonicalize_name(name)) for name in found)
