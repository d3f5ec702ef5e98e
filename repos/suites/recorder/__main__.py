"""Start the recorder from its folder, whatever that folder is called where it is mounted."""

import importlib
import sys
from pathlib import Path


def start() -> int:
    """Exit status of the recorded run; `sys.argv[1]` is the specification as JSON."""
    here = Path(__file__).resolve().parent
    if sys.path and Path(sys.path[0]).resolve() == here:
        del sys.path[0]
    sys.path.append(str(here.parent))
    session = importlib.import_module(f"{here.name}.session")
    code: int = session.run(sys.argv[1])
    return code


if __name__ == "__main__":
    sys.exit(start())
