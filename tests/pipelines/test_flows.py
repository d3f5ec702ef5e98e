"""Flows on a real server with a real worker: the loop, a person's approval, pauses, processes that die."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pipelines.processes import PID
from pyagent.clock import SystemClock
from pyagent.ledger.facts import ChangeApproved, Fact, RunEnded, RunRequested
from pyagent.ledger.folding import fold
from pyagent.ledger.opening import Ledger, open_ledger
from pyagent.model import Status
from tests.pipelines.conftest import Prefect, eventually
from tests.plugins.command import Pyagent
from tests.plugins.project import Project

Open = Callable[[], Ledger]
Counted = Counter[tuple[str, str]]

TICKED, UNTICKED = 'classes = ["H", "A"]', "classes = []"


def configure(folder: Path, project: Project, classes: str, threshold: int = 50) -> None:
    repository = f'[[repository]]\ntarget = "{project.root}"\nslug = "shapes"\n'
    (folder / "pyagent.toml").write_text(f"{repository}[policy.default]\n{classes}\nthreshold = {threshold}\n", "utf-8")


def facts(ledger: Ledger) -> list[Fact]:
    return [entry.fact for entry in ledger.journal.entries(0)]


def counted(ledger: Ledger) -> Counted:
    """How often each kind of fact was told of each change."""
    return Counter((type(fact).__name__, _change(fact)) for fact in facts(ledger))


def status(ledger: Ledger, change: str) -> Status | None:
    return fold(ledger.journal.entries(0)).of("shapes").status(change)


def _change(fact: Any) -> str:
    return str(getattr(fact, "change", "") or getattr(getattr(fact, "ticket", None), "change", ""))


def resume(prefect: Prefect, run: UUID, said: dict[str, str]) -> str:
    """What the server says of it: ACCEPT or REJECT."""
    return prefect.client.resume_flow_run(run, said).status.value


@pytest.mark.timeout(900)
def test_the_form_and_the_command_line_end_in_the_same_facts(
    prefect: Prefect, project: Project, ledger: Open, tmp_path: Path, folder_index: Path
) -> None:
    configure(tmp_path, project, TICKED)
    prefect.worker("one")
    run = prefect.submit("improve-now", repository="shapes", train_now=True)
    process = eventually(lambda: prefect.client.read_flow_run(run).labels.get(PID), "its process is known")
    environment = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    assert {b"PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30", b"PREFECT_CLIENT_RETRY_EXTRA_CODES=500"} <= set(environment)
    done = prefect.until(run, "Completed")
    by_flow = counted(ledger())
    assert sum(kind == "ChangeMerged" for kind, _ in by_flow.elements()) == 2
    revalidated = prefect.submit(
        "revalidate", change=next(change for kind, change in by_flow if kind == "ChangeMerged")
    )
    ingested = prefect.submit("ingest-now", repository="shapes")
    for run in (revalidated, ingested, prefect.submit("reconcile")):
        prefect.until(run, "Completed")
    assert counted(ledger()) == by_flow, "none of them has anything new to say"
    assert folder_index.is_dir()
    other = Pyagent(tmp_path / "other")("--config", str(tmp_path / "pyagent.toml"), "run", "--train-now", "--json")
    assert other.code in {0, 10}, other.err
    with open_ledger(tmp_path / "other", clock=SystemClock()) as own:
        assert counted(own) == by_flow
    artifacts = prefect.client.request("POST", "/artifacts/filter", json={}).json()
    assert {"run-shapes", "changes-shapes", "candidates"} <= {
        each["key"] for each in artifacts if each["flow_run_id"] == str(done.id)
    }


@pytest.mark.timeout(900)
def test_a_person_is_asked_and_bad_input_is_refused_by_the_server(
    prefect: Prefect, project: Project, ledger: Open, tmp_path: Path
) -> None:
    configure(tmp_path, project, UNTICKED, threshold=1)
    here = ledger()
    asked = RunRequested("shapes", "asked-once", "dagster")
    here.journal.append([asked, asked], token=None)
    worker = prefect.worker("two")
    assert "improve-now shapes" in prefect.command("pipelines.dispatch", "--once").stderr
    assert "improve-now" not in prefect.command("pipelines.dispatch", "--once").stderr, "asked twice, submitted once"
    eventually(lambda: fold(here.journal.entries(0)).due == (), "the run ends")
    queue = fold(here.journal.entries(0)).of("shapes").queue
    change, *others = queue
    assert others

    run = prefect.submit("improve-candidate", repository="shapes", change=change, ask=True)
    ticket = fold(here.journal.entries(0)).of("shapes").tickets[change]
    assert prefect.until(run, "Suspended").name == f"{ticket.transform} {ticket.name or ticket.path}"
    for bad in ({"verdict": "maybe", "by": "ann"}, {"verdict": "approve"}, {"verdict": "approve", "by": ""}):
        assert resume(prefect, run, bad) == "REJECT"
    before = len(facts(here))
    assert resume(prefect, run, {"verdict": "approve", "by": "ann"}) == "ACCEPT"
    prefect.until(run, "Completed")
    assert facts(here)[before:] == [ChangeApproved("shapes", change, "ann", queue[change].proposal, queue[change].base)]

    paused = Pyagent(tmp_path / "state")("--config", str(tmp_path / "pyagent.toml"), "pause", "--json")
    assert paused.code == 0, paused.err
    assert "merge-train" not in prefect.command("pipelines.dispatch", "--once").stderr
    Pyagent(tmp_path / "state")("--config", str(tmp_path / "pyagent.toml"), "resume", "--json")
    assert "merge-train shapes" in prefect.command("pipelines.dispatch", "--once").stderr
    eventually(lambda: status(here, change) is Status.MERGED, "the approved change merges")
    assert {status(here, other) for other in others} == {Status.QUEUED}
    assert worker.poll() is None


@pytest.mark.timeout(900)
def test_a_run_whose_processes_were_killed_is_ended_by_another_and_nothing_is_doubled(
    prefect: Prefect, project: Project, ledger: Open, tmp_path: Path
) -> None:
    configure(tmp_path, project, TICKED)
    here = ledger()
    here.journal.append([RunRequested("shapes", "killed", "dagster", train_now=True)], token=None)
    worker = prefect.worker("three")
    prefect.command("pipelines.dispatch", "--once")
    eventually(lambda: any(kind == "ProposalMade" for kind, _ in counted(here)), "proposals are written")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(30)
    sys.stdout.write(f"struck after {len(facts(here))} facts, last {type(facts(here)[-1]).__name__}\n")
    prefect.worker("four")

    def ended() -> bool:
        prefect.command("pipelines.dispatch", "--once")
        return any(isinstance(fact, RunEnded) for fact in facts(here))

    eventually(ended, "another flow run ends it")
    log = project_log(tmp_path)
    merged = [change for kind, change in counted(here).elements() if kind == "ChangeMerged"]
    assert len(merged) == len(set(merged)) == len(log) - 1 == 2
    eventually(lambda: taken_slots(prefect) == {}, "no slot is left taken")


def taken_slots(prefect: Prefect) -> dict[str, int]:
    """Slots that somebody holds, by limit."""
    limits = prefect.client.read_global_concurrency_limits()
    return {limit.name: limit.active_slots for limit in limits if limit.active_slots}


def project_log(folder: Path) -> list[str]:
    """Subjects of the commits in our store: the world, not our ledger."""
    store = Project(folder / "state" / "stores" / "shapes.git")
    return store.git("log", "--format=%s", "main").splitlines()
