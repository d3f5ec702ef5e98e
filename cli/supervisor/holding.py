"""Starts the services in order, keeps them running until somebody says stop, and ends every one."""

import signal
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from cli.supervisor import strays
from cli.supervisor.child import Child
from cli.supervisor.surroundings import MARK
from cli.supervisor.tending import Tended
from pyagent.errors import EnvironmentFault

PAUSE_SECONDS = 0.2
ENDING = ((signal.SIGINT, 4.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 3.0))
"""Each signal to every group, and how long what is left may take. Workers were seen to ignore some for minutes."""


@dataclass(slots=True)
class Stop:
    """How often the operator asked to stop; twice means at once."""

    times: int = 0

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:  # noqa: ARG002 - a signal handler's shape
        """Ask once more."""
        self.times += 1


@contextmanager
def signals(stop: Stop) -> Generator[None]:
    """Ctrl-C, SIGTERM and a closed terminal ask to stop; a hang-up stays ignored where `nohup` wants that.

    A handler, unlike an ignored signal, is not inherited: services started below can be interrupted even when
    the shell that started us in its background has SIGINT ignored.
    """
    told = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        told.append(signal.SIGHUP)
    before = {each: signal.signal(each, stop.ask) for each in told}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def hold(
    tended: Sequence[Tended], stop: Stop, *, mark: str, up: Callable[[], None], changed: Callable[[], None]
) -> None:
    """Start every service, call `up` once all are ready, and look after them until `stop`.

    `changed` is called after each change of a state. EnvironmentFault when one does not start, or when every
    one is dead. However this ends, nothing with the mark runs afterwards, save what SIGKILL does not end in 3 s.
    """
    try:
        if _started(tended, stop, changed):
            up()
            _watched(tended, stop, changed)
    finally:
        children = [each.child for each in tended if each.child is not None]
        end(children, stop, mark)
        for each in tended:
            each.state = "ended"
        for each in children:
            if each.ended() is not None:
                each.clear()


def _started(tended: Sequence[Tended], stop: Stop, changed: Callable[[], None]) -> bool:
    """Whether all became ready before somebody said stop. A first start that fails is not tried again: see the log."""
    for number, each in enumerate(tended, 1):
        if not stop.times:
            each.begin()
            changed()
        while each.state == "starting" and not stop.times:
            _look(tended[:number], changed)
        if each.state == "dead" and each.child is not None:
            said = f"{each.fault}. Its last lines:\n{each.child.last_lines()}"
            raise EnvironmentFault(said, f"The whole log: {each.child.log}")
    return not stop.times


def _watched(tended: Sequence[Tended], stop: Stop, changed: Callable[[], None]) -> None:
    while not stop.times:
        _look(tended, changed)
        if all(each.state in {"dead", "done"} for each in tended):
            raise EnvironmentFault("No service is left: every one died again and again.", "Their logs say why.")


def _look(tended: Sequence[Tended], changed: Callable[[], None]) -> None:
    before = [each.state for each in tended]
    for each in tended:
        each.look()
    if [each.state for each in tended] != before:
        changed()
    time.sleep(PAUSE_SECONDS)


def end(children: Sequence[Child], stop: Stop, mark: str) -> None:
    """INT, TERM, then KILL, the newest service first, until nothing with the mark is left; 9 s at most.

    INT goes to the groups; TERM and KILL also to what left its group for a session of its own.
    """
    asked = stop.times
    for sent, seconds in ENDING:
        for child in reversed(children):
            child.signal(sent)
        if sent is not signal.SIGINT:
            strays.send(MARK, mark, sent)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and (sent is signal.SIGKILL or stop.times == asked):
            if _gone(children, mark):
                return
            time.sleep(PAUSE_SECONDS)


def _gone(children: Sequence[Child], mark: str) -> bool:
    return all(child.ended() is not None for child in children) and not strays.marked(MARK, mark)
