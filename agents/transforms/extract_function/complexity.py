"""Cyclomatic complexity by the native core: of a function, and of each statement's share in it."""

import ast
from collections.abc import Iterable

from pyagent_native import measure

from agents.transforms.source import Source
from pyagent.distribution import distribution, grown


def cyclomatic(text: str) -> dict[int, int]:
    """Line of the `def` -> cyclomatic complexity, for every function of a file."""
    return {f.line: f.cyclomatic for f in measure(text.encode()).functions}


def worse(before: str, after: str) -> tuple[str, ...]:
    """What the judge would count more of in one file's text than in the other's."""
    return grown(*(distribution([measure(text.encode())]) for text in (before, after)))


def weights(source: Source, statements: Iterable[ast.stmt]) -> dict[ast.stmt, int]:
    """What each statement adds to the complexity of the function around it; the measure is a sum over statements."""
    every = tuple(statements)
    text = "\n".join(f"async def _{number}():\n{_alone(source, s)}" for number, s in enumerate(every))
    found = {f.name: f.cyclomatic - 1 for f in measure(text.encode()).functions}
    return {statement: found.get(f"_{number}", 0) for number, statement in enumerate(every)}


def _alone(source: Source, statement: ast.stmt) -> str:
    start, end = source.span(statement)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return " pass\n"  # a nested definition is measured on its own
    column = max(1, start - source.starts[statement.lineno - 1])
    text = source.text[start:end]
    return " " * column + ("if" + text.removeprefix("elif") if text.startswith("elif") else text) + "\n"
