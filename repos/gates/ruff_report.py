"""What ruff says about files, run in the sandbox under our own rules and no project's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

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
    text: str = ""
    """What it points at."""


@dataclass(frozen=True, slots=True)
class NoReport:
    """Ruff gave no answer, and why."""

    reason: str


class RuffPlace(TypedDict):
    """A place as ruff names it: rows and columns count from 1, columns in characters."""

    row: int
    column: int


class RuffEdit(TypedDict):
    """One edit of a fix: what stands between two places becomes `content`."""

    content: str
    location: RuffPlace
    end_location: RuffPlace


class RuffFix(TypedDict):
    """A fix and how sure ruff is of it: `safe`, `unsafe` or `display`."""

    applicability: str
    edits: list[RuffEdit]


class RuffRow(TypedDict):
    """What we read of one finding in ruff's JSON report."""

    code: str | None
    filename: str | None
    message: str | None
    fix: RuffFix | None
    location: RuffPlace | None
    end_location: RuffPlace | None


def report(
    sides: Mapping[str, Mapping[str, bytes]], rules: tuple[str, ...], *, runner: Runner, minor: int
) -> tuple[LintFinding, ...] | NoReport:
    """Findings of `rules` in every side's files, in ruff's order; one sandbox run for all sides."""
    files = {f"{side}/{path}": body for side, bodies in sides.items() for path, body in bodies.items()}
    rows = ruff_rows(files, rules, runner=runner, minor=minor)
    return rows if isinstance(rows, NoReport) else tuple(_finding(row, files) for row in rows)


def ruff_rows(
    files: Mapping[str, bytes], rules: tuple[str, ...], *, runner: Runner, minor: int
) -> list[RuffRow] | NoReport:
    """What ruff reports of `rules` (selectors) in `files`.

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
            overlay=files,
            mounts=(Mount(Path(ruff.find_ruff_bin()).parent, TOOLS),),
            limits=Limits(wall_seconds=60, cpu_seconds=60),
        )
    )
    if done.stopped or done.code not in {0, 1}:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return NoReport(f"ruff ended with {done.stopped or done.code}: {last.strip()[:200]}")
    rows: list[RuffRow] = json.loads(done.stdout or b"[]")
    return rows


def inner_path(row: RuffRow) -> str:
    """The path as it was given: inside, the work copy is the current folder, and ruff says absolute names."""
    return "/".join(Path(row["filename"] or "").parts[2:])


def _finding(row: RuffRow, files: Mapping[str, bytes]) -> LintFinding:
    side, _, path = inner_path(row).partition("/")
    return LintFinding(side, path, row["code"] or "syntax", row["message"] or "", _text(row, files))


def _text(row: RuffRow, files: Mapping[str, bytes]) -> str:
    first, last = row["location"], row["end_location"]
    if first is None or last is None:
        return ""
    lines = files[inner_path(row)].decode("utf-8", "replace").split("\n")[first["row"] - 1 : last["row"]]
    if lines:
        lines[-1] = lines[-1][: last["column"] - 1]
        lines[0] = lines[0][first["column"] - 1 :]
    return "\n".join(lines)
