"""Runs a job that leaves a daemon holding a lock and sleeps; its own death is the test."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from pyagent.model import Level
from pyagent.ports import Job, Mount
from pyagent.sandbox.interpreters import interpreter_mounts
from pyagent.sandbox.privileges import identity
from pyagent.sandbox.runner import BubblewrapRunner, parts_of_this_machine

DAEMON = """
import fcntl, os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        lock = os.open("/opt/shared/lock", os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.write(lock, b"held")
        time.sleep(600)
time.sleep(600)
"""


def main() -> None:
    """Say our pid, then run until somebody ends us."""
    print(os.getpid(), flush=True)  # noqa: T201 - the test reads it
    runner = BubblewrapRunner(Level.FULL, parts_of_this_machine(identity(64123)))
    job = Job(
        (runner.parts.python, "-I", "-S", "-c", DAEMON),
        mounts=(
            *interpreter_mounts(Path(runner.parts.python)),
            Mount(Path(sys.argv[1]), "/opt/shared", writable=True),
        ),
    )
    runner.run(job)


if __name__ == "__main__":
    main()
