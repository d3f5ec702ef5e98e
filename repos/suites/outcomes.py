"""What a test suite did, as data, and what comparing two runs of it says (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pyagent.ids import digest


class SuiteKind(StrEnum):
    """How a suite is started."""

    PYTEST = "pytest"
    UNITTEST = "unittest"
    MODULE = "module"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class SuiteCommand:
    """How to run one repository's tests from the root of its work copy."""

    kind: SuiteKind
    arguments: tuple[str, ...]
    """After the starter: pytest arguments, a module with its arguments, or a script with its arguments."""
    import_roots: tuple[str, ...]
    """Folders, relative to the root, that hold the importable code (`.`, `src`); they lead sys.path."""
    source_paths: tuple[str, ...]
    """Files and folders of the product code, without tests, relative to the root."""
    test_paths: tuple[str, ...]
    """Files and folders holding tests and their configuration, relative to the root."""


@dataclass(frozen=True, slots=True)
class NoSuite:
    """No way to run tests was found."""

    reason: str


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """Lines of one file, 1-based: those that could run and those that did."""

    statements: frozenset[int]
    executed: frozenset[int]
    ran_by: Mapping[int, int] = field(default_factory=dict[int, int])
    """The tests in which a line ran, by bits: bit n is `SuiteRun.measured[n]`; equal sets are one object.

    Lines that ran in no test, but while modules were imported, are not here. Unlike the two sets above,
    the later lines of a statement stand here too.
    """


@dataclass(frozen=True, slots=True)
class Canary:
    """A test of ours that ran among the suite's: what it must report, and what was reported of it."""

    place: int
    """0 before the suite's tests, 1 behind them, more: between two of its files."""
    form: str
    """`function`, `method` of a TestCase, or method of a plain `class`."""
    expected: str
    seen: str | None
    """None when nothing was reported; unittest runs only methods of a TestCase."""

    def told_right(self) -> bool:
        """Whether what was reported is what happened; pytest calls an error in a TestCase's setUp a failure."""
        return self.seen == self.expected or (self.form, self.expected, self.seen) == ("method", "error", "failed")


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run: the outcome of every collected test id, and what it cost.

    Outcomes are `passed`, `failed`, `error`, `skipped`, `xfailed` or `xpassed`.
    """

    outcomes: Mapping[str, str]
    complete: bool
    """The recorder saw the session end by itself; False after a crash or a limit."""
    stopped: str | None
    """The limit that ended the run, as in `ports.Completed`, or `idle` when nothing moved any more."""
    code: int
    cpu_seconds: float
    modules: tuple[tuple[str, str], ...]
    """(name, `__file__`) of modules loaded when the session ended."""
    coverage: Mapping[str, FileCoverage] | None
    """By path relative to the root, product files only; None when not measured."""
    tail: str
    """The last lines of the output, for messages."""
    causes: Mapping[str, str] = field(default_factory=dict[str, str])
    """The message behind each failure, error or skip, by id."""
    running: str | None = None
    """The id in whose middle the run ended, when it did not end by itself."""
    odd: frozenset[tuple[str, str]] = frozenset()
    """(rule, id) of what the record says against its own order (`record.Recorded.odd`)."""
    canaries: tuple[Canary, ...] = ()
    """Ours, which are in none of the mappings above."""
    wall_seconds: float = 0.0
    """By the keeper's clock."""

    def digest(self) -> str:
        """Hash of every outcome and its cause, by id."""
        rows = (f"{name}\0{outcome}\0{self.causes.get(name, '')}" for name, outcome in sorted(self.outcomes.items()))
        return digest(*rows)

    measured: tuple[str, ...] = ()
    """The ids that lines were measured by, in the order of their first start; empty when not measured."""
    seconds: tuple[float, ...] = ()
    """CPU seconds of each of `measured`, under measurement."""

    def tests_of(self, path: str, lines: Iterable[int]) -> frozenset[str]:
        """Ids of the tests in which any of the lines ran."""
        known = self.coverage.get(path) if self.coverage else None
        if known is None:
            return frozenset()
        bits = 0
        for line in lines:
            bits |= known.ran_by.get(line, 0)
        return frozenset(name for place, name in enumerate(self.measured) if bits >> place & 1)

    def passed(self) -> frozenset[str]:
        """Ids that passed."""
        return frozenset(name for name, outcome in self.outcomes.items() if outcome == "passed")
