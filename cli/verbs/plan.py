"""`pyagent plan`: stages 2 and 3, findings ranked as tickets."""

from cli.stage_verbs import stage_verb
from stages.desk import Desk
from stages.plan import plan
from stages.survey import survey
from stages.wiring import Wiring


def _act(wiring: Wiring, desk: Desk) -> dict[str, object]:
    survey(wiring, desk)
    raised = plan(wiring, desk)
    return {"raised": len(raised), "untried": len(wiring.of(desk.slug).untried)}


verb = stage_verb("plan", "Rank what is worth improving in TARGETS as tickets.", _act)
