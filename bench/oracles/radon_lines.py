"""radon's line counts and maintainability index, where it ends in time: it scans long literals again and again."""

import ast
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pyagent_native import FileMetrics
from radon.metrics import h_visit_ast, mi_compute
from radon.raw import Module, analyze
from radon.visitors import ComplexityVisitor

from bench.oracles.outcome import Compared, Difference, unanswered

SECONDS = 10.0
"""Of the processor's time, for one file."""
WITHIN = 1e-9


def compare(path: Path, source: bytes, measured: FileMetrics) -> Compared:
    """Seven counts and the index."""
    try:
        text = source.decode("utf-8")
        with limited(SECONDS):
            raw = analyze(text)
        index = _index(text, raw)
    except (SyntaxError, ValueError, RecursionError, TimeoutError) as refusal:
        return unanswered(path, refusal)
    compared = Compared()
    for name, theirs in raw._asdict().items():
        compared.expect(Difference(path, 0, name, getattr(measured.raw, name), theirs))
    mine = index if abs(measured.mi - index) <= WITHIN else measured.mi
    compared.expect(Difference(path, 0, "maintainability index", mine, index))
    return compared


def _index(text: str, raw: Module) -> float:
    """As `mi_visit(text, multi=True)`, which would count the lines once more."""
    tree = ast.parse(text)
    percent = (raw.comments + raw.multi) / float(raw.sloc) * 100 if raw.sloc else 0
    complexity = ComplexityVisitor.from_ast(tree).total_complexity
    return mi_compute(h_visit_ast(tree).total.volume, complexity, raw.lloc, percent)


@contextmanager
def limited(seconds: float) -> Generator[None]:
    """Raises TimeoutError inside once this process has used so much processor time."""

    def stop(_number: int, _frame: object) -> None:
        raise TimeoutError(f"no answer within {seconds} CPU seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
