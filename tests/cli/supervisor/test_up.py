"""The verbs themselves, with the real orchestrators."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.supervisor import ports, record, strays
from cli.supervisor.surroundings import MARK
from tests.cli.supervisor.conftest import Up, until
from tests.plugins.command import ROOT, Pyagent


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
        return answer.read()


def test_down_with_nothing_running_is_a_sentence(pyagent: Pyagent) -> None:
    ended = pyagent("down")
    assert ended.code == 0
    assert "no `pyagent up` runs for" in ended.out


def test_up_without_anything_to_start_is_a_wrong_command(pyagent: Pyagent) -> None:
    ended = pyagent("up", "--no-dagster", "--no-prefect")
    assert ended.code == 2
    assert "nothing to start" in ended.err


def test_reconcile_without_an_up_says_so(pyagent: Pyagent) -> None:
    ended = pyagent("reconcile")
    assert (ended.code, "No `pyagent up` with Prefect runs" in ended.err) == (5, True)


def test_a_taken_port_ends_up_before_anything_starts(pyagent: Pyagent) -> None:
    port = ports.any_free()
    with socket.create_server(("127.0.0.1", port)):
        ended = pyagent("up", "--no-prefect", "--dagster-port", str(port))
    assert ended.code == 5
    assert f"Port {port}" in ended.err
    assert not (pyagent.state / "logs").exists()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_both_orchestrators_come_up_answer_and_go(pyagent: Pyagent, tmp_path: Path) -> None:
    prefect, dagster = ports.any_free(), ports.any_free()
    flags = [
        "--prefect-port",
        str(prefect),
        "--dagster-port",
        str(dagster),
    ]
    command = [sys.executable, "-m", "cli", "--state", str(pyagent.state), "up", "--json", *flags]
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err)
    try:
        until(lambda: (tmp_path / "out").stat().st_size or process.poll() is not None, 1200)
        assert process.poll() is None, (tmp_path / "err").read_text("utf-8")
        assert all(row["state"] in {"ready", "done"} for row in json.loads((tmp_path / "out").read_text("utf-8")))
        assert b"dagster_webserver_version" in get(f"http://127.0.0.1:{dagster}/server_info")
        assert get(f"http://127.0.0.1:{prefect}/api/health") == b"true"
        found = record.read(pyagent.state)
        assert found is not None
        assert "dagster-daemon" in pyagent("status").out
        assert doctor(pyagent)["dagster-code"] == "ok"
        until(lambda: doctor(pyagent)["workers"] == "ok", 120)
        assert doctor(pyagent)["prefect"] == "ok"
        posted(f"http://127.0.0.1:{prefect}/api/v2/concurrency_limits/gpu-pool", {"limit": 7}, "PATCH")
        assert "limit gpu-pool is 7, not 1" in pyagent("doctor").out
        reconciled = pyagent("reconcile")
        assert (reconciled.code, reconciled.out) == (0, "nothing to do\n"), reconciled.err
        ended = pyagent("down")
        assert f"ended `pyagent up`, pid {process.pid}, with SIGTERM" in ended.out
        assert process.wait(60) == 0
        assert not strays.marked(MARK, found.mark)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(60)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_prefect_server_that_is_killed_comes_back_to_its_worker(start: Callable[..., Up]) -> None:
    port = ports.any_free()
    up = start(driver="prefect_driver.py", argument=str(port))
    up.hears('"service": "prefect-worker-1"', 600)
    assert get(f"http://127.0.0.1:{port}/api/health") == b"true"
    until(lambda: workers(port) == ["here-1"], 240)
    killed = up.record().rows[0].pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: up.record().rows[0].pid not in {killed, None} and up.record().rows[0].state == "ready", 300)
    assert workers(port) == ["here-1"]
    mark = up.record().mark
    assert up.ends(signal.SIGINT) == 0
    assert not strays.marked(MARK, mark)


def doctor(pyagent: Pyagent) -> dict[str, str]:
    return {row["what"]: row["state"] for row in pyagent("doctor", "--json").json}


def posted(url: str, body: dict[str, object], method: str) -> None:
    asked = urllib.request.Request(  # noqa: S310 - our own server
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method=method
    )
    urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - our own server


def workers(port: int) -> list[str]:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/work_pools/cpu-agents/workers/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own server
            return [each["name"] for each in json.loads(answer.read())]
    except urllib.error.HTTPError:
        return []  # the pool is made by the worker's first poll
