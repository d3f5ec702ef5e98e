"""`make resolve-test`: does pyagent run with the newest releases that its metadata allows, installed like any package?

    python bench/resolve.py

A resolve of our own metadata that knows no lock file, into an environment of its own; from there `pyagent up` with
everything, which makes deployments on Prefect's server and reads them back, and loads Dagster's code location.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distributions
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent
OURS = ("native/jail", "native/py", ".")
TOLD = ("dagster", "fastapi", "great-expectations", "pydantic", "prefect", "sqlalchemy", "starlette", "uvicorn")
"""Releases of these were seen to break one of the two."""
PATIENCE_SECONDS = 600.0


def main() -> int:
    """Exit 0 when every service came up, and `down` ended it."""
    with tempfile.TemporaryDirectory(prefix="pyagent-resolve-") as name:
        base = Path(name)
        _uv("venv", "--python", sys.executable, str(base / "env"))
        _uv("pip", "install", "--python", str(base / "env"), *(str(ROOT / each) for each in OURS))
        versions = _versions(base / "env")
        print(*(f"{each} {versions.get(each, 'is not there')}" for each in TOLD), sep="\n", flush=True)
        return _booted(base)


def _uv(*words: str) -> None:
    subprocess.run([find_uv_bin(), *words, "--quiet"], check=True, cwd=tempfile.gettempdir())


def _versions(environment: Path) -> dict[str, str]:
    found = distributions(path=[str(next(environment.glob("lib/*/site-packages")))])
    return {each.metadata["Name"].lower().replace("_", "-"): each.version for each in found}


def _booted(base: Path) -> int:
    command = [str(base / "env" / "bin" / "pyagent"), "--state", str(base / "state")]
    environ = {**os.environ, "HOME": str(base)}
    out = base / "out"
    with out.open("wb") as said:
        process = subprocess.Popen([*command, "up", "--json"], cwd=base, env=environ, stdout=said)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not out.stat().st_size and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.5)
    rows = json.loads(out.read_text("utf-8") or "[]")
    print(*(f"{row['service']}: {row['state']}" for row in rows if isinstance(row, dict)), sep="\n")
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    return 0 if process.wait(60) == 0 and rows else 1


if __name__ == "__main__":
    sys.exit(main())
