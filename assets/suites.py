"""Great Expectations' judgement of rows: suites as data, judged in memory.

It takes seven CPU-seconds to import, so it is imported when a check runs and nowhere else; a run whose checks
share one process pays that once. It and pandas come untyped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any

from pyagent.ids import LENGTH
from pyagent.model import Ticket
from repos.survey import FunctionRow

Suite = tuple[tuple[str, Mapping[str, object]], ...]
"""Expectations by the names that Great Expectations gives them, with what each is told."""

FIGURES: Suite = (
    ("ExpectTableRowCountToBeBetween", {"min_value": 1}),
    ("ExpectColumnValuesToNotBeNull", {"column": "path"}),
    ("ExpectColumnValuesToBeBetween", {"column": "cyclomatic", "min_value": 1}),
    ("ExpectColumnValuesToBeBetween", {"column": "cognitive", "min_value": 0}),
    ("ExpectColumnPairValuesAToBeGreaterThanB", {"column_A": "end_line", "column_B": "line", "or_equal": True}),
    ("ExpectCompoundColumnsToBeUnique", {"column_list": ["path", "name", "line"]}),
)
"""Every function has a place and figures that a function can have, and none is there twice."""

TICKETS: Suite = (
    ("ExpectColumnValueLengthsToEqual", {"column": "change", "value": LENGTH}),
    ("ExpectColumnValuesToBeUnique", {"column": "change"}),
    ("ExpectColumnValuesToNotBeNull", {"column": "score"}),
    ("ExpectColumnValueLengthsToBeBetween", {"column": "path", "min_value": 1}),
    ("ExpectColumnValuesToNotBeNull", {"column": "path"}),
)
"""Every ticket is named by its change, once, says where, and can be ranked: a score may not be NaN."""


def unmet(suite: Suite, rows: Sequence[FunctionRow | Ticket], columns: Sequence[str]) -> dict[str, str]:
    """Expectations that the rows do not meet: what was expected, and how often it was not so.

    `columns` are looked at; they are there also when no row is.
    """
    gx: Any = import_module("great_expectations")
    pd: Any = import_module("pandas")

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all")
    frame = pd.DataFrame([asdict(row) for row in rows], columns=list(columns))
    expected = [getattr(gx.expectations, name)(**told) for name, told in suite]
    wanted = gx.ExpectationSuite(name="rows", expectations=expected)
    found = batch.get_batch({"dataframe": frame}).validate(wanted).to_json_dict()
    return {_named(each): _said(each) for each in found["results"] if not each["success"]}


def _named(result: Mapping[str, Any]) -> str:
    given = result["expectation_config"]
    columns = [str(value) for name, value in given["kwargs"].items() if name.startswith("column")]
    return f"{given['type']} {' '.join(columns)}".strip()


def _said(result: Mapping[str, Any]) -> str:
    count = result.get("result", {}).get("unexpected_count")
    return f"not so {count} times" if count is not None else str(result.get("exception_info") or result.get("result"))
