"""Where a tree keeps its product code and its tests (pure but for reading the tree)."""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from pyagent.ports import Checkout
from repos.environments.inputs import declarations, reader
from repos.environments.manifests import lines

_TEST_FOLDER = re.compile(r"^(?:tests?|unit_?tests?|[a-z]+tests)$")
_TEST_FILE = re.compile(r"^(?:test_.*|.*_tests?|conftest)\.py$")
_ROOT_TEST_FILE = re.compile(r"^(?:test.*|.*_tests?|conftest)\.py$")
_FILE_AMONG_TESTS = re.compile(r"^(?:test.*|.*tests?|conftest)\.py$")
_NO_PRODUCT = re.compile(
    r"^(?:docs?(?:[._].*)?|examples?|samples|benchmarks?|bench|scripts?|tools?|utils?|build|dist|demos?|fuzz(?:ing)?|ci|"
    r"tasks?|extras?|contrib|packaging|licenses|requirements|stubs|typings|node_modules|venv|env|.*-stubs?|.*\.egg-info|\..*)$"
)
_NO_MODULE = re.compile(
    r"^(?:setup|conftest|noxfile|toxfile|fabfile|tasks|manage|release|runtests|run_tests|test|tests|versioneer|"
    r"ez_setup|distribute_setup|conf|dodo|pavement|waf|sitecustomize|housekeep)$"
)
_SOURCE_FOLDERS = ("src", "lib", "python", "")


@dataclass(frozen=True, slots=True)
class Layout:
    """A tree's folders by role, relative to the root."""

    roots: tuple[str, ...]
    source: tuple[str, ...]
    tests: tuple[str, ...]
    test_files: tuple[str, ...]
    """Python files among the tests that test runners collect or load by themselves."""


def layout(checkout: Checkout) -> Layout:
    """The roles of a tree's folders, from what it declares and else from where its files lie."""
    paths = tuple(path for path in checkout.paths() if path.endswith(".py"))
    tests = _tests(paths)
    declared = _declared(checkout)
    found = {folder: _products(folder, paths, tests, declared) for folder in _SOURCE_FOLDERS}
    root = next((folder for folder, products in found.items() if products), "")
    files = tuple(p for p in paths if _under(p, tests) and _FILE_AMONG_TESTS.match(posixpath.basename(p)))
    return Layout(
        roots=(root, ".") if root else (".",),
        source=found[root],
        tests=tests,
        test_files=files,
    )


def _tests(paths: Iterable[str]) -> tuple[str, ...]:
    """Topmost test folders that hold test files, then test files outside them."""
    folders: set[str] = set()
    loose: set[str] = set()
    for path in paths:
        parts = path.split("/")
        top = next((i for i, part in enumerate(parts[:-1]) if _TEST_FOLDER.match(part)), None)
        if any(_NO_PRODUCT.match(part) for part in parts[: -1 if top is None else top]):
            continue
        if top is not None:
            folders.add("/".join(parts[: top + 1]))
        elif (_TEST_FILE if len(parts) > 1 else _ROOT_TEST_FILE).match(parts[-1]):
            loose.add(path)
    return (*sorted(folders), *sorted(loose))


def _products(root: str, paths: Iterable[str], tests: tuple[str, ...], declared: frozenset[str]) -> tuple[str, ...]:
    """Packages and declared modules directly under `root`; all its modules where there is no package."""
    prefix = f"{root}/" if root else ""
    inner = [path.removeprefix(prefix) for path in paths if path.startswith(prefix) and not _under(path, tests)]
    packages = {p.split("/")[0] for p in inner if p.count("/") == 1 and p.endswith("/__init__.py")}
    packages |= {p.split("/")[0] for p in inner if "/" in p} & declared
    packages = {name for name in packages if name in declared or not _NO_PRODUCT.match(name)}
    modules = {p.removesuffix(".py") for p in inner if "/" not in p}
    own = modules & declared
    if not own and not packages:
        own = {name for name in modules if not _NO_MODULE.match(name)}
    return (*sorted(prefix + name for name in packages), *sorted(f"{prefix}{name}.py" for name in own))


def _declared(checkout: Checkout) -> frozenset[str]:
    """Top-level names the project says are its own: its name, its egg-info, its script's targets."""
    declared = declarations(checkout)
    names = {canonicalize_name(declared.first(lambda m: m.name) or "").replace("-", "_")}
    for path in checkout.paths():
        if re.fullmatch(r"(?:[^/]+/)?[^/]+\.egg-info/top_level\.txt", path):
            names |= set(lines(reader(checkout)(path) or ""))
    for manifest in declared.manifests:
        for rows in manifest.entry_points.values():
            names |= {re.split(r"[.:\[\s]", reference)[0] for reference in rows.values()}
    return frozenset(names - {""})


def _under(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
