"""One process under valgrind: warm up uncounted, then make the calls counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .counting import Counter
from .load import Calls, make, place


def run(told: dict[str, Any]) -> int:
    """Exit status: 0 when the calls were made under the counter.

    `told` is {workload: file, root, was, first, copies, warm}; `was` is where the recorded process saw the tree.
    """
    counter = Counter()
    if not counter.there:
        return 3
    workload = json.loads(Path(told["workload"]).read_bytes())
    place(told["root"], told["was"], workload["search_path"])
    calls = Calls(workload, told["root"])
    for _ in range(told["warm"]):
        make(calls.fresh(told["first"], 1))
    ready = calls.fresh(told["first"], told["copies"])
    counter.start()
    make(ready)
    counter.stop()
    return 0
