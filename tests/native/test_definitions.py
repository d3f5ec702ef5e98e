"""Each number means what its definition says, on snippets chosen for being tricky."""

import tomllib
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import complexipy
import pyagent_native
import pytest
from radon.visitors import ComplexityVisitor

from bench import metrics_page
from bench.oracles import ruff_rules
from tests.plugins.command import ROOT


class Snippet(NamedTuple):
    title: str
    source: str
    radon: int
    ruff: int
    core: int
    complexipy: int
    sonar: int


SNIPPETS = tuple(
    Snippet(**{key: entry[key] for key in Snippet._fields})
    for entry in tomllib.loads((Path(__file__).parent / "fixtures" / "snippets.toml").read_text())["snippet"]
)


def only_function(source: str) -> pyagent_native.FunctionMetrics:
    """The first function of a module."""
    return pyagent_native.measure(dedent(source).encode()).functions[0]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.title)
def test_a_tricky_snippet_has_the_complexity_of_each_profile(snippet: Snippet) -> None:
    (row,) = (row for row in pyagent_native.measure(snippet.source.encode()).functions if row.name == "f")
    ours = (row.cyclomatic, row.cyclomatic_ruff, row.cyclomatic_core, row.cognitive, row.cognitive_sonar)
    assert ours == (snippet.radon, snippet.ruff, snippet.core, snippet.complexipy, snippet.sonar)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.title)
def test_radon_and_complexipy_still_give_the_answers_written_down_for_them(snippet: Snippet) -> None:
    radon = ComplexityVisitor.from_code(snippet.source).functions[0].complexity
    peer = complexipy.code_complexity(snippet.source).functions[0].complexity
    assert (radon, peer) == (snippet.radon, snippet.complexipy)


def test_ruff_still_gives_the_answers_written_down_for_it(tmp_path: Path) -> None:
    files = [tmp_path / f"snippet{number}.py" for number in range(len(SNIPPETS))]
    for path, snippet in zip(files, SNIPPETS, strict=True):
        path.write_text(snippet.source)
    numbers, refused = ruff_rules.reported(files)
    assert refused == {}
    first = (
        min((line, value) for (path, line, rule), value in numbers.items() if (path, rule) == (file, "C901"))
        for file in files
    )
    assert [value for _, value in first] == [snippet.ruff for snippet in SNIPPETS]


def test_the_page_of_metrics_matches_the_code_and_the_snippets() -> None:
    assert metrics_page.main(["--check", str(ROOT / "docs" / "metrics.md")]) == 0


def test_a_stale_page_of_metrics_fails_the_check_and_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "metrics.md"
    page.write_text("<!-- begin profiles, by `make docs` -->\n<!-- end -->\n")
    assert metrics_page.main(["--check", str(page)]) == 1
    assert metrics_page.main([str(page)]) == 0
    assert metrics_page.main(["--check", str(page)]) == 0
    assert "| `radon` | 6.0.1 |" in page.read_text()


def test_a_class_counts_into_the_module_as_radon_adds_it_up() -> None:
    source = dedent("""
        class K:
            x = 1 if y else 2
            def a(self):
                if self: pass
            def b(self): return self or 1
            class Inner:
                def c(self):
                    if self: pass
    """)
    assert pyagent_native.measure(source.encode()).cyclomatic == ComplexityVisitor.from_code(source).total_complexity


def test_halstead_takes_equal_operands_for_one_and_expressions_for_themselves() -> None:
    halstead = pyagent_native.measure(b"x = a.n + b.n; y = 1 == True == 1.0; z = (x + x) + (x + x)").halstead
    # a.n and b.n are the operand n, 1 and True and 1.0 are one, each (x + x) is its own.
    assert (halstead.h1, halstead.h2, halstead.N1, halstead.N2) == (2, 5, 6, 11)


def test_size_and_nesting_are_those_of_the_function_itself() -> None:
    measured = only_function("""
        def f(a, /, b, *c, d=1, **e):
            def inner():
                return 1
            while a:
                with b:
                    if c:
                        return 2
                    elif d:
                        pass
            return 3
    """)
    assert (measured.arguments, measured.returns, measured.statements, measured.nesting) == (5, 2, 8, 3)


def test_a_function_without_operators_and_lines_has_zero_volume_and_a_full_index() -> None:
    empty = pyagent_native.measure(b"")
    assert (empty.status, empty.mi, empty.halstead.volume, empty.raw.loc, empty.cyclomatic) == ("ok", 100.0, 0.0, 0, 1)


@pytest.mark.parametrize(
    ("source", "annotated"),
    [
        ("def f(a: int, *, b: str = 'x') -> None: ...", True),
        ("def f(a: int, b): ...", False),
        ("def f(a: int): ...", False),
        ("def f() -> int: ...", True),
        ("def f(*args, **kwargs: int) -> int: ...", False),
        ("class C:\n    def f(self, a: int) -> int: ...", True),
        ("class C:\n    @staticmethod\n    def f(a) -> int: ...", False),
        ("def f(self) -> int: ...", False),
    ],
)
def test_annotated_means_every_parameter_but_a_methods_first_and_the_return(source: str, *, annotated: bool) -> None:
    assert only_function(source).annotated is annotated


@pytest.mark.parametrize(
    ("body", "documented"),
    [('"""Doc."""', True), ('f"""{x}"""', False), ('b"bytes"', False), ('x = "text"', False), ("'a' 'b'", True)],
)
def test_documented_means_a_string_comes_first(body: str, *, documented: bool) -> None:
    assert only_function(f"def f():\n    {body}\n").documented is documented


def test_results_carry_the_version_of_their_definitions() -> None:
    assert pyagent_native.PROFILE == "core-2"
    assert set(pyagent_native.PROFILES) == {"radon", "ruff", "core", "cognitive-complexipy", "cognitive-sonar"}
