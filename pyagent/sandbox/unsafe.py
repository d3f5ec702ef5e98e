"""The explicit `--unsafe-local` level: the same Job contract with no wall around it.

Holds: a copy of the tree in a temporary folder, a clean environment, rlimits, the supervisor's
limits, and the end of the command's process group. Does not hold: anything else. The command sees
the host's files, network and processes, and a daemon in a session of its own may outlive the run.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyagent.model import Level
from pyagent.ports import Completed, Job
from pyagent.sandbox.bubblewrap import ENVIRONMENT
from pyagent.sandbox.execution import Start, execute
from pyagent.sandbox.jail import jail_program
from pyagent.sandbox.levels import HOLES
from pyagent.sandbox.plan import Walls
from pyagent.sandbox.reduced import check_own_place


@dataclass(frozen=True, slots=True)
class UnsafeRunner:
    """Runs jobs on the bare host; `/work` is only the current folder here, never an absolute path."""

    level: Level = Level.UNSAFE
    holes: tuple[str, ...] = HOLES[Level.UNSAFE]

    def run(self, job: Job) -> Completed:
        """Run to the end or to a limit; EnvironmentFault when a mount would have to appear elsewhere."""
        for mount in job.mounts:
            check_own_place(mount, "Without a sandbox")
        with TemporaryDirectory(prefix="pyagent-unsafe-", ignore_cleanup_errors=True) as made:
            work, home, scratch = (Path(made, name) for name in ("work", "home", "tmp"))
            for folder in (work, home, scratch):
                folder.mkdir()
            environment = {**ENVIRONMENT, "HOME": os.fspath(home), "TMPDIR": os.fspath(scratch)}
            return execute(
                job,
                Start((), jail_program(), os.fspath(work), Walls(namespace=False, filter=False), environment),
            )
