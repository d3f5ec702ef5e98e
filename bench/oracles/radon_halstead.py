"""radon's Halstead counts and numbers, of files and of the functions it can tell apart."""

import ast
import math
from collections import Counter
from pathlib import Path

from pyagent_native import FileMetrics
from radon.metrics import h_visit_ast

from bench.oracles.outcome import Compared, Difference, unanswered

COUNTS = ("h1", "h2", "N1", "N2", "vocabulary", "length")
NUMBERS = ("calculated_length", "volume", "difficulty", "effort", "time", "bugs")


def compare(path: Path, source: bytes, measured: FileMetrics) -> Compared:
    """Counts equal, numbers within rounding."""
    try:
        total, functions = h_visit_ast(ast.parse(source.decode("utf-8")))
    except (SyntaxError, ValueError, RecursionError) as refusal:
        return unanswered(path, refusal)
    compared = Compared()
    for name in COUNTS:
        compared.expect(Difference(path, 0, name, getattr(measured.halstead, name), getattr(total, name)))
    for name in NUMBERS:
        ours, theirs = getattr(measured.halstead, name), getattr(total, name)
        is_close = math.isclose(ours, theirs, rel_tol=1e-9)
        compared.expect(Difference(path, 0, name, theirs if is_close else ours, theirs))
    _compare_functions(compared, path, dict(functions), measured)
    return compared


def _compare_functions(compared: Compared, path: Path, theirs: dict[str, tuple[int, ...]], ours: FileMetrics) -> None:
    """Functions whose name is theirs alone: radon leaves out the scope."""
    named = Counter(row.name.rpartition(".")[2] for row in ours.functions)
    for row in ours.functions:
        counted = theirs.get(row.name)
        if counted and named[row.name] == 1:
            halstead = row.halstead
            mine = (halstead.h1, halstead.h2, halstead.N1, halstead.N2)
            compared.expect(Difference(path, row.line, row.name, mine, tuple(counted[:4])))
