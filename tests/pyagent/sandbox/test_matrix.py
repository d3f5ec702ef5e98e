"""The grown attack matrix on the levels that have walls; `make falsify-sandbox` runs it with limits and the control."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.falsify import sandbox
from pyagent.model import Level
from pyagent.ports import Job, Mount
from pyagent.sandbox import attacks
from pyagent.sandbox.interpreters import interpreter_mounts
from pyagent.sandbox.jail import jail_program
from pyagent.sandbox.levels import HOLES, REDUCED
from pyagent.sandbox.privileges import identity
from pyagent.sandbox.reduced import ReducedRunner
from pyagent.sandbox.runner import reachable_python
from pyagent.sandbox.selftest import LIMITS, _reported, _witnesses

SINKS = set(sandbox.SINKS) | {"outlive_by_killing_the_jail"}
OWN = Path(sys.executable).resolve()


def breached(runner: Any, uid: int, python: str) -> set[str]:
    """What one passage of the further attacks reports or the attacked side saw."""
    with _witnesses(uid) as (targets, shared), sandbox.more_witnesses(targets, uid) as (told, received):
        mounts = (*interpreter_mounts(Path(python)), Mount(shared, str(shared), writable=True))
        argv = (python, "-I", "-S", "-c", sandbox.MORE.read_text(encoding="utf-8"))
        return {*_reported(runner.run(Job(argv, mounts=mounts, stdin=json.dumps(told).encode(), limits=LIMITS)))} | {
            *received()
        }


def test_there_are_enough_attacks_each_with_a_name() -> None:
    names = sandbox.names()
    assert len(names) == len(set(names)) >= 60
    assert set(REDUCED) <= set(names)


def test_no_further_attack_succeeds_at_the_full_level(runner: Any) -> None:
    assert breached(runner, runner.uid, str(OWN)) == set()


def test_at_the_reduced_level_just_the_stated_ones_succeed() -> None:
    who = identity(64123)
    reduced = ReducedRunner(jail_program(), who)
    first = {attack.__name__ for attack in attacks.ATTACKS}
    expected = set(REDUCED) - SINKS - first
    assert breached(reduced, who.uid, reachable_python(who.uid)) == expected
    assert reduced.holes == HOLES[Level.REDUCED]


def test_what_outlives_its_command_is_hunted_down(folder: Path) -> None:
    who = identity(64123)
    python = reachable_python(who.uid)
    folder.chmod(0o777)
    room = Mount(folder, str(folder), writable=True)
    mounts = (*interpreter_mounts(Path(python)), room)
    ReducedRunner(jail_program(), who).run(
        Job((python, "-I", "-S", "-c", sandbox.OUTLIVE, str(folder / "lock")), mounts=mounts)
    )
    assert (folder / "lock").exists()
    assert not sandbox.outlived(folder / "lock")


def test_a_broken_attack_is_no_held_one(runner: Any) -> None:
    text = (
        sandbox.MORE.read_text(encoding="utf-8")
        .replace("    os.chroot(", "    os.no_such_name(")
        .replace("(OSError, AttributeError)", "OSError")
    )
    done = runner.run(Job((str(OWN), "-I", "-S", "-c", text), stdin=json.dumps({"only": ["change_root"]}).encode()))
    assert b"change_root is broken" in done.stderr


@pytest.mark.parametrize("name", ["connect_ipv6", "change_mode", "make_hidden_file", "call_as_32_bit", "raise_limits"])
def test_an_attack_notices_when_it_succeeds(ordinary: Any, name: str, folder: Path) -> None:
    with _witnesses(ordinary.uid) as (targets, _), sandbox.more_witnesses(targets, ordinary.uid) as (told, _):
        if name == "connect_ipv6" and not told["port6"]:
            return
        done = subprocess.run(
            [*ordinary.arguments, str(OWN), "-I", "-S", "-c", sandbox.MORE.read_text(encoding="utf-8")],
            input=json.dumps({**told, "only": [name]}).encode(),
            capture_output=True,
            check=True,
            cwd=folder,
            env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        )
    assert json.loads(done.stdout) == [name]
