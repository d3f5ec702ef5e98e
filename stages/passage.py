"""What one run did to one repository, for whoever shows it; apart from the loop, which loads every stage."""

from dataclasses import dataclass, field

from repos.trains.board import Wait
from repos.trains.departures import Event


@dataclass(slots=True)
class Passage:
    """What one run did to one repository."""

    slug: str
    before: str
    """Commit the run found."""
    after: str = ""
    proposals: int = 0
    queued: int = 0
    merged: int = 0
    left: int = 0
    cpu_seconds: float = 0.0
    """CPU seconds of gates and suites, measured by the parents of the sandboxes."""
    ended: str = ""
    events: list[Event | Wait] = field(default_factory=list[Event | Wait])
