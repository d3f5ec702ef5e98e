"""Named places where a test may end the process, to prove that a crash there loses and doubles nothing.

Nothing is armed unless the command line arms it, once, at process start. In production `reach`
costs one look into an empty dict.
"""

import errno
import os
import re
import signal
from collections.abc import Callable
from itertools import count
from types import MappingProxyType

from pyagent.errors import UsageError

POINTS = (
    "run.started",  # the run's first fact is written
    "ingest.recorded",  # wishes are written
    "survey.measured",  # figures lie in a blob, no fact names it
    "survey.recorded",
    "plan.recorded",
    "coverage.recorded",  # what the base suite runs of the tip is told, nothing is proposed for it
    "propose.written",  # one proposal lies in a blob, no fact names it
    "propose.recorded",  # one ticket was answered, others were not
    "validate.recorded",  # one proposal was judged, others were not
    "deliver.committed",  # one change is a commit, no fact says so
    "deliver.recorded",  # one change waits in the queue, others do not
    "merge.departed",  # the train is announced, nothing is proven
    "merge.stacked",  # commits exist, no ref names them
    "merge.proved",  # a proof came back, its fact is not written
    "merge.before-intent",  # the effect is about to begin
    "merge.before-ref",  # the intent is written, the branch is not moved
    "merge.after-ref",  # the branch is moved, the effect's result is not written
    "merge.after-effect",  # the result is written, the merge's facts are not
    "merge.before-fact",  # one merged change is about to be told
    "merge.after-fact",  # one merged change was told, others of the prefix may not be
    "statement.before-fact",  # a statement lies in a blob, no fact names it
    "merge.before-eject",  # a change failed alone twice, its fact is not written
    "learn.recorded",
    "run.before-end",  # everything is done, the run's last fact is not written
    "undo.before-ref",  # the intent is written, the branch is not moved
    "undo.after-ref",  # the branch is moved, the effect's result is not written
    "undo.before-fact",  # the result is written, no fact says so
)
"""Every point there is, in the order a run passes them; those of `undo` last."""


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _go_on() -> None:
    pass


def _fail(number: int) -> Callable[[], None]:
    def action() -> None:
        raise OSError(number, os.strerror(number))

    return action


ACTIONS = MappingProxyType({"kill": _kill, "eio": _fail(errno.EIO), "enospc": _fail(errno.ENOSPC), "note": _go_on})
"""What may happen at a point: SIGKILL, an I/O error, a full disk, nothing. Each is told on stderr first."""

_WORD = re.compile(rf"(?P<name>[^:]+)(:(?P<action>{'|'.join(ACTIONS)})(:(?P<passes>[1-9]\d*|\*))?)?")

_armed: dict[str, Callable[[], None]] = {}


def reach(name: str) -> None:
    """Do nothing, unless `name` is armed."""
    action = _armed.get(name)
    if action is not None:
        action()


def arm(name: str, action: Callable[[], None], *, passes: int | None = 1) -> None:
    """Run `action` the `passes`-th time `name` is reached, None: every time. UsageError when there is no such point."""
    if name not in POINTS:
        raise UsageError(f"There is no failpoint {name}.", f"Use one of {', '.join(POINTS)}.")
    counter = count(1)

    def counted() -> None:
        if next(counter) == passes or passes is None:
            action()

    _armed[name] = counted


def arm_from(text: str) -> None:
    """Arm what `NAME[:ACTION[:PASS]]` says, comma-separated: `merge.before-ref:kill:3`; `*` is every pass.

    What then happens is told on stderr first, so that a test knows the place was really reached.
    """
    for word in filter(None, text.split(",")):
        match = _WORD.fullmatch(word)
        if match is None:
            raise UsageError(f"`{word}` is not a failpoint.", f"Write NAME:ACTION:PASS; actions: {', '.join(ACTIONS)}.")
        passes = None if match["passes"] == "*" else int(match["passes"] or 1)
        arm(match["name"], _told(match["name"], match["action"] or "kill"), passes=passes)


def _told(name: str, action: str) -> Callable[[], None]:
    line = f"failpoint {name}: {action}\n".encode()

    def told() -> None:
        os.write(2, line)  # past every buffer: the next step may be SIGKILL
        ACTIONS[action]()

    return told


def disarm() -> None:
    """Arm nothing any more."""
    _armed.clear()
