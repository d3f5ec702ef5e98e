"""Interleaved samples of two trees, by a process that never runs the target's code.

Each round starts three fresh workers, two on the base and one on the candidate, and lets them make the
same calls in turns (a b c c b a). Processor time is read here, from the kernel's account of the worker,
so no clock of the target's process is asked. Fresh processes because one process keeps its memory
layout, and with it a bias of several per cent (Mytkowicz et al., ASPLOS 2009).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

_DUMPABLE = 4
_SIDES = ("base", "again", "candidate")
_MOST_COPIES = 4096


class Worker:
    """A process that makes calls when told; every method raises EOFError when it has died."""

    def __init__(self, told: dict[str, Any], root: str) -> None:
        """Start it on the tree at `root` and wait until it has imported its modules."""
        commands, self._write = os.pipe()
        self._read, replies = os.pipe()
        own = {
            "workload": told["workload"], "root": root, "was": told["was"], "commands": commands, "replies": replies,
        }  # fmt: skip
        paths = [root + path[len(told["was"]) :] for path in told["import_path"]]
        self._process = subprocess.Popen(
            [told["python"], "-B", told["program"], "timed", json.dumps(own)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(commands, replies), env={**os.environ, "PYTHONPATH": ":".join(paths)}, cwd=root,
        )  # fmt: skip
        os.close(commands)
        os.close(replies)
        self._answers = open(self._read, "rb")  # noqa: PTH123, SIM115 - a descriptor, closed by `end`
        # CPUCLOCK_SCHED of that process: clock_getcpuclockid(3), as the kernel encodes it.
        self._clock = (~self._process.pid) << 3 | 2
        self.calls = int(self._answer())

    def ask(self, *command: Any) -> Any:
        """The answer to one command."""
        os.write(self._write, json.dumps(command).encode("ascii") + b"\n")
        return self._answer()

    def sample(self, first: int, copies: int) -> dict[str, float]:
        """Processor seconds, and how often the worker had to wait, for one pass over fresh arguments."""
        self.ask("prepare", first, copies)
        waits, begun = self._waits(), time.clock_gettime(self._clock)
        self.ask("go")
        return {"cpu": time.clock_gettime(self._clock) - begun, "waits": self._waits() - waits}

    def end(self) -> None:
        """Close its pipes and wait."""
        os.close(self._write)
        self._answers.close()
        self._process.kill()
        self._process.wait()

    def _answer(self) -> Any:
        line = self._answers.readline()
        if not line:
            raise EOFError
        return json.loads(line)

    def _waits(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0])


def run(told: dict[str, Any]) -> int:
    """Print what was measured as JSON: {first, copies, runs, rounds, answers, memory} or {died: side}.

    `told` is {workload, program, python, was, import_path, candidate, after, deleted, rounds, samples,
    sample_seconds, longest_seconds, first, copies, runs}; `first` 0 asks for calibration.
    """
    # Nobody of our own user may look into this process or write to its descriptors.
    ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)
    _lay_out(told)
    try:
        found = _measured(told)
    except _Died as died:
        found = {"died": str(died)}
    json.dump(found, sys.stdout)
    return 0


class _Died(Exception):
    """A worker ended before it was told to; its side."""


def _lay_out(told: dict[str, Any]) -> None:
    """A second copy of the tree with the candidate's files in it."""
    root = Path(told["candidate"])
    shutil.copytree(told["was"], root, symlinks=True)
    for path in told["deleted"]:
        with contextlib.suppress(FileNotFoundError):
            (root / path).unlink()
    after = Path(told["was"], told["after"])
    for file in after.rglob("*") if after.exists() else ():
        if file.is_file():
            target = root / file.relative_to(after)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _measured(told: dict[str, Any]) -> dict[str, Any]:
    first, copies, runs = told["first"], told["copies"], told["runs"]
    if not first:
        with _worker(told, "base") as worker:
            first, copies = _calibrated(worker, told["sample_seconds"], told["longest_seconds"])
            with _dies_as("base"):
                runs = worker.ask("runs", first)
    found: dict[str, Any] = {"first": first, "copies": copies, "runs": runs, "rounds": [], "answers": [], "memory": []}
    for _ in range(told["rounds"]):
        rows, answers, memory = _round(told, first, copies)
        found["rounds"].append(rows)
        found["answers"].append(answers)
        found["memory"].append(memory)
    return found


def _round(told: dict[str, Any], first: int, copies: int) -> tuple[Any, Any, Any]:
    with contextlib.ExitStack() as stack:
        workers = {side: stack.enter_context(_worker(told, side)) for side in _SIDES}
        rows: dict[str, list[Any]] = {side: [] for side in _SIDES}
        answers: dict[str, Any] = {}
        memory: dict[str, Any] = {}
        for side, worker in workers.items():
            with _dies_as(side):
                answers[side] = worker.ask("answers", first)
        for number in range(told["samples"] + 1):
            for side in _SIDES if number % 2 else reversed(_SIDES):
                with _dies_as(side):
                    sample = workers[side].sample(first, copies)
                if number:  # the first one warms up
                    rows[side].append(sample)
        for side, worker in workers.items():
            with _dies_as(side):
                memory[side] = worker.ask("memory", first)
    return rows, answers, memory


@contextlib.contextmanager
def _worker(told: dict[str, Any], side: str) -> Generator[Worker]:
    root = told["candidate"] if side == "candidate" else told["was"]
    with _dies_as(side):
        worker = Worker(told, root)
    try:
        yield worker
    finally:
        worker.end()


@contextlib.contextmanager
def _dies_as(side: str) -> Generator[None]:
    try:
        yield
    except (EOFError, OSError, ValueError) as error:
        raise _Died(side) from error


def _calibrated(worker: Worker, wanted: float, longest: float) -> tuple[int, int]:
    """How many of the calls, how many times over, make a sample of `wanted` processor seconds.

    Fewer calls than there are when all of them would take more than `longest`; (0, 0) when one alone does.
    """
    with _dies_as("base"):
        worker.sample(1, 1)
        taken, first = worker.sample(1, 1)["cpu"], 1
        if taken > longest:
            return 0, 0
        while first < worker.calls:
            more = min(2 * first, worker.calls)
            took = worker.sample(more, 1)["cpu"]
            if took > longest:
                break
            first, taken = more, took
        copies = 1
        for _ in range(2):  # the first estimate is of code that is still warming up
            taken = min(worker.sample(first, copies)["cpu"] for _ in range(3)) / copies
            copies = max(1, min(_MOST_COPIES // first, int(wanted / max(taken, 1e-6)) + 1))
    return first, copies
