"""`pyagent show CHANGE`: one change with its verdicts and its diff."""

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from cli.report.contents import ChangePage
from cli.report.gather import change_page
from cli.report.render import measured
from repos.pull_requests import WORDS
from stages.decisions import owner


@click.command("show")
@click.argument("change")
@options
def verb(change: str) -> None:
    """Show CHANGE: what it claims, what each gate said, what was not checked, its diff."""
    with opened() as wiring:
        view = wiring.of(owner(wiring.view(), change))
        page = change_page(wiring, view, change)
    answer(_document(page), _text(page))


def _document(page: ChangePage) -> dict[str, object]:
    return {
        "change": page.change,
        "title": page.title,
        "status": page.status,
        "reason": page.reason,
        "class": page.change_class,
        "transform": page.transform,
        "path": page.path,
        "name": page.name,
        "commit": page.commit,
        "claims": [[c.metric, c.path, c.name, c.before, c.after] for c in page.claims],
        "verdicts": [
            {"gate": v.gate, "answer": v.answer.value, "reason": v.reason, "cpu_seconds": v.cpu_seconds}
            for v in page.verdicts
        ],
        "tally": page.tally,
        "sandbox": page.sandbox,
        "statement": page.statement,
        "obligations": page.obligations,
        "not_checked": page.not_checked,
        "diff": page.diff,
    }


def _text(page: ChangePage) -> str:
    standing = f"{page.status}: {page.reason}" if page.reason else page.status
    lines = [
        page.title,
        f"{page.change}  class {page.change_class}  {page.transform}  {page.path}  {page.name}".rstrip(),
        f"stands at {standing}",
        *_block("claims", [f"{name}: {', '.join(figures)}" for name, figures in measured(page.claims)]),
        *_block("gates", _gates(page)),
        *_block("proven by the author", page.obligations),
        *_block("assumed", page.assumptions),
        *_block("not checked", page.not_checked),
        *_block("signed", _signed(page)),
    ]
    return "\n".join([*lines, "", page.diff or "no patch was written"]).rstrip("\n")


def _gates(page: ChangePage) -> list[str]:
    rows = [f"{WORDS[v.answer]:12}{v.gate:15}{v.cpu_seconds:7.1f} s  {v.reason}" for v in page.verdicts]
    return [*rows, "", f"{page.tally}; in the {page.sandbox}"] if rows else []


def _signed(page: ChangePage) -> list[str]:
    return [f"key {page.statement[:16]}; `pyagent verify {page.change}` proves it again"] if page.statement else []


def _block(title: str, lines: list[str] | tuple[str, ...]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []
