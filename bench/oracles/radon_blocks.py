"""radon's cyclomatic complexity of every function that it reports, and of the module."""

from collections.abc import Iterator
from pathlib import Path

from pyagent_native import FileMetrics
from radon.visitors import Class, ComplexityVisitor, Function

from bench.oracles.outcome import Compared, Difference, unanswered


def compare(path: Path, source: bytes, measured: FileMetrics) -> Compared:
    """One answer a function, and one for the module."""
    try:
        visitor = ComplexityVisitor.from_code(source.decode("utf-8"))
    except (SyntaxError, ValueError, RecursionError) as refusal:
        return unanswered(path, refusal)
    compared = Compared()
    ours = {(row.line, row.name.rpartition(".")[2]): row.cyclomatic for row in measured.functions}
    for block in reported([*visitor.functions, *visitor.classes]):
        mine = ours.get((block.lineno, block.name))
        compared.expect(Difference(path, block.lineno, block.name, mine, block.complexity))
    compared.expect(Difference(path, 0, "module", measured.cyclomatic, visitor.total_complexity))
    return compared


def reported(blocks: list[Function | Class]) -> Iterator[Function]:
    """Every function that radon knows, closures and inner classes included."""
    for block in blocks:
        if isinstance(block, Class):
            yield from reported([*block.methods, *block.inner_classes])
        else:
            yield block
            yield from reported(block.closures)
