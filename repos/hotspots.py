"""Where work hurts: functions that are complex, in files that are changed often, and little tested (pure).

After Tornhill, *Your Code as a Crime Scene* (2015): complexity alone costs nothing until somebody
has to change it. So without a history, as an imported release has none, there are no hotspots.
"""

from collections.abc import Iterable, Mapping

from pyagent.model import Finding
from repos.suites.outcomes import FileCoverage
from repos.survey import FunctionRow

COMPLEX = 10
"""Cyclomatic complexity above which a function can be a hotspot: McCabe's own limit (1976)."""

OFTEN = 2
"""Commits from which a file counts as changed: its first one only made it."""

MOST = 20
"""Hotspots told: attention is what they are for."""


def score(commits: int, complexity: int, covered: float | None) -> float:
    """`commits x complexity x (2 - covered)`; `covered` from 0 to 1, taken for 1 where nobody measured it.

    What no test runs hurts twice as much as the same code fully covered.
    """
    return commits * complexity * (2.0 - (1.0 if covered is None else covered))


def hotspots(
    functions: Iterable[FunctionRow], churn: Mapping[str, int], covered: Mapping[str, float]
) -> tuple[Finding, ...]:
    """The MOST worst hotspots, worst first, then by path and line.

    Args:
        functions: what was measured.
        churn: commits by path (`repos.stores.churn`): git tells of files, so its functions share them.
        covered: share of a function's lines that tests run, by its fingerprint, where known.
    """
    found = (_finding(row, churn[row.path], covered.get(row.fingerprint)) for row in functions if _may_be(row, churn))
    return tuple(sorted(found, key=lambda f: (-f.value, f.path, f.line))[:MOST])


def covered_shares(functions: Iterable[FunctionRow], coverage: Mapping[str, FileCoverage]) -> dict[str, float]:
    """Share of each function's statement lines that ran, by fingerprint; of twins the least.

    The `def` itself runs when its module is imported, so it does not count.
    """
    shares: dict[str, float] = {}
    for row in functions:
        lines = coverage.get(row.path)
        inside = [n for n in lines.statements if row.line < n <= row.end_line] if lines else []
        if lines and inside:
            share = sum(n in lines.executed for n in inside) / len(inside)
            shares[row.fingerprint] = min(share, shares.get(row.fingerprint, 1.0))
    return dict(sorted(shares.items()))


def _may_be(row: FunctionRow, churn: Mapping[str, int]) -> bool:
    return row.cyclomatic > COMPLEX and churn.get(row.path, 0) >= OFTEN


def _finding(row: FunctionRow, commits: int, covered: float | None) -> Finding:
    tested = "coverage not known" if covered is None else f"tests run {covered:.0%} of its lines"
    detail = f"{commits} commits on its file, complexity {row.cyclomatic}, {tested}"
    value = round(score(commits, row.cyclomatic, covered), 1)
    return Finding("hotspot", row.path, row.name, row.line, value, 0.0, detail)
