"""The unsafe level keeps the same contract, on the bare host."""

import os
import time
from pathlib import Path

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Job, Limits, Mount
from pyagent.sandbox.unsafe import UnsafeRunner


def test_the_contract_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("tree")
    job = Job(("sh", "-c", "cat file over; cat; echo x > out; exit 3"), tmp_path, {"over": b"lay"}, stdin=b"in")
    done = UnsafeRunner().run(job)
    assert (UnsafeRunner().level, done.code, done.stdout, done.files) == (Level.UNSAFE, 3, b"treelayin", {})
    assert not (tmp_path / "out").exists()


def test_the_environment_is_clean_and_home_is_not_ours() -> None:
    done = UnsafeRunner().run(Job(("sh", "-c", "env; touch $HOME/x $TMPDIR/x")))
    names = {line.partition("=")[0] for line in done.stdout.decode().splitlines()}
    assert names <= {"HOME", "LANG", "PATH", "PWD", "TMPDIR", "USER", "SHLVL", "_"}
    assert done.code == 0


def test_files_come_back_but_nothing_through_links(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    script = f"echo x > out; ln -s {tmp_path}/secret link; ln -s {tmp_path} way"
    done = UnsafeRunner().run(Job(("sh", "-c", script), collect=("out", "link", "way/secret")))
    assert done.files == {"out": b"x\n"}


def test_limits_end_the_command_and_its_children() -> None:
    done = UnsafeRunner().run(Job(("sh", "-c", "sleep 60 & sleep 60"), limits=Limits(wall_seconds=0.3)))
    assert (done.stopped, done.code) == ("wall", 137)
    assert done.wall_seconds < 30


def test_children_of_an_ended_command_are_ended(tmp_path: Path) -> None:
    done = UnsafeRunner().run(Job(("sh", "-c", f"sleep 600 & echo $! > {tmp_path}/pid")))
    assert done.wall_seconds < 30
    child = Path("/proc", (tmp_path / "pid").read_text().strip())
    until = time.monotonic() + 20
    while child.exists() and "zombie" not in (child / "status").read_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert not child.exists() or "zombie" in (child / "status").read_text()


def test_a_leftover_in_a_session_of_its_own_does_not_hold_the_run(tmp_path: Path) -> None:
    done = UnsafeRunner().run(Job(("sh", "-c", f"setsid sh -c 'echo $$ > {tmp_path}/pid; exec sleep 60' & sleep 0.2")))
    assert (done.code, done.stopped) == (0, None)
    assert done.wall_seconds < 30
    os.kill(int((tmp_path / "pid").read_text()), 0)
    os.kill(int((tmp_path / "pid").read_text()), 9)


def test_a_mount_elsewhere_is_refused(tmp_path: Path) -> None:
    assert UnsafeRunner().run(Job(("true",), mounts=(Mount(tmp_path, str(tmp_path)),))).code == 0
    with pytest.raises(EnvironmentFault, match="cannot be shown at /opt/x"):
        UnsafeRunner().run(Job(("true",), mounts=(Mount(tmp_path, "/opt/x"),)))
