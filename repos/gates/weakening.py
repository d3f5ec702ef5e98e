"""Does the change leave the tests at least as strict, and swallow no more errors than before?

Cost: one parse of each changed file on both sides, milliseconds; nothing is executed.
Cannot see: an assertion that is there and asserts nothing of worth (that is strength). Comments that silence a
tool are the gate `lint`'s, files that configure tests and coverage the monitor's.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from pyagent.model import ChangeClass, Verdict
from repos.gates.trial import Trial, failed, listing, passed, python_changes, skipped

GATE = "weakening"
_SKIPS = frozenset({"skipif", "skipIf", "skipUnless", "skipTest", "importorskip", "SkipTest"})
_EXPECTS_FAILURE = frozenset({"xfail", "expectedFailure"})
_RUNNERS = frozenset({"pytest", "unittest", "mark"})
"""Names of which `skip` is a skip; elsewhere it is any method."""
_BROAD = frozenset({"Exception", "BaseException"})
_SWALLOWS = "a handler that swallows every error"
"""One word for a bare except, a broad one and a broad suppress: a linter's fix turns one into another."""
_CHECKS = ("assert", "fail", "raises", "warns", "check", "verify", "expect", "approx")


def judge(trial: Trial) -> Verdict:
    """Failed for a new skip, an expected failure, a broad except, fewer tests or checks, or a new test without any."""
    found: list[str] = []
    for path, before, after in python_changes(trial):
        try:
            old, new = ast.parse(before), ast.parse(after)
        except (SyntaxError, ValueError, RecursionError) as error:
            return skipped(GATE, f"{path} cannot be parsed: {type(error).__name__}")
        found += (f"{path}: {what}" for what in weaker(old, new, tests=trial.proposal.change_class is ChangeClass.T))
    facts = (("marks that weaken tests or hide errors", str(len(found))),)
    if found:
        return failed(GATE, listing(tuple(found)), facts)
    return passed(GATE, "no test skipped, dropped or loosened, no error newly swallowed", facts)


def weaker(old: ast.AST, new: ast.AST, *, tests: bool) -> Iterator[str]:
    """What the newer tree has that weakens it; with `tests` each of its tests must also check something."""
    grown = Counter(_marks(new)) - Counter(_marks(old))
    yield from (f"adds {mark}" for mark in sorted(grown))
    before, after = _tests(old), _tests(new)
    if len(after) < len(before):
        yield f"{len(before) - len(after)} fewer tests"
    if before and sum(map(_checks, after.values())) < sum(map(_checks, before.values())):
        yield "fewer assertions in its tests"
    if tests:
        yield from (f"{name} asserts nothing" for name, node in after.items() if not _checks(node))


def _marks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="skip", value=ast.Name(id=owner) | ast.Attribute(attr=owner)) if owner in _RUNNERS:
                yield "a skip (skip)"
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in _SKIPS:
                yield f"a skip ({name})"
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in _EXPECTS_FAILURE:
                yield f"an expected failure ({name})"
            case ast.ExceptHandler(type=kind) if (kind is None or _broad(kind)) and not _raises(node):
                yield _SWALLOWS
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress")) if any(map(_broad, node.args)):
                yield _SWALLOWS
            case _:
                pass


def _broad(kind: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id in _BROAD for node in ast.walk(kind))


def _raises(handler: ast.AST) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def _tests(tree: ast.AST) -> dict[str, ast.AST]:
    """Functions that runners take for tests, by name and, of one name, order."""
    found: dict[str, ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            name = node.name
            while name in found:
                name += "'"
            found[name] = node
    return found


def _checks(test: ast.AST) -> int:
    """Assertions, and calls whose name says that they check."""
    count = 0
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            count += 1
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            count += str(name).lower().startswith(_CHECKS)
    return count
