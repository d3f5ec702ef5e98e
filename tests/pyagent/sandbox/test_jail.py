"""The jail program's own steps, without the sandbox around them."""

import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from pyagent.ports import Limits
from pyagent.sandbox.jail import jail_program
from pyagent.sandbox.plan import Plan, Walls
from pyagent.sandbox.readback import Readback
from pyagent.sandbox.work_copy import packed


def jailed(
    work: Path, *argv: str, parent_gone: bool = False, file: str = "in", limits: Limits | None = None
) -> tuple[subprocess.CompletedProcess[bytes], Readback]:
    walls = Walls(namespace=False, filter=False)
    given = Plan(os.fspath(work), walls, limits or Limits(), argv, {"PATH": "/usr/bin:/bin"}, ("out", "no"), 100)
    freight = packed(None, {file: b"x"}, given)
    line, inside = socket.socketpair()
    with line, inside, Path("/dev/null").open("rb") as nothing:
        socket.send_fds(line, [b"\0"], [freight, nothing.fileno()])
        os.close(freight)
        if parent_gone:
            line.shutdown(socket.SHUT_RDWR)
        done = subprocess.run([jail_program(), "run"], stdin=inside, capture_output=True, timeout=60, check=False)
        inside.close()
        read = Readback(["out", "no"])
        while not parent_gone and (chunk := line.recv(1 << 16)):
            read.feed(chunk)
    return done, read


def test_the_command_runs_on_the_work_copy_and_its_files_come_back(tmp_path: Path) -> None:
    done, read = jailed(tmp_path, "sh", "-c", "cat in > out; exit 3")
    assert (done.returncode, read.started, read.code, read.files) == (0, True, 3, {"out": b"x"})


def test_a_signal_is_said_as_a_shell_says_it(tmp_path: Path) -> None:
    assert jailed(tmp_path, "sh", "-c", "kill -9 $$")[1].code == 137


def test_a_parent_that_is_gone_has_no_command_run(tmp_path: Path) -> None:
    done, _ = jailed(tmp_path, "sh", "-c", "touch ran; sleep 600", parent_gone=True)
    assert done.returncode != 0
    assert not (tmp_path / "ran").exists()


def test_commands_that_cannot_run_have_the_shells_codes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    done, read = jailed(tmp_path / "first", "no-such-command")
    assert (read.code, done.stderr) == (127, b"no-such-command: No such file or directory\n")
    done, read = jailed(tmp_path / "second", "./closed", file="closed")
    assert (read.code, done.stderr) == (126, b"./closed: Permission denied\n")


def test_a_copy_that_fails_is_reported_before_the_start(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("already there")
    done, read = jailed(tmp_path, "true")
    assert (done.returncode, read.started, read.failure) == (1, False, "File exists: in")


def test_files_beyond_the_size_stay_away(tmp_path: Path) -> None:
    assert jailed(tmp_path, "sh", "-c", "head -c 101 /dev/zero > out")[1].files == {}


def test_the_command_gets_the_limits(tmp_path: Path) -> None:
    limits = Limits(file_bytes=4096, processes=2000)
    _, read = jailed(tmp_path, "sh", "-c", "(ulimit -f; ulimit -c; ulimit -n) > out", limits=limits)
    assert read.files == {"out": b"8\n0\n1024\n"}


def ran(*words: str, pass_fds: Sequence[int] = ()) -> subprocess.CompletedProcess[bytes]:
    command = [jail_program(), *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, pass_fds=pass_fds, check=False)


def test_open_descriptors_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as left:
        done = subprocess.run(
            [jail_program(), "run"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=[left.fileno()],
            check=False,
        )
    assert done.returncode == 1
    assert b"descriptors beside the three standard ones are open: 1" in done.stderr


@pytest.mark.parametrize("line", ["", "walk", "run x", "stage", "stage 1000", "stage no -- x", "stage 1000 --"])
def test_other_words_are_refused(line: str) -> None:
    done = ran(*line.split())
    assert done.returncode == 1
    assert done.stderr.startswith(b"pyagent-jail: ")


def test_the_stage_goes_on_as_an_ordinary_user_or_not_at_all(folder: Path) -> None:
    script = "id -u; cat /run/pyagent/0/in; grep -E 'Cap|NoNew' /proc/self/status"
    (folder / "in").write_text("seen\n")
    told = {
        uid: subprocess.run(
            [jail_program(), "stage", uid, str(folder), "--", "sh", "-c", script],
            capture_output=True,
            check=False,
            cwd="/",
        )
        for uid in ("0", "64123")
    }
    assert (told["0"].returncode, told["0"].stdout) == (1, b"")
    if os.geteuid() == 0:
        seen = told["64123"].stdout.decode().split()
        assert seen[:2] == ["64123", "seen"]
        assert set(seen[3::2]) == {"0" * 16, "1"}
    else:
        assert b"a mount namespace" in told["64123"].stderr
