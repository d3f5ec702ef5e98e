"""Data quality: figures that cannot be right stop what rests on them; figures that got worse are told.

Great Expectations judges the frame of figures. It takes seven CPU-seconds to import, so it is imported when
a check runs and nowhere else, and all expectations are one suite.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg

from assets.loop import metrics
from assets.workshop import Workshop
from pyagent.ledger.facts import SurveyTaken
from stages.survey import Survey, survey

Context = dg.AssetCheckExecutionContext

RISING = ("over_10", "over_15", "over_25")
"""Counts of a survey that should not rise from one tree to the next."""
FALLING = ("documented", "annotated")
"""Counts whose share of all functions should not fall."""


@dg.asset_check(asset=metrics, blocking=True)
def figures_are_whole(context: Context, workshop: Workshop) -> dg.AssetCheckResult:
    """Every function has a place and figures that a function can have, and none is there twice."""
    with workshop.desk(context.log, context.partition_key) as (wiring, desk):
        failed = unmet(survey(wiring, desk))
    return dg.AssetCheckResult(
        passed=not failed,
        metadata={"expectations not met": dg.MetadataValue.json(failed)} if failed else {},
        description="; ".join(failed) or "all expectations are met",
    )


@dg.asset_check(asset=metrics, blocking=False)
def figures_do_not_regress(context: Context, workshop: Workshop) -> dg.AssetCheckResult:
    """Complexity, docstrings and hints of the newest tree beside the tree before it."""
    with workshop.opened(context.log) as wiring:
        taken = tuple(wiring.of(context.partition_key).surveys.values())
    worse = regressions(taken[-2], taken[-1]) if len(taken) > 1 else {}
    return dg.AssetCheckResult(
        passed=not worse,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=dict(worse),
        description="; ".join(f"{name} {said}" for name, said in worse.items()) or "nothing got worse",
    )


def regressions(before: SurveyTaken, after: SurveyTaken) -> Mapping[str, str]:
    """What got worse from one survey to the next, by figure."""
    old, new = dict(before.totals), dict(after.totals)
    risen = {name: f"{old[name]:g} -> {new[name]:g}" for name in RISING if new[name] > old[name]}
    shares = {name: tuple(side[name] / max(side["functions"], 1.0) for side in (old, new)) for name in FALLING}
    fallen = {name: f"{was:.1%} -> {now:.1%}" for name, (was, now) in shares.items() if now < was}
    return risen | fallen


def unmet(taken: Survey) -> dict[str, str]:
    """Expectations that the figures do not meet: what was expected, and how often it was not so."""
    import great_expectations as gx  # noqa: PLC0415 - seven CPU-seconds
    import pandas as pd  # noqa: PLC0415 - comes with it

    rows = [asdict(row) for row in taken.measured.functions]
    expect = gx.expectations
    suite = gx.ExpectationSuite(
        name="figures",
        expectations=[
            expect.ExpectTableRowCountToBeBetween(min_value=1),
            expect.ExpectColumnValuesToNotBeNull(column="path"),
            expect.ExpectColumnValuesToBeBetween(column="cyclomatic", min_value=1),
            expect.ExpectColumnValuesToBeBetween(column="cognitive", min_value=0),
            expect.ExpectColumnPairValuesAToBeGreaterThanB(column_A="end_line", column_B="line", or_equal=True),
            expect.ExpectCompoundColumnsToBeUnique(column_list=["path", "name", "line"]),
        ],
    )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    batch = context.data_sources.add_pandas("memory").add_dataframe_asset("figures").add_batch_definition_whole_dataframe("all")
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["path"])
    found: dict[str, Any] = batch.get_batch({"dataframe": frame}).validate(suite).to_json_dict()
    return {_named(each): _said(each) for each in found["results"] if not each["success"]}


def _named(result: Mapping[str, Any]) -> str:
    given = result["expectation_config"]
    columns = [str(value) for name, value in given["kwargs"].items() if name.startswith("column")]
    return f"{given['type']} {' '.join(columns)}".strip()


def _said(result: Mapping[str, Any]) -> str:
    count = result.get("result", {}).get("unexpected_count")
    return f"not so {count} times" if count is not None else str(result.get("exception_info") or result.get("result"))
