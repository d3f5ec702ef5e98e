"""The whole loop on one repository: what the nightly schedule, a person's click and the dispatcher start."""

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.runtime import flow_run
from pydantic import Field

from pipelines.candidates import Distributed
from pipelines.gateway import gateway
from pipelines.opening import opened
from pipelines.pages import show_passage
from pipelines.watched import watched
from pipelines.words import IMPROVE_NOW
from pyagent.ids import digest
from pyagent.ledger.facts import RunRequested
from stages.desk import lay
from stages.loop import Budget
from stages.loop import run as passage
from stages.opening import section_named
from stages.requests import request
from stages.wiring import Wiring


@flow(name=IMPROVE_NOW, flow_run_name="improve {repository}", persist_result=False, log_prints=True)
def improve_now(
    repository: Annotated[str, Field(description="Slug, as `pyagent status` lists it.", min_length=1)],
    proposals: Annotated[int | None, Field(ge=0, description="Most proposals; empty: the policy's.")] = None,
    *,
    train_now: Annotated[bool, Field(description="Let the train depart without waiting for the threshold.")] = False,
    run: Annotated[str, Field(description="The run that was asked for; empty: this flow run asks.")] = "",
) -> str:
    """Find what is worth improving, change it, prove it, queue it, merge it; why the run ended.

    Raises TargetError for a repository that is neither configured nor under care, LeaseHeld while
    another process runs the loop on it.
    """
    log = get_run_logger()
    with opened(log) as wiring, gateway() as prefect:
        section = section_named(wiring, repository)
        desk = watched("lay", lambda: lay(wiring, section))
        name = run or _asked(wiring, repository, proposals, train_now=train_now)
        most = desk.policy.proposals_per_run if proposals is None else proposals
        budget = Budget(most, desk.policy.cpu_minutes_per_run * 60)
        conduct = Distributed(prefect, name)
        done = passage(wiring, desk, budget, train_now=train_now, name=name, conduct=conduct)
        show_passage(done, wiring.of(repository))
    return done.ended


def _asked(wiring: Wiring, slug: str, proposals: int | None, *, train_now: bool) -> str:
    """The run under this flow run's own id: started again it is the same run."""
    name = digest("run", slug, str(flow_run.get_id()))
    return request(wiring, RunRequested(slug, name, "prefect", proposals, train_now)).run
