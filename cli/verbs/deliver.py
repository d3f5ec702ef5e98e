"""`pyagent deliver`: stage 6, what is proven waits in the queue."""

from cli.stage_verbs import stage_verb
from stages.deliver import deliver
from stages.desk import Desk
from stages.wiring import Wiring


def _act(wiring: Wiring, desk: Desk) -> dict[str, object]:
    queued = deliver(wiring, desk)
    return {"queued": len(queued), "waiting": len(wiring.of(desk.slug).queued)}


verb = stage_verb("deliver", "Queue what is proven in TARGETS.", _act)
