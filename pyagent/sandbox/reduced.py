"""The reduced level, for hosts without user namespaces or bubblewrap: Landlock and the filter alone.

Files are read only below the system's folders, the job's mounts and the work copy, and written only
in the last; no socket but a pair, no signal beyond the job; what outlives the command is hunted down.
`levels.REDUCED` says what this does not hold. Nothing can be shown at another place than its own, so a job
with such a mount does not run here.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Completed, Job, Mount
from pyagent.sandbox.bubblewrap import ENVIRONMENT, SYSTEM
from pyagent.sandbox.cgroups import Groups
from pyagent.sandbox.execution import Start, execute
from pyagent.sandbox.levels import HOLES
from pyagent.sandbox.plan import Walls
from pyagent.sandbox.privileges import Identity, hand_over, stage_arguments
from pyagent.sandbox.processes import threads_of

READABLE = (
    "/usr",
    *SYSTEM,
    "/nix/store",
    *(
        f"/etc/{name}"
        for name in ("alternatives", "group", "hosts", "ld.so.cache", "localtime", "mime.types", "nsswitch.conf")
    ),
    *(f"/etc/{name}" for name in ("passwd", "protocols", "services")),
    *(f"/proc/{name}" for name in ("cpuinfo", "filesystems", "loadavg", "meminfo", "stat")),
    "/dev/random",
    "/dev/urandom",
    "/sys/devices/system/cpu",
)
WRITABLE = ("/dev/full", "/dev/null", "/dev/zero")


@dataclass(frozen=True, slots=True)
class ReducedRunner:
    """Runs each job in a temporary folder of its own, behind Landlock and the filter."""

    jail: str
    identity: Identity
    level: Level = Level.REDUCED
    holes: tuple[str, ...] = HOLES[Level.REDUCED]
    groups: Groups | None = None

    def run(self, job: Job) -> Completed:
        """Run to the end or to a limit; EnvironmentFault when a mount would have to appear elsewhere."""
        who = self.identity
        for mount in job.mounts:
            check_own_place(mount, "At the reduced level")
            if mount.writable and who.dropped:
                hand_over(mount.host, who.uid)
        with TemporaryDirectory(prefix="pyagent-reduced-", ignore_cleanup_errors=True) as made:
            Path(made).chmod(0o711)
            work, home, scratch = (os.path.join(made, name) for name in ("work", "home", "tmp"))  # noqa: PTH118 - words
            for folder in (work, home, scratch):
                Path(folder).mkdir()
                if who.dropped:
                    os.chown(folder, who.uid, who.uid)
            before = stage_arguments(self.jail, (), who.uid) if who.dropped else []
            walls = Walls(
                namespace=False,
                filter=True,
                narrow=True,
                readable=(*READABLE, *(os.fspath(mount.host) for mount in job.mounts)),
                writable=(
                    *WRITABLE,
                    *(work, home, scratch),
                    *(os.fspath(mount.host) for mount in job.mounts if mount.writable),
                ),
            )
            environment = {**ENVIRONMENT, "HOME": home, "TMPDIR": scratch}
            # Without a user namespace the kernel counts all the user's processes: the job's allowance comes on top.
            allowed = replace(job.limits, processes=job.limits.processes + threads_of(who.uid))
            job = replace(job, limits=allowed)
            around = [*before, self.jail, "hunt"]
            return execute(job, Start(around, self.jail, work, walls, environment, groups=self.groups))


def check_own_place(mount: Mount, where: str) -> None:
    """EnvironmentFault unless the mount is wanted where it lies: without a mount namespace it can be nowhere else."""
    if os.path.normpath(mount.inside) != os.path.normpath(mount.host):
        raise EnvironmentFault(
            f"{where} {mount.host} cannot be shown at {mount.inside}.",
            "Mount it at its own path, or run with a sandbox.",
        )
