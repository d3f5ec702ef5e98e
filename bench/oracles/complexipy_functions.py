"""complexipy's cognitive complexity of every function that it lists."""

from pathlib import Path

import complexipy
from pyagent_native import FileMetrics

from bench.oracles.outcome import Compared, Difference, unanswered


def compare(path: Path, source: bytes, measured: FileMetrics) -> Compared:
    """One answer a function; complexipy gives it the line of its first decorator or of its `def`."""
    try:
        listed = complexipy.code_complexity(source.decode("utf-8"), no_ignore=True).functions
    except (SyntaxError, ValueError) as refusal:
        return unanswered(path, refusal)
    compared = Compared()
    rows = measured.functions
    ours = {(line, row.name.rpartition(".")[2]): row.cognitive for row in rows for line in (row.line, row.first_line)}
    for function in listed:
        mine = ours.get((function.line_start, function.name.rpartition("::")[2]))
        compared.expect(Difference(path, function.line_start, function.name, mine, function.complexity))
    return compared
