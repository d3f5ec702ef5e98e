"""Goes on as an ordinary user who can reach our interpreter and sources, wherever they lie."""

import os
import sys
from pathlib import Path

ORDINARY = 64321
ROOT = Path(__file__).parents[2]


def as_ordinary_user() -> list[str]:
    """Arguments to put before a command; none where we are no root."""
    if os.geteuid() != 0:
        return []
    needed = {Path(sys.prefix), Path(sys.base_prefix), ROOT}
    closed = {closed for path in needed for closed in path.parents if not closed.stat().st_mode & 0o001}
    arguments = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
    for folder in sorted(closed):
        arguments += ["--tmpfs", str(folder)]
    for path in sorted(path for path in needed if any(folder in path.parents for folder in closed)):
        parents = [parent for parent in reversed(path.parents) if any(folder in parent.parents for folder in closed)]
        for parent in parents:
            arguments += ["--perms", "0755", "--dir", str(parent)]
        arguments += ["--ro-bind", str(path), str(path)]
    drop = f"--reuid {ORDINARY} --regid {ORDINARY} --clear-groups --inh-caps=-all --bounding-set=-all"
    return [*arguments, "--", "setpriv", *drop.split(), "--"]
