"""Clocks: the machine's, and one that stands still."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pyagent.clock import FixedClock, SystemClock


def test_the_system_clock_speaks_utc_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert clock.monotonic() <= clock.monotonic()


def test_a_fixed_clock_stands_still_until_told() -> None:
    clock = FixedClock(datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == clock.now() == datetime(2026, 5, 1, 12, tzinfo=UTC)
    clock.pass_seconds(90)
    assert (clock.now(), clock.monotonic()) == (datetime(2026, 5, 1, 12, 1, 30, tzinfo=UTC), 90.0)


def test_time_does_not_pass_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        FixedClock(datetime(2026, 5, 1, tzinfo=UTC)).pass_seconds(-1)
