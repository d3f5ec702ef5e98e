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


def test_the_self_tests_victim_dies_with_a_killed_parent() -> None:
    body = (
        "import os, time\n"
        "from pyagent.sandbox.selftest import _victim\n"
        "with _victim(64123) as pid:\n"
        "    print(pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", body], stdout=subprocess.PIPE, cwd=root) as started:
        assert started.stdout
        pid = int(started.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        started.kill()
    assert eventually(lambda: is_dead(pid))


def is_dead(pid: int) -> bool:
    """Gone, or waiting for somebody to collect it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
