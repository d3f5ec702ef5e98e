"""Where the loop leaves Dagster: a run is asked for, and this asset ends at once.

A dispatcher outside Dagster turns the request into work in flight. What became of it comes back as events of
the assets that rest on this one.
"""

import os
from urllib.parse import quote

import dagster as dg
from pydantic import Field

from assets.loop import Context, Result, Shown, tickets
from assets.pages import of_request
from assets.partitions import REPOSITORIES
from assets.runs import KINDS, runs_of
from assets.workshop import Workshop
from pyagent.ids import digest
from pyagent.ledger.facts import RunRequested
from stages.opening import section_named
from stages.requests import request

BY = "dagster"
RETRIES = frozenset({"dagster/is_resume_retry", "dagster/retry_number"})
"""Tags of a run that goes on where another one failed."""
UI_VARIABLE = "PYAGENT_PREFECT_UI"
"""Address of Prefect's pages, where there are any."""


class Wanted(dg.Config):
    """What this run may do."""

    proposals: int | None = Field(
        default=None, ge=0, description="Most proposals of this run; empty for the policy's proposals_per_run."
    )
    train_now: bool = Field(default=False, description="Merge what may merge without waiting for the threshold.")


@dg.asset(partitions_def=REPOSITORIES, group_name="work", kinds={"prefect"}, deps=[tickets])
def proposals(context: Context, config: Wanted, workshop: Workshop) -> Result:
    """A run over the tickets, asked for: authors write, gates judge, what is proven waits or merges.

    Each patch that an author wrote is an observation of this asset.
    """
    slug = context.partition_key
    name = run_name(slug, context.run)
    with workshop.opened(context.log) as wiring:
        section_named(wiring, slug)  # a partition whose repository left asks for nothing
        asked = request(wiring, RunRequested(slug, name, BY, config.proposals, config.train_now))
        runs = runs_of(slug, wiring.ledger.journal.entries(kinds=KINDS, repository=slug))
        left = len(wiring.of(slug).untried)
    return Shown(metadata=of_request(asked.run, left, runs, flows(asked.run)))


def run_name(slug: str, run: dg.DagsterRun) -> str:
    """A run's name in the ledger: a step or a run that Dagster tries again asks for the same one.

    A run that a person starts over as a whole is a new wish, although Dagster gives it the same root.
    """
    again = RETRIES & run.tags.keys()
    return digest("run", slug, (run.root_run_id if again else None) or run.run_id)


def flows(name: str) -> str:
    """Prefect's page of the flow runs with this request's tag; empty where no pages are known."""
    pages = os.environ.get(UI_VARIABLE, "").rstrip("/")
    return f"{pages}/v2/runs?tags={quote(f'pyagent-run:{name}', safe='')}" if pages else ""
