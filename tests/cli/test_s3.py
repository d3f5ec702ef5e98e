"""The loop with its bodies on S3 ends as it does in a folder, and outlives a server that goes away."""

import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from tests.plugins.loops import Shell
from tests.plugins.s3 import S3Server

PREFIX = "team/pyagent"
TICKED = ("--approve-class", "H,A", "--train-now", "--json")


@pytest.fixture
def bodies(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The bucket every command of this test is configured with."""
    monkeypatch.setenv("PYAGENT__PYAGENT__BLOBS", f"s3://{s3.bucket}/{PREFIX}")
    return s3


@pytest.fixture
def like(merged: Shell, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many changes of each status the same loop has with its bodies in a folder."""
    monkeypatch.delenv("PYAGENT__PYAGENT__BLOBS", raising=False)
    return statuses(merged)


@pytest.fixture
def beside(fresh: Shell, tmp_path: Path) -> Shell:
    """Nothing ever ran, in another state folder than `merged` has."""
    return replace(fresh, state=tmp_path / "beside")


def statuses(shell: Shell) -> dict[str, int]:
    return dict(shell("run", shell.target, *TICKED).json["repositories"][0]["statuses"])


def test_a_server_that_goes_away_ends_the_run_in_words_and_the_next_ends_like_in_a_folder(
    like: dict[str, int], bodies: S3Server, beside: Shell
) -> None:
    with gone_after(bodies, objects=4):
        ended = beside("run", beside.target, *TICKED)
    assert ended.code == 7, ended.err
    assert "Could not connect to the endpoint" in ended.err
    assert "Run again once it answers: nothing recorded is lost." in ended.err
    assert "Traceback" not in ended.err
    bodies.start()
    assert statuses(beside) == like
    assert beside("audit").code == 0
    assert not (beside.state / "blobs").exists()
    assert len(bodies.stored(f"{PREFIX}/")) == len(bodies.stored()) > 4
    assert beside("status", "--json").json[0]["merged"] == like["merged"] > 0


@contextmanager
def gone_after(server: S3Server, *, objects: int) -> Generator[None]:
    def watch() -> None:
        while len(server.stored()) < objects:
            time.sleep(0.02)
        server.stop()

    watching = Thread(target=watch, daemon=True)
    watching.start()
    yield
    watching.join(timeout=1)
    assert not watching.is_alive()


def test_bodies_moved_from_the_folder_are_found_there_and_are_not_in_a_backup(
    bodies: S3Server, merged: Shell, tmp_path: Path
) -> None:
    for path in (merged.state / "blobs").glob("*/*"):
        bodies.client.upload_file(str(path), bodies.bucket, f"{PREFIX}/{path.parent.name}/{path.name}")
    shutil.rmtree(merged.state / "blobs")
    file, where = tmp_path / "memory.tar.gz", f"s3://{bodies.bucket}/{PREFIX}"
    assert merged("db", "backup", str(file), "--json").json["bodies_elsewhere"] == where
    told = merged("db", "backup", str(file)).out
    assert f"the bodies are NOT in it: they lie in {where}, which needs a backup of its own" in told
    other = replace(merged, state=tmp_path / "other")
    assert other("db", "restore", str(file)).code == 0
    assert [shell("report", shell.slug, "--to", str(tmp_path / "report.html")).code for shell in (merged, other)] == [
        0,
        0,
    ]
    bodies.stop()
    assert "cannot be read from s3://" in other("report", other.slug, "--to", str(tmp_path / "report.html")).err


def test_a_backup_beside_a_folder_elsewhere_says_so_too(
    merged: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "memory.tar.gz"
    assert merged("db", "backup", str(file), "--json").json["bodies_elsewhere"] is None
    monkeypatch.setenv("PYAGENT__PYAGENT__BLOBS", str(tmp_path / "elsewhere"))
    assert merged("db", "backup", str(file), "--json").json["bodies_elsewhere"] == str(tmp_path / "elsewhere")


def test_bodies_of_a_backup_are_restored_into_the_bucket_that_is_configured_by_then(
    merged: Shell, s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, names = tmp_path / "memory.tar.gz", {path.name for path in (merged.state / "blobs").glob("*/*")}
    assert merged("db", "backup", str(file)).code == 0
    monkeypatch.setenv("PYAGENT__PYAGENT__BLOBS", f"s3://{s3.bucket}/{PREFIX}")
    other = replace(merged, state=tmp_path / "other")
    assert other("db", "restore", str(file)).code == 0
    assert {key.rpartition("/")[2] for key in s3.stored(f"{PREFIX}/")} == names
    assert names
    assert not (other.state / "blobs").exists()
    assert other("report", other.slug, "--to", str(tmp_path / "report.html")).code == 0


def test_doctor_writes_and_reads_a_body(bodies: S3Server, fresh: Shell) -> None:
    assert blobs_row(fresh)["state"] == "ok"
    assert len(bodies.stored()) == 1
    bodies.stop()
    away = blobs_row(fresh)
    assert away["state"] == "unfit"
    assert "Could not connect" in away["detail"]
    assert "Run again once it answers" in away["detail"]


def blobs_row(shell: Shell) -> dict[str, str]:
    return next(row for row in shell("doctor", "--json").json if row["what"] == "blobs")
