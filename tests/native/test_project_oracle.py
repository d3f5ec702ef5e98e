"""vulture, asked live on released packages that differ in each run: every difference is of a known class."""

import ast
import os
import random
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyagent_native
import pytest
import vulture
from vulture import Vulture

PACKAGES = 4
# vulture takes 0.7 CPU-seconds for a megabyte.
MOST_BYTES = 600_000
FEWEST_FILES = 5

Row = tuple[str, int, str, str]


@pytest.fixture(scope="module")
def seed() -> int:
    """A new sample in each run; set ORACLE_SEED to the printed number to repeat one."""
    chosen = int(os.environ.get("ORACLE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"ORACLE_SEED={chosen}")  # noqa: T201 - pytest shows it beside a failure
    return chosen


def sources(package: Path) -> list[str]:
    """Files that this interpreter parses, relative to the package."""
    return sorted(str(path.relative_to(package)) for path in package.rglob("*.py") if parses(path))


def parses(path: Path) -> bool:
    try:
        ast.parse(path.read_text(encoding="utf-8"), type_comments=True)
    except (SyntaxError, ValueError):
        return False
    return True


def candidates() -> list[Path]:
    """Installed packages that are neither tiny nor slow to ask about."""
    found = list[Path]()
    for init in Path(sysconfig.get_paths()["purelib"]).glob("*/__init__.py"):
        files = list(init.parent.rglob("*.py"))
        if len(files) >= FEWEST_FILES and sum(path.stat().st_size for path in files) < MOST_BYTES:
            found.append(init.parent)
    return sorted(found)


@pytest.fixture(scope="module")
def sample(seed: int) -> list[Path]:
    found = candidates()
    assert len(found) >= PACKAGES
    return random.Random(seed).sample(found, PACKAGES)  # noqa: S311 - a sample, not a secret


def theirs(package: Path, paths: list[str]) -> set[Row]:
    """What vulture reports at its default confidence, unreachable code aside: we do not look for that."""
    asked = Vulture()
    asked.scavenge([str(package / path) for path in paths])
    items = (item for item in asked.get_unused_code(min_confidence=60) if item.typ != "unreachable_code")
    return {(str(Path(item.filename).relative_to(package)), item.first_lineno, item.name, item.typ) for item in items}


def ours(package: Path, paths: list[str]) -> dict[Row, pyagent_native.Unused]:
    """Everything we list at any confidence, arguments being variables as vulture has it."""
    rows = pyagent_native.project(str(package), paths).unused(0)
    return {(r.path, r.line, r.name, "variable" if r.kind == "argument" else r.kind): r for r in rows}


def strings(package: Path, paths: list[str]) -> Iterator[str]:
    for path in paths:
        for node in ast.walk(ast.parse((package / path).read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def listed_by_vulture() -> set[str]:
    """Names in vulture's own lists of what libraries use: it reads them with every project, and takes all for used.

    The modules' own names stand there too (`sys.stdout`): that one is imported for nothing it never says.
    """
    found = set[str]()
    for path in (Path(vulture.__file__).parent / "whitelists").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            found |= {node.attr} if isinstance(node, ast.Attribute) else set()
            found |= {node.id} if isinstance(node, ast.Name) else set()
    return found


# Names that our list of the standard library's conventions has and vulture's lacks.
OUR_HOOKS = (
    "visit_", "generic_visit", "do_", "log_", "handle_", "setUp", "tearDown", "setup", "finish", "process_request",
    "load_tests", "addModuleCleanup", "asyncSetUp", "asyncTearDown", "errcheck", "restype", "argtypes", "_",
    "formatException", "formatTime", "propagate", "disabled", "emit", "filter", "format", "default", "run", "value",
    "contents", "get_", "pytest", "daemon", "excepthook", "protocol_version", "server_version", "handle",
    "convert_field",
    "complete_", "help_", "emptyline", "precmd", "postcmd", "preloop", "postloop", "required", "epilog",
)  # fmt: skip


def why_only_theirs(row: Row, low: dict[Row, pyagent_native.Unused], quoted: set[str], listed: set[str]) -> str | None:
    """The class of a finding that vulture has and we do not."""
    name = row[2]
    if name.startswith("__") and name.endswith("__"):
        return "special names are never unused"
    if row in low:
        return "only tests use it" if low[row].only_tests else "a foreign decorator may have registered it"
    if any(name.startswith(text.partition("%")[0]) for text in quoted if len(text.partition("%")[0]) >= 3):
        return "reached by getattr with a computed name"
    if any(name in text for text in quoted):
        return "named in a quoted annotation, or in an `__all__` that is not assigned at once"
    return (
        "used by convention of the standard library or pytest" if name.startswith(OUR_HOOKS) or name in listed else None
    )


def test_every_difference_to_vulture_is_of_a_known_class(sample: list[Path], seed: int) -> None:
    whitelisted = listed_by_vulture()
    agreed, classes, unexplained = 0, Counter[str](), list[tuple[str, Row]]()
    for package in sample:
        paths = sources(package)
        their, our = theirs(package, paths), ours(package, paths)
        sure = {row for row, found in our.items() if found.confidence >= 60 and not found.only_tests}
        quoted = set(strings(package, paths))
        agreed += len(their & sure)
        for row in their - sure:
            why = why_only_theirs(row, our, quoted, whitelisted)
            classes[why or ""] += 1
            unexplained += [] if why else [(package.name, row)]
        unexplained += [(package.name, row) for row in sure - their if row[2] not in whitelisted]
    print(dict(classes), f"{agreed} findings agree")  # noqa: T201 - pytest shows it beside a failure
    assert not unexplained, (seed, unexplained)
