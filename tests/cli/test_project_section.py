"""The report's section on the project as a whole (pure): what stands where, and nothing where there is nothing."""

from dataclasses import replace

from cli.kinds import KINDS
from cli.report import project
from cli.report.contents import Described
from cli.report.project import MOST_PLACES, MOST_ROWS, coverage, tables
from cli.report.render import page
from pyagent.model import Finding
from tests.cli.pages import EMPTY, FINDINGS, FULL


def test_there_is_a_table_for_each_sort_of_finding_and_none_for_nothing() -> None:
    assert [(table.title, table.count) for table in tables(FULL)] == [
        ("Hotspots", 18),
        ("Import cycles", 1),
        ("Definitions that nothing here uses", 60),
        ("Definitions that only tests use", 1),
        ("Code that stands twice", 2),
        ("Files that lack docstrings or type hints", 2),
    ]
    assert tables(EMPTY) == ()
    assert tables(replace(EMPTY, findings=FINDINGS[-1:]))[0].count == 1


def test_findings_that_raise_tickets_are_told_elsewhere() -> None:
    assert set(KINDS) - {"cyclomatic", "shape", "lint"} == project.KINDS
    assert tables(replace(EMPTY, findings=(Finding("cyclomatic", "a.py", "f", 1, 40, 25),))) == ()


def test_the_worst_comes_first() -> None:
    hot, _, unused, _, copies, _ = tables(FULL)
    assert [row[2].lines for row in hot.rows[:2]] == [("898",), ("897",)]
    assert [row[1].lines for row in copies.rows] == [("renamed, 117 tokens",), ("nearly the same, 0.83",)]
    assert len(unused.rows) == MOST_ROWS


def test_a_long_table_says_that_it_was_cut() -> None:
    assert f"The first {MOST_ROWS} of 60" in page(FULL)


def test_many_places_are_counted() -> None:
    [cycle] = tables(FULL)[1].rows
    assert len(cycle[0].lines) == MOST_PLACES + 1
    assert cycle[0].lines[0] == "package/module_1.py:10-19 Class.method_1"
    assert cycle[0].lines[-1] == "and 2 more"


def test_docs_and_hints_are_told_before_and_after() -> None:
    assert [(what, told) for what, told, _ in coverage(FULL)] == [
        ("docstrings", "60% \u2192 67%: 140 of 210 public functions"),
        ("type hints", "4% \u2192 29%: 60 of 210 public functions"),
    ]
    same = replace(EMPTY, described=(Described(0, 0, 0), Described(4, 4, 1)))
    assert [(told, share) for _, told, share in coverage(same)] == [
        ("100%: 4 of 4 public functions", 1.0),
        ("25%: 1 of 4 public functions", 0.25),
    ]


def test_the_section_is_there_only_where_something_was_found() -> None:
    assert 'id="project"' not in page(EMPTY)
    assert 'id="project"' not in page(replace(EMPTY, described=(Described(0, 0, 0), Described(0, 0, 0))))
    assert page(FULL).count('href="#project"') == 1
