"""Tries wrong edits of the base tree on chosen tests, many in one sandbox, each in a process of its own.

Before the first edit the tests run once on the unchanged tree; only what passes there is asked of an
edit. A process is forked off before anything of the target is imported, so each imports the edited
module anew, at module level too. At the end the tests that noticed an edit run once more on the
unchanged tree, alone: one that fails now fails for its company, or for what an earlier run left lying
in the work copy, and what it noticed does not count.

What runs here is the base tree's own code, edited by us, never a candidate's; nobody gains by forging.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_LOOK_SECONDS = 0.02
_IDLE_SECONDS = 30.0
"""A process that neither used nor waited for a processor for so long will not end."""
_START_SECONDS = 2.0
_TIMES = 3.0
"""An edit may cost so many times what its tests cost on the unchanged tree, and a start."""
_BAD = {"failed", "error"}


class Sink:
    """A journal in a plain file: the child writes what its tests did, and its CPU seconds, a line an event."""

    def __init__(self, path: Path) -> None:
        """Open anew."""
        self._handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._write, self._clock, self._owner, self._getpid = os.write, time.process_time, os.getpid(), os.getpid

    def write(self, event: str, **facts: Any) -> None:
        """Append one event; silent in processes that tests start."""
        if self._getpid() == self._owner and event in {"collected", "start", "report", "end"}:
            row = {
                "event": event,
                "cpu": self._clock(),
                **{key: facts.get(key) for key in ("id", "ids", "when", "outcome")},
            }
            self._write(self._handle, (json.dumps(row) + "\n").encode("utf-8", "backslashreplace"))


class Heard:
    """What one process's tests did, by id."""

    def __init__(self, path: Path, names: Any) -> None:
        """Read a sink's file as far as it goes."""
        self.passed: set[str] = set()
        self.bad: dict[str, None] = {}
        self.seconds: dict[str, float] = {}
        self.start_seconds = 0.0
        self.running: str | None = None
        self.ended = False
        begun = 0.0
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            names.seen(row["ids"] or ())
            name = names.of(row["id"]) if row["id"] else None
            if row["event"] == "end":
                self.ended = True
            elif row["event"] == "start":
                self.start_seconds = self.start_seconds or row["cpu"]
                self.running, begun = name, row["cpu"]
            elif row["event"] == "report" and name:
                self.seconds[name] = max(self.seconds.get(name, 0.0), row["cpu"] - begun)
                self._judge(name, row["when"], row["outcome"])

    def _judge(self, name: str, when: str, outcome: str) -> None:
        if outcome in _BAD:
            self.bad[name] = None
            self.passed.discard(name)
        elif outcome == "passed" and when in {"call", "whole"} and name not in self.bad:
            self.passed.add(name)


class Attempts:
    """One job: the tests to ask, the edits to try, and what is left to spend."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Begin; see `run` for what is told."""
        package = __package__ or ""
        self._session = importlib.import_module(f"{package}.session")
        self._names = importlib.import_module(f"{package}.names").Names
        self._told = told
        self._spent = 0.0
        self._until = time.monotonic() + told["wall_seconds"]
        self._folder = Path(told["report"]).parent
        self._folder.mkdir(parents=True, exist_ok=True)
        if told["kind"] == "pytest":
            importlib.import_module("pytest")

    def all(self) -> list[dict[str, Any]]:
        """A row for each edit: status, the test that noticed it, CPU seconds."""
        edits = self._told["edits"]
        asked = dict.fromkeys(test for edit in edits for test in edit["tests"])
        status, base = self._tried(asked, keep_bytecode=True, cpu_limit=self._told["cpu_seconds"])
        if status or not base.ended:
            return [{"status": "no base", "by": status or "the run broke off", "seconds": 0.0} for _ in edits]
        _forget_bytecode(edit["path"] for edit in edits)
        rows = [self._edited(edit, base) for edit in edits]
        self._confirm(rows)
        return rows

    def _edited(self, edit: dict[str, Any], base: Heard) -> dict[str, Any]:
        due = sorted((name for name in edit["tests"] if name in base.passed), key=lambda name: base.seconds[name])
        if not due:
            return {"status": "unheard", "by": None, "seconds": 0.0}
        expected = base.start_seconds + sum(base.seconds[name] for name in due)
        limit = _START_SECONDS + _TIMES * expected
        if self._spent + expected > self._told["cpu_seconds"] or time.monotonic() > self._until:
            return {"status": "not tried", "by": None, "seconds": 0.0}
        place, before = Path(edit["path"]), self._spent
        original = place.read_bytes()
        place.write_bytes(edit["text"].encode("utf-8", "surrogateescape"))
        try:
            status, heard = self._tried(due, cpu_limit=limit)
        finally:
            place.write_bytes(original)
        return {**self._answer(status, heard, due), "seconds": round(self._spent - before, 3)}

    @staticmethod
    def _answer(status: str | None, heard: Heard, due: list[str]) -> dict[str, Any]:
        missing = [name for name in due if name not in heard.passed]
        if status == "wall":
            return {"status": "not tried", "by": None}
        if status:
            return {"status": status, "by": heard.running}
        if heard.bad or missing or not heard.ended:
            # A file that cannot be collected is no test: the first of its tests noticed.
            return {"status": "killed", "by": next((name for name in heard.bad if name in due), (missing or due)[0])}
        return {"status": "survived", "by": None}

    def _confirm(self, rows: list[dict[str, Any]]) -> None:
        """Take back what tests noticed that do not pass alone on the unchanged tree."""
        killers = dict.fromkeys(row["by"] for row in rows if row["status"] == "killed" and row["by"])
        if killers:
            _, heard = self._tried(killers, cpu_limit=self._told["cpu_seconds"])
            for row in rows:
                if row["status"] == "killed" and row["by"] and row["by"] not in heard.passed:
                    row["status"] = "wavers"

    def _tried(self, only: Iterable[str], *, cpu_limit: float, keep_bytecode: bool = False) -> tuple[str | None, Heard]:
        """How a process with these tests ended (None by itself), and what they did."""
        path = self._folder / "attempt"
        told = dict(self._told, only=list(only), first_failure=not keep_bytecode, fastest_first=True)
        child = os.fork()
        if not child:
            _become(self._session, told, path, cpu_limit, keep_bytecode=keep_bytecode)
        ended, used = _awaited(child, self._until)
        self._spent += used
        heard = Heard(path, self._names())
        path.unlink()
        return ended, heard


