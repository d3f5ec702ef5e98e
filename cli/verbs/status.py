"""`pyagent status`: where everything stands."""

from collections import Counter

import click

from cli.advice import in_order, last_ending, parted
from cli.answers import rows, say, table
from cli.frame import current, options
from cli.opening import opened
from cli.supervisor import lock
from pyagent.ledger.views import RepositoryView
from pyagent.settings import PolicySection
from stages.decisions import ticked
from stages.opening import section_of

COLUMNS = ("repository", "branch", "merging", "tickets left", "waiting", "for a person", "merged", "needs", "last run")


@click.command("status")
@options
def verb() -> None:
    """One line for each repository under care; then, for a person, one for each service of a running `up`."""
    with opened() as wiring:
        up = lock.running(wiring.state)
        view, settings = wiring.view(), wiring.settings
        listed = [
            _row(each, settings.policy_of(section_of(settings, each)), last_ending(view, each.slug))
            for each in view.repositories.values()
            if each.repository is not None
        ]
    rows(listed, COLUMNS, empty="no repository is under care: `pyagent run TARGET` takes one")
    if up is not None and not current().machine:
        say("\n" + table([row.model_dump() for row in up.rows], ("service", "state", "url")))


def _row(view: RepositoryView, policy: PolicySection, ended: str) -> dict[str, object]:
    statuses = Counter(standing.status.value for standing in view.standings.values())
    return {
        "repository": view.slug,
        "branch": view.repository.branch if view.repository else "",
        "merging": _merging(view, policy),
        "tickets left": len(view.untried),
        "waiting": len(view.queued),
        "for a person": len(parted(view, policy).held),
        "merged": statuses["merged"],
        "needs": statuses["needs-tests"] + statuses["needs-a-name"],
        "last run": ended or "none",
    }


def _merging(view: RepositoryView, policy: PolicySection) -> str:
    if view.paused:
        return "paused"
    return ",".join(in_order(ticked(view, policy))) or "nothing ticked"
