"""A checkout measured: every function's figures and what ties its files together, in one native scan."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyagent_native import FileMetrics, Project, project

from pyagent.model import Finding
from pyagent.ports import Checkout


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """One function's figures. Lines count from 1; `fingerprint` survives moves and reformatting."""

    path: str
    name: str
    line: int
    end_line: int
    cyclomatic: int
    cognitive: int
    nesting: int
    documented: bool
    annotated: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file's figures."""

    path: str
    status: str
    sloc: int
    maintainability: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file could not be measured whole."""

    path: str
    line: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A tree's product code, measured. Functions and files in path order."""

    functions: tuple[FunctionRow, ...]
    files: tuple[FileRow, ...]
    problems: tuple[Problem, ...]


def scan_tree(checkout: Checkout, product: Sequence[str], tests: Sequence[str] = ()) -> Project:
    """Product and test files (relative to the checkout) parsed once, the product first; nothing is raised for them."""
    return project(str(checkout.root), [*product, *tests])


def measured(scanned: Project, product: Sequence[str]) -> Measured:
    """Figures of every function in the product; broken files are problems, not errors."""
    files = scanned.scan[: len(product)]
    return Measured(
        functions=tuple(row for file in files for row in _functions(file)),
        files=tuple(FileRow(f.path, f.status, f.raw.sloc, f.mi) for f in files),
        problems=tuple(Problem(f.path, p.line, p.kind, p.message) for f in files for p in f.problems),
    )


def likely_places(scanned: Project, text: str, limit: int) -> tuple[tuple[str, str], ...]:
    """(path, qualified name) of the functions whose words fit `text` best, best first (BM25)."""
    return tuple((hit.function.path, hit.function.name) for hit in scanned.search(text, limit))


def complexity_findings(measured: Measured, *, limit: int) -> tuple[Finding, ...]:
    """A finding for each function whose cyclomatic complexity is over `limit`."""
    return tuple(
        Finding("cyclomatic", row.path, row.name, row.line, row.cyclomatic, limit)
        for row in measured.functions
        if row.cyclomatic > limit
    )


def _functions(file: FileMetrics) -> tuple[FunctionRow, ...]:
    return tuple(
        FunctionRow(
            path=file.path,
            name=f.name,
            line=f.line,
            end_line=f.end_line,
            cyclomatic=f.cyclomatic,
            cognitive=f.cognitive,
            nesting=f.nesting,
            documented=f.documented,
            annotated=f.annotated,
            fingerprint=f.fingerprint,
        )
        for f in file.functions
    )
