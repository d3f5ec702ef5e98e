"""What a transform gives and takes: text edits with their proof, refusals, and facts of the project.

Every transform is one module (or package) with the same inner order:

    docstring      what it does, why, and the language rules that make it safe
    NAME           the word a ticket carries
    CHANGE_CLASS   the class of design 7
    CHANGES        (before, after) pairs of whole small files
    KEEPS          files it leaves alone
    REFUSES        (file, function, reason word) it must decline
    sites(source) -> tuple[Site, ...]
    rewrite(source, name, facts) -> Rewrite | Refusal
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.transforms.frames import frame_sensitive, patched_names, private_names
from agents.transforms.source import Source


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters `start:end` of a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place a transform could work on: a function, its line, and how many changes wait there."""

    name: str
    line: int
    count: int


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A proven change of one file."""

    edits: tuple[Edit, ...]
    title: str
    """One benefit line."""
    why: str
    obligations: tuple[str, ...]
    """What was proven, one sentence each."""
    assumptions: tuple[str, ...] = ()
    """What stays unproven beyond the universal assumptions the transform documents."""
    named: bool = True
    """False when new names are placeholders that a person or a model must replace."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transform declines."""

    reason: str
    """Starts with a stable kebab-case word, then `: detail`."""

    @property
    def word(self) -> str:
        """The stable word, for counting."""
        return self.reason.partition(":")[0]


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a transform knows beyond its file; computed once per commit and shared."""

    frame_sensitive: frozenset[str] = frozenset()
    """Names whose callers must not gain a stack frame (see `agents.transforms.frames`)."""
    executed: Mapping[str, frozenset[int]] | None = None
    """Path -> lines the base suite executes; None when not measured."""
    patched: frozenset[str] = frozenset()
    """Dotted or bare names that tests replace (monkeypatch, mock.patch)."""
    private_names: frozenset[str] = frozenset()
    """Every identifier with a leading underscore anywhere in the project: a new name avoids them all."""


def project_facts(sources: Iterable[Source], executed: Mapping[str, frozenset[int]] | None) -> ProjectFacts:
    """Facts of all `sources` (tests too) together; `executed` maps a path to the lines its base suite runs."""
    every = tuple(sources)
    return ProjectFacts(
        frame_sensitive=frame_sensitive(every),
        executed=executed,
        patched=frozenset(name for source in every for name in patched_names(source.tree)),
        private_names=frozenset(name for source in every for name in private_names(source.tree)),
    )


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits done; insertions at one offset keep their given order.

    Raises:
        ValueError: an edit lies outside the text, or two overlap.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}:{edit.end} overlaps another or leaves the text of {len(text)}")
        pieces += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*pieces, text[done:]))
