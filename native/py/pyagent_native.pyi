"""Metrics of Python source from one parse; problems are data, nothing is raised for a bad file."""

from collections.abc import Iterator, Sequence
from os import PathLike
from typing import Final, Literal, SupportsIndex, final, overload

PROFILE: Final[str]
"""Version of all definitions together: results of different versions must not be compared."""

PROFILES: Final[dict[str, str]]
"""Version of each definition of complexity: radon, ruff, core, cognitive-complexipy, cognitive-sonar."""

def measure(source: bytes, path: str = "<memory>") -> FileMetrics:
    """The metrics of one file's bytes; `path` is only carried along. Releases the GIL."""

def scan(
    root: str | PathLike[str],
    paths: Sequence[str | PathLike[str]],
    *,
    threads: int = 0,
    max_bytes: int = 10_000_000,
    cache: str | PathLike[str] | None = None,
) -> Scan:
    """The metrics of files under `root`: one result per path, in the order given, always.

    Paths are relative to `root` and taken as they are; what cannot be read says so in its
    `status`. Releases the GIL; Ctrl-C ends it within a tenth of a second.

    Args:
        root: folder that the paths start at.
        paths: files, names that are no UTF-8 included (surrogate escapes).
        threads: how many files are measured at a time; 0 means one per processor.
        max_bytes: size in bytes above which a file is not parsed.
        cache: file that keeps results: a file of the same size and time of change is not read, a
            content seen before is not measured. It is replaced at once, never grows past two
            million functions, and is as good as absent where it is damaged or of another version.

    Raises:
        KeyboardInterrupt: as any exception that a signal handler raises meanwhile.
    """

def diff(before: bytes, after: bytes) -> list[Edit]:
    """The edits that turn `before` into `after`, in order, with unchanged lines between them.

    Only a line feed ends a line, as for git. Histogram diff, each edit slid to where its
    indentation says that a reader would put it. Releases the GIL.
    """

def unified_diff(before: bytes, after: bytes, *, context: int = 3) -> bytes:
    """The hunks of a unified diff in git's dialect; empty where nothing differs. Releases the GIL."""

def measure_all(
    sources: Sequence[bytes],
    *,
    threads: int = 0,
    max_bytes: int = 10_000_000,
    cache: str | PathLike[str] | None = None,
) -> Scan:
    """The metrics of sources in memory: one result each, in the order given; arguments as for `scan`."""

def project(
    root: str | PathLike[str],
    paths: Sequence[str | PathLike[str]],
    *,
    threads: int = 0,
    max_bytes: int = 10_000_000,
) -> Project:
    """Metrics of files under `root`, as `scan` gives them, and the facts that tie them together.

    One parse a file gives both. Arguments, Ctrl-C and the GIL are as in `scan`.
    """

@final
class Edit:
    """Neighbouring lines of one text that stand in for neighbouring lines of another."""

    @property
    def before_start(self) -> int:
        """0-based first line taken out."""
    @property
    def before_end(self) -> int:
        """0-based line behind the last taken out; equal to the first where lines are only put in."""
    @property
    def after_start(self) -> int:
        """0-based first line put in."""
    @property
    def after_end(self) -> int:
        """0-based line behind the last put in; equal to the first where lines are only taken out."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Project:
    """A scanned project; every answer is computed from memory, no file is read again."""

    @property
    def scan(self) -> Scan:
        """The metrics of each file, in the order given."""
    def imports(self) -> list[Import]:
        """Every imported name with the file of this project that it leads to, in source order."""
    def cycles(self) -> list[list[str]]:
        """Groups of files that import each other in a circle while they are imported, largest first.

        Imports inside functions and under `TYPE_CHECKING` close no circle.
        """
    def dependents(self, path: str, depth: int = 0) -> list[str]:
        """Files that a change of `path` can reach through at most `depth` imports (0: any number).

        Imports of every kind count, and so does the `__init__.py` that runs before a module of its
        package. In the order given; an unknown path has none.
        """
    def unused(self, min_confidence: int = 60) -> list[Unused]:
        """Definitions whose name no file uses, or only tests do, in file and source order.

        The rule and the confidences are vulture 2.16's: one space of names for all files. Also used
        are dunder names, names in quoted hints, names whose beginning fits a computed `getattr`,
        and what the standard library and pytest call by convention. What a foreign decorator may
        have registered has a confidence of 40.
        """
    def clones(self, min_tokens: int = 50) -> list[Clone]:
        """Copies of at least `min_tokens` tokens, longest first; n copies of one text give n - 1 rows.

        Found by winnowing (k = 25, w = 8), which sees every copy of 32 tokens.
        """
    def near_duplicates(self, threshold: float = 0.8) -> list[NearDuplicates]:
        """Groups of functions of 50 tokens and more that share 3-token shingles, largest groups first.

        Each function of a group has a Jaccard similarity of at least `threshold` with another of it.
        """
    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The functions that fit `text` best by BM25 over sub-words of identifiers and docstrings."""

