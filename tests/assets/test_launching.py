"""Whether a run's process lives, asked of a real code server."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient

from assets.launching import WatchedRunLauncher

DEFINITIONS = """
import time
import dagster as dg

@dg.op
def rest():
    time.sleep(600)

@dg.job
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
        while client.health_check_query() != "SERVING":
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield number
        server.kill()


def launched(instance: dg.DagsterInstance, port: int, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    tags = {GRPC_INFO_TAG: json.dumps({"host": "127.0.0.1", "port": port})}
    return instance.add_run(dg.DagsterRun(job_name="resting", tags=tags, status=status))


def test_a_run_that_the_code_server_does_not_know_has_failed(port: int, tmp_path: Path) -> None:
    yaml = "run_launcher: {module: assets.launching, class: WatchedRunLauncher}\ntelemetry: {enabled: false}\n"
    (tmp_path / "dagster.yaml").write_text(yaml, "utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        launcher = instance.run_launcher
        assert isinstance(launcher, WatchedRunLauncher)
        assert launcher.supports_check_run_worker_health
        gone = launched(instance, port, dg.DagsterRunStatus.STARTED)
        ended = launched(instance, port, dg.DagsterRunStatus.SUCCESS)
        away = launched(instance, 1, dg.DagsterRunStatus.STARTED)
        said = [launcher.check_run_worker_health(run).status for run in (gone, ended, away)]
    assert said == [WorkerStatus.FAILED, WorkerStatus.SUCCESS, WorkerStatus.RUNNING]
