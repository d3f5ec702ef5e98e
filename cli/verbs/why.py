"""`pyagent why CHANGE`: why a ticket was raised, ranked and left where it stands."""

import click

from cli.advice import counted
from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from stages.decisions import owner


@click.command("why")
@click.argument("change")
@options
def verb(change: str) -> None:
    """Explain CHANGE: the finding behind it, its score part by part, its standing."""
    with opened() as wiring:
        view = wiring.of(owner(wiring.view(), change))
        ticket, standing = view.tickets[change], view.standings[change]
    document = {
        "change": change,
        "why": ticket.why,
        "transform": ticket.transform,
        "path": ticket.path,
        "name": ticket.name,
        "score": ticket.score,
        "parts": dict(ticket.parts),
        "status": standing.status.value,
        "reason": standing.reason,
        "idea": ticket.idea,
        "spared": len(ticket.spared),
    }
    lines = [
        f"{ticket.transform} on {ticket.name or ticket.path} in {ticket.path}",
        f"raised because {ticket.why}",
        f"score {ticket.score:.2f}:",
        *(f"  {name:24}{value:10.2f}" for name, value in ticket.parts),
        *([f"spares {counted(len(ticket.spared), 'line')} whose tests notice too little"] if ticket.spared else []),
        f"stands at {standing.status.value}{f': {standing.reason}' if standing.reason else ''}",
    ]
    answer(document, "\n".join(lines))
