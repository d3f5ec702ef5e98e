"""The launcher's own steps, in this process and without the sandbox around them."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyagent.sandbox import launch
from pyagent.sandbox.readback import Readback
from pyagent.sandbox.work_copy import packed


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A work folder; the launcher's change of folder, mask and search path is undone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    mask = os.umask(0)
    yield tmp_path
    os.umask(mask)


def launched(
    work: Path, *argv: bytes, parent_gone: bool = False, file: str = "in", **changed: Any
) -> tuple[int, Readback]:
    plan = {
        "argv": argv,
        "environment": {b"PATH": b"/usr/bin:/bin"},
        "work": os.fsencode(work),
        "limits": [(resource.RLIMIT_CORE, 0)],
        "collect": [b"out", b"no"],
        "collect_bytes": 100,
        "namespace": False,
    }
    freight = packed(None, {file: b"x"}, {**plan, **changed})
    result, inside = os.pipe()
    alive, ours = os.pipe()
    if parent_gone:
        os.close(ours)
    code = launch.main(freight, inside, alive)
    os.close(inside)
    os.close(alive)
    read = Readback(["out", "no"])
    while chunk := os.read(result, 1 << 16):
        read.feed(chunk)
    os.close(result)
    if not parent_gone:
        os.close(ours)
    return code, read


def test_the_command_runs_on_the_work_copy_and_its_files_come_back(work: Path) -> None:
    code, read = launched(work, b"sh", b"-c", b"cat in > out; exit 3")
    assert (code, read.started, read.code, read.files) == (0, True, 3, {"out": b"x"})


def test_a_signal_is_said_as_a_shell_says_it(work: Path) -> None:
    assert launched(work, b"sh", b"-c", b"kill -9 $$")[1].code == 137


def test_a_parent_that_is_gone_ends_the_command_without_a_word(work: Path) -> None:
    code, read = launched(work, b"sleep", b"600", parent_gone=True)
    assert (code, read.started, read.code) == (0, True, None)


def test_commands_that_cannot_run_have_the_shells_codes(work: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert launched(work, b"no-such-command")[1].code == 127
    assert launched(work, b"./closed", file="closed")[1].code == 126
    assert capfd.readouterr().err == "no-such-command: No such file or directory\n./closed: Permission denied\n"


def test_a_copy_that_fails_is_reported_before_the_start(work: Path) -> None:
    (work / "in").write_text("already there")
    code, read = launched(work, b"true")
    assert (code, read.started, read.failure) == (1, False, "File exists: in")


def test_files_beyond_the_size_stay_away(work: Path) -> None:
    assert launched(work, b"sh", b"-c", b"head -c 101 /dev/zero > out")[1].files == {}


def test_limits_are_lowered_never_raised() -> None:
    launch.confine([(resource.RLIMIT_CORE, 0)])
    launch.confine([(resource.RLIMIT_CORE, 1)])
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
