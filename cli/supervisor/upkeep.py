"""One `up` from its lock to its end, whatever its services are."""

import subprocess
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cli.supervisor import child, guard, lock, record, strays
from cli.supervisor.child import Child
from cli.supervisor.holding import Stop, hold, signals
from cli.supervisor.record import Record, Row
from cli.supervisor.services import Service
from cli.supervisor.surroundings import MARK
from cli.supervisor.tending import Tended
from pyagent.ledger.processes import this_process

GRACE_SECONDS = 5.0
"""For the guard, once nothing is left to guard."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one `up` runs."""

    services: tuple[Service, ...]
    environment: Mapping[str, str]
    """Of every service; the mark is added."""
    folder: Path
    """Every service starts here."""


def keep(
    state: Path, plan: Callable[[], Plan], *, tell: Callable[[str], None], up: Callable[[tuple[Row, ...]], None]
) -> None:
    """Hold the state folder, run the plan's services until a signal says stop, and leave nothing behind.

    `plan` is asked once the folder is ours and what a dead former `up` left is ended; `tell` gets a line for
    each thing that happens, `up` the rows once all services are ready. LeaseHeld, EnvironmentFault.
    """
    stop = Stop()
    with signals(stop), lock.held(state) as former:
        end_former(former, tell)
        made, mark = plan(), uuid.uuid4().hex
        watchman = guard.start(MARK, mark, made.folder)
        try:
            begin = partial(_begin, made, {**made.environment, MARK: mark}, state / "logs")
            tended = [Tended(service, begin, tell) for service in made.services]
            write = _writer(state, mark, tended)
            write()
            hold(tended, stop, mark=mark, up=lambda: up(tuple(each.row() for each in tended)), changed=write)
        finally:
            with suppress(subprocess.TimeoutExpired):  # it goes on with what even SIGKILL has not ended yet
                watchman.communicate(timeout=GRACE_SECONDS)
    tell("every service has ended")


def end_former(former: Record | None, tell: Callable[[str], None]) -> int:
    """End what a dead `up` left running, told by its mark; how many processes those were."""
    count = strays.end(MARK, former.mark, guard.STEPS) if former is not None else 0
    if count:
        tell(f"ended {count} processes that a former `up` had left")
    return count


def _begin(plan: Plan, environment: Mapping[str, str], logs: Path, service: Service) -> Child:
    return child.start(service.command, environment, plan.folder, logs / f"{service.name}.log")


def _writer(state: Path, mark: str, tended: list[Tended]) -> Callable[[], None]:
    me, since = this_process(), f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"

    def write() -> None:
        rows = tuple(each.row() for each in tended)
        with suppress(OSError):  # a full disk must not end the services; the next change is written again
            record.write(
                state, Record(machine=me.machine, pid=me.pid, started=me.started, since=since, mark=mark, rows=rows)
            )

    return write
