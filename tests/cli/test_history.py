"""A figure over commits, as a line of bars and a table, as JSON and as lines."""

import json

import pytest

from cli.verbs.history import sparkline
from tests.plugins.loops import Shell


def grow(shell: Shell) -> None:
    """A second commit with one more function."""
    (shell.project.root / "shapes" / "more.py").write_text("def more(x):\n    return 1 if x else 2\n")
    shell.project.git("add", ".")
    shell.project.git("commit", "-q", "-m", "more")


def test_a_person_sees_bars_and_numbers(fresh: Shell) -> None:
    grow(fresh)
    lines = fresh("history", fresh.target, "--metric", "functions").out.splitlines()
    assert "functions over 2 commits, 5 to 6" in lines[0]
    assert lines[1] == "▁█"
    assert lines[2].split() == ["commit", "committed", "functions", "since"]
    assert [line.split()[-2:] for line in lines[3:]] == [["5", "+0"], ["6", "+1"]]


def test_a_program_gets_every_commit_with_every_figure(fresh: Shell) -> None:
    grow(fresh)
    document = fresh("history", fresh.target, "--json").json
    assert document["metric"] == "cyclomatic"
    rows = [json.loads(line) for line in fresh("history", fresh.target, "--format", "ndjson").out.splitlines()]
    assert [{"repository": document["repository"], **point} for point in document["points"]] == rows
    assert [row["functions"] for row in rows] == [5, 6]
    assert fresh("history", fresh.target, "--last", "1", "--json").json["points"] == document["points"][1:]


@pytest.mark.parametrize(
    ("values", "bars"), [([3], "▁"), ([2, 2], "▁▁"), ([0, 7, 14], "▁▄█"), (list(range(1000)), None)]
)
def test_the_lowest_bar_is_the_least_value(values: list[int], bars: str | None) -> None:
    line = sparkline(values)
    assert (line[0], len(line) <= 60) == ("▁", True)
    assert line == bars if bars else line[-1] == "█"
