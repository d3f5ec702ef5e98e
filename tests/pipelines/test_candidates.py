"""Candidates as flow runs, while nobody takes them."""

from itertools import count
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from rich.console import Console

from cli.progress import LineProgress
from pipelines.candidates import Distributed
from pipelines.gateway import Gateway
from pyagent.ledger.facts import ProposalMade, TicketRaised
from pyagent.model import ChangeClass, Ticket
from pyagent.settings import RepositorySection, Settings
from stages.desk import lay
from stages.ground import Grounds
from stages.wiring import wired
from tests.plugins.project import Project

NOBODY = "http://127.0.0.1:1/api"


def test_a_server_that_is_away_ends_no_run_and_nothing_is_lost(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.candidates.POLL_SECONDS", 0.0)
    ticket = Ticket("c", "shapes", "a.py", "f", "split", ChangeClass.A, "evidence", "why", 1.0, ())
    made = ProposalMade("shapes", "c", "evidence", "p", "base", ChangeClass.A, "Title", "blob")
    section = RepositorySection(target=str(project.root), slug="shapes")
    looks = count()
    with (
        wired(Settings(), tmp_path / "state", progress=LineProgress(Console(stderr=True)), offline=True) as wiring,
        temporary_settings({PREFECT_API_URL: NOBODY}),
        get_client(sync_client=True) as client,
    ):
        desk = lay(wiring, section)
        wiring.ledger.journal.append([TicketRaised("shapes", ticket), made], token=None)
        conduct = Distributed(Gateway(client), "run")
        told = list(conduct.judge(wiring, desk, Grounds(wiring, desk), lambda: next(looks) < 6))
        assert (told, wiring.of("shapes").proposals) == ([], {"p": made})
    assert next(looks) > 6, "it asked again until the run's time was over"
