"""Each attack of the self-test on the real sandbox; and outside, to see that it would have worked."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import pytest

from pyagent.sandbox import attacks
from pyagent.sandbox.selftest import _attack, _reported, _undisturbed, _witnessed, _witnesses

PYTHON = str(Path(sys.executable).resolve())


@pytest.mark.parametrize("name", [attack.__name__ for attack in attacks.ATTACKS])
def test_an_attack_is_refused(runner: Any, name: str) -> None:
    with _witnesses(runner.uid) as (targets, shared):
        shared.chmod(0o777)
        assert _reported(runner.run(_attack(PYTHON, {**targets, "only": [name]}, shared))) == []
        witnessed = _witnessed(targets, shared, runner.uid)
    # Only the daemon leaves the file whose owner tells the uid outside.
    assert witnessed == ([] if name == "leave_daemon" else ["wrong_uid_outside"])


OPEN_OUTSIDE = ("connect_tcp", "read_secret", "new_user_namespace", "fill_memory_folders", "kill_host_process")


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


OPEN_HERE = (
    attacks.connect_tcp,
    attacks.connect_abstract,
    attacks.connect_path,
    attacks.write_host_file,
    attacks.write_through_link,
    attacks.write_system,
    attacks.read_secret,
    attacks.read_environment,
    attacks.kill_host_process,
    attacks.write_kernel_setting,
    attacks.become_root,
    attacks.write_big_file,
    attacks.fork_without_end,
)
"""Harmless in this very process, with stand-ins for the system's own folders and settings."""


@pytest.mark.parametrize("attack", OPEN_HERE)
def test_an_attack_notices_when_it_succeeds(
    ordinary: Any, attack: Callable[[Any], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setting").write_text("core")
    stand_ins = {"system": str(tmp_path), "setting": str(tmp_path / "setting"), "environment": ["PATH"]}
    with _witnesses(ordinary.uid) as (targets, _):
        assert attacks.succeeds(attack, {**targets, **stand_ins, "processes": 3})


def test_attacks_report_by_name_and_a_refusal_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    told = {"only": ["read_secret", "write_system"], "secret": str(tmp_path / "secret"), "system": "/proc/nowhere"}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(told)))
    monkeypatch.setattr("sys.stdout", said := io.StringIO())
    attacks.main()
    assert json.loads(said.getvalue()) == ["read_secret"]


def test_a_folder_with_and_without_room_is_told_apart(tmp_path: Path) -> None:
    assert attacks.fill(str(tmp_path), 1 << 20)
    assert not attacks.fill("/proc", 1 << 20)
    assert list(tmp_path.iterdir()) == []


def test_witnesses_notice_what_an_attacker_hides(ordinary: Any) -> None:
    with _witnesses(ordinary.uid) as (targets, shared):
        Path(targets["writable"]).write_text("changed")
        lock = shared / "lock"
        lock.touch()
        os.chown(lock, ordinary.uid, ordinary.uid)
        assert _witnessed(targets, shared, ordinary.uid) == ["host_file_changed"]
        with lock.open() as held:
            flock(held, LOCK_EX)
            assert "leave_daemon" in _witnessed(targets, shared, ordinary.uid)
        os.kill(targets["victim"], 9)
        while _undisturbed(targets["victim"]):
            pass
        assert "victim_disturbed" in _witnessed(targets, shared, ordinary.uid)
        assert "wrong_uid_outside" in _witnessed(targets, shared, ordinary.uid + 1)
