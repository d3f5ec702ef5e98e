"""How long a quarantine holds: tests that fail or waver are left uncounted for a while, then judged again (pure).

A quarantine is about one base tree in one environment, so it ends with the tree anyway; the date is
for branches that stand still. Only the ledger holds quarantines: nothing in a target can add to them.
"""

from datetime import datetime, timedelta

from pyagent.ledger.facts import TestsQuarantined
from pyagent.ledger.moments import written

HOLDS = timedelta(days=14)
"""Two weeks: long enough to be seen and mended, short enough that a mended test counts again without anybody's help."""


def until(now: datetime) -> str:
    """The moment at which a quarantine imposed now ends, as the ledger writes moments."""
    return written(now + HOLDS)


def in_force(fact: TestsQuarantined | None, now: datetime) -> frozenset[str]:
    """Ids that still do not count; none of a quarantine that has expired, or that was imposed without an end."""
    return frozenset(fact.ids) if fact is not None and written(now) < fact.until else frozenset()
