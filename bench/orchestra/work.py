"""`python -m bench.orchestra.work SLUG`: CPU seconds of what the assets of one partition do, without Dagster."""

import logging
import sys

from assets.workshop import Workshop
from bench.orchestra.costs import own
from stages.hotspots import findings
from stages.ingest import ingest
from stages.plan import plan
from stages.survey import survey


def main() -> int:
    """The stages in the assets' order, on a repository that is already under care."""
    log = logging.getLogger("work")
    begun = own()
    with Workshop().desk(log, sys.argv[1]) as (wiring, desk):
        ingest(wiring, desk)
        survey(wiring, desk)
        list(findings(wiring, wiring.of(desk.slug), survey(wiring, desk)))
        plan(wiring, desk)
    print(own() - begun)
    return 0


if __name__ == "__main__":
    sys.exit(main())
