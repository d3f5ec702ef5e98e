"""kill -9 of the whole loop in its short form, and proof that its judges would notice a loss."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.killing.blows import ORPHAN_SECONDS
from bench.killing.world import World, faults, look
from tests.plugins.project import Project

ROOT = Path(__file__).parents[2]
GOOD = World("tree", Counter({"a": 1, "b": 1}), Counter({"p": 1, "q": 1}), Counter({"a": 1}))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_the_steps_that_matter_the_loop_loses_and_doubles_nothing() -> None:
    command = [sys.executable, "bench/kills.py", "--short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=880, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"(\d+) kills: lost 0, doubled 0, other faults 0", done.stdout)
    assert told
    assert int(told[1]) >= 12


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (replace(GOOD, changes=Counter({"a": 1})), "lost: b"),
        (replace(GOOD, changes=Counter({"a": 1, "b": 2})), "doubled: b"),
        (replace(GOOD, proposals=Counter({"p": 2, "q": 1})), "doubled: p"),
        (replace(GOOD, reverts=Counter()), "lost: a"),
        (replace(GOOD, reverts=Counter({"a": 2})), "doubled: a"),
        (replace(GOOD, reverts=Counter({"a": 1, "b": 1})), "never asked for: b"),
        (replace(GOOD, changes=Counter({"a": 1, "b": 1, "c": 1})), "never asked for: c"),
        (replace(GOOD, tree="other"), "the tree is other, not tree"),
        (replace(GOOD, ills=("git fsck: broken",)), "git fsck: broken"),
    ],
)
def test_every_kind_of_harm_is_noticed(seen: World, fault: str) -> None:
    assert faults(GOOD, GOOD) == ()
    assert faults(GOOD, seen) == (fault,)


def test_the_world_is_read_from_git(project: Project, tmp_path: Path) -> None:
    project.git("commit", "--quiet", "--allow-empty", "-m", "One\n\nPyagent-Change: a\nPyagent-Proposal: p")
    project.git("commit", "--quiet", "--allow-empty", "-m", "Two\n\nPyagent-Reverts: a")
    store = tmp_path / "state" / "stores" / "shapes.git"
    store.parent.mkdir(parents=True)
    project.git("clone", "--quiet", "--bare", ".", str(store))
    (store / "refs/heads/main.lock").touch()
    seen = look(tmp_path / "state")
    assert (seen.changes, seen.proposals, seen.reverts) == (Counter("a"), Counter("p"), Counter("a"))
    assert seen.ills == ("left behind: refs/heads/main.lock",)
    for damaged in (store / "objects").glob("??/*"):
        damaged.chmod(0o644)
        damaged.write_bytes(b"damaged")
    harm = faults(seen, look(tmp_path / "state"))
    assert "lost: a" in harm
    assert any(fault.startswith("git fsck") for fault in harm)


def test_what_outlives_its_process_is_found_and_ended() -> None:
    body = (
        "import subprocess, sys\n"
        "from bench.killing.blows import adopt_orphans, orphans\n"
        "adopt_orphans()\n"
        "subprocess.run(['sh', '-c', 'setsid sleep 321 & exit'])\n"
        "print(orphans(), orphans()[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", body], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "sleep 321" in done.stdout
    assert done.stdout.rstrip().endswith("()")
    assert float(done.stdout[1:].partition(",")[0]) >= ORPHAN_SECONDS
