"""`pyagent db backup` and `restore`: the memory of a whole loop, carried to another folder."""

import subprocess
from dataclasses import replace
from pathlib import Path

from tests.plugins.loops import Shell


def commits(shell: Shell) -> str:
    store = shell.state / "stores" / f"{shell.slug}.git"
    command = ["git", f"--git-dir={store}", "-c", "safe.directory=*", "log", "--format=%H %s", "--all"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_what_was_backed_up_is_restored_elsewhere_and_goes_on(merged: Shell, tmp_path: Path) -> None:
    file = tmp_path / "memory.tar.gz"
    saved = merged("db", "backup", str(file))
    assert (saved.code, "facts" in saved.out) == (0, True), saved.err
    assert not file.with_name("memory.tar.gz.part").exists()
    other = replace(merged, state=tmp_path / "other")
    restored = other("db", "restore", str(file))
    assert restored.code == 0, restored.err
    assert other("audit", "--json").json == merged("audit", "--json").json
    assert other("status", "--json").json[0]["merged"] == merged("status", "--json").json[0]["merged"] > 0
    assert commits(other) == commits(merged)
    again = other("run", other.target, "--json")
    assert again.json["repositories"][0]["proposals"] == 0, "it knows what it did"


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
