"""The first stages of the loop as assets, in the loop's own order, a partition for each repository."""

from typing import Any

import dagster as dg

from assets.pages import of_findings, of_ideas, of_metrics, of_tickets
from assets.partitions import REPOSITORIES
from assets.workshop import Workshop
from stages.desk import tip
from stages.hotspots import findings as all_findings
from stages.ingest import ingest
from stages.plan import plan
from stages.survey import survey, totals

Context = dg.AssetExecutionContext
Result = dg.MaterializeResult[None]
"""Nothing is handed on by value: the next asset asks the ledger."""
Shown = dg.MaterializeResult[Any]
"""The same, as it is made: Dagster's own default for the value is of another type."""


@dg.asset(partitions_def=REPOSITORIES, group_name="research", kinds={"markdown"})
def ideas(context: Context, workshop: Workshop) -> Result:
    """Wishes from improvements.md: the repository's own and the operator's."""
    with workshop.desk(context.log, context.partition_key) as (wiring, desk):
        new = ingest(wiring, desk)
        return Shown(metadata=of_ideas(len(new), wiring.of(desk.slug).ideas.values()))


@dg.asset(partitions_def=REPOSITORIES, group_name="code", kinds={"rust"}, deps=[ideas])
def metrics(context: Context, workshop: Workshop) -> Result:
    """Every function of the branch's tip, measured by the native core."""
    with workshop.desk(context.log, context.partition_key) as (wiring, desk):
        taken = survey(wiring, desk)
        commit = tip(wiring, desk).commit
        return Shown(
            metadata=of_metrics(totals(taken), taken.measured.functions, commit),
            data_version=dg.DataVersion(tip(wiring, desk).tree),
        )


@dg.asset(partitions_def=REPOSITORIES, group_name="code", kinds={"python"}, deps=[metrics])
def findings(context: Context, workshop: Workshop) -> Result:
    """What the figures say is worth a look."""
    with workshop.desk(context.log, context.partition_key) as (wiring, desk):
        found = all_findings(wiring, wiring.of(desk.slug), survey(wiring, desk))
        return Shown(metadata=of_findings(tuple(found)))


@dg.asset(partitions_def=REPOSITORIES, group_name="code", kinds={"python"}, deps=[findings, ideas])
def tickets(context: Context, workshop: Workshop) -> Result:
    """Findings and wishes as ranked work: what to improve, where, and why."""
    with workshop.desk(context.log, context.partition_key) as (wiring, desk):
        raised = plan(wiring, desk)
        return Shown(metadata=of_tickets(raised, wiring.of(desk.slug).untried))
