"""Whether a run's process lives, asked of a real code server."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient

from assets.launching import WatchedRunLauncher
from bench.orchestra.waiting import eventually
from tests.plugins.command import ROOT

INSTANCE = """
run_launcher: {module: assets.launching, class: WatchedRunLauncher}
run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}
telemetry: {enabled: false}
"""
DEFINITIONS = """
import time
import dagster as dg

@dg.op
def rest():
    time.sleep(600)

@dg.job(executor_def=dg.in_process_executor)
def resting():
    rest()

defs = dg.Definitions(jobs=[resting])
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    (tmp_path / "resting.py").write_text(DEFINITIONS, "utf-8")
    command = [sys.executable, "-m", "dagster", "api", "grpc", "-h", "127.0.0.1", "-p", str(number), "-f", "resting.py"]
    with subprocess.Popen(command, cwd=tmp_path) as server:
        client = DagsterGrpcClient(host="127.0.0.1", port=number)
        deadline = time.monotonic() + 120
        while not _answers(client):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield number
        server.kill()


def _answers(client: DagsterGrpcClient) -> bool:
    try:
        return bool(client.ping("here"))
    except DagsterUserCodeUnreachableError:
        return False


def launched(instance: dg.DagsterInstance, port: int, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    tags = {GRPC_INFO_TAG: json.dumps({"host": "127.0.0.1", "port": port})}
    return instance.add_run(dg.DagsterRun(job_name="resting", tags=tags, status=status))


def test_a_run_that_the_code_server_does_not_know_has_failed(port: int, tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(INSTANCE, "utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        launcher = instance.run_launcher
        assert isinstance(launcher, WatchedRunLauncher)
        assert launcher.supports_check_run_worker_health
        gone = launched(instance, port, dg.DagsterRunStatus.STARTED)
        ended = launched(instance, port, dg.DagsterRunStatus.SUCCESS)
        away = launched(instance, 1, dg.DagsterRunStatus.STARTED)
        said = [launcher.check_run_worker_health(run).status for run in (gone, ended, away)]
    assert said == [WorkerStatus.FAILED, WorkerStatus.SUCCESS, WorkerStatus.RUNNING]


def test_a_run_whose_process_lives_is_running(port: int, tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(INSTANCE, "utf-8")
    (tmp_path / "workspace.yaml").write_text(f"load_from: [grpc_server: {{host: 127.0.0.1, port: {port}}}]\n", "utf-8")
    command = [sys.executable, "-m", "dagster", "job", "launch", "-w", "workspace.yaml", "-j", "resting"]
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=120)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        launcher = instance.run_launcher

        def resting() -> int:
            (record,) = instance.get_run_records()
            events = instance.all_logs(record.dagster_run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
            found = [re.search(r"pid: (\d+)", each.user_message) for each in events]
            return next((int(each.group(1)) for each in found if each), 0)

        process = eventually(resting, 60, "the run's process says who it is")
        (record,) = instance.get_run_records()
        assert launcher.check_run_worker_health(record.dagster_run).status is WorkerStatus.RUNNING
        os.kill(process, signal.SIGKILL)

        def told() -> bool:
            return instance.get_run_records()[0].dagster_run.status is dg.DagsterRunStatus.FAILURE

        eventually(told, 60, "the code server, alive, tells of the process itself")
