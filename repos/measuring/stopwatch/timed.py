"""One worker of an interleaved session: makes calls when told; the one who tells reads the clocks.

Commands come as lines of JSON on one pipe and are answered by one line on another:
["prepare", first, copies], ["go"], ["answers", first], ["memory", first], ["runs", first].
The end of the pipe ends the worker.
"""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

from .answers import digest
from .load import Calls, make, place
from .runs import runs


def run(told: dict[str, Any]) -> int:
    """Exit status; `told` is {workload: file, root, was, commands: fd, replies: fd}."""
    workload = json.loads(Path(told["workload"]).read_bytes())
    place(told["root"], told["was"], workload["search_path"])
    os.chdir(told["root"])
    calls = Calls(workload, told["root"])
    with open(told["commands"], encoding="ascii") as commands:  # noqa: PTH123 - a descriptor
        _reply(told["replies"], len(calls))
        ready: list[Any] = []
        for line in commands:
            command, *numbers = json.loads(line)
            answer: Any = None
            if command == "go":
                make(ready)
            elif command == "prepare":
                ready = calls.fresh(numbers[0], numbers[1])
            elif command == "answers":
                answer = digest(calls.fresh(numbers[0], 1))
            elif command == "runs":
                answer = runs(calls.fresh(numbers[0], 1), calls.codes())
            else:
                answer = _peak(calls.fresh(numbers[0], 1))
            _reply(told["replies"], answer)
    return 0


def _peak(ready: list[Any]) -> int:
    """Most bytes that the calls held at once beyond their arguments."""
    tracemalloc.start()
    try:
        make(ready)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _reply(descriptor: int, answer: Any) -> None:
    os.write(descriptor, json.dumps(answer).encode("ascii") + b"\n")
