"""Ends what an `up` leaves behind when it is killed itself; a process of its own.

`python -m cli.supervisor.guard VARIABLE MARK` reads its standard input, whose other end only the
supervisor holds, until that end closes, however the supervisor died.
"""

import signal
import subprocess
import sys
from pathlib import Path

from cli.supervisor import strays

STEPS = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))


def start(variable: str, mark: str, folder: Path) -> subprocess.Popen[bytes]:
    """A guard for the processes with this mark; close its `stdin` and wait when nothing is left to guard.

    In a session of its own, so that a signal to the supervisor's group misses it.
    """
    command = [sys.executable, "-m", "cli.supervisor.guard", variable, mark]
    return subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, start_new_session=True)


def main(variable: str, mark: str) -> None:
    """Wait for the supervisor's end, then end what carries the mark."""
    sys.stdin.buffer.read()
    strays.end(variable, mark, STEPS)


if __name__ == "__main__":
    main(*sys.argv[1:])
