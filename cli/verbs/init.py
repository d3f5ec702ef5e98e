"""`pyagent init`: write a configuration; open nothing until a class is ticked."""

import json
import os
from pathlib import Path

import click

from cli.answers import answer
from cli.frame import current, options
from pyagent.configuration import NAME, trust
from pyagent.errors import UsageError

TEMPLATE = """\
# pyagent's configuration. `pyagent settings` prints everything that is in force.

[[repository]]
target = {target}            # a path, a git URL, or sdist:name==version
# branch = "main"            # default: the target's own
# test = ["pytest", "-q"]    # default: detected
# install = ["pytest"]       # default: read from the target's own files

[policy.default]
# Nothing merges until a class is ticked here or with `pyagent approve --class`:
#   H  one lint rule        A  a proven edit or extraction
classes = []
threshold = 50               # proven changes that wait before a train departs
proposals_per_run = 20
"""


@click.command("init")
@click.argument("target", default=".")
@options
def verb(target: str) -> None:
    """Write ./pyagent.toml for TARGET and trust it. Nothing is opened, run or merged."""
    path = current().config or Path.cwd() / NAME
    if path.exists():
        raise UsageError(f"{path} is already there.", "Edit it, or remove it first.")
    path.write_text(TEMPLATE.format(target=json.dumps(target)), "utf-8")
    trust(path, dict(os.environ))
    answer(
        {"configuration": str(path), "classes": []},
        f"wrote {path}: no class is ticked, so nothing can merge.\nNext: pyagent survey, then pyagent run.",
    )
