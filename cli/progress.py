"""Progress on stderr: stage, count, time left. Nothing at all when quiet or for a program."""

import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from pyagent.ports import Progress


@dataclass(frozen=True, slots=True)
class RichProgress:
    """One bar a stage on a terminal; it vanishes when the stage ends and leaves a line."""

    bars: Bars
    console: Console

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps."""
        task = self.bars.add_task(name, total=total, detail="")

        def step(detail: str) -> None:
            self.bars.update(task, advance=1, detail=detail[:60])

        try:
            yield step
        finally:
            self.bars.remove_task(task)


@dataclass(frozen=True, slots=True)
class LineProgress:
    """Where stderr is no terminal: a line at the start of each stage and at each tenth of it."""

    console: Console

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps."""
        done = 0
        shown = max(total // 10, 1)
        if total:
            self.console.print(f"{name}: {total}", highlight=False)

        def step(detail: str) -> None:
            nonlocal done
            done += 1
            if done % shown == 0:
                self.console.print(f"{name}: {done}/{total} {detail}", highlight=False, markup=False)

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


def _bars(console: Console) -> AbstractContextManager[Bars]:
    return Bars(
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[detail]}"),
        console=console,
        transient=True,
    )
