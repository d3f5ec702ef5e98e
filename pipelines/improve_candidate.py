"""One change from its ticket to the queue, a step at a time; suspended where a person must decide."""

from typing import Annotated, Literal

from prefect import flow, get_run_logger
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from pipelines.opening import opened
from pipelines.pages import show_change, show_title
from pipelines.watched import watched
from pipelines.words import IMPROVE_CANDIDATE
from repos.trains.board import CLASS_TICKS
from stages.candidate import Ask, Deliver, Propose, Step, Stop, Validate, next_step
from stages.decisions import approve, refuse, ticked
from stages.deliver import deliver
from stages.desk import Desk, lay
from stages.ground import Grounds
from stages.opening import section_named
from stages.propose import propose
from stages.validate import validate
from stages.wiring import Wiring


class Decision(RunInput):
    """What a person says of one change; the server refuses anything else."""

    verdict: Literal["approve", "refuse"]
    by: Annotated[str, Field(min_length=1, max_length=100, description="Who decides.")]
    reason: Annotated[str, Field(max_length=1000, description="Why, for a refusal.")] = ""


@flow(name=IMPROVE_CANDIDATE, flow_run_name="improve {change}", persist_result=False)
def improve_candidate(
    repository: Annotated[str, Field(description="Slug, as `pyagent status` lists it.", min_length=1)],
    change: Annotated[str, Field(description="The change's id, as `pyagent show` takes it.", min_length=1)],
    *,
    ask: Annotated[bool, Field(description="Ask a person also where its class could be ticked and is not.")] = False,
) -> str:
    """Propose, validate and deliver one change, whatever is due next; where it stands at the end."""
    log = get_run_logger()
    with opened(log) as wiring:
        section = section_named(wiring, repository)
        show_title(wiring.of(repository), change)
        desk = watched("lay", lambda: lay(wiring, section))
        grounds, last = Grounds(wiring, desk), None
        while (step := _next(wiring, desk, change)) != last:
            log.info("%s: next %s", change, step)
            if isinstance(step, Stop):
                break
            if isinstance(step, Ask):
                if not ask and step.queued.change_class in CLASS_TICKS:
                    break
                _decide(wiring, change, suspend_flow_run(wait_for_input=Decision, key=f"decide-{step.queued.proposal}"))
            else:
                _carry_out(wiring, desk, grounds, change, step)
            last = step
        show_change(wiring.of(repository), change)
        standing = wiring.of(repository).standings.get(change)
    return f"{standing.status.value}: {standing.reason}" if standing else "unknown"


def _next(wiring: Wiring, desk: Desk, change: str) -> Step:
    view = wiring.of(desk.slug)
    return next_step(view, change, ticked(view, desk.policy))


def _carry_out(wiring: Wiring, desk: Desk, grounds: Grounds, change: str, step: Propose | Validate | Deliver) -> None:
    match step:
        case Propose():
            watched("propose", lambda: propose(wiring, desk, grounds, most=1, only=change))
        case Validate():
            watched("validate", lambda: tuple(validate(wiring, desk, grounds, within=lambda: True, only=change)))
        case Deliver():
            watched("deliver", lambda: deliver(wiring, desk, only=change))


def _decide(wiring: Wiring, change: str, said: Decision) -> None:
    """The decision as a fact, once: a flow that starts over finds the change decided and never comes here."""
    if said.verdict == "approve":
        watched("approve", lambda: approve(wiring, change, by=said.by))
    else:
        reason = said.reason or "refused in Prefect"
        watched("refuse", lambda: refuse(wiring, change, by=said.by, reason=reason, until_changed=False))
