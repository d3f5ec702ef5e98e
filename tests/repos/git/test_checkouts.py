"""Exported trees: whole or absent, byte for byte, modes kept."""

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from pyagent.errors import LedgerError, TargetError
from pyagent.ports import Checkout
from repos import checkouts
from repos.checkouts import TreeCheckout, discard, export
from repos.holds import LOCKS
from repos.targets import Ready, parse, ready
from tests.repos.git.owner import Project


def exported(brought: Ready, state: Path) -> TreeCheckout:
    return export(brought.store, brought.repository, commit=brought.tip, cache=state / "trees")


def left(state: Path) -> list[str]:
    return [path.name for path in (state / "trees").iterdir() if path.name != LOCKS]


def test_an_export_is_a_checkout(brought: Ready, state: Path) -> None:
    tree: Checkout = exported(brought, state)
    assert tree.paths() == ("mod.py",)
    assert tree.read("mod.py") == b"def f():\n    return 1\n"
    assert not (tree.root / ".git").exists()
    assert tree.commit == brought.tip


@pytest.mark.parametrize("path", ["absent.py", "../state", "/etc/passwd", "", "link.py", "via/inner.py"])
def test_what_is_no_file_of_the_tree_cannot_be_read(project: Project, state: Path, path: str) -> None:
    (project.folder / "link.py").symlink_to("mod.py")
    project.write("real/inner.py", "")
    (project.folder / "via").symlink_to("real")
    project.commit()
    tree = exported(ready(parse(str(project.folder), cwd=state), state=state), state)
    with pytest.raises(TargetError, match="has no file"):
        tree.read(path)


def test_bytes_modes_and_odd_names_are_kept(project: Project, state: Path) -> None:
    project.write("run me.sh", "#!/bin/sh\n")
    (project.folder / "run me.sh").chmod(0o755)
    project.write("crlf\tü.py", b"a = 1\r\n\xff\x00")
    project.write(os.fsdecode(b"latin-\xe9.txt"), "x")
    project.commit()
    tree = exported(ready(parse(str(project.folder), cwd=state), state=state), state)
    assert tree.read("crlf\tü.py") == b"a = 1\r\n\xff\x00"
    assert tree.read(os.fsdecode(b"latin-\xe9.txt")) == b"x"
    assert (tree.root / "run me.sh").stat().st_mode & 0o777 == 0o755
    assert (tree.root / "mod.py").stat().st_mode & 0o777 == 0o644


def test_the_same_tree_is_written_once(brought: Ready, state: Path) -> None:
    first = exported(brought, state)
    stamp = (first.root / "mod.py").stat().st_mtime_ns
    assert exported(brought, state) == first
    assert (first.root / "mod.py").stat().st_mtime_ns == stamp


def test_another_user_can_read_it_whatever_our_umask(project: Project, state: Path) -> None:
    project.write("pkg/sub/x.py", "")
    project.commit()
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    before = os.umask(0o077)
    try:
        tree = exported(brought, state)
    finally:
        os.umask(before)
    for path in [tree.root, *tree.root.rglob("*")]:
        assert path.stat().st_mode & 0o004


def test_large_trees_are_read_in_pieces(project: Project, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkouts, "CHUNK_BYTES", 10)
    project.commit(**{f"m{number}": f"x = {number}\n" for number in range(7)})
    tree = exported(ready(parse(str(project.folder), cwd=state), state=state), state)
    assert [tree.read(f"m{number}.py") for number in range(7)] == [b"x = %d\n" % number for number in range(7)]


def test_a_full_disk_is_said_and_leaves_nothing(brought: Ready, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fchmod", full)
    with pytest.raises(LedgerError, match="No space left"):
        exported(brought, state)
    assert left(state) == []


def test_killed_while_writing_leaves_no_half_tree(project: Project, state: Path) -> None:
    project.commit(**{f"m{number}": f"x = {number}\n" for number in range(300)})
    brought = ready(parse(str(project.folder), cwd=state), state=state)
    script = (
        "import os, sys; from pathlib import Path; from repos.targets import *; from repos.checkouts import export\n"
        "real = os.fchmod; n = [0]\n"
        "def slow(*a):\n"
        "    n[0] += 1; real(*a)\n"
        "    if n[0] == 150: print('half', flush=True); sys.stdin.read()\n"
        "os.fchmod = slow\n"
        "state = Path(sys.argv[1]); r = ready(parse(sys.argv[2], cwd=state), state=state)\n"
        "export(r.store, r.repository, commit=r.tip, cache=state / 'trees')\n"
    )
    argv = [sys.executable, "-c", script, str(state), str(project.folder)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(argv, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
    assert [name for name in left(state) if not name.startswith(".")] == []
    tree = exported(brought, state)
    assert len(tree.paths()) == 301
    assert discard(state / "trees", keep=frozenset({tree.tree})) == 1
    assert left(state) == [tree.tree]
    assert [path.name for path in (state / "trees" / LOCKS).iterdir()] == [tree.tree], "no lock outlives what it locked"


def test_a_removal_cut_short_leaves_no_half_tree(brought: Ready, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = exported(brought, state).tree

    def cut_short(folder: Path) -> None:
        (folder / "mod.py").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("repos.checkouts.shutil.rmtree", cut_short)
        with pytest.raises(KeyboardInterrupt):
            discard(state / "trees", keep=frozenset())
    assert exported(brought, state).read("mod.py") == b"def f():\n    return 1\n"
    assert discard(state / "trees", keep=frozenset({tree})) == 1


def test_a_tree_that_somebody_has_is_not_removed(brought: Ready, state: Path) -> None:
    tree = exported(brought, state)
    assert discard(state / "trees", keep=frozenset()) == 0
    assert tree.read("mod.py") == b"def f():\n    return 1\n"
    del tree
    assert discard(state / "trees", keep=frozenset()) == 1


def test_a_tree_that_another_process_has_is_not_removed_until_it_dies(brought: Ready, state: Path) -> None:
    tree = exported(brought, state).root
    script = (
        "import sys; from pathlib import Path; from repos.holds import Hold\n"
        "held = Hold(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()\n"
    )
    argv = [sys.executable, "-c", script, str(tree)]
    with subprocess.Popen(argv, cwd=Path(__file__).parents[3], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"held\n"
        assert discard(state / "trees", keep=frozenset()) == 0
        child.send_signal(signal.SIGKILL)
    assert discard(state / "trees", keep=frozenset()) == 1


def test_many_export_and_many_remove_and_no_export_fails(brought: Ready, state: Path) -> None:
    ended = Event()

    def removes() -> int:
        gone = 0
        while not ended.is_set():
            gone += discard(state / "trees", keep=frozenset())
        return gone

    def reads() -> set[bytes]:
        return {exported(brought, state).read("mod.py") for _ in range(40)}

    with ThreadPoolExecutor(5) as pool:
        removing = [pool.submit(removes) for _ in range(2)]
        reading = [pool.submit(reads) for _ in range(3)]
        try:
            assert [one.result() for one in reading] == [{b"def f():\n    return 1\n"}] * 3
        finally:
            ended.set()
        assert sum(one.result() for one in removing) > 0
