"""The code location `pyagent`: everything that Dagster knows of us."""

import dagster as dg

from assets.checks import figures_are_whole, figures_do_not_regress, tickets_are_whole
from assets.events import SPECS
from assets.jobs import LOOP, TRAIN
from assets.loop import findings, ideas, metrics, tickets
from assets.policies import ruled
from assets.schedules import nightly
from assets.sensors import ledger_events, merge_threshold, repositories_under_care, wishes
from assets.work import proposals
from assets.workshop import Workshop
from pyagent.quiet import hush

hush()

defs = dg.Definitions(
    assets=dg.map_asset_specs(ruled, [ideas, metrics, findings, tickets, proposals, *SPECS]),
    asset_checks=[figures_are_whole, tickets_are_whole, figures_do_not_regress],
    jobs=[LOOP, TRAIN],
    schedules=[nightly],
    sensors=[repositories_under_care, wishes, merge_threshold, ledger_events],
    resources={"workshop": Workshop()},
    executor=dg.in_process_executor,  # a process a step costs four CPU-seconds of imports
)
