"""Candidates as flow runs, while nobody takes them."""

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread

import httpx
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


@contextmanager
def refusing() -> Generator[str]:
    """A server that is there and says no to everything."""

    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(422)

        def do_POST(self) -> None:
            self.send_error(422)

        def log_message(self, *_: object) -> None:
            """Nothing: the answer is what is asked about."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def test_a_server_that_refuses_is_not_asked_for_ever(tmp_path: Path, project: Project) -> None:
    made = ProposalMade("shapes", "c", "evidence", "p", "base", ChangeClass.A, "Title", "blob")
    with (
        wired(Settings(), tmp_path / "state", progress=LineProgress(Console(stderr=True)), offline=True) as wiring,
        refusing() as address,
        temporary_settings({PREFECT_API_URL: address}),
        get_client(sync_client=True) as client,
    ):
        desk = lay(wiring, RepositorySection(target=str(project.root), slug="shapes"))
        with pytest.raises(httpx.HTTPStatusError, match="422"):
            Distributed(Gateway(client), "run")._submit(desk, made, 0)


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
