"""The Clock port: the machine's own clock, and one that stands still until told."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary start."""
        return time.monotonic()


@dataclass(slots=True)
class FixedClock:
    """A clock for tests and replays: `moment`, in any zone, plus the seconds it was told to pass."""

    moment: datetime
    passed_seconds: float = 0.0

    def now(self) -> datetime:
        """The start plus what has passed, in UTC."""
        return self.moment.astimezone(UTC) + timedelta(seconds=self.passed_seconds)

    def monotonic(self) -> float:
        """Seconds passed so far."""
        return self.passed_seconds

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by; ValueError for a negative number."""
        if seconds < 0:
            raise ValueError(f"time cannot pass backwards: {seconds}")
        self.passed_seconds += seconds
