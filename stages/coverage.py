"""What the base suite runs, remembered for the hotspots of later surveys.

Apart from `stages.hotspots`, so that a survey need not load what runs suites.
"""

from pyagent.codec import encode
from pyagent.failpoints import reach
from pyagent.ledger.facts import CoverageMeasured
from pyagent.ports import Token
from repos.hotspots import covered_shares
from stages.desk import Desk
from stages.ground import Ground
from stages.hotspots import Shares
from stages.survey import survey
from stages.wiring import Wiring


def remember_coverage(wiring: Wiring, desk: Desk, ground: Ground, token: Token) -> None:
    """Record what the base suite runs of the tip's tree, once a tree and environment."""
    known = wiring.of(desk.slug).coverage.get(ground.checkout.tree)
    if known is not None and known.environment == ground.environment.id:
        return
    coverage = ground.bench.bases.covered().coverage or {}
    shares = Shares(covered_shares(survey(wiring, desk).measured.functions, coverage))
    blob = wiring.blobs.put(encode(shares))
    fact = CoverageMeasured(desk.slug, ground.checkout.tree, ground.environment.id, blob)
    wiring.ledger.journal.append([fact], token=token)
    reach("coverage.recorded")
