"""`python -m bench.orchestra.tick TIME`: what the nightly schedule asks for at a time, a line a repository."""

import sys
from datetime import datetime

import dagster as dg

from assets.definitions import defs
from assets.schedules import nightly


def main() -> int:
    """Print each partition and its run key; the instance is the one DAGSTER_HOME names."""
    with dg.DagsterInstance.get() as instance:
        at = datetime.fromisoformat(sys.argv[1])
        context = dg.build_schedule_context(
            instance, scheduled_execution_time=at, repository_def=defs.get_repository_def()
        )
        asked = nightly.evaluate_tick(context)
        for run in asked.run_requests or ():
            print(run.partition_key, run.run_key, sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
