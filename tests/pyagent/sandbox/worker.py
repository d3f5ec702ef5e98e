"""Runs pickled jobs for a root test as the ordinary user it was started as."""

import os
import pickle
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Completed, Job
from pyagent.sandbox.privileges import identity
from pyagent.sandbox.runner import BubblewrapRunner, parts_of_this_machine


def answer(runner: BubblewrapRunner, jobs: list[Job]) -> list[Completed] | tuple[str, str]:
    """What came of each, or the error's two halves."""
    try:
        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(runner.run, jobs))
    except EnvironmentFault as error:
        return error.what, error.remedy


def main() -> None:
    """Serve until the pipe closes."""
    assert os.geteuid() != 0
    runner = BubblewrapRunner(Level.FULL, parts_of_this_machine(identity(0)))
    while head := sys.stdin.buffer.read(8):
        jobs = pickle.loads(sys.stdin.buffer.read(struct.unpack("<Q", head)[0]))  # noqa: S301 - from our own test
        body = pickle.dumps(answer(runner, jobs))
        sys.stdout.buffer.write(struct.pack("<Q", len(body)) + body)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
