"""Trains of one repository: those that are due depart."""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from pipelines.opening import opened
from pipelines.pages import show_lines
from pipelines.watched import watched
from pipelines.words import MERGE_TRAIN
from stages.desk import lay
from stages.ground import Grounds
from stages.learn import learn
from stages.merge import merge
from stages.opening import section_named


@flow(name=MERGE_TRAIN, flow_run_name="merge {repository}", persist_result=False)
def merge_train(
    repository: Annotated[str, Field(description="Slug, as `pyagent status` lists it.", min_length=1)],
    *,
    train_now: Annotated[bool, Field(description="Depart without waiting for the threshold.")] = False,
) -> int:
    """Merge what may depart; how many events that took."""
    with opened(get_run_logger()) as wiring:
        section = section_named(wiring, repository)
        desk = watched("lay", lambda: lay(wiring, section))
        grounds = Grounds(wiring, desk)
        events = watched("merge", lambda: merge(wiring, desk, grounds, train_now=train_now))
        watched("learn", lambda: learn(wiring, desk))
    show_lines(f"train-{repository}", f"Trains of {repository}", map(str, events))
    return len(events)
