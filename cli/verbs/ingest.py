"""`pyagent ingest`: stage 1, wishes from improvements.md."""

from cli.stage_verbs import stage_verb
from stages.desk import Desk
from stages.ingest import ingest
from stages.wiring import Wiring


def _act(wiring: Wiring, desk: Desk) -> dict[str, object]:
    new = ingest(wiring, desk)
    return {"new": len(new), "known": len(wiring.of(desk.slug).ideas)}


verb = stage_verb("ingest", "Read wishes from improvements.md of TARGETS.", _act)
