"""Does the patch import a package that the project does not have?

Known are Python's own modules, what lies in the tree, what the project declares, and what its code
imports already. A package that merely happens to be installed is not known: it would be a new dependency.
Pure, but for reading the base.
"""

import ast
import sys
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from pyagent.ports import Checkout
from repos.environments.inputs import declarations
from repos.environments.manifests import parsed
from repos.environments.tooling import distribution_of
from repos.gates.monitor.delta import Delta, Side, read

RUNNER = "pytest"
"""Every environment that runs a pytest suite has it, declared or not."""


def problems(found: Delta, base: Checkout, *, tests: bool = False) -> Iterator[str]:
    """Each top-level package that is imported anew and that the project does not have."""
    news = {name for name in found.new(_roots) if name not in sys.stdlib_module_names}
    news -= {RUNNER} if tests else set()
    if news:
        yield from (f"imports {name}, which the project does not have" for name in sorted(news - known(base, news)))


def known(base: Checkout, wanted: set[str]) -> frozenset[str]:
    """Those of `wanted` that the base holds, declares or imports; files are read until all are found."""
    held = {part for path in base.paths() for part in path.removesuffix(".py").split("/")}
    declared = _declared(base)
    found = {name for name in wanted if name in held or canonicalize_name(distribution_of(name)) in declared}
    for path in (path for path in base.paths() if path.endswith(".py")):
        if found >= wanted:
            break
        found |= wanted.intersection(_roots(read(path, base.read(path))))
    return frozenset(found)


def _declared(base: Checkout) -> frozenset[str]:
    manifests = declarations(base).manifests
    rows = (row for each in manifests for rows in ((each.runtime or ()), *each.groups.values()) for row in rows)
    return frozenset(canonicalize_name(found.name) for row in rows if (found := parsed(row)))


def _roots(side: Side) -> Iterator[str]:
    for node in side.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]
