"""Data quality: what cannot be right stops what rests on it; figures that got worse are told.

Two blocking checks, an op each: one op could not judge the figures before the tickets are raised from them
and the tickets after. They share the run's process, and so one import of Great Expectations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import dagster as dg

from assets.loop import metrics, tickets
from assets.suites import FIGURES, TICKETS, Suite, unmet
from assets.workshop import Workshop
from pyagent.ledger.facts import SurveyTaken
from pyagent.model import Ticket
from repos.survey import FunctionRow
from stages.survey import survey

Context = dg.AssetCheckExecutionContext

RISING = ("over_10", "over_15", "over_25")
"""Counts of a survey that should not rise from one tree to the next."""
FALLING = ("documented", "annotated")
"""Counts whose share of all functions should not fall."""


@dg.asset_check(asset=metrics, blocking=True)
def figures_are_whole(context: Context, workshop: Workshop) -> dg.AssetCheckResult:
    """Every function has a place and figures that a function can have, and none is there twice."""
    with workshop.desk(context.log, context.partition_key) as (wiring, desk):
        functions = survey(wiring, desk).measured.functions
    return _judged(FIGURES, functions, FunctionRow)


@dg.asset_check(asset=tickets, blocking=True)
def tickets_are_whole(context: Context, workshop: Workshop) -> dg.AssetCheckResult:
    """Every ticket is named by its change, once, says where, and can be ranked."""
    with workshop.opened(context.log) as wiring:
        raised = tuple(wiring.of(context.partition_key).tickets.values())
    return _judged(TICKETS, raised, Ticket)


def _judged(
    suite: Suite, rows: Sequence[FunctionRow | Ticket], kind: type[FunctionRow | Ticket]
) -> dg.AssetCheckResult:
    failed = unmet(suite, rows, [each.name for each in fields(kind)])
    return dg.AssetCheckResult(
        passed=not failed,
        metadata={"rows": len(rows), "expectations not met": dg.MetadataValue.json(failed)},
        description="; ".join(failed) or "all expectations are met",
    )


@dg.asset_check(asset=metrics, blocking=False)
def figures_do_not_regress(context: Context, workshop: Workshop) -> dg.AssetCheckResult:
    """Complexity, docstrings and hints of the newest tree beside the tree before it."""
    with workshop.opened(context.log) as wiring:
        taken = tuple(wiring.of(context.partition_key).surveys.values())
    worse = regressions(taken[-2], taken[-1]) if len(taken) > 1 else dict[str, str]()
    return dg.AssetCheckResult(
        passed=not worse,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=worse,
        description="; ".join(f"{name} {said}" for name, said in worse.items()) or "nothing got worse",
    )


def regressions(before: SurveyTaken, after: SurveyTaken) -> Mapping[str, str]:
    """What got worse from one survey to the next, by figure."""
    old, new = dict(before.totals), dict(after.totals)
    risen = {name: f"{old[name]:g} -> {new[name]:g}" for name in RISING if new[name] > old[name]}
    shares = {name: tuple(side[name] / max(side["functions"], 1.0) for side in (old, new)) for name in FALLING}
    fallen = {name: f"{was:.1%} -> {now:.1%}" for name, (was, now) in shares.items() if now < was}
    return risen | fallen
