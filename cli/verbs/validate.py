"""`pyagent validate`: stage 5, proposals climb the ladder of gates."""

from collections import Counter

from cli.stage_verbs import stage_verb
from stages.desk import Desk
from stages.ground import Grounds
from stages.validate import validate
from stages.wiring import Wiring


def _act(wiring: Wiring, desk: Desk) -> dict[str, object]:
    statuses = Counter(
        validation.status.value for validation in validate(wiring, desk, Grounds(wiring, desk), within=lambda: True)
    )
    return {"judged": statuses.total(), **statuses}


verb = stage_verb("validate", "Prove or stop the proposals of TARGETS.", _act)
