"""The judge's own measurements of two sides of a patch: nothing here believes a claim."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyagent_native import FileMetrics, FunctionMetrics, measure

from pyagent.distribution import distribution
from pyagent.model import Claim
from pyagent.ports import Runner
from repos.gates.ruff_report import NoReport, report

LINT = "lint"
"""The claim's metric whose name is a lint rule."""

FUNCTION_METRICS: Mapping[str, Callable[[FunctionMetrics], int]] = {
    "cyclomatic": lambda found: found.cyclomatic,
    "cognitive": lambda found: found.cognitive,
    "nesting": lambda found: found.nesting,
    "statements": lambda found: found.statements,
}
"""Metrics of one function, by the name a claim uses."""

Sides = Mapping[str, tuple[bytes, bytes]]
"""Both sides of each file by path; an absent side is empty."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A claim with what the judge found instead."""

    claim: Claim
    before: float
    after: float

    def agrees(self) -> bool:
        """The claim said exactly this."""
        return (self.claim.before, self.claim.after) == (self.before, self.after)


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Why a claim could not be measured."""

    reason: str


def measurements(
    claims: Iterable[Claim], sides: Sides, *, runner: Runner, minor: int
) -> tuple[Measured, ...] | Unmeasured:
    """Each claim beside the values found in `sides`; lint is counted in the sandbox."""
    wanted = tuple(claims)
    unknown = sorted({claim.metric for claim in wanted} - {*FUNCTION_METRICS, LINT})
    if unknown:
        return Unmeasured(f"nobody here measures {', '.join(unknown)}")
    rules = tuple(sorted({claim.name for claim in wanted if claim.metric == LINT}))
    counts = _lint_counts(sides, rules, runner=runner, minor=minor) if rules else {}
    if isinstance(counts, NoReport):
        return Unmeasured(counts.reason)
    files = {
        path: (measure(before, path), measure(after, path))
        for path, (before, after) in sides.items()
        if any(claim.path == path and claim.metric != LINT for claim in wanted)
    }
    return tuple(_measured(claim, files, counts) for claim in wanted)


def distributions(sides: Sides) -> dict[str, tuple[int, int]]:
    """The distribution of all files together, before and after."""
    before = distribution(measure(old, path) for path, (old, _) in sides.items())
    after = distribution(measure(new, path) for path, (_, new) in sides.items())
    return {name: (count, after[name]) for name, count in before.items()}


def _lint_counts(
    sides: Sides, rules: tuple[str, ...], *, runner: Runner, minor: int
) -> dict[tuple[str, str, str], int] | NoReport:
    trees = {side: {path: pair[at] for path, pair in sides.items()} for at, side in enumerate(("base", "candidate"))}
    found = report(trees, rules, runner=runner, minor=minor)
    if isinstance(found, NoReport):
        return found
    counts: dict[tuple[str, str, str], int] = {}
    for finding in found:
        key = (finding.side, finding.path, finding.rule)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _measured(
    claim: Claim, files: Mapping[str, tuple[FileMetrics, FileMetrics]], counts: Mapping[tuple[str, str, str], int]
) -> Measured:
    if claim.metric == LINT:
        before, after = (counts.get((side, claim.path, claim.name), 0) for side in ("base", "candidate"))
        return Measured(claim, before, after)
    before, after = (_value(side, claim) for side in files[claim.path]) if claim.path in files else (0, 0)
    return Measured(claim, before, after)


def _value(file: FileMetrics, claim: Claim) -> int:
    """The largest value among functions of that name (branches may define it twice); 0 where there is none."""
    read = FUNCTION_METRICS[claim.metric]
    return max((read(function) for function in file.functions if function.name == claim.name), default=0)