def run(told: dict[str, Any]) -> None:
    """Write `report`, a list of rows.

    Told are kind and arguments of the suite, report, cpu_seconds and wall_seconds of all together,
    memory_bytes of one process's address space, and edits: path, text, tests.
    """
    rows = Attempts(told).all()
    Path(told["report"]).write_text(json.dumps(rows), encoding="utf-8")


def _become(session: Any, told: dict[str, Any], path: Path, cpu_limit: float, *, keep_bytecode: bool) -> None:
    """Be the suite, in the child; never returns."""
    leave, code = os._exit, 1
    try:
        os.setsid()
        seconds = max(1, int(cpu_limit + 0.999))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (told["memory_bytes"], told["memory_bytes"]))
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        # Only what the unchanged tree compiles is kept; an edited file is compiled each time.
        sys.dont_write_bytecode = not keep_bytecode
        sink = Sink(path)
        with contextlib.suppress(SystemExit):
            session.start(told, sink)
        sink.write("end")
        code = 0
    finally:
        leave(code)


def _awaited(child: int, until: float) -> tuple[str | None, float]:
    """How the child ended, None by itself; and the CPU seconds of it and of what it waited for."""
    looked = moved = time.monotonic()
    used = 0.0
    late = None
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            break
        time.sleep(_LOOK_SECONDS)
        now = time.monotonic()
        if now - looked > 1.0:
            looked, (present, runnable) = now, _processors()
            if runnable or present > used + 0.02:
                moved, used = now, present
        late = "wall" if now > until else "hung" if now - moved > _IDLE_SECONDS else None
        if late:
            _end(child)
            _, status, usage = os.wait4(child, 0)
            break
    _end(child)
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    ended_by = late or ("hung" if signalled == signal.SIGXCPU else "died" if signalled else None)
    return ended_by, usage.ru_utime + usage.ru_stime


def _end(child: int) -> None:
    """Kill what is left of the child's session."""
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _processors() -> tuple[float, bool]:
    """CPU seconds of every process but this one, and whether any of them wants a processor now."""
    ticks, runnable = 0, False
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if process.name != str(os.getpid()):
            ticks += int(fields[11]) + int(fields[12])
            runnable = runnable or fields[0] in {b"R", b"D"}
    return ticks / float(os.sysconf("SC_CLK_TCK")), runnable


def _forget_bytecode(paths: Iterable[str]) -> None:
    """Remove what was compiled of files that will be edited: a second edit within a second could pass for it."""
    for path in set(map(Path, paths)):
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()


def _start() -> None:
    here = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != here]
    sys.path.append(str(here.parent))
    importlib.import_module(f"{here.name}.attempts").run(json.loads(sys.stdin.buffer.read()))


if __name__ == "__main__":
    _start()