@final
class Span:
    """Lines of one file."""

    @property
    def path(self) -> str:
        """The path as the caller gave it."""
    @property
    def line(self) -> int:
        """1-based first line; of a function, that of its first decorator."""
    @property
    def end_line(self) -> int:
        """1-based last line; of a clone, the line on which its last token starts."""
    @property
    def name(self) -> str:
        """Qualified name where it is a function; empty for a clone."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Import:
    """One imported name."""

    @property
    def path(self) -> str:
        """The importing file."""
    @property
    def line(self) -> int:
        """1-based line of the statement."""
    @property
    def module(self) -> str:
        """The module as written, leading dots included."""
    @property
    def name(self) -> str:
        """What is taken from it; empty for a plain `import`, `*` for everything."""
    @property
    def target(self) -> str | None:
        """The file of this project that it leads to."""
    @property
    def type_checking(self) -> bool:
        """Whether only type checkers run it."""
    @property
    def deferred(self) -> bool:
        """Whether it stands inside a function."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Unused:
    """A definition whose name no product code uses."""

    @property
    def path(self) -> str:
        """Its file."""
    @property
    def line(self) -> int:
        """1-based line of its first decorator or its statement."""
    @property
    def end_line(self) -> int:
        """1-based last line."""
    @property
    def name(self) -> str:
        """Its own name."""
    @property
    def kind(
        self,
    ) -> Literal["argument", "attribute", "class", "function", "import", "method", "property", "variable"]:
        """What binds it."""
    @property
    def confidence(self) -> int:
        """How sure it is dead: arguments 100, imports 90, registered by a decorator 40, others 60."""
    @property
    def only_tests(self) -> bool:
        """Whether test files use its name and nothing else does."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Clone:
    """Two copies of one piece of code, as long as they can be."""

    @property
    def kind(self) -> Literal["exact", "renamed"]:
        """Type 1: token by token. Type 2: identifiers and literals aside."""
    @property
    def tokens(self) -> int:
        """How many tokens each has, comments and layout left out."""
    @property
    def first(self) -> Span:
        """The copy that comes first in the order given."""
    @property
    def second(self) -> Span:
        """The other one."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class NearDuplicates:
    """Functions that say nearly the same."""

    @property
    def similarity(self) -> float:
        """The least Jaccard similarity of the pairs that tie the group together, 0 to 1."""
    @property
    def functions(self) -> list[Span]:
        """Its functions in file and source order."""
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]  # compared by value, not meant for sets

@final
class Hit:
    """A function that fits a query."""

    @property
    def function(self) -> Span:
        """Where it stands."""
    @property
    def score(self) -> float:
        """BM25 score; comparable within one answer only."""
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]  # compared by value, not meant for sets

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
        """Cyclomatic complexity as radon 6.0.1 counts it, closures left out (profile `radon`)."""
    @property
    def cyclomatic_ruff(self) -> int:
        """Cyclomatic complexity as C901 of ruff counts it, closures added (profile `ruff`)."""
    @property
    def cyclomatic_core(self) -> int:
        """1 and every decision taken while it runs, closures left out (profile `core`)."""
    @property
    def cognitive(self) -> int:
        """Cognitive complexity as complexipy counts it, closures included (profile `cognitive-complexipy`)."""
    @property
    def cognitive_sonar(self) -> int:
        """Cognitive complexity as SonarSource counts it, closures included (profile `cognitive-sonar`)."""
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
    def branches(self) -> int:
        """Suites of its own that may be skipped, as pylint's R0912 and ruff's PLR0912 count them."""
    @property
    def statements(self) -> int:
        """Statements of its own at every depth; a nested definition is one."""
    @property
    def locals(self) -> int:
        """Names whose last binding in it is an assignment or a pattern, as ruff's PLR0914 counts them."""
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
    def hinted(self) -> int:
        """Its parameters but a method's first, and its return, that have a type hint."""
    @property
    def hintable(self) -> int:
        """How many of those there are."""
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
    @property
    def cyclomatic_core(self) -> int:
        """1 and every decision outside of all functions (profile `core`)."""
    @property
    def documented(self) -> bool:
        """Whether the module starts with a docstring."""
    @property
    def functions_documented(self) -> int:
        """Functions that start with a docstring, private and nested ones too."""
    @property
    def classes(self) -> int:
        """Classes, private and nested ones too."""
    @property
    def classes_documented(self) -> int:
        """Classes that start with a docstring."""
    @property
    def hinted(self) -> int:
        """Parameters, a method's first left out, and returns that have a type hint."""
    @property
    def hintable(self) -> int:
        """How many of those there are."""
