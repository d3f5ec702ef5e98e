"""The peers, asked live about files of the standard library that differ in each run.

`make oracle` asks them about all of it and about large packages.
"""

import os
import random
from pathlib import Path

import pytest
from pyagent_native import measure

from bench.oracles import (
    complexipy_functions,
    radon_blocks,
    radon_halstead,
    radon_lines,
    ruff_rules,
    syntax_tree,
)
from bench.oracles.corpora import standard_library
from bench.oracles.outcome import Compare, Compared, by_file
from tests.native.programs import program

SAMPLE = 40
PROGRAMS = 60
RADON_SCANS_LINES = 30_000
"""Bytes up to which radon's line counts take little time."""

EQUAL: dict[str, Compare] = {
    "cyclomatic complexity of radon": radon_blocks.compare,
    "Halstead numbers of radon": radon_halstead.compare,
    "functions, core complexity and coverage of the syntax tree": syntax_tree.compare,
}


@pytest.fixture(scope="module")
def seed() -> int:
    """A new sample in each run; set ORACLE_SEED to the printed number to repeat one."""
    chosen = int(os.environ.get("ORACLE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"ORACLE_SEED={chosen}")  # noqa: T201 - pytest shows it beside a failure
    return chosen


@pytest.fixture(scope="module")
def sample(seed: int) -> list[Path]:
    """Some files of the standard library."""
    return random.Random(seed).sample(standard_library().files, SAMPLE)  # noqa: S311 - a sample, not a secret


def asked(compare: Compare, files: list[Path]) -> Compared:
    """One peer's answers about the files."""
    total = Compared()
    for path in files:
        source = path.read_bytes()
        total.add(by_file(compare, path, source, measure(source, str(path))))
    assert total.answers >= len(files) - len(total.unanswered) > 0
    return total


@pytest.mark.parametrize("name", EQUAL)
def test_ours_equal_the(name: str, sample: list[Path], seed: int) -> None:
    assert list(map(str, asked(EQUAL[name], sample).different)) == [], seed


def test_line_counts_and_maintainability_equal_radons(sample: list[Path], seed: int) -> None:
    small = [path for path in sample if path.stat().st_size < RADON_SCANS_LINES]
    assert list(map(str, asked(radon_lines.compare, small).different)) == [], seed


def test_ruff_has_our_numbers_for_each_function(sample: list[Path], seed: int) -> None:
    compared = ruff_rules.compare(sample, [measure(path.read_bytes()) for path in sample])
    assert compared.answers > len(sample)
    assert list(map(str, compared.different)) == [], seed


def test_cognitive_complexity_agrees_with_complexipy(sample: list[Path], seed: int) -> None:
    compared = asked(complexipy_functions.compare, sample)
    assert len(compared.different) <= compared.answers * 0.005, (seed, list(map(str, compared.different)))


def test_every_peer_agrees_about_random_programs(tmp_path: Path, seed: int) -> None:
    chooser = random.Random(seed)  # noqa: S311 - a sample, not a secret
    files = [tmp_path / f"{number}.py" for number in range(PROGRAMS)]
    for path in files:
        path.write_text(program(chooser))
    compared = ruff_rules.compare(files, [measure(path.read_bytes()) for path in files])
    for compare in (*EQUAL.values(), radon_lines.compare, complexipy_functions.compare):
        compared.add(asked(compare, files))
    assert len(compared.unanswered) < PROGRAMS / 2
    shown = [f"{difference}\n{difference.path.read_text()}" for difference in compared.different]
    assert shown == [], seed


def test_a_wrong_number_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("def f(a):\n    if a: return 1\n    for x in a: y = x\n")
    other = measure(b"def f(a):\n    return 1\n")
    for compare in (*EQUAL.values(), complexipy_functions.compare, radon_lines.compare):
        assert compare(path, path.read_bytes(), other).different or compare is radon_halstead.compare
    seen = {difference.what for difference in ruff_rules.compare([path], [other]).different}
    assert seen == {f"f {rule}" for rule in ("C901", "PLR0912", "PLR0914")}
