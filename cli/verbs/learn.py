"""`pyagent learn`: stage 8, outcomes counted into lessons."""

from cli.stage_verbs import stage_verb
from stages.desk import Desk
from stages.learn import learn
from stages.wiring import Wiring


def _act(wiring: Wiring, desk: Desk) -> dict[str, object]:
    return {"learnt": len(learn(wiring, desk))}


verb = stage_verb("learn", "Count the outcomes in TARGETS into lessons.", _act)
