"""Each attack of the self-test on the real sandbox; and outside, to see that it would have worked."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pyagent.sandbox import attacks
from pyagent.sandbox.selftest import _attack, _free, _reported, _undisturbed, _witnessed, _witnesses

PYTHON = str(Path(sys.executable).resolve())


@pytest.mark.parametrize("name", [attack.__name__ for attack in attacks.ATTACKS])
def test_an_attack_is_refused(runner: Any, name: str) -> None:
    with _witnesses(runner.uid) as (targets, shared):
        shared.chmod(0o777)
        assert _reported(runner.run(_attack(PYTHON, {**targets, "only": [name]}, shared))) == []
        witnessed = _witnessed(targets, shared, runner.uid)
    # Only the daemon leaves the file whose owner tells the uid outside.
    assert witnessed == ([] if name == "leave_daemon" else ["wrong_uid_outside"])


OPEN_OUTSIDE = (
    "connect_tcp",
    "connect_abstract",
    "connect_path",
    "write_host_file",
    "write_through_link",
    "read_secret",
    "read_environment",
    "kill_host_process",
    "new_user_namespace",
    "write_big_file",
    "fill_memory_folders",
    "fork_without_end",
)
"""Harmless enough to try on the host."""


@pytest.mark.parametrize("name", OPEN_OUTSIDE)
def test_the_same_attack_succeeds_outside(ordinary: Any, name: str, folder: Path) -> None:
    with _witnesses(ordinary.uid) as (targets, _):
        outside = {**targets, "only": [name], "environment": ["PLANTED"]}
        done = subprocess.run(
            [*ordinary.arguments, PYTHON, "-I", "-S", "-c", Path(attacks.__file__).read_text()],
            input=json.dumps(outside).encode(),
            capture_output=True,
            check=True,
            cwd=folder,
            env={"PLANTED": "1", "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        )
    assert json.loads(done.stdout) == [name]


def test_witnesses_notice_what_an_attacker_hides(ordinary: Any) -> None:
    with _witnesses(ordinary.uid) as (targets, shared):
        Path(targets["writable"]).write_text("changed")
        (shared / "lock").touch()
        os.chown(shared / "lock", ordinary.uid, ordinary.uid)
        assert _witnessed(targets, shared, ordinary.uid) == ["host_file_changed"]
        subprocess.run(["kill", "-STOP", str(targets["victim"])], check=True)
        while _undisturbed(targets["victim"]):
            pass
        assert "victim_disturbed" in _witnessed(targets, shared, ordinary.uid)


def test_a_held_lock_shows_a_daemon(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.touch()
    assert _free(lock)
    with subprocess.Popen(["flock", str(lock), "sh", "-c", "echo; cat"], stdin=-1, stdout=-1) as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert not _free(lock)
