"""One running service: a process group with a log."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOG_BYTES = 16 << 20
"""A log over this is set aside as NAME.log.1 when its service starts; one generation is kept."""

LAST_BYTES = 16 << 10
"""Of a log, looked at for its last lines."""


@dataclass(frozen=True, slots=True)
class Child:
    """A started service; its pid is also its group and its session."""

    process: subprocess.Popen[bytes]
    log: Path
    started: float
    """Of the monotonic clock."""
    log_start: int
    """Bytes the log held before."""

    @property
    def pid(self) -> int:
        """Of the process we started."""
        return self.process.pid

    def ended(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs.

        The dead process stays a zombie until `clear`: so long the kernel gives nobody its number, and a signal
        to the group reaches what the service left there and nobody else.
        """
        if self.process.returncode is not None:
            return self.process.returncode
        told = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if told is None:
            return None
        return told.si_status if told.si_code == os.CLD_EXITED else -told.si_status

    def signal(self, sent: signal.Signals) -> None:
        """To every process of the group; nothing once it is cleared."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, sent)

    def clear(self) -> None:
        """Kill what is left of the group and forget its number."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 6) -> str:
        """The end of what it wrote, for an error's sentence; without the lives before it in the same log."""
        with self.log.open("rb") as opened:
            opened.seek(max(self.log_start, self.log.stat().st_size - LAST_BYTES))
            lines = opened.read().decode("utf-8", "replace").splitlines()
        return "\n".join([line for line in lines if line.strip()][-count:])


def start(command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> Child:
    """Start a command in a session of its own, its output appended to `log`, its input empty."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("ab") as output:
        before = output.tell()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(process, log, time.monotonic(), before)
