"""Does a type checker find no certain error that was not there?

Cost: one mypy run in the sandbox over the changed files of both sides, 0.6 CPU-s for one of 1,000 lines.
Cannot see: what other modules hold, for only the changed files are inside; and by choice everything a
checker merely infers: untyped code that moves may need an annotation more, which is no error of it.
"""

import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyagent.model import Verdict
from pyagent.ports import Completed, Job, Limits, Mount, Runner
from pyagent.sandbox.interpreters import interpreter_mounts
from repos.environments.interpreters import own_interpreter
from repos.gates.finding_delta import verdict
from repos.gates.ruff_report import LintFinding
from repos.gates.trial import Trial, sides, skipped

GATE = "types"
CERTAIN = frozenset({"name-defined", "used-before-def", "call-arg", "attr-defined", "return"})
"""Errors that fail whatever the hints are worth: a name, an attribute or a parameter that is not there."""

CHECKER = "/checker"
"""Where the folder that holds mypy appears inside."""
_ENDED = frozenset({0, 1})
"""mypy ends with 0 (no error) or 1 (errors found); 2 is a failure of the run."""


def judge(trial: Trial) -> Verdict:
    """Passed when no certain (file, code, message) is found more often than before, wherever its line went."""
    found = importlib.util.find_spec("mypy")
    if found is None or found.origin is None:
        return skipped(GATE, "mypy is not installed")
    done = _checked(sides(trial), Path(found.origin).parents[1], trial.runner)
    if done.stopped or done.code not in _ENDED:
        last = (done.stdout + done.stderr).decode("utf-8", "replace").strip().rpartition("\n")[2]
        return skipped(GATE, f"mypy ended with {done.stopped or done.code}: {last[:200]}")
    return verdict(GATE, tuple(_findings(done.stdout)), what="certain type error")


def _checked(given: Mapping[str, Mapping[str, bytes]], packages: Path, runner: Runner) -> Completed:
    """Both sides as two packages in one run, under no configuration but ours."""
    overlay = {f"{side}/{path}": body for side, files in given.items() for path, body in files.items()}
    argv = (
        *(str(own_interpreter().path), "-P", "-s", "-B", "-m", "mypy"),
        *("--config-file=", "--no-incremental", "--cache-dir=/dev/null", "--no-site-packages", "--output=json"),
        *("--check-untyped-defs", "--ignore-missing-imports", "--follow-imports=skip"),
        *("--namespace-packages", "--explicit-package-bases", "--no-error-summary", "--", *sorted(overlay)),
    )
    mounts = (*interpreter_mounts(own_interpreter().path), Mount(packages, CHECKER))
    limits = Limits(wall_seconds=120, cpu_seconds=60)
    return runner.run(Job(argv=argv, overlay=overlay, mounts=mounts, env={"PYTHONPATH": CHECKER}, limits=limits))


def _findings(output: bytes) -> Iterator[LintFinding]:
    for line in output.splitlines():
        row: dict[str, str | None] = json.loads(line) if line.startswith(b"{") else {}
        if row.get("severity") == "error" and row.get("code") in CERTAIN:
            side, _, path = (row["file"] or "").partition("/")
            # Both sides are packages named after themselves; a message must not tell them apart.
            yield LintFinding(side, path, row["code"] or "", (row["message"] or "").replace(f"{side}.", ""))
