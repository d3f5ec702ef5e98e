"""Metrics of Python source from one parse; problems are data, nothing is raised for a bad file."""

from collections.abc import Iterator, Sequence
from os import PathLike
from typing import Final, Literal, SupportsIndex, final, overload

PROFILE: Final[str]
"""Version of the definitions: results of different profiles must not be compared."""

def measure(source: bytes, path: str = "<memory>") -> FileMetrics:
    """The metrics of one file's bytes; `path` is only carried along. Releases the GIL."""

def scan(
    root: str | PathLike[str],
    paths: Sequence[str | PathLike[str]],
    *,
    threads: int = 0,
    max_bytes: int = 10_000_000,
) -> Scan:
    """The metrics of files under `root`: one result per path, in the order given, always.

    Paths are relative to `root` and taken as they are; what cannot be read says so in its
    `status`. Releases the GIL; Ctrl-C ends it within a tenth of a second.

    Args:
        root: folder that the paths start at.
        paths: files, names that are no UTF-8 included (surrogate escapes).
        threads: how many files are measured at a time; 0 means one per processor.
        max_bytes: size in bytes above which a file is not parsed.

    Raises:
        KeyboardInterrupt: as any exception that a signal handler raises meanwhile.
    """

@final
class Scan:
    """Results of many files: a sequence of `FileMetrics` in the order of the paths, and tables."""

    @property
    def functions(self) -> Table:
        """Every function, a row each, in the order of the files."""
    @property
    def files(self) -> Table:
        """Every file, a row each."""
    @property
    def problems(self) -> Table:
        """Every problem, a row each, in the order of the files."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> FileMetrics: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[FileMetrics]: ...
    def __iter__(self) -> Iterator[FileMetrics]: ...

@final
class Table:
    """Rows of one kind, stored by column: give it to any consumer of Arrow's PyCapsule interface.

    The first column is the `path` of the row's file, as text; the others are named as the
    attributes of the row, the parts of `halstead` and `raw` standing for themselves.
    """

    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A stream of one record batch; a wished schema is not met."""

@final
class Problem:
    """What is wrong at one place of a file."""

    @property
    def line(self) -> int:
        """1-based line; 0 where the problem concerns the file as a whole."""
    @property
    def column(self) -> int:
        """1-based column in characters; 0 where the problem concerns the file as a whole."""
    @property
    def kind(self) -> Literal["decode", "syntax", "too-deep", "too-large", "unreadable", "internal"]:
        """What sort of problem it is."""
    @property
    def message(self) -> str:
        """One sentence: what happened."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RawMetrics:
    """Line counts as radon 6.0.1 defines them, read as Python 3.11 tokenizes."""

    @property
    def loc(self) -> int:
        """`sloc + blank + multi + single_comments`."""
    @property
    def lloc(self) -> int:
        """Logical lines: statements, a colon inside the line counting for one more."""
    @property
    def sloc(self) -> int:
        """Lines that are neither blank nor only a comment or a string."""
    @property
    def comments(self) -> int:
        """Comments, those behind code included."""
    @property
    def multi(self) -> int:
        """Non-blank lines of multi-line strings that stand alone."""
    @property
    def blank(self) -> int:
        """Blank lines, those inside statements and strings included."""
    @property
    def single_comments(self) -> int:
        """Lines that hold only a comment or only a one-line string."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class HalsteadMetrics:
    """Halstead's numbers as radon 6.0.1 takes them."""

    @property
    def h1(self) -> int:
        """Distinct operators."""
    @property
    def h2(self) -> int:
        """Distinct operands."""
    @property
    def N1(self) -> int:
        """Operators."""
    @property
    def N2(self) -> int:
        """Operands."""
    @property
    def vocabulary(self) -> int:
        """h = h1 + h2."""
    @property
    def length(self) -> int:
        """N = N1 + N2."""
    @property
    def calculated_length(self) -> float:
        """h1 log2 h1 + h2 log2 h2; 0 where either is 0."""
    @property
    def volume(self) -> float:
        """V = N log2 h, in bits."""
    @property
    def difficulty(self) -> float:
        """D = h1 N2 / 2 h2."""
    @property
    def effort(self) -> float:
        """E = D V."""
    @property
    def time(self) -> float:
        """T = E / 18, in seconds."""
    @property
    def bugs(self) -> float:
        """B = V / 3000, expected faults."""
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]  # equal by its counts, not meant for sets

@final
class FunctionMetrics:
    """One function of a file; closures and methods of local classes are functions too."""

    @property
    def name(self) -> str:
        """Qualified as `__qualname__` is: `Class.method`, `outer.<locals>.inner`."""
    @property
    def line(self) -> int:
        """1-based line of its `def`."""
    @property
    def end_line(self) -> int:
        """1-based last line of its body."""
    @property
    def first_line(self) -> int:
        """1-based line of its first decorator, or of the `def`."""
    @property
    def cyclomatic(self) -> int:
        """Cyclomatic complexity as radon 6.0.1 counts it, closures left out."""
    @property
    def cognitive(self) -> int:
        """Cognitive complexity as complexipy 8.3 counts it, closures included."""
    @property
    def nesting(self) -> int:
        """Deepest nesting of if, for, while, with, try and match; 0 for straight-line code."""
    @property
    def arguments(self) -> int:
        """Parameters of every kind, `self`, `*args` and `**kwargs` included."""
    @property
    def returns(self) -> int:
        """`return` statements of its own."""
    @property
    def statements(self) -> int:
        """Statements of its own at every depth; a nested definition is one."""
    @property
    def halstead(self) -> HalsteadMetrics:
        """Over its body, nested functions included, as radon does."""
    @property
    def documented(self) -> bool:
        """Whether it starts with a docstring."""
    @property
    def annotated(self) -> bool:
        """Whether each parameter but a method's first, and the return, has a type hint."""
    @property
    def fingerprint(self) -> str:
        """blake3 (hex) of its tokens without layout and comments: survives moves and reformatting."""
    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""

@final
class FileMetrics:
    """Everything measured of one file."""

    @property
    def path(self) -> str:
        """The path as the caller gave it."""
    @property
    def status(self) -> Literal["ok", "partial", "error", "too-deep", "too-large", "unreadable"]:
        """How much could be measured; `partial`: functions recovered around syntax errors."""
    @property
    def problems(self) -> list[Problem]:
        """What went wrong, in source order."""
    @property
    def functions(self) -> list[FunctionMetrics]:
        """Every function exactly once, in source order; built anew at each access."""
    @property
    def raw(self) -> RawMetrics:
        """Line counts.

        Those of a `too-large` or `too-deep` file are made without a parse, `lloc` being 0; all are 0
        where the file could not be read or decoded, or has more than 256 MiB.
        """
    @property
    def halstead(self) -> HalsteadMetrics:
        """Halstead's numbers of the whole file."""
    @property
    def mi(self) -> float:
        """Maintainability index 0-100 as `radon.metrics.mi_visit(code, True)` computes it."""
    @property
    def cyclomatic(self) -> int:
        """Cyclomatic complexity of the module as radon adds it up for its index."""
