"""Is a command that a unit or a manifest names one of ours? Parsed by the command line itself; nothing is run."""

import importlib.util
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from cli.main import group
from cli.supervisor.holding import ENDING
from cli.supervisor.services import Ports, Wanted, services
from cli.supervisor.upkeep import GRACE_SECONDS

LONGEST_END_SECONDS = sum(seconds for _, seconds in ENDING) + GRACE_SECONDS
"""`up` needs no longer from the word to its end."""


def unknown(words: Sequence[str]) -> str:
    """What is wrong with `pyagent ...` or `python -m MODULE ...`; empty when it can be started."""
    program, *arguments = words
    match Path(program).name, arguments:
        case "pyagent", _:
            return _refused(arguments)
        case "python", ["-m", module, *_]:
            with suppress(ModuleNotFoundError):
                return "" if importlib.util.find_spec(module) is not None else f"no module {module}"
            return f"no module {module}"
        case _:
            return f"not a program of ours: {program}"


def _refused(arguments: list[str]) -> str:
    # With its own settings, as when it runs: a command keeps the names of its first context's help option for good.
    context = click.Context(group, info_name="pyagent", **group.context_settings)
    try:
        _, rest, _ = group.make_parser(context).parse_args(list(arguments))
        name, verb, rest = group.resolve_command(context, rest)
        assert verb is not None
        with verb.make_context(name, rest, parent=context):
            return ""
    except click.ClickException as error:
        return error.format_message()


def started_by_up(name: str) -> tuple[str, ...]:
    """The words after the interpreter that `up` starts this service with."""
    every = services(Wanted(), Ports(4200, 3000, 4000), Path("workspace.yaml"))
    return next(each.command for each in every if each.name == name)[1:]
