"""How to start a tree's tests: what the operator says, else what the tree shows (pure but for reading the tree)."""

import ast
import re
from collections.abc import Iterator, Sequence

from pyagent.errors import ConfigurationError
from pyagent.ports import Checkout
from repos.environments.inputs import declarations, reader
from repos.environments.manifests import parsed
from repos.suites.layout import Layout, layout
from repos.suites.outcomes import NoSuite, SuiteCommand, SuiteKind
from repos.suites.pytest_settings import PytestSettings, kept, settings

_RUNNER = re.compile(
    r"^(?:(?:tests?|testing)/)?(?:run_?(?:all_?)?(?:unit_?)?tests?|all_?tests|alltests|test_?all|tests?)\.py$"
)
_MEANINGFUL = re.compile(r"^(?:-m|-k|-W|-p|--doctest.*|--ignore.*|--deselect.*|--import-mode.*|--pyargs)$")


def detect(checkout: Checkout, override: Sequence[str] = ()) -> SuiteCommand | NoSuite:
    """The most likely way to run the tests."""
    found = candidates(checkout, override)
    return found[0] if found else NoSuite("no test file, test configuration or test runner was found in the tree")


def candidates(checkout: Checkout, override: Sequence[str] = ()) -> tuple[SuiteCommand, ...]:
    """Every plausible way to run the tests, the most likely first; just the operator's where there is one.

    Raises:
        ConfigurationError: when the override starts something that cannot be recorded.
    """
    places = layout(checkout)
    if override:
        return (_overridden(tuple(override), places),)
    configured = settings(checkout)
    told = tuple(_told(checkout, places, configured))
    pytest = _pytest(places, configured, ())
    likely = [c for c in told if c.kind is SuiteKind.PYTEST]
    if _uses_pytest(checkout, places, configured):
        likely.append(pytest)
    likely += [c for c in told if c.kind is not SuiteKind.PYTEST]
    if places.test_files:
        likely.append(pytest)
    likely += _runners(checkout, places)
    if places.test_files:
        likely.append(_unittest(checkout, places))
    return tuple(dict.fromkeys(likely))


def _overridden(words: tuple[str, ...], places: Layout) -> SuiteCommand:
    found = _started(words, places)
    if found is None:
        raise ConfigurationError(
            f"The test command {' '.join(words)!r} cannot be recorded.",
            'Write test = ["pytest", ...], ["python", "-m", MODULE, ...] or ["python", SCRIPT, ...].',
        )
    return found


def _started(words: tuple[str, ...], places: Layout, folder: str = "") -> SuiteCommand | None:
    """The command that `words` start; None for anything but pytest and Python."""
    bare = _unwrapped(words)
    if not bare:
        return None
    starter, rest = bare[0].rsplit("/", 1)[-1], bare[1:]
    if starter in {"pytest", "py.test"}:
        return _command(SuiteKind.PYTEST, rest, places)
    if not re.fullmatch(r"python[\d.]*", starter) or not rest:
        return None
    what, after = rest[0], rest[1:]
    if what == "-m" and after:
        kind = {"pytest": SuiteKind.PYTEST, "unittest": SuiteKind.UNITTEST}.get(after[0], SuiteKind.MODULE)
        return _command(kind, after if kind is SuiteKind.MODULE else after[1:], places)
    if what.endswith(".py"):
        return _command(SuiteKind.SCRIPT, (f"{folder}/{what}" if folder else what, *after), places)
    return None


def _unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """The command under `coverage run ...`, `uv run` and Python's own switches."""
    if words[:2] in {("coverage", "run"), ("uv", "run"), ("poetry", "run"), ("hatch", "run")}:
        words = words[2:]
    if words[:4] == ("python", "-m", "coverage", "run"):
        words = words[4:]
    words = _after_switches(words, ("--rcfile", "--source"))
    if words[:1] == ("-m",) or "".join(words[:1]).endswith(".py"):
        words = ("python", *words)
    if "".join(words[:1]).startswith("python"):
        words = (*words[:1], *_after_switches(words[1:], ("-W", "-X")))
    return words


