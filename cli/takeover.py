"""How an operator gets what was merged: pyagent writes to its own store only."""

import shlex
from pathlib import Path

from repos.targets import Kind, parse
from stages.desk import Desk


def take_over(desk: Desk) -> str:
    """The command that brings our branch to its owner: a pull in a clone, or a fresh clone of a source release."""
    store = shlex.quote(str(desk.store.path))
    kind = parse(desk.repository.target, cwd=Path.cwd(), slug=desk.slug).kind
    if kind is Kind.SDIST:
        return f"git clone {store}"
    return f"git pull {store} {shlex.quote(desk.repository.branch)}"
