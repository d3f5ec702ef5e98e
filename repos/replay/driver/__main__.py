"""Start the driver from where it is mounted; what to do comes as JSON on standard input."""

import importlib
import sys
from pathlib import Path


def start() -> int:
    """Exit status of the replay."""
    package = __package__
    if not package:
        here = Path(__file__).resolve().parent
        if Path(sys.path[0]).resolve() == here:
            del sys.path[0]
        sys.path.append(str(here.parent))
        package = here.name
    code: int = importlib.import_module(f"{package}.errand").run()
    return code


if __name__ == "__main__":
    sys.exit(start())
