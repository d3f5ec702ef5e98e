"""Start what the first argument names (`timed`, `counted`, `session`) with the specification in the second."""

import importlib
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.path[0] = str(here.parent)
    sys.exit(importlib.import_module(f"{here.name}.{sys.argv[1]}").run(json.loads(sys.argv[2])))
