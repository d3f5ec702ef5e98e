"""`pyagent propose`: stage 4, changes for the best tickets."""

from cli.stage_verbs import stage_verb
from stages.desk import Desk
from stages.ground import Grounds
from stages.propose import propose
from stages.wiring import Wiring


def _act(wiring: Wiring, desk: Desk) -> dict[str, object]:
    made = propose(wiring, desk, Grounds(wiring, desk), most=desk.policy.proposals_per_run)
    return {"proposed": len(made), "left": len(wiring.of(desk.slug).untried)}


verb = stage_verb("propose", "Write changes for the best tickets of TARGETS.", _act)
