"""`pyagent settings`: what is in force, and where it comes from."""

import json
from typing import Any, cast

import click

from cli.answers import answer
from cli.frame import current, options
from cli.opening import in_force


@click.command("settings")
@options
def verb() -> None:
    """Print the settings in force, defaults included."""
    found = in_force(current())
    document = {
        "configuration": str(found.configuration) if found.configuration else None,
        "state": str(found.state),
        "settings": found.settings.model_dump(mode="json"),
    }
    lines = [
        f"configuration: {document['configuration'] or 'none (defaults and environment)'}",
        f"state: {found.state}",
    ]
    for name, section in found.settings.model_dump(mode="json").items():
        lines += _lines(name, section)
    answer(document, "\n".join(lines))


def _lines(prefix: str, value: Any) -> list[str]:
    """`section.key = value`, one a line."""
    match value:
        case dict():
            items = cast("dict[str, Any]", value).items()
            return [line for key, inner in items for line in _lines(f"{prefix}.{key}", inner)]
        case [dict(), *_]:
            return [
                line for at, item in enumerate(cast("list[Any]", value)) for line in _lines(f"{prefix}[{at}]", item)
            ]
        case _:
            return [f"{prefix} = {json.dumps(value, ensure_ascii=False)}"]
