"""radon and complexipy, asked live on files of the standard library that differ in each run."""

import ast
import os
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import complexipy
import pyagent_native
import pytest
from radon.metrics import h_visit_ast, mi_visit
from radon.raw import analyze
from radon.visitors import Class, ComplexityVisitor, Function

SAMPLE = 40
# radon's line counts scan a long literal again for each of its lines.
RAW_BYTES = 30_000


@pytest.fixture(scope="module")
def seed() -> int:
    """A new sample in each run; set ORACLE_SEED to the printed number to repeat one."""
    chosen = int(os.environ.get("ORACLE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"ORACLE_SEED={chosen}")  # noqa: T201 - pytest shows it beside a failure
    return chosen


@pytest.fixture(scope="module")
def sample(seed: int) -> list[Path]:
    """Files that this interpreter parses and whose encoding radon takes."""
    library = Path(sysconfig.get_paths()["stdlib"])
    files = sorted(path for path in library.rglob("*.py") if "site-packages" not in path.parts)
    chosen = random.Random(seed).sample(files, SAMPLE)  # noqa: S311 - a sample, not a secret
    return [path for path in chosen if parses(path)]


def parses(path: Path) -> bool:
    """Whether the file is UTF-8 text of this interpreter's language."""
    try:
        ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return False
    return True


def reported(blocks: list[Function | Class]) -> Iterator[Function]:
    """Every function that radon reports, closures and inner classes included."""
    for block in blocks:
        if isinstance(block, Class):
            yield from reported([*block.methods, *block.inner_classes])
        else:
            yield block
            yield from reported(block.closures)


def last_name(qualified: str) -> str:
    return qualified.rpartition(".")[2]


def test_cyclomatic_complexity_equals_radons_for_each_function_it_reports(sample: list[Path], seed: int) -> None:
    for path in sample:
        measured = pyagent_native.measure(path.read_bytes())
        ours = {(row.line, last_name(row.name)): row.cyclomatic for row in measured.functions}
        visitor = ComplexityVisitor.from_code(path.read_text(encoding="utf-8"))
        theirs = {(row.lineno, row.name): row.complexity for row in reported([*visitor.functions, *visitor.classes])}
        assert theirs == {key: ours.get(key) for key in theirs}, (path, seed)
        assert measured.cyclomatic == visitor.total_complexity, (path, seed)


def test_halstead_totals_equal_radons(sample: list[Path], seed: int) -> None:
    for path in sample:
        ours = pyagent_native.measure(path.read_bytes()).halstead
        theirs = h_visit_ast(ast.parse(path.read_bytes())).total
        counts = ("h1", "h2", "N1", "N2", "vocabulary", "length")
        assert [getattr(ours, name) for name in counts] == [getattr(theirs, name) for name in counts], (path, seed)
        numbers = ("calculated_length", "volume", "difficulty", "effort", "time", "bugs")
        expected = [getattr(theirs, name) for name in numbers]
        assert [getattr(ours, name) for name in numbers] == pytest.approx(expected, rel=1e-9), (path, seed)


def test_functions_have_radons_halstead_counts(sample: list[Path], seed: int) -> None:
    for path in sample:
        theirs = dict(h_visit_ast(ast.parse(path.read_bytes())).functions)
        rows = pyagent_native.measure(path.read_bytes()).functions
        unique = {row.name: row.halstead for row in rows if [r.name for r in rows].count(row.name) == 1}
        for name, counted in theirs.items():
            if (ours := unique.get(name)) and not any(last_name(other) == name != other for other in unique):
                assert (ours.h1, ours.h2, ours.N1, ours.N2) == counted[:4], (path, name, seed)


def test_line_counts_and_maintainability_equal_radons(sample: list[Path], seed: int) -> None:
    small = [path for path in sample if path.stat().st_size < RAW_BYTES]
    assert small
    for path in small:
        source = path.read_text(encoding="utf-8")
        try:
            theirs = analyze(source)
        except SyntaxError:  # radon cannot tokenize it line by line
            continue
        measured = pyagent_native.measure(path.read_bytes())
        assert {name: getattr(measured.raw, name) for name in theirs._fields} == theirs._asdict(), (path, seed)
        assert measured.mi == pytest.approx(mi_visit(source, multi=True), abs=1e-9), (path, seed)


def test_cognitive_complexity_agrees_with_complexipy(sample: list[Path], seed: int) -> None:
    asked, different = 0, list[tuple[str, str, int, int | None]]()
    for path in sample:
        rows = pyagent_native.measure(path.read_bytes()).functions
        ours = {(line, last_name(row.name)): row.cognitive for row in rows for line in (row.line, row.first_line)}
        for theirs in complexipy.code_complexity(path.read_text(encoding="utf-8"), no_ignore=True).functions:
            asked += 1
            mine = ours.get((theirs.line_start, theirs.name.rpartition("::")[2]))
            if mine != theirs.complexity:
                different.append((str(path), theirs.name, theirs.complexity, mine))
    assert asked > len(sample)
    assert len(different) <= asked * 0.005, (seed, different)


def test_every_function_of_the_sample_is_listed_exactly_once(sample: list[Path], seed: int) -> None:
    for path in sample:
        rows = pyagent_native.measure(path.read_bytes()).functions
        nodes = ast.walk(ast.parse(path.read_bytes()))
        defined = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        expected = sorted((node.lineno, node.name) for node in defined)
        assert sorted((row.line, last_name(row.name)) for row in rows) == expected, (path, seed)
