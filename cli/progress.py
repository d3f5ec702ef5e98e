"""Progress on stderr: stage, count, time left. Nothing at all when quiet or for a program."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from pyagent.ports import Progress

DETAIL = 60
"""Characters of a step's detail that fit beside a bar."""


@dataclass(frozen=True, slots=True)
class RichProgress:
    """One bar a stage on a terminal; when the stage ends the bar becomes a line."""

    bars: Bars
    console: Console
    now: Callable[[], float] = time.monotonic

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps."""
        task = self.bars.add_task(name, total=total, detail="")
        done, began = 0, self.now()

        def step(detail: str) -> None:
            nonlocal done
            done += 1
            self.bars.update(task, advance=1, detail=detail[:DETAIL])

        try:
            yield step
        finally:
            self.bars.remove_task(task)
            if total:
                _say(self.console, f"{name}: {done}/{total} in {spelt(self.now() - began)}")


@dataclass(frozen=True, slots=True)
class LineProgress:
    """Where stderr is no terminal: a line at the start of each stage and at each tenth of it."""

    console: Console
    now: Callable[[], float] = time.monotonic

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps."""
        done, began = 0, self.now()
        shown = max(total // 10, 1)
        if total:
            _say(self.console, f"{name}: {total} to do")

        def step(detail: str) -> None:
            nonlocal done
            done += 1
            if done % shown == 0:
                _say(self.console, f"{name}: {done}/{total}{_left(done, total, self.now() - began)}  {detail}".rstrip())

        yield step


@dataclass(frozen=True, slots=True)
class Silence:
    """No progress at all."""

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:  # noqa: ARG002 - the port's signature
        """A stage nobody watches."""
        yield lambda _: None


@contextmanager
def progress(*, quiet: bool) -> Generator[Progress]:
    """What shows progress on this stderr."""
    console = Console(stderr=True)
    if quiet:
        yield Silence()
    elif not sys.stderr.isatty():
        yield LineProgress(console)
    else:
        with _bars(console) as bars:
            yield RichProgress(bars, console)


def spelt(seconds: float) -> str:
    """A duration as a person says it: `8 s`, `3 min`, `2 h 5 min`."""
    if seconds < 90:  # noqa: PLR2004 - up to here seconds say more than minutes
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - an hour


def _left(done: int, total: int, elapsed: float) -> str:
    """The time left, if the rest goes as the steps so far; one step tells nothing yet."""
    return f" ({spelt(elapsed / done * (total - done))} left)" if 1 < done < total else ""


def _say(console: Console, line: str) -> None:
    # Words of a target are neither markup nor numbers to colour, and a log line is one line.
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _bars(console: Console) -> AbstractContextManager[Bars]:
    return Bars(
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
        console=console,
        transient=True,
    )
