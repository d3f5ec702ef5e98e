"""What ruff says about files, run in the sandbox under our own rules and no project's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ruff  # pyright: ignore[reportMissingTypeStubs] - it ships none; one typed function is used

from pyagent.ports import Job, Limits, Mount, Runner

TOOLS = "/tools"
"""Where the folder of our own programs appears inside."""


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding on one side of a comparison."""

    side: str
    path: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class NoReport:
    """Ruff gave no answer, and why."""

    reason: str


def report(
    sides: Mapping[str, Mapping[str, bytes]], rules: tuple[str, ...], *, runner: Runner, minor: int
) -> tuple[LintFinding, ...] | NoReport:
    """Findings of `rules` (ruff selectors) in every side's files, in ruff's order; one sandbox run for all sides.

    Only the given files exist inside, so no rule can depend on the rest of a tree. `minor` is the
    oldest Python 3 minor the project admits.
    """
    argv = (
        f"{TOOLS}/ruff",
        *("check", "--isolated", "--no-cache", "--quiet", "--output-format=json"),
        # A product's folder may be called build or venv; nothing but the given files is inside.
        *("--config", "exclude=[]", "--no-respect-gitignore"),
        *("--select", ",".join(rules), "--target-version", f"py3{minor}", "."),
    )
    done = runner.run(
        Job(
            argv=argv,
            overlay={f"{side}/{path}": body for side, files in sides.items() for path, body in files.items()},
            mounts=(Mount(Path(ruff.find_ruff_bin()).parent, TOOLS),),
            limits=Limits(wall_seconds=60, cpu_seconds=60),
        )
    )
    if done.stopped or done.code not in {0, 1}:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return NoReport(f"ruff ended with {done.stopped or done.code}: {last.strip()[:200]}")
    return tuple(_finding(row) for row in json.loads(done.stdout or b"[]"))


def _finding(row: dict[str, str | None]) -> LintFinding:
    # Inside, the work copy is the current folder; ruff reports absolute names under it.
    inner = Path(row["filename"] or "").parts[2:]
    return LintFinding(inner[0], "/".join(inner[1:]), row["code"] or "syntax", row["message"] or "")
