"""The Job contract: what goes in, what comes out."""

import os
import sys
from pathlib import Path

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.ports import Completed, Job, Limits, Mount, Runner

PYTHON = str(Path(sys.executable).resolve())


def python(code: str, **job: object) -> Job:
    return Job((PYTHON, "-I", "-c", code), **job)  # type: ignore[arg-type]


def test_a_run_reports_exactly_what_happened(runner: Runner) -> None:
    done = runner.run(Job(("sh", "-c", "cat; echo err >&2; echo x > out; exit 3"), stdin=b"in", collect=("out", "no")))
    assert (done.code, done.stdout, done.stderr, done.files) == (3, b"in", b"err\n", {"out": b"x\n"})
    assert done.stopped is None
    assert 0 < done.cpu_seconds < done.wall_seconds < 60
    assert done.peak_bytes > 1 << 20


def test_the_tree_is_copied_and_the_overlay_laid_over_it(runner: Runner, folder: Path) -> None:
    (folder / "keep").mkdir()
    (folder / "keep" / "a b ü.py").write_text("kept")
    (folder / "gone.py").write_text("gone")
    (folder / "tool").write_text("#!/bin/sh\necho old")
    (folder / "tool").chmod(0o700)
    (folder / "link").symlink_to("keep/a b ü.py")
    overlay = {"gone.py": None, "tool": b"#!/bin/sh\necho new\n", "deep/er/ö": b"deep"}
    done = runner.run(Job(("sh", "-c", "find . -type f | sort; cat link deep/er/ö; ./tool"), folder, overlay))
    assert done.stdout.decode() == "./deep/er/ö\n./keep/a b ü.py\n./tool\nkeptdeepnew\n"
    assert sorted(path.name for path in folder.iterdir()) == ["gone.py", "keep", "link", "tool"]


def test_a_tree_file_closed_to_others_still_works(runner: Runner, folder: Path) -> None:
    private = folder / "private.py"
    private.write_text("mine")
    private.chmod(0o600)
    os.chown(private, folder.stat().st_uid, folder.stat().st_gid)
    assert runner.run(Job(("cat", "private.py"), folder)).stdout == b"mine"


def test_a_signal_is_128_and_its_number(runner: Runner) -> None:
    assert runner.run(Job(("sh", "-c", "kill -TERM $$"))).code == 143


def test_a_missing_command_is_127_and_a_closed_one_126(runner: Runner) -> None:
    missing = runner.run(Job(("no-such-command",)))
    assert (missing.code, missing.stderr) == (127, b"no-such-command: No such file or directory\n")
    assert runner.run(Job(("./data",), overlay={"data": b"x"})).code == 126


def test_job_environment_comes_on_top_of_a_clean_one(runner: Runner) -> None:
    done = runner.run(Job(("env",), env={"MINE": "ü", "LANG": "C"}))
    names = {line.partition("=")[0]: line.partition("=")[2] for line in done.stdout.decode().splitlines()}
    assert names.pop("PATH").startswith("/usr/local/bin")
    assert names == {"HOME": "/home/sandbox", "LANG": "C", "MINE": "ü", "TMPDIR": "/tmp", "USER": "sandbox"}
