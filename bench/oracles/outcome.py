"""What comparing ours with a peer yields."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pyagent_native import FileMetrics


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where ours and a peer disagree."""

    path: Path
    line: int
    what: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.path}:{self.line} {self.what}: ours {self.ours}, theirs {self.theirs}"


@dataclass(slots=True)
class Compared:
    """Answers compared, differences found, and files a peer gave no answer for."""

    answers: int = 0
    different: list[Difference] = field(default_factory=list)
    unanswered: dict[Path, str] = field(default_factory=dict)

    def add(self, other: "Compared") -> None:
        """Takes another comparison in."""
        self.answers += other.answers
        self.different += other.different
        self.unanswered |= other.unanswered

    def expect(self, difference: Difference) -> None:
        """Counts an answer, and keeps it if the two sides are not equal."""
        self.answers += 1
        if difference.ours != difference.theirs:
            self.different.append(difference)


def unanswered(path: Path, reason: BaseException | str) -> Compared:
    """A file that the peer refuses."""
    said = reason if isinstance(reason, str) else f"{type(reason).__name__}: {str(reason).partition(chr(10))[0]}"
    return Compared(unanswered={path: said})


Compare = Callable[[Path, bytes, FileMetrics], Compared]


def by_file(compare: Compare, path: Path, source: bytes, measured: FileMetrics) -> Compared:
    """One peer's answers about a file that we measured whole; only what Python refuses may be refused."""
    if measured.status == "ok":
        return compare(path, source, measured)
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as refusal:
        return unanswered(path, refusal)
    return Compared(1, [Difference(path, 0, "status", measured.status, "ok")])
