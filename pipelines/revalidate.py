"""One change proven once more from its recorded inputs."""

from typing import Annotated

from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact
from pydantic import Field

from pipelines.opening import opened
from pipelines.watched import watched
from pipelines.words import REVALIDATE, artifact_key
from stages.desk import reopen
from stages.opening import section_of
from stages.verify import Verification, find, verify


@flow(name=REVALIDATE, flow_run_name="revalidate {change}", persist_result=False)
def revalidate(
    change: Annotated[str, Field(description="A change, proposal, validation or merged commit.", min_length=1)],
) -> tuple[str, ...]:
    """Climb the ladder again and hold every answer against the recorded one; the differences."""
    with opened(get_run_logger()) as wiring:
        recorded = find(wiring.view(), change)
        section = section_of(wiring.settings, wiring.of(recorded.slug))
        desk = reopen(wiring, section, recorded.slug)
        found = watched("verify", lambda: verify(wiring, desk, recorded))
    _show(found, recorded.made.change)
    return found.differences


def _show(found: Verification, change: str) -> None:
    create_table_artifact(
        key=artifact_key("revalidated", change),
        table=[{"gate": each.gate, "word": each.word, "reason": each.reason} for each in found.gates],
        description="; ".join(found.differences) or "as recorded",
    )
