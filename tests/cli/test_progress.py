"""Progress: bars on a terminal, lines elsewhere, silence when asked."""

import io
import sys
from collections.abc import Callable

import pytest
from rich.console import Console

from cli.progress import LineProgress, RichProgress, Silence, _bars, progress, spelt


def ticking() -> Callable[[], float]:
    moments = iter(range(0, 10_000, 10))
    return lambda: float(next(moments))


def test_lines_come_at_the_start_and_at_each_tenth_with_the_time_left() -> None:
    out = io.StringIO()
    with LineProgress(Console(file=out, width=40), ticking()).stage("validate", 30) as step:
        for number in range(30):
            step(f"[bold]change {number} {'x' * 60}")
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[0] == "validate: 30 to do"
    assert lines[1].startswith("validate: 3/30 (2 min left)  [bold]change 2 xxx")
    assert lines[-1].startswith("validate: 30/30  [bold]change 29")


def test_an_empty_stage_is_not_worth_a_line() -> None:
    out = io.StringIO()
    with LineProgress(Console(file=out)).stage("merge", 0):
        pass
    assert out.getvalue() == ""


def test_a_bar_leaves_a_line_when_its_stage_ends() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with _bars(console) as bars:
        shown = RichProgress(bars, console, ticking())
        with shown.stage("validate", 2) as step:
            step("first [red]")
            bars.refresh()
            assert "first [red]" in out.getvalue()
    assert "validate: 1/2 in 10 s" in out.getvalue()


@pytest.mark.parametrize(
    ("stderr", "kind"), [("silenced", Silence), ("a file", LineProgress), ("a terminal", RichProgress)]
)
def test_what_shows_depends_on_stderr(monkeypatch: pytest.MonkeyPatch, stderr: str, kind: type) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: stderr == "a terminal", raising=False)
    with progress(quiet=stderr == "silenced") as shown:
        assert isinstance(shown, kind)
        with shown.stage("survey", 1) as step:
            step("done")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (3599, "1 h 0 min"), (7500, "2 h 5 min")]
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert spelt(seconds) == words
