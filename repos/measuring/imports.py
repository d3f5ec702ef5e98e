"""What importing a module costs on one side: instructions, processor time, and what else it loads."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pyagent.ports import Completed
from repos.environments.frozen import ENV
from repos.measuring.instruments import PROGRAM, Ground, NoMeasure, collected, ended, job
from repos.measuring.valgrind import Valgrind

TIMES = 6
"""Imports that are timed on one side, each in a process of its own."""
LONGEST_SECONDS = 0.12
"""Longer imports are timed and not counted: counting takes 50 times as long."""
_SCRATCH = "/tmp/imports"  # noqa: S108 - the sandbox's own tmpfs


@dataclass(frozen=True, slots=True)
class Imported:
    """One side."""

    seconds: tuple[float, ...]
    loaded: frozenset[str]
    instructions: int | None


def import_cost(
    modules: tuple[str, ...], ground: Ground, overlay: Mapping[str, bytes | None], valgrind: Valgrind | None
) -> Imported | NoMeasure:
    """The modules imported in fresh processes with their bytecode cached; NoMeasure when an import fails."""
    told = {
        "python": f"{ENV}/bin/python",
        "program": f"{PROGRAM}/imports.py",
        "modules": modules,
        "times": TIMES,
        "counting": valgrind.counting(()) if valgrind else (),
        "longest": LONGEST_SECONDS,
        "scratch": _SCRATCH,
    }
    argv = (f"{ENV}/bin/python", "-I", "-S", "-B", PROGRAM, "imported", json.dumps(told))
    done = ground.runner.run(job(argv, ground, overlay, valgrind.mounts if valgrind else ()))
    return _read(done)


def runs_at_import(source: bytes) -> str:
    """What of a module runs when it is imported, as comparable text; SyntaxError when it does not parse.

    A function's body does not, its decorators, defaults and annotations do; a plain `def` costs nothing worth
    telling and is left out.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
    return ast.dump(_Plain().visit(tree))


class _Plain(ast.NodeTransformer):
    """Leaves out functions whose definition evaluates nothing, and what only a reader sees."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        """Kept when it has decorators or defaults."""
        given = node.args
        annotated = node.returns or any(
            each.annotation for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)
        )
        evaluates = node.decorator_list or given.defaults or any(given.kw_defaults) or annotated
        return node if evaluates else None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Docstrings and other constants run nothing."""
        return None if isinstance(node.value, ast.Constant) else node


def _read(done: Completed) -> Imported | NoMeasure:
    try:
        found = cast("dict[str, Any]", json.loads(done.stdout.partition(b"\n")[0]))
    except ValueError:
        return NoMeasure(ended(done))
    if "failed" in found:
        return NoMeasure(f"the import ends with status {found['failed']}")
    return Imported(tuple(found["cpu"]), frozenset(found["loaded"]), collected(done))
