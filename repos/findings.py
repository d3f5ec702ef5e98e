"""What a scan says about the project as a whole, as findings: dead code, copies, cycles, gaps in docs and hints.

None of them raises a ticket: no transform can act on them. They are told, for a person to judge.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from pyagent_native import Clone, NearDuplicates, Project, Span, Unused

from pyagent.model import Finding, Spot
from repos.survey import FunctionRow, Measured

CONFIDENCE = 60
"""Percent; vulture 2.16's own default report starts at 60 too."""

TOKENS = 50
"""Length from which a copy is told: about six lines."""

SIMILARITY = 0.8
"""Jaccard similarity from which two functions say nearly the same."""


def project_findings(scanned: Project, product: Sequence[str]) -> tuple[Finding, ...]:
    """Unused definitions, copies, near-duplicates and import cycles of the product; tests only count as users."""
    own = frozenset(product)
    clones = [_clone(each) for each in scanned.clones(TOKENS) if {each.first.path, each.second.path} <= own]
    copied = frozenset(spot for clone in clones for spot in clone.places)
    return (
        *(_unused(each) for each in scanned.unused(CONFIDENCE) if each.path in own),
        *clones,
        *_near_duplicates(scanned.near_duplicates(SIMILARITY), own, copied),
        *(_cycle(scanned, group) for group in scanned.cycles() if own.issuperset(group)),
    )


def gap_findings(measured: Measured) -> tuple[Finding, ...]:
    """A finding per file with public functions that lack a docstring, and one for those that lack type hints."""
    files: defaultdict[str, list[FunctionRow]] = defaultdict(list)
    for row in measured.functions:
        if is_public(row.name):
            files[row.path].append(row)
    return (*_gaps("docs", files.items(), _documented), *_gaps("hints", files.items(), _annotated))


def is_public(name: str) -> bool:
    """Whether a function of this qualified name is for others: no part of it is private, dunder or local."""
    return not any(part.startswith(("_", "<")) for part in name.split("."))


def _documented(row: FunctionRow) -> bool:
    return row.documented


def _annotated(row: FunctionRow) -> bool:
    return row.annotated


def _gaps(
    kind: str, files: Iterable[tuple[str, list[FunctionRow]]], has: Callable[[FunctionRow], bool]
) -> Iterator[Finding]:
    for path, rows in sorted(files):
        lacking = [row for row in rows if not has(row)]
        if lacking:
            detail = f"{len(lacking)} of {len(rows)} public functions"
            yield Finding(kind, path, "", lacking[0].line, len(lacking), 0.0, detail)


def _unused(each: Unused) -> Finding:
    kind = "tests-only" if each.only_tests else "unused"
    return Finding(kind, each.path, each.name, each.line, each.confidence, CONFIDENCE, each.kind)


def _clone(each: Clone) -> Finding:
    spots = (_spot(each.first), _spot(each.second))
    return Finding("clone", spots[0].path, "", spots[0].line, each.tokens, TOKENS, each.kind, spots)


def _near_duplicates(
    groups: Iterable[NearDuplicates], own: frozenset[str], copied: Iterable[Spot]
) -> Iterator[Finding]:
    """Groups of product functions, less those that the clones told already."""
    told: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in copied:
        told[spot.path].append(spot)
    for group in groups:
        spots = tuple(_spot(each) for each in group.functions if each.path in own)
        if len(spots) > 1 and not all(_inside(spot, told[spot.path]) for spot in spots):
            first = spots[0]
            detail = f"{len(spots)} functions"
            yield Finding(
                "near-duplicate",
                first.path,
                first.name,
                first.line,
                round(group.similarity, 3),
                SIMILARITY,
                detail,
                spots,
            )


def _inside(spot: Spot, copies: Iterable[Spot]) -> bool:
    """Whether a copy holds all of the function but for its head."""
    return any(copy.line <= spot.line + 1 and spot.end_line <= copy.end_line for copy in copies)


def _cycle(scanned: Project, group: Sequence[str]) -> Finding:
    """The cycle, each file with the line of its first import that keeps it closed."""
    members = frozenset(group)
    lines: dict[str, int] = {}
    for each in scanned.imports():
        closes = each.target in members and each.target != each.path and not (each.deferred or each.type_checking)
        if each.path in members and closes:
            lines.setdefault(each.path, each.line)
    spots = tuple(Spot(path, lines.get(path, 1), lines.get(path, 1)) for path in group)
    return Finding("cycle", spots[0].path, "", spots[0].line, len(spots), 1.0, " <-> ".join(group), spots)


def _spot(span: Span) -> Spot:
    return Spot(span.path, span.line, span.end_line, span.name)
