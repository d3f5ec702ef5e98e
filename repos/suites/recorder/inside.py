"""The suite's process: take orders, open the pipe, then lay the target's folders on sys.path and become the suite.

Everything of ours, and the test tools that the base tree does not hold itself, is imported before
the first folder of the target can be searched: a module of the target's that bears such a name comes too late.
"""

import importlib
import json
import os
import sys
from pathlib import Path


def main(orders: int, pipe: int) -> int:
    """Exit status of the suite; `orders` and `pipe` are descriptors."""
    with os.fdopen(orders, "rb") as told:
        specification = json.loads(told.read())
    here = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry) not in {here, here / "early"}]
    sys.modules.pop("sitecustomize", None)
    sys.path.append(str(here.parent))
    session = importlib.import_module(f"{here.name}.session")
    code: int = session.prepared(specification, pipe)()
    return code


if __name__ == "__main__":
    # Bound now: by the time it is called the suite may have put something else in its place.
    leave = os._exit
    status = main(int(sys.argv[1]), int(sys.argv[2]))
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue
    # Nothing of the suite's runs after its last word was said: neither exit handlers nor finalizers.
    leave(status)
