"""Results on stdout, in the format the operator asked for."""

import json
from collections.abc import Iterable, Mapping, Sequence

import click

from cli.frame import current

Row = Mapping[str, object]


def answer(document: Row, text: str) -> None:
    """One result: `text` for a person, `document` for a program."""
    say(as_json(document) if current().machine else text)


def rows(items: Sequence[Row], columns: Iterable[str], *, empty: str) -> None:
    """Many results: a table, a JSON list, or a JSON line each; `empty` is what a person reads when there are none."""
    match current().format:
        case "ndjson":
            for item in items:
                say(as_json(item))
        case "text":
            say(table(items, tuple(columns)) if items else empty)
        case _:
            say(as_json(list(items)))


def as_json(document: object) -> str:
    """One line of JSON; what JSON does not know (paths, dates) as its text."""
    return json.dumps(document, ensure_ascii=False, default=str)


def say(text: str) -> None:
    """Print to stdout; bytes of a target that are no UTF-8 come as replacement characters. Nothing for no text."""
    if text:
        click.echo(printable(text))


def printable(text: str) -> str:
    """`text` without the lone surrogates that stand for a target's undecodable bytes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def table(items: Sequence[Row], columns: Sequence[str]) -> str:
    """Columns as wide as their widest cell, the last one free."""
    cells = [[str(item.get(column, "")) for column in columns] for item in items]
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    return "\n".join(_line(row, widths) for row in [list(columns), *cells])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
    return "  ".join([*padded, row[-1]]).rstrip()
