"""`pyagent db backup` and `restore`: the memory of a whole loop, carried to another folder."""

import os
import stat
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from pyagent.clock import SystemClock
from pyagent.ledger.opening import open_ledger
from tests.plugins.command import LEAN, ROOT
from tests.plugins.loops import Shell


def commits(shell: Shell) -> str:
    store = shell.state / "stores" / f"{shell.slug}.git"
    command = ["git", f"--git-dir={store}", "-c", "safe.directory=*", "log", "--format=%H %s", "--all"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def subjects(shell: Shell) -> list[str]:
    return sorted(line.partition(" ")[2] for line in commits(shell).splitlines())


def kinds(state: Path) -> Counter[str]:
    with open_ledger(state, clock=SystemClock()) as ledger:
        return Counter(type(entry.fact).__name__ for entry in ledger.journal.entries(0))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_backed_up_is_restored_elsewhere_and_goes_on(merged: Shell, tmp_path: Path) -> None:
    file = tmp_path / "memory.tar.gz"
    saved = merged("db", "backup", str(file))
    assert (saved.code, "facts" in saved.out) == (0, True), saved.err
    assert not file.with_name("memory.tar.gz.part").exists()
    assert mode(file) == 0o600, "it holds the key that signs"
    other = replace(merged, state=tmp_path / "other")
    restored = other("db", "restore", str(file))
    assert restored.code == 0, restored.err
    assert [mode(other.state / path) for path in ("keys", "keys/statements.pem", "blobs")] == [0o700, 0o600, 0o755]
    assert other("audit", "--json").json == merged("audit", "--json").json
    assert other("status", "--json").json[0]["merged"] == merged("status", "--json").json[0]["merged"] > 0
    assert commits(other) == commits(merged)
    again = other("run", other.target, "--json")
    assert again.json["repositories"][0]["proposals"] == 0, "it knows what it did"


def test_a_backup_taken_in_the_middle_of_a_run_goes_on_where_it_was_taken(waiting: Shell, tmp_path: Path) -> None:
    file, flags = tmp_path / "memory.tar.gz", ("--approve-class", "H,A", "--train-now")
    before = kinds(waiting.state)
    command = [sys.executable, "-m", "cli", "--state", str(waiting.state), "run", waiting.target, *flags]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **LEAN}, stderr=subprocess.DEVNULL) as running:
        while kinds(waiting.state)["TrainDeparted"] == before["TrainDeparted"]:
            assert running.poll() is None
            time.sleep(0.05)
        assert waiting("db", "backup", str(file)).code == 0
        assert running.poll() is None, "the backup was taken beside it"
    other = replace(waiting, state=tmp_path / "other")
    assert other("db", "restore", str(file)).code == 0
    assert kinds(other.state)["ChangeMerged"] < kinds(waiting.state)["ChangeMerged"]
    assert other("run", other.target, *flags).code == 0
    assert kinds(other.state)["ChangeMerged"] == kinds(waiting.state)["ChangeMerged"]
    assert subjects(other) == subjects(waiting)
    assert other("audit").code == 0


def test_a_folder_in_use_and_a_strange_file_are_refused(merged: Shell, tmp_path: Path) -> None:
    file, strange = tmp_path / "memory.tar.gz", tmp_path / "strange"
    assert merged("db", "backup", str(file)).code == 0
    used = merged("db", "restore", str(file))
    assert (used.code, "is not empty" in used.err) == (5, True)
    strange.write_text("nothing of ours", "utf-8")
    other = replace(merged, state=tmp_path / "other")
    assert "is no backup of pyagent" in other("db", "restore", str(strange)).err
    assert "is no backup of pyagent" in other("db", "restore", str(tmp_path / "absent")).err
    assert other("db", "restore").code == 2
    assert other("db", "migrate", str(file)).code == 2
    assert merged("db", "backup", str(tmp_path / "no" / "where")).code == 5
