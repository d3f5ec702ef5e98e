"""When the loop starts by itself."""

# pyright: reportUnknownMemberType=false
# Dagster's own hints name PathLike without what it is a path of.

from collections.abc import Iterator

import dagster as dg

from assets.jobs import LOOP
from assets.partitions import REPOSITORIES

NIGHTLY = "0 3 * * *"


@dg.schedule(job=LOOP, cron_schedule=NIGHTLY, default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """The loop for every repository, once a night: the run key is the date, so a late tick starts nothing twice."""
    day = context.scheduled_execution_time.date().isoformat()
    for slug in context.instance.get_dynamic_partitions(str(REPOSITORIES.name)):
        yield dg.RunRequest(run_key=f"nightly/{day}/{slug}", partition_key=slug)
