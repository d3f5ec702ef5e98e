"""Writes the parts of docs/ that come from the code, so that they cannot lie.

`python -m cli.reference docs` writes them; `--check` fails when a file would change.
"""

import sys
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from cli.kinds import KINDS
from cli.main import HELP_OPTIONS, VERBS, group
from pyagent.model import ChangeClass
from pyagent.settings import PolicySection, PyagentSection, RepositorySection, SandboxSection, SecretsSection
from repos.gates.ladder import LADDER, REQUIRED, asked

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[pyagent]", PyagentSection),
    ("[[repository]]", RepositorySection),
    ("[policy.NAME]", PolicySection),
    ("[sandbox]", SandboxSection),
    ("[secrets]", SecretsSection),
)
WIDTH = 100
"""Characters of a line of help."""

NOTE = "<!-- Generated from the code by `make docs`. -->\n"


def settings_page() -> str:
    """Every setting with its type, default and sentence."""
    parts = [
        NOTE,
        "# Every setting\n",
        "In `pyagent.toml`, or as `PYAGENT__SECTION__KEY` in the environment.",
        "`pyagent settings` prints what is in force.\n",
    ]
    for title, model in SECTIONS:
        parts += [
            f"## `{title}`\n",
            f"{(model.__doc__ or '').strip()}\n",
            "| key | default | what it is |",
            "|---|---|---|",
        ]
        for name, field in model.model_fields.items():
            default = "required" if field.is_required() else f"`{_shown(field.default)}`"
            parts.append(f"| `{name}` | {default} | {field.description} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    return "[]" if value == () else str(value)


def commands_page() -> str:
    """`--help` of every verb; the options that every verb shares stand once."""
    shared = {parameter.name for parameter in group.params}
    parts = [NOTE, "# Every command\n", "The options of `pyagent` itself may stand before or after any verb.\n"]
    parts += ["```", _help(group, "pyagent"), "```\n"]
    with click.Context(group, info_name="pyagent") as context:
        for name in VERBS:
            verb = group.get_command(context, name)
            own = [each for each in verb.params if each.name not in shared]
            lean = click.Command(name, params=own, help=verb.help, add_help_option=False)
            parts += [f"## `pyagent {name}`\n", "```", _help(lean, f"pyagent {name}"), "```\n"]
    return "\n".join(parts).rstrip() + "\n"


def findings_page() -> str:
    """What each kind of finding means, and what may be done about it."""
    parts = [
        NOTE,
        "# Every kind of finding\n",
        "`pyagent survey` tells them, with `--format json` or `--format sarif` to a program; the report's section *The",
        "project as a whole* tells those that raise no ticket. `cyclomatic`, `shape` and `lint` raise tickets; a",
        "`hotspot` lets the tickets of its function go first.\n",
        "| kind | is | value and limit | what to do |",
        "|---|---|---|---|",
        *(f"| `{name}` | {kind.title} | {kind.means} | {kind.advice} |" for name, kind in KINDS.items()),
    ]
    return "\n".join(parts) + "\n"


def gates_page() -> str:
    """Every gate in the order of the ladder: its question, its cost, its blind spot, and the classes it judges."""
    parts = [
        NOTE,
        "# Every gate\n",
        "In the order in which they are climbed: what needs nothing first, what needs runs of its own last. A class in",
        "**bold** requires the gate: without its yes the change is not proven. For the others its no stops it, and",
        "where it cannot answer, the change's page says *not checked* and why. The classes stand in",
        "[Architecture](architecture.md).\n",
        "| gate | asks | classes | costs | cannot see |",
        "|---|---|---|---|---|",
    ]
    for name, judge in LADDER:
        asks, cost, blind = _told(sys.modules[judge.__module__].__doc__ or "")
        parts.append(f"| `{name}` | {asks} | {_classes(name)} | {cost} | {blind} |")
    return "\n".join(parts) + "\n"


def _told(docstring: str) -> tuple[str, str, str]:
    """The question, `Cost:` and `Cannot see:` of a gate's docstring, each on one line."""
    asks, *rest = docstring.strip().split("\n\n")
    parts = {"Cost": "", "Cannot see": ""}
    key = ""
    for line in "\n".join(rest).splitlines():
        word, colon, text = line.partition(": ")
        key = word if colon and word in parts else key if line.strip() and not line.startswith("(") else ""
        if key:
            parts[key] = f"{parts[key]} {text if key == word else line}".strip()
    return " ".join(asks.split()), parts["Cost"], parts["Cannot see"]


def _classes(gate: str) -> str:
    found = ((each, gate in REQUIRED[each]) for each in ChangeClass if asked(each, gate))
    return " ".join(f"**{each}**" if required else each.value for each, required in found)


def _help(command: click.Command, name: str) -> str:
    # As `pyagent` itself asks for help: click remembers the names of the first one who asked.
    names = HELP_OPTIONS
    with click.Context(command, info_name=name, help_option_names=names, terminal_width=WIDTH) as context:
        lines = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def main(arguments: list[str]) -> int:
    """Write or check the pages; 1 when a checked page differs."""
    folder = Path(arguments[-1])
    made = {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "findings.md": findings_page(),
        "gates.md": gates_page(),
    }
    pages = {folder / name: text for name, text in made.items()}
    stale = [path for path, text in pages.items() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            click.echo(f"{path} does not match the code: run `make docs`", err=True)
        return 1 if stale else 0
    for path in stale:
        path.write_text(pages[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
