"""ruff's numbers for every function, its thresholds being set to 0."""

import ast
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from pyagent_native import FileMetrics, FunctionMetrics
from ruff import find_ruff_bin

from bench.oracles.outcome import Compared, Difference, unanswered
from bench.oracles.syntax_tree import Function, named_functions

ALIKE: dict[str, Callable[[FunctionMetrics], int]] = {
    "C901": lambda row: row.cyclomatic_ruff,
    "PLR0911": lambda row: row.returns,
    "PLR0912": lambda row: row.branches,
    "PLR0914": lambda row: row.locals,
}
"""Rules that count what we count."""

LIMITS = (
    "mccabe.max-complexity",
    *(f"pylint.max-{what}" for what in ("returns", "branches", "locals", "args", "statements")),
)


def compare(files: Sequence[Path], measured: Sequence[FileMetrics]) -> Compared:
    """Every function of every file by each rule; rules that count otherwise, where that makes no difference."""
    theirs, refused = reported(files)
    compared = Compared()
    for path, file in zip(files, measured, strict=True):
        if path in refused:
            compared.add(unanswered(path, refused[path]))
            continue
        for row in file.functions:
            for rule, ours in ALIKE.items():
                compared.expect(
                    Difference(path, row.line, f"{row.name} {rule}", ours(row), theirs[path, row.line, rule])
                )
        compared.add(_where_alike(path, file, theirs))
    return compared


def reported(files: Sequence[Path]) -> tuple[dict[tuple[Path, int, str], int], dict[Path, str]]:
    """The number in each message by file, line and rule, 0 where there is none; and files ruff cannot read."""
    rules = ",".join((*ALIKE, "PLR0913", "PLR0915"))
    argv = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--quiet", "--ignore-noqa", "--preview"]
    argv += ["--config", "exclude=[]", "--target-version", "py314", "--output-format", "json", "--select", rules]
    argv += [part for limit in LIMITS for part in ("--config", f"lint.{limit}=0")]
    done = subprocess.run([*argv, *map(str, files)], capture_output=True, check=False)
    numbers: dict[tuple[Path, int, str], int] = defaultdict(int)
    refused: dict[Path, str] = {}
    for message in json.loads(done.stdout):
        path = Path(message["filename"])
        found = re.search(r"\((\d+) > 0\)", message["message"])
        if found:
            numbers[path, message["location"]["row"], message["code"]] = int(found[1])
        else:
            refused[path] = message["message"]
    refused |= {path: "not UTF-8" for path in files if not _is_utf8(path)}
    return numbers, refused


def _is_utf8(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except ValueError:
        return False
    return True


def _where_alike(path: Path, file: FileMetrics, theirs: dict[tuple[Path, int, str], int]) -> Compared:
    """PLR0913 and PLR0915 for functions in which none of what they count otherwise occurs."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return Compared()
    functions = {(node.lineno, name): node for name, node in named_functions(tree)}
    compared = Compared()
    for row in file.functions:
        node = functions.get((row.line, row.name))
        if node and counts_arguments_alike(node, row.name):
            theirs_here = theirs[path, row.line, "PLR0913"]
            compared.expect(Difference(path, row.line, f"{row.name} PLR0913", row.arguments, theirs_here))
        if node and counts_statements_alike(node):
            theirs_here = theirs[path, row.line, "PLR0915"]
            compared.expect(Difference(path, row.line, f"{row.name} PLR0915", row.statements, theirs_here))
    return compared


def counts_arguments_alike(node: Function, name: str) -> bool:
    """PLR0913 leaves out `*args`, a method's first parameter, names for the unused, overloads and overrides."""
    spec = node.args
    plain = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    is_method = "." in name and not name.endswith(f"<locals>.{node.name}")
    is_named = not any(argument.arg.startswith("_") for argument in plain)
    return is_named and not (is_method or spec.vararg or spec.kwarg or node.decorator_list)


def counts_statements_alike(node: Function) -> bool:
    """PLR0915 counts neither `for` nor `return`, counts suites of their own, and looks into nested functions."""
    inside = [child for statement in node.body for child in ast.walk(statement)]
    otherwise = (ast.For, ast.AsyncFor, ast.Return, ast.Try, ast.TryStar, ast.Match, ast.FunctionDef)
    otherwise += (ast.AsyncFunctionDef, ast.ClassDef)
    return not any(isinstance(child, otherwise) or _has_else(child) for child in inside)


def _has_else(node: ast.AST) -> bool:
    """Whether it is a branch that ends in `else`; to Python an `elif` is an `if` alone in an `else`."""
    return isinstance(node, ast.If | ast.While) and bool(node.orelse)
