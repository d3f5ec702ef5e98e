"""The code location `pyagent`: everything that Dagster knows of us."""

from datetime import timedelta

import dagster as dg

from assets.checks import figures_are_whole, figures_do_not_regress
from assets.events import SPECS
from assets.loop import findings, ideas, metrics, tickets
from assets.schedules import nightly
from assets.sensors import LOOP, ledger_events, repositories_under_care, wishes
from assets.workshop import Workshop
from pyagent.quiet import hush

hush()

FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36))
"""A night that was missed shows the morning after."""


def _fresh(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The policies of all computed assets, in one place."""
    return spec.replace_attributes(freshness_policy=FRESH)


defs = dg.Definitions(
    assets=[*dg.map_asset_specs(_fresh, [ideas, metrics, findings, tickets]), *SPECS],
    asset_checks=[figures_are_whole, figures_do_not_regress],
    jobs=[LOOP],
    schedules=[nightly],
    sensors=[repositories_under_care, wishes, ledger_events],
    resources={"workshop": Workshop()},
    executor=dg.in_process_executor,  # a process a step costs four CPU-seconds of imports
)
