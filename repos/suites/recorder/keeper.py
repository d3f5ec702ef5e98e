"""The keeper: starts the suite as its child, hears it, times it, counts how it ends, and seals the record.

The suite shares a user id with the keeper, so the keeper makes itself undumpable: no process without
CAP_SYS_PTRACE may then read or write its memory or its descriptors. The seal's key came on stdin,
which is emptied before the child starts; a record that anybody else writes or edits does not verify.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

from . import frames
from .patience import Patience

LATE = 124
"""Exit status of a run that the keeper ended, as that of `timeout`."""
_STEP_SECONDS = 0.1
_CHUNK = 1 << 16
_MOST_BYTES = 60 << 20
"""Of one record; a larger file would not be handed out of the sandbox."""
_UNDUMPABLE = 4
"""PR_SET_DUMPABLE of prctl(2)."""
_HERE = Path(__file__).resolve().parent


class Record:
    """What was heard so far: lines of JSON, each saying who speaks and when."""

    def __init__(self, key: bytes, patience: Patience) -> None:
        """Expect frames under `key`, from number 0."""
        self._key, self._patience = key, patience
        self._rest = b""
        self._lines: list[bytes] = []
        self.heard = self.forged = self.size = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the pipe, cut anywhere."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            body = frames.unframed(self._key, self.heard, line)
            if body is None:
                self.forged += 1
            else:
                self.heard += 1
                self._add(body, b"suite")

    def say(self, event: str, **facts: Any) -> None:
        """The keeper's own word."""
        self._add(json.dumps(dict(facts, event=event)).encode(), b"keeper")

    def close(self) -> None:
        """What is left of a line that never ended was not sent by the recorder."""
        self.forged += bool(self._rest)

    def sealed(self, seal: bytes) -> bytes:
        """Every line, then the seal over them."""
        body = b"".join(self._lines)
        return body + hmac.new(seal, body, hashlib.sha256).hexdigest().encode() + b"\n"

    def _add(self, body: bytes, speaker: bytes) -> None:
        # Of equal keys the last one counts, so nothing a suite writes can pass for the keeper's.
        line = body[:-1] + b', "by": "%s", "at": %.4f}\n' % (speaker, self._patience.seconds())
        self.size += len(line)
        self._lines.append(line)


def keep(orders: dict[str, Any]) -> int:
    """Exit status of the suite that `orders` describe.

    Orders: `journal` (where the record goes), `seal` (hexadecimal), `seconds`, `idle`, and what
    `inside.run` needs.
    """
    guarded = _guard()
    seal = bytes.fromhex(orders.pop("seal"))
    place = Path(orders["journal"])
    place.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    key = os.urandom(frames.KEY_BYTES)
    patience = Patience(orders["seconds"], orders["idle"])
    record = Record(key, patience)
    child, pipe = _start(dict(orders, key=key.hex()))
    status = _follow(child, pipe, record, patience)
    record.close()
    record.say("exit", status=status, forged=record.forged, guarded=guarded)
    rest = memoryview(record.sealed(seal))
    while rest:
        rest = rest[os.write(file, rest) :]
    os.close(file)
    return status


def _guard() -> bool:
    """Whether this process's memory and descriptors are closed to others of its user."""
    try:
        import ctypes  # noqa: PLC0415 - a Python built without it still records, and says so

        return ctypes.CDLL(None).prctl(_UNDUMPABLE, 0, 0, 0, 0) == 0
    except (ImportError, OSError, AttributeError):
        return False


def _start(orders: dict[str, Any]) -> tuple[int, int]:
    """Process id of the suite and our end of its pipe.

    Its orders come over a second pipe, which it reads to the end before anything of the target runs.
    PYTHONPATH names a folder of ours alone, whose empty `sitecustomize` stands before any other.
    """
    ours, theirs = os.pipe()
    read, write = os.pipe()
    for descriptor in (theirs, read):
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - its only form
    path = os.environ.get("PYTHONPATH", "")
    environment = dict(os.environ, PYTHONPATH=str(_HERE / "early"))
    argv = [sys.executable, "-B", str(_HERE / "inside.py"), str(read), str(theirs)]
    child = os.posix_spawn(sys.executable, argv, environment, setsigdef=(signal.SIGPIPE, signal.SIGXFSZ))
    os.close(theirs)
    os.close(read)
    rest = memoryview(json.dumps(dict(orders, path=path)).encode())
    try:
        while rest:
            rest = rest[os.write(write, rest) :]
    except BrokenPipeError:  # it died at once; how, its exit status says
        pass
    os.close(write)
    return child, ours


def _follow(child: int, pipe: int, record: Record, patience: Patience) -> int:
    """Exit status of the child, all it said heard; 128 + n for signal n, LATE when it was ended here."""
    os.set_blocking(pipe, False)
    late, speaks = None, True
    while True:
        speaks = _listen(pipe, record, speaks=speaks)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        late = patience.ended(record.heard) or ("journal" if record.size > _MOST_BYTES else None)
        if late:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
    while speaks and _hear(pipe, record):
        continue
    os.close(pipe)
    if late:
        record.say("late", limit=late, seconds=patience.seconds())
        return LATE
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _listen(pipe: int, record: Record, *, speaks: bool) -> bool:
    """Wait a step for words; False once the pipe has ended."""
    if not speaks:
        time.sleep(_STEP_SECONDS / 10)
        return False
    if select.select([pipe], [], [], _STEP_SECONDS)[0]:
        return _hear(pipe, record) is not None
    return True


def _hear(pipe: int, record: Record) -> bytes | None:
    """What the pipe holds now, taken down; empty when it holds nothing, None when it has ended."""
    try:
        chunk = os.read(pipe, _CHUNK)
    except BlockingIOError:
        return b""
    record.feed(chunk)
    return chunk or None
