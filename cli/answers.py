"""Results on stdout, in the format the operator asked for."""

import json
from collections.abc import Iterable, Mapping, Sequence

import click

from cli.frame import current

Row = Mapping[str, object]


def answer(document: Row, text: str) -> None:
    """One result: `text` for a person, `document` for a program."""
    if current().machine:
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
    else:
        click.echo(text)


def rows(items: Sequence[Row], columns: Iterable[str], *, empty: str) -> None:
    """Many results: a table, a JSON list, or a JSON line each."""
    match current().format:
        case "ndjson":
            for item in items:
                click.echo(json.dumps(item, ensure_ascii=False, default=str))
        case "text":
            click.echo(table(items, tuple(columns)) if items else empty)
        case _:
            click.echo(json.dumps(list(items), ensure_ascii=False, default=str))


def table(items: Sequence[Row], columns: Sequence[str]) -> str:
    """Columns as wide as their widest cell, the last one free."""
    cells = [[str(item.get(column, "")) for column in columns] for item in items]
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    return "\n".join(_line(row, widths) for row in [list(columns), *cells])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
    return "  ".join([*padded, row[-1]]).rstrip()
