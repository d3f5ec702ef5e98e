"""Wishes of one repository, read now and turned into tickets."""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from pipelines.opening import opened
from pipelines.pages import show_lines
from pipelines.watched import watched
from pipelines.words import INGEST_NOW
from stages.desk import lay
from stages.ingest import ingest
from stages.opening import section_named
from stages.plan import plan


@flow(name=INGEST_NOW, flow_run_name="ingest {repository}", persist_result=False)
def ingest_now(
    repository: Annotated[str, Field(description="Slug, as `pyagent status` lists it.", min_length=1)],
) -> int:
    """Read improvements.md and rank what it asks for; how many wishes are new."""
    with opened(get_run_logger()) as wiring:
        section = section_named(wiring, repository)
        desk = watched("lay", lambda: lay(wiring, section))
        new = watched("ingest", lambda: ingest(wiring, desk))
        watched("plan", lambda: plan(wiring, desk))
        wishes = wiring.of(repository).ideas.values()
    show_lines(
        f"wishes-{repository}", f"Wishes of {repository}", (f"{w.idea.title}: {w.status} {w.reason}" for w in wishes)
    )
    return len(new)
