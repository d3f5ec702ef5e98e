"""Is the change nothing but safe fixes of its one lint rule, as the linter itself offers them on the base?

Cost: one ruff run in the sandbox over the changed files of the base, about 50 ms.
Cannot see: whether a fix that the linter calls safe is safe for this project.
"""

import io
import tokenize

from pyagent.model import Verdict
from repos.gates.grammar import lint_minor
from repos.gates.made_of import Fix, Splice, made_of
from repos.gates.ruff_report import NoReport, RuffEdit, RuffFix, RuffPlace, RuffRow, inner_path, ruff_rows
from repos.gates.trial import Trial, failed, listing, passed, python_changes, skipped

GATE = "rule-only"
SAFE = "safe"


def judge(trial: Trial) -> Verdict:
    """Passed when every changed file is its base with some of the rule's safe fixes done, each of them whole."""
    found = python_changes(trial)
    rule = trial.proposal.name
    bases = {path: before for path, before, _ in found}
    rows = ruff_rows(bases, (rule,), runner=trial.runner, minor=lint_minor(trial.base))
    if isinstance(rows, NoReport):
        return skipped(GATE, rows.reason)
    other = tuple(path for path, before, after in found if not _made_of(before, after, _of(path, rule, rows)))
    if other:
        return failed(GATE, f"holds more than safe fixes of {rule}: {listing(other)}")
    return passed(GATE, f"nothing but safe fixes of {rule}")


def _of(path: str, rule: str, rows: list[RuffRow]) -> list[RuffFix]:
    mine = (row["fix"] for row in rows if row["code"] == rule and inner_path(row) == path)
    return [fix for fix in mine if fix is not None and fix["applicability"] == SAFE]


def _made_of(before: bytes, after: bytes, fixes: list[RuffFix]) -> bool:
    old = _text(before)
    starts = [0]
    for line in old.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    wanted: list[Fix] = [tuple(_splice(edit, starts, len(old)) for edit in fix["edits"]) for fix in fixes]
    return made_of(old, _text(after), wanted)


def _splice(edit: RuffEdit, starts: list[int], size: int) -> Splice:
    start, end = (_offset(edit[side], starts, size) for side in ("location", "end_location"))
    return Splice(start, end, edit["content"].replace("\r\n", "\n"))


def _offset(place: RuffPlace, starts: list[int], size: int) -> int:
    # Ruff names the end of a file as the line after its last.
    return min(starts[min(place["row"], len(starts)) - 1] + place["column"] - 1, size)


def _text(source: bytes) -> str:
    """Characters as ruff counts them: decoded, without a byte order mark, lines ended alike (parse judges both)."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
