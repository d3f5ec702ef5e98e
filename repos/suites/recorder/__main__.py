"""Start the recorder, from its folder whatever that is called where it is mounted, or by `python -m`."""

import importlib
import json
import sys
from pathlib import Path


def start() -> int:
    """Exit status of the recorded run, whose specification is JSON on stdin: it may name thousands of tests."""
    package = __package__
    if not package:
        here = Path(__file__).resolve().parent
        if Path(sys.path[0]).resolve() == here:
            del sys.path[0]
        sys.path.append(str(here.parent))
        package = here.name
    session = importlib.import_module(f"{package}.session")
    code: int = session.run(json.loads(sys.stdin.buffer.read()))
    return code


if __name__ == "__main__":
    sys.exit(start())
