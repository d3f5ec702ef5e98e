"""Ask for a run of the loop and go on; who carries it out finds the request in the ledger."""

from pyagent.ledger.facts import RunRequested
from stages.wiring import Wiring


def request(wiring: Wiring, asked: RunRequested) -> RunRequested:
    """Record the request unless its run was asked for before; the one that stands.

    The run's name is the caller's, so that a caller that is itself tried again asks for the same run.
    """
    with wiring.ledger.leases.hold(f"{asked.repository}/request") as token:
        known = wiring.view().requests.get(asked.run)
        if known is None:
            wiring.ledger.journal.append([asked], token=token)
    return known or asked
