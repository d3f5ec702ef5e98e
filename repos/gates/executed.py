"""Did the base suite run every line that the change edits or moves?

Cost: a few milliseconds over the coverage of the base run, which is paid once per base.
Cannot see: whether a test would notice if the line did something else (that is strength); whether
the body of an `if` or a loop ran that stands on its header's line.
"""

from collections.abc import Mapping

from pyagent.model import Verdict
from repos.gates.scopes import hides_body, read, statement_at, touched
from repos.gates.trial import Trial, counted, failed, listing, passed, python_changes, skipped, weak_lines
from repos.suites.outcomes import FileCoverage

GATE = "executed"


def judge(trial: Trial) -> Verdict:
    """Passed when each statement under an edited or moved base line ran; failing only here means needs-tests."""
    coverage = trial.covered.coverage if trial.covered else None
    if coverage is None:
        return skipped(GATE, "the base suite was not measured for coverage")
    counts = [
        (path, *unexecuted(before, after, coverage=_of(coverage, path)))
        for path, before, after in python_changes(trial)
    ]
    unrun = tuple((path, line) for path, _, lines in counts for line in sorted(lines))
    missed = tuple(f"{path}:{line}" for path, line in unrun)
    total = sum(count for _, count, _ in counts)
    facts = (("edited and moved statements run by the base tests", f"{total - len(missed)} of {total}"),)
    if missed:
        return failed(GATE, f"no test runs {listing(missed)}", facts, weak=weak_lines(trial, unrun))
    return passed(GATE, f"the base tests run {counted(total, 'edited or moved statement')} of {total}", facts)


def unexecuted(before: bytes, after: bytes, *, coverage: FileCoverage) -> tuple[int, frozenset[int]]:
    """How many base statements the rewrite touches, and the first lines of those that no test ran."""
    text = read(before)
    reached = touched(text, read(after))
    statements = {statement_at(text, line) for line in reached.edited | reached.beside}
    due = [found for found in statements if found.executable or found.first & coverage.statements]
    unseen = {line for line in reached.edited if hides_body(text, line)}
    return len(due), frozenset({max(found.first) for found in due if not found.first & coverage.executed} | unseen)


def _of(coverage: Mapping[str, FileCoverage], path: str) -> FileCoverage:
    # A file the suite never loaded has no row: nothing in it ran.
    return coverage.get(path, FileCoverage(frozenset(), frozenset()))
