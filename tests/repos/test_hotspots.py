"""Hotspots rank what is changed often, complex and untested."""

from hypothesis import given
from hypothesis import strategies as st

from repos.hotspots import MOST, covered_shares, hotspots, score
from repos.suites.outcomes import FileCoverage
from repos.survey import FunctionRow


def row(name: str, path: str = "a.py", cyclomatic: int = 20, line: int = 1) -> FunctionRow:
    return FunctionRow(path, name, line, line + 4, cyclomatic, 0, 0, True, True, f"print-{path}-{name}")  # noqa: FBT003 - figures


ROWS = st.lists(
    st.builds(row, st.sampled_from("fgh"), st.sampled_from(["a.py", "b.py", "c.py"]), st.integers(1, 60)), max_size=60
)
CHURN = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py"]), st.integers(0, 9))


def test_the_formula_and_its_words() -> None:
    rows = [row("known"), row("unknown", cyclomatic=12), row("simple", cyclomatic=10), row("new", "b.py")]
    found = hotspots(rows, {"a.py": 3, "b.py": 1}, {"print-a.py-known": 0.25})
    assert [(each.name, each.value, each.detail) for each in found] == [
        ("known", 105.0, "3 commits on its file, complexity 20, tests run 25% of its lines"),
        ("unknown", 36.0, "3 commits on its file, complexity 12, coverage not known"),
    ]


def test_no_history_no_hotspots() -> None:
    assert hotspots([row("f", cyclomatic=99)], {}, {}) == ()


@given(ROWS, CHURN)
def test_the_worst_lead_and_only_what_is_complex_and_changed_is_told(
    rows: list[FunctionRow], churn: dict[str, int]
) -> None:
    found = hotspots(rows, churn, {})
    values = [each.value for each in found]
    assert values == sorted(values, reverse=True)
    assert len(found) == min(MOST, sum(r.cyclomatic > 10 and churn.get(r.path, 0) > 1 for r in rows))


@given(st.integers(1, 99), st.integers(1, 99), st.floats(0, 1))
def test_more_of_anything_is_never_better(commits: int, complexity: int, covered: float) -> None:
    here = score(commits, complexity, covered)
    assert score(commits + 1, complexity, covered) >= here
    assert score(commits, complexity + 1, covered) >= here
    assert score(commits, complexity, covered / 2) >= here
    assert score(commits, complexity, None) <= here


def test_shares_count_the_body_and_of_twins_the_least() -> None:
    coverage = {"a.py": FileCoverage(frozenset({1, 2, 3, 4, 11, 12, 13}), frozenset({1, 2, 11}))}
    twin = FunctionRow("a.py", "twin", 10, 14, 1, 0, 0, True, True, "print-a.py-f")  # noqa: FBT003 - figures
    assert covered_shares([row("f")], coverage) == {"print-a.py-f": 1 / 3}
    assert covered_shares([row("f"), twin], coverage) == {"print-a.py-f": 1 / 3}
    assert covered_shares([row("g", "unmeasured.py"), row("h", line=40)], coverage) == {}
