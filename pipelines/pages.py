"""What a flow run shows beside its log: tables of what the ledger says."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import httpx
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException
from prefect.runtime import flow_run

from pipelines.words import artifact_key
from pyagent.ledger.views import RepositoryView
from pyagent.model import Answer
from stages.passage import Passage

_MARKS = {Answer.PASSED: "passed", Answer.FAILED: "FAILED", Answer.SKIPPED: "not checked"}


def show_title(view: RepositoryView, change: str) -> None:
    """Name the running flow run after its change, for an id tells nobody anything; a server away costs the name."""
    name, ticket = flow_run.get_id(), view.tickets.get(change)
    if name and ticket is not None:
        with suppress(httpx.HTTPError, PrefectException), get_client(sync_client=True) as client:
            client.update_flow_run(UUID(name), name=f"{ticket.transform} {ticket.name or ticket.path}")


def show_passage(passage: Passage, view: RepositoryView) -> None:
    """One run over a repository: its sums and every change it speaks of."""
    create_table_artifact(
        key=artifact_key("run", passage.slug),
        table=[
            {
                "proposals": passage.proposals,
                "queued": passage.queued,
                "merged": passage.merged,
                "tickets left": passage.left,
                "CPU seconds": round(passage.cpu_seconds, 1),
                "ended": passage.ended,
            }
        ],
        description=f"{passage.slug}: {passage.before[:12]} to {passage.after[:12]}",
    )
    create_table_artifact(
        key=artifact_key("changes", passage.slug),
        table=[
            {
                "change": change,
                "title": view.tickets[change].name or view.tickets[change].path,
                **_standing(view, change),
            }
            for change in view.standings
            if change in view.tickets
        ],
        description=f"{passage.slug}: where every change stands",
    )


def _standing(view: RepositoryView, change: str) -> dict[str, str]:
    standing = view.standings[change]
    return {"status": standing.status.value, "reason": standing.reason}


def show_change(view: RepositoryView, change: str) -> None:
    """One change: passed, failed and not checked, gate by gate."""
    ended = [v for v in view.validations.values() if v.change == change]
    if not ended:
        return
    verdicts = view.verdicts.get(ended[-1].validation, ())
    create_table_artifact(
        key=artifact_key("change", change),
        table=[{"gate": v.gate, "answer": _MARKS[v.answer], "reason": v.reason} for v in verdicts],
        description=f"{change}: {ended[-1].status.value} {ended[-1].reason}",
    )


def show_lines(key: str, title: str, lines: Iterable[str]) -> None:
    """A short list under a title."""
    body = "\n".join(f"- {line}" for line in lines) or "- nothing"
    create_markdown_artifact(key=artifact_key(key), markdown=f"## {title}\n\n{body}")
