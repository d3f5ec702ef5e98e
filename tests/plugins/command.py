"""The real command, started as a user starts it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


LEAN = {
    "PYAGENT__POLICY__DEFAULT__SEARCH_SECONDS": "0",
    "PYAGENT__POLICY__DEFAULT__LEAVE_OUT": '["benchmark", "import-time", "same-steps"]',
}
"""For loops that ask about anything but searches and costs, which are dear, and where a change waits for tests."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Pyagent:
    """`pyagent` with a state folder of its own."""

    state: Path
    lean: bool = True

    def __call__(self, *arguments: str, cwd: Path = ROOT, timeout: float = 240) -> Ended:
        command = [sys.executable, "-m", "cli", "--state", str(self.state), "--quiet", *arguments]
        env = {**os.environ, **(LEAN if self.lean else {})}
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, check=False)
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def pyagent(tmp_path: Path, folder_index: Path) -> Pyagent:
    assert folder_index.is_dir()
    return Pyagent(tmp_path / "state")
