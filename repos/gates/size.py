"""Is the change small enough to read?

Cost: about a millisecond; the counts come from the diff, never from the claims.
Cannot see: whether a small change is a dangerous one; where it writes is the monitor's to judge.
"""

from dataclasses import dataclass

from pyagent.model import ChangeClass, Verdict
from repos.gates.linediff import extent, hunks
from repos.gates.trial import Trial, changes, counted, failed, listing, passed

GATE = "size"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most one change of a class may touch."""

    edited: int
    moved: int
    files: int


CEILINGS = {
    ChangeClass.H: Ceiling(edited=100, moved=100, files=20),
    ChangeClass.A: Ceiling(edited=100, moved=300, files=3),
    ChangeClass.B: Ceiling(edited=100, moved=300, files=3),
    ChangeClass.C: Ceiling(edited=100, moved=300, files=3),
    ChangeClass.T: Ceiling(edited=150, moved=0, files=3),
}
"""Per class, from the table of classes in docs/architecture.md."""


def judge(trial: Trial) -> Verdict:
    """Passed when the diff stays under the ceiling of its class."""
    found = changes(trial)
    ceiling = CEILINGS[trial.proposal.change_class]
    size = extent(hunk for change in found for hunk in hunks(_lines(change.before), _lines(change.after)))
    facts = (
        ("edited lines", f"{size.edited} of at most {ceiling.edited}"),
        ("moved lines", f"{size.moved} of at most {ceiling.moved}"),
        ("files", f"{len(found)} of at most {ceiling.files}"),
    )
    problems = tuple(
        f"{value} {what}, more than {most}"
        for what, value, most in (
            ("edited lines", size.edited, ceiling.edited),
            ("moved lines", size.moved, ceiling.moved),
            ("files", len(found), ceiling.files),
        )
        if value > most
    )
    if problems:
        return failed(GATE, listing(problems), facts)
    return passed(GATE, f"{size.edited} edited and {size.moved} moved lines in {counted(len(found), 'file')}", facts)


def _lines(side: bytes | None) -> list[str]:
    # Bytes break lines where Python does; text would also break at form feeds and U+2028.
    return [line.decode("utf-8", "surrogateescape") for line in (side or b"").splitlines()]
