"""Whatever ends the parent, nothing of the sandbox survives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pyagent.sandbox.selftest import _free


def eventually(true: Callable[[], bool]) -> bool:
    """Whether `true()` holds within 20 seconds."""
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_outlives_the_parent(parent: list[str], how: signal.Signals, folder: Path) -> None:
    mounted = Path("/proc/self/mounts").read_text()
    (folder / "lock").touch()
    (folder / "lock").chmod(0o666)
    folder.chmod(0o777)
    command = [*parent, sys.executable, str(Path(__file__).with_name("parent.py")), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/") as started:
        assert started.stdout
        pid = int(started.stdout.readline())
        assert eventually(lambda: (folder / "lock").read_text() == "held")
        os.kill(pid, how)
    assert eventually(lambda: _free(folder / "lock"))
    assert Path("/proc/self/mounts").read_text() == mounted
