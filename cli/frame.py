"""What every verb shares: the options beside it, the format of its answer, the way it ends."""

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

Verb = TypeVar("Verb", bound=Callable[..., Any])

FORMATS = ("text", "json", "ndjson", "sarif")
SARIF_SPEAKERS = ("pyagent", "survey")
"""Commands that take `--format sarif`: the survey, and the group for it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The options beside every verb, as given so far."""

    config: Path | None = None
    state: Path | None = None
    format: str = "text"
    offline: bool = False
    unsafe_local: bool = False
    quiet: bool = False

    @property
    def machine(self) -> bool:
        """The answer is for a program, not for a person."""
        return self.format != "text"

    @property
    def command(self) -> str:
        """`pyagent` with the options that name configuration and state, to begin a command a person can copy."""
        given = (("--config", self.config), ("--state", self.state))
        return shlex.join(["pyagent", *(word for name, path in given if path for word in (name, str(path)))])


def _absorb(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Fold one option into the frame; before or after the verb, the later one wins."""
    frame = context.find_object(Frame) or Frame()
    name = str(parameter.name)
    if value not in {None, False}:
        frame = replace(frame, format="json") if name == "json" else replace(frame, **{name: value})
    if frame.format == "sarif" and context.command.name not in SARIF_SPEAKERS:
        raise click.UsageError(f"`{context.command.name}` has no findings to print as SARIF; `survey` does.", context)
    root = context.find_root()
    root.obj = context.obj = frame


def _option(*names: str, **attributes: Any) -> Callable[[Verb], Verb]:
    return click.option(*names, expose_value=False, callback=_absorb, is_eager=True, **attributes)


_PATH = click.Path(path_type=Path)

_OPTIONS = (
    _option(
        "--config", type=_PATH, help="Operator configuration (default: $PYAGENT_CONFIG, then a trusted ./pyagent.toml)."
    ),
    _option("--state", type=_PATH, help="State folder: ledger, stores, environments, reports."),
    _option("--format", "format", type=click.Choice(FORMATS), help="How results are printed on stdout."),
    _option("--json", is_flag=True, help="Short for --format json."),
    _option("--offline", is_flag=True, help="Use only what is cached; never reach for the network."),
    _option("--unsafe-local", is_flag=True, help="Run targets WITHOUT a sandbox. Shown wherever a result is shown."),
    _option("--quiet", is_flag=True, help="No progress on stderr."),
)


def options(verb: Verb) -> Verb:
    """Give a verb the shared options."""
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), verb)


def current() -> Frame:
    """The frame of the running verb."""
    return click.get_current_context().find_object(Frame) or Frame()
