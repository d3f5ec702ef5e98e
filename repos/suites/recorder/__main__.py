"""Start the keeper; its orders are JSON on stdin.

Meant to be started with `-I -S`, so that nothing but the standard library is importable; from its
folder, whatever that is called where it is mounted, or by `python -m`.
"""

import importlib
import json
import os
import sys
from pathlib import Path


def start() -> int:
    """Exit status of the recorded run."""
    package = __package__
    if not package:
        here = Path(__file__).resolve().parent
        if sys.path and Path(sys.path[0]).resolve() == here:
            del sys.path[0]
        sys.path.append(str(here.parent))
        package = here.name
    keeper = importlib.import_module(f"{package}.keeper")
    orders = json.loads(sys.stdin.buffer.read())
    _forget_orders()
    code: int = keeper.keep(orders)
    return code


def _forget_orders() -> None:
    """Empty what stdin was read from: the suite inherits it, and the seal stood in it."""
    try:
        os.ftruncate(0, 0)
        os.lseek(0, 0, os.SEEK_SET)
    except OSError:  # a pipe: what was read is gone
        return


if __name__ == "__main__":
    sys.exit(start())
