"""The project as a whole as tables of a report: hotspots, cycles, dead code, copies, docs and hints (pure)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cli.report.contents import Described, Report
from pyagent.model import Finding, Spot

MOST_ROWS = 50
"""Rows of one table; a reader of more takes `pyagent survey --json`."""

MOST_PLACES = 6
"""Places told of one finding."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: lines of text, of one weight unless the later ones only say where the first one is."""

    lines: tuple[str, ...]
    code: bool = True
    soft: bool = False
    """The later lines are set softer."""
    whole: bool = False
    """Never broken: a figure, or a word beside a long name."""


@dataclass(frozen=True, slots=True)
class Table:
    """Findings of one kind."""

    title: str
    says: str
    count: int
    """Findings there are, shown or not."""
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(report: Report) -> tuple[Table, ...]:
    """A table for each sort of finding that there is, in a fixed order."""
    made = (_table(shape, report.findings) for shape in _SHAPES)
    return tuple(table for table in made if table.rows)


def coverage(report: Report) -> tuple[tuple[str, str, float], ...]:
    """(what, how much of it in words, share now) of docstrings and type hints; nothing without public functions."""
    if report.described is None or not report.described[1].public:
        return ()
    before, after = report.described
    return (
        ("docstrings", _told(before, after, lambda d: d.documented), after.documented / after.public),
        ("type hints", _told(before, after, lambda d: d.annotated), after.annotated / after.public),
    )


def _told(before: Described, after: Described, had: Callable[[Described], int]) -> str:
    now = f"{had(after) / after.public:.0%}"
    was = f"{had(before) / before.public:.0%}" if before.public else now
    share = now if was == now else f"{was} \u2192 {now}"
    return f"{share}: {had(after)} of {after.public} public functions"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How findings of some kinds become a table."""

    kinds: tuple[str, ...]
    title: str
    says: str
    heads: tuple[str, ...]
    row: Callable[[Finding], tuple[Cell, ...]]


def _table(shape: _Shape, findings: Iterable[Finding]) -> Table:
    found = sorted((f for f in findings if f.kind in shape.kinds), key=_order)
    return Table(shape.title, shape.says, len(found), shape.heads, tuple(shape.row(f) for f in found[:MOST_ROWS]))


def _order(finding: Finding) -> tuple[float, str, int]:
    """The largest first."""
    return -finding.value, finding.path, finding.line


def _hotspot(finding: Finding) -> tuple[Cell, ...]:
    return _place(finding), Cell((finding.detail,), code=False), _short(f"{finding.value:g}")


def _unused(finding: Finding) -> tuple[Cell, ...]:
    return _place(finding), _short(finding.detail), _short(f"{finding.value:g} %")


def _copy(finding: Finding) -> tuple[Cell, ...]:
    near = finding.kind == "near-duplicate"
    alike = f"nearly the same, {finding.value:g}" if near else f"{finding.detail}, {finding.value:g} tokens"
    return Cell(_spots(finding.places)), Cell((alike,), code=False)


def _cycle(finding: Finding) -> tuple[Cell, ...]:
    return Cell(_spots(finding.places)), _short(f"{finding.value:g} files")


def _gap(finding: Finding) -> tuple[Cell, ...]:
    lacks = "docstrings" if finding.kind == "docs" else "type hints"
    return Cell((finding.path,)), _short(lacks), _short(finding.detail.removesuffix(" public functions"))


def _place(finding: Finding) -> Cell:
    return Cell((finding.name, f"{finding.path}:{finding.line}"), soft=True)


def _short(text: str) -> Cell:
    return Cell((text,), code=False, whole=True)


def _spots(places: Sequence[Spot]) -> tuple[str, ...]:
    shown = tuple(_spot(place) for place in places[:MOST_PLACES])
    return (*shown, f"and {len(places) - MOST_PLACES} more") if len(places) > MOST_PLACES else shown


def _spot(place: Spot) -> str:
    lines = f"{place.line}" if place.end_line <= place.line else f"{place.line}-{place.end_line}"
    return f"{place.path}:{lines}{f' {place.name}' if place.name else ''}"


_SHAPES = (
    _Shape(
        ("hotspot",),
        "Hotspots",
        "Commits on the file times complexity, up to twice that where no test runs the lines.",
        ("function", "why", "score"),
        _hotspot,
    ),
    _Shape(
        ("cycle",),
        "Import cycles",
        "Files that import each other while they are imported, with the line that does.",
        ("files", "size"),
        _cycle,
    ),
    _Shape(
        ("unused",),
        "Definitions that nothing here uses",
        "Users outside the project are not seen: what is public may be for them.",
        ("name", "kind", "sure"),
        _unused,
    ),
    _Shape(
        ("tests-only",),
        "Definitions that only tests use",
        "Of a library, that is much of what it offers to others.",
        ("name", "kind", "sure"),
        _unused,
    ),
    _Shape(
        ("clone", "near-duplicate"),
        "Code that stands twice",
        "Copies, identifiers and literals aside where they are renamed, and functions that say nearly the same.",
        ("places", "alike"),
        _copy,
    ),
    _Shape(
        ("docs", "hints"),
        "Files that lack docstrings or type hints",
        "Of the public functions, those that lack one; private, dunder and local ones are not counted.",
        ("file", "lacks", "functions"),
        _gap,
    ),
)

KINDS = frozenset(kind for shape in _SHAPES for kind in shape.kinds)
"""Kinds of findings that this section tells."""