def _after_switches(words: tuple[str, ...], with_value: tuple[str, ...]) -> tuple[str, ...]:
    """The words from the first that is no switch, or is `-m`, on."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-m":
        at += 2 if words[at] in with_value else 1
    return words[at:]


def _told(checkout: Checkout, places: Layout, configured: PytestSettings | None) -> Iterator[SuiteCommand]:
    """What tox and nox files start, where it names things the tree has."""
    present = frozenset(checkout.paths())
    for hint in declarations(checkout).hints:
        for words in hint.commands:
            found = _started(words, places, hint.folder)
            if found is None:
                continue
            if found.kind is SuiteKind.PYTEST:
                yield _pytest(places, configured, _meaning(found.arguments, present))
            elif _is_suite(found, present):
                yield found


def _is_suite(command: SuiteCommand, present: frozenset[str]) -> bool:
    if command.kind is SuiteKind.SCRIPT:
        return command.arguments[0] in present and "test" in command.arguments[0]
    if command.kind is SuiteKind.MODULE:
        module = command.arguments[0].replace(".", "/")
        return "test" in module and (f"{module}.py" in present or f"{module}/__main__.py" in present)
    return True


def _meaning(words: Sequence[str], present: frozenset[str]) -> tuple[str, ...]:
    """Paths the tree has, and options that choose tests."""
    found: list[str] = []
    rest = list(kept(words))
    while rest:
        word = rest.pop(0)
        if _MEANINGFUL.match(word.partition("=")[0]):
            found.append(word)
            if word in {"-m", "-k", "-W", "-p", "--ignore", "--deselect"} and rest:
                found.append(rest.pop(0))
        elif not word.startswith("-") and any(p == word or p.startswith(f"{word.rstrip('/')}/") for p in present):
            found.append(word)
    return tuple(found)


def _pytest(places: Layout, configured: PytestSettings | None, words: tuple[str, ...]) -> SuiteCommand:
    """Run pytest on what the words or the configuration name, else on the test paths; filtered options first."""
    options = ["--rootdir=.", "--continue-on-collection-errors", *(_settled(configured) if configured else ())]
    named = any(not word.startswith("-") for word in words)
    targets = () if named or (configured and configured.testpaths) else _collectable(places)
    return _command(SuiteKind.PYTEST, (*options, *words, *targets), places)


def _settled(configured: PytestSettings) -> Iterator[str]:
    """Options that keep what the configuration says about tests and lift what it says about plugins and reports."""
    names = frozenset(configured.names)
    if configured.addopts:
        yield from ("-o", "addopts=", *kept(configured.addopts))
    if configured.required_plugins:
        yield from ("-o", "required_plugins=")
    if names & {"strict", "strict_config"}:
        yield from ("-o", "strict_config=false")
    if "asyncio_mode" in names and "asyncio_default_fixture_loop_scope" not in names:
        # pytest-asyncio warns before any test where this is not said; it is what it will default to.
        yield from ("-o", "asyncio_default_fixture_loop_scope=function")


def _collectable(places: Layout) -> tuple[str, ...]:
    return tuple(path for path in places.tests if not path.endswith("conftest.py"))


def _runners(checkout: Checkout, places: Layout) -> Iterator[SuiteCommand]:
    """Runner packages and scripts by their usual names."""
    present = frozenset(checkout.paths())
    for folder in places.tests:
        if f"{folder}/__main__.py" in present and f"{folder}/__init__.py" in present:
            yield _command(SuiteKind.MODULE, (folder.replace("/", "."),), places)
    for path in sorted(filter(_RUNNER.match, present)):
        yield _command(SuiteKind.SCRIPT, (path,), places)


def _uses_pytest(checkout: Checkout, places: Layout, configured: PytestSettings | None) -> bool:
    if configured:
        return True
    if any(path.endswith("conftest.py") for path in places.test_files):
        return True
    declared = declarations(checkout)
    rows = [row for manifest in declared.manifests for rows in manifest.groups.values() for row in rows]
    rows += [row for hint in declared.hints for row in hint.installs]
    if any(requirement.name == "pytest" for requirement in map(parsed, rows) if requirement):
        return True
    read = reader(checkout)
    return any(_imports_pytest(read(path) or "") for path in places.test_files)


def _imports_pytest(body: str) -> bool:
    if "pytest" not in body:
        return False
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError):
        return False
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return "pytest" in names


def _unittest(checkout: Checkout, places: Layout) -> SuiteCommand:
    """Discovery in the first test folder, from the root where that folder is a package."""
    folder = next((path for path in places.tests if not path.endswith(".py")), ".")
    top = ("-t", ".") if f"{folder}/__init__.py" in checkout.paths() else ()
    return _command(SuiteKind.UNITTEST, ("discover", "-s", folder, *top), places)


def _command(kind: SuiteKind, arguments: tuple[str, ...], places: Layout) -> SuiteCommand:
    return SuiteCommand(kind, arguments, places.roots, places.source, places.tests)
