"""`pyagent show CHANGE`: one change with its verdicts and its diff."""

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from cli.report.gather import change_page
from stages.decisions import owner


@click.command("show")
@click.argument("change")
@options
def verb(change: str) -> None:
    """Show CHANGE: what it claims, what each gate said, what was not checked, its diff."""
    with opened() as wiring:
        view = wiring.of(owner(wiring.view(), change))
        page = change_page(wiring, view, change)
    lines = [
        page.title,
        f"{page.status}  class {page.change_class}  {page.transform}  {page.path}  {page.name}".rstrip(),
        *([page.reason] if page.reason else []),
        *(f"  {c.metric} of {c.name or c.path}: {c.before:g} -> {c.after:g}" for c in page.claims),
        *(f"  {v.answer.value:8}{v.gate:10}{v.reason}" for v in page.verdicts),
        "",
        page.diff,
    ]
    document = {
        "change": page.change,
        "title": page.title,
        "status": page.status,
        "reason": page.reason,
        "verdicts": [{"gate": v.gate, "answer": v.answer.value, "reason": v.reason} for v in page.verdicts],
        "claims": [[c.metric, c.path, c.name, c.before, c.after] for c in page.claims],
        "diff": page.diff,
    }
    answer(document, "\n".join(lines))
