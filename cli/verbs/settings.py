"""`pyagent settings`: what is in force, and where it comes from."""

import json

import click

from cli.answers import answer
from cli.frame import current, options
from cli.opening import sources


@click.command("settings")
@options
def verb() -> None:
    """Print the settings in force, defaults included."""
    found = sources(current())
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


def _lines(prefix: str, value: object) -> list[str]:
    """`section.key = value`, one a line."""
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in _lines(f"{prefix}.{key}", inner)]
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [line for index, item in enumerate(value) for line in _lines(f"{prefix}[{index}]", item)]
    return [f"{prefix} = {json.dumps(value, ensure_ascii=False)}"]
