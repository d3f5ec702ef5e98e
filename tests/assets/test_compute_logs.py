"""What a Dagster run prints, under the instance file `pyagent up` writes for bodies on S3."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from cli.supervisor import configuration
from pyagent.places import Bucket
from tests.plugins.command import ROOT
from tests.plugins.s3 import S3Server

SAYING = """
import sys
import dagster as dg

@dg.op
def say() -> None:
    print("said by the run")
    print("complained by the run", file=sys.stderr)

@dg.job(executor_def=dg.in_process_executor)
def talk() -> None:
    say()
"""


def test_what_a_run_prints_lands_in_the_bucket_and_stays_here_when_s3_is_away(s3: S3Server, tmp_path: Path) -> None:
    configuration.write(tmp_path, 5001, postgres=False, bucket=Bucket(s3.bucket, "team/pyagent"))
    first = talk(tmp_path)
    assert (first.returncode, first.stdout.count("said by the run")) == (0, 1), first.stderr
    said = s3.stored()
    assert all(key.startswith("team/pyagent/dagster-logs/") for key in said)
    texts = {key.rpartition(".")[2]: s3.client.get_object(Bucket=s3.bucket, Key=key)["Body"].read() for key in said}
    assert b"said by the run" in texts["out"]
    assert b"complained by the run" in texts["err"]
    s3.stop()
    second = talk(tmp_path)
    assert second.returncode == 0, second.stderr
    assert "RUN_SUCCESS" in second.stderr
    kept = (tmp_path / "dagster" / "storage").rglob("*.out")
    assert [path.read_text("utf-8") for path in kept] == ["said by the run\n"], "what could not be sent stays here"


def talk(state: Path) -> "subprocess.CompletedProcess[str]":
    (state / "talking.py").write_text(SAYING, "utf-8")
    environment = {**os.environ, "DAGSTER_HOME": str(state / "dagster"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dagster", "job", "execute", "-f", "talking.py", "-j", "talk"]
    return subprocess.run(command, cwd=state, env=environment, capture_output=True, text=True, check=False)


def test_bodies_in_a_folder_leave_the_instance_file_as_it_was(tmp_path: Path) -> None:
    configuration.write(tmp_path, 5001, postgres=False)
    file = tmp_path / "dagster" / "dagster.yaml"
    assert "compute_logs" not in yaml.safe_load(file.read_text("utf-8"))
    configuration.write(tmp_path, 5001, postgres=True, bucket=Bucket("bodies", ""))
    written = yaml.safe_load(file.read_text("utf-8"))
    assert written["compute_logs"]["config"] == {
        "bucket": "bodies",
        "prefix": "dagster-logs",
        "local_dir": str(tmp_path / "dagster" / "storage"),
    }
    assert "postgres" in written["storage"]
