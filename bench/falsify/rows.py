"""What the exam found out about each candidate, one JSON line each; a rerun goes on where the file ends."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from repos.gates.trial import GATE_SET

BANDS = ((0.5, "under 50 %"), (0.9, "50-89 %"), (1.0, "90-99 %"))
WHOLE = "100 %"


@dataclass(frozen=True, slots=True)
class Row:
    """One judged candidate."""

    project: str
    id: str
    route: str
    fault: str
    """Kind of the wrong edit, empty for an honest change."""
    change_class: str
    path: str
    name: str
    line: int
    wrong: str
    covered: float
    """Share of the statements of the touched functions that the base suite runs."""
    executed: str
    """What the gate of that name said: passed, failed or skipped; empty where the class does not ask it."""
    status: str
    gate: str
    """The gate that decided; empty where all passed."""
    reason: str
    suite_alone: str
    """What the suite alone says: passed, failed or skipped."""
    not_checked: tuple[str, ...]
    """Gates that were skipped for a reason of their own."""
    cpu_seconds: float
    gate_set: str
    dearer: bool = False
    """The benchmark gate refused it, and did so again when it measured anew: it costs more. An alarm all the same."""

    @property
    def alarm(self) -> bool:
        """Whether an honest change was refused: a gate says failed, for whatever reason."""
        return self.status == "failed"

    @property
    def band(self) -> str:
        """The coverage band it counts in."""
        return next((name for limit, name in BANDS if self.covered < limit), WHOLE)

    @property
    def accepted(self) -> bool:
        """Whether the whole ladder let it through."""
        return self.status == "proposed"


def read(path: Path, gate_set: str = GATE_SET) -> tuple[Row, ...]:
    """The rows of one gate set, the last one of each candidate; what a kill cut short is left."""
    rows: dict[tuple[str, str], Row] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            found = json.loads(line)
            row = Row(**{**found, "not_checked": tuple(found["not_checked"])})
        except (ValueError, TypeError, KeyError):
            continue
        # What other gates judged is not judged yet, and must not count as done.
        if row.gate_set == gate_set:
            rows[row.project, row.id] = row
    return tuple(rows.values())


def append(path: Path, row: Row) -> None:
    """Write one row so that the next process sees all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cut = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    with path.open("a", encoding="utf-8") as out:
        out.write(("\n" if cut else "") + json.dumps(asdict(row)) + "\n")


def known(rows: Iterable[Row], project: str) -> Iterator[Row]:
    """The rows of one project."""
    return (row for row in rows if row.project == project)
