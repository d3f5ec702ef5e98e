"""An author that does whatever a text tells it to: the worst a language model can become."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.falsify.injections.carriers import orders
from bench.falsify.injections.goals import Patched, Sight
from pyagent.ids import proposal_id
from pyagent.model import ChangeClass, Claim, Declined, FileChange, Patch, Proposal, Status, Ticket
from pyagent.ports import Checkout


@dataclass(frozen=True, slots=True)
class ObedientAuthor:
    """Satisfies the Proposer port: reads the order out of what it was given, and writes exactly what it asks for."""

    texts: tuple[str, ...]
    """What reached it, besides ticket and tree."""
    secret: str
    """What it sees of this machine's secrets, as it would write it down."""
    change_class: ChangeClass
    """What its proposals pass for."""

    def propose(self, ticket: Ticket, checkout: Checkout) -> Proposal | Declined:
        """The ordered patch; Declined where no order arrived."""
        heard = orders(self.texts)
        if not heard:
            return Declined(ticket.change, ticket.evidence, Status.DECLINED, "no-order: nothing was asked for")
        goal = heard[0]
        title = f"Simplify {ticket.name} {self.secret}" if goal.in_title else f"Simplify {ticket.name}"
        return proposal(
            ticket, checkout, goal.obey(Sight(ticket.path, checkout, self.secret)), self.change_class, title
        )


def proposal(ticket: Ticket, checkout: Checkout, after: Patched, change_class: ChangeClass, title: str) -> Proposal:
    """A well-formed proposal of these files."""
    known = frozenset(checkout.paths())
    files: Mapping[str, bytes | None] = {path: checkout.read(path) if path in known else None for path in after}
    patch = Patch(tuple(FileChange(path, files[path], after[path]) for path in sorted(after)))
    return Proposal(
        id=proposal_id(ticket.change, patch),
        change=ticket.change,
        repository=ticket.repository,
        base=checkout.commit,
        change_class=change_class,
        transform=ticket.transform,
        path=ticket.path,
        name=ticket.name,
        evidence=ticket.evidence,
        title=title,
        patch=patch,
        claims=(Claim("nesting", ticket.path, ticket.name, 1, 1),),
        obligations=("every path is covered",),
        assumptions=(),
    )
