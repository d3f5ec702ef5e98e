"""Times an import natively, from outside the process that does it, then becomes the process that counts it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def run(told: dict[str, Any]) -> int:
    """Print {cpu: [seconds], loaded: [names]} or {failed: status} as one line; then count where that is asked.

    `told` is {python, program, modules, times, counting: argv or [], longest, scratch: folder to make}. The first
    import fills a cache of bytecode, as an installed package has one; it is not timed.
    """
    scratch = Path(told["scratch"])
    scratch.mkdir()
    os.environ["PYTHONPYCACHEPREFIX"] = str(scratch / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    report = str(scratch / "loaded")
    names = ",".join(told["modules"])
    argv = [told["python"], told["program"], names]
    seconds: list[float] = []
    for _ in range(told["times"] + 1):
        status, used = _child([*argv, report])
        if status:
            print(json.dumps({"failed": status}), flush=True)  # noqa: T201 - the answer
            return 0
        seconds.append(used)
    found = {"cpu": seconds[1:], "loaded": Path(report).read_text(encoding="utf-8").split("\n")}
    print(json.dumps(found), flush=True)  # noqa: T201 - the answer
    if told["counting"] and min(seconds) <= told["longest"]:
        _silence()
        os.execv(told["counting"][0], [*told["counting"], *argv, "-"])  # noqa: S606 - no shell is wanted
    return 0


def _child(argv: list[str]) -> tuple[int, float]:
    """Exit status (128 + n when signal n ended it) and processor seconds of one child, by the kernel's account."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    child = os.posix_spawn(argv[0], argv, os.environ, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    return code, used.ru_utime + used.ru_stime


def _silence() -> None:
    """What the counted process prints would follow our answer."""
    sys.stdout.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
