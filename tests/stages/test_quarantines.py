from datetime import UTC, datetime, timedelta

from pyagent.ledger.facts import TestsQuarantined
from stages.quarantines import HOLDS, in_force, until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FACT = TestsQuarantined("r", "tree", "env", ("a", "b"), "wavers on base", until(NOW))


def test_a_quarantine_holds_until_its_day_and_then_its_tests_count_again() -> None:
    assert in_force(FACT, NOW) == {"a", "b"}
    assert in_force(FACT, NOW + HOLDS - timedelta(seconds=1)) == {"a", "b"}
    assert in_force(FACT, NOW + HOLDS) == frozenset()


def test_a_quarantine_without_an_end_is_judged_again() -> None:
    assert in_force(TestsQuarantined("r", "tree", "env", ("a",), "fails on base"), NOW) == frozenset()
    assert in_force(None, NOW) == frozenset()
