"""A run's control group. What cannot be had here is not skipped: then the machine is held to having none."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Level
from pyagent.ports import Job, Limits
from pyagent.sandbox.cgroups import Ceiling, Group, Groups, candidates, groups_of_this_machine, limit
from pyagent.sandbox.interpreters import interpreter_mounts
from pyagent.sandbox.jail import jail_program
from pyagent.sandbox.privileges import identity
from pyagent.sandbox.runner import DEDICATED_UID, BubblewrapRunner, parts_of_this_machine

CEILING = Ceiling(memory_bytes=64 << 20, processes=12)
MEMORY_FILE = "import os; os.write(os.memfd_create('m'), bytes(200 << 20)); print('had it')"
CHILDREN = """
import os, signal
for _ in range(4):
    if not os.fork():
        held = b"x" * (40 << 20)
        signal.pause()
os.wait()
os.killpg(0, signal.SIGKILL)
"""
BOMB = """
import os, signal
born = 0
try:
    while born < 200:
        if not os.fork():
            signal.pause()
        born += 1
except BlockingIOError:
    pass
print(born, flush=True)
os.killpg(0, signal.SIGKILL)
"""
PARENT = """
import subprocess, sys, time
from pyagent.sandbox.cgroups import Ceiling, groups_of_this_machine
from pyagent.sandbox.jail import jail_program
with groups_of_this_machine(jail_program()).one(Ceiling(64 << 20, 8)) as group:
    child = subprocess.Popen(group.joining(["/bin/sleep", "60"]))
    print(group.folders[0], child.pid, flush=True)
    time.sleep(60)
"""
FAST = "held = [bytearray(8 << 20) for _ in range(64)]"


@pytest.fixture(scope="module")
def groups() -> Groups | None:
    return groups_of_this_machine(jail_program())


def none_here(groups: Groups | None) -> bool:
    """True where no group can be made; held to it by trying every place there is."""
    if groups is not None:
        return False
    mounts, member = (Path(f"/proc/self/{name}").read_text("utf-8").splitlines() for name in ("mountinfo", "cgroup"))
    for folder in (folder for parents in candidates(mounts, member) for folder in parents[:1]):
        probe = folder / "pyagent-probe"
        with pytest.raises(OSError, match=r"Permission|Read-only|No such|Operation|busy"):
            (probe.mkdir(), (probe / "cgroup.procs").write_text(str(os.getpid()), "ascii"))
        if probe.exists():
            probe.rmdir()
    return True


def inside(group: Group, code: str) -> subprocess.CompletedProcess[str]:
    argv = group.joining([sys.executable, "-I", "-S", "-c", code])
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30, start_new_session=True)


@pytest.mark.parametrize("code", [MEMORY_FILE, CHILDREN], ids=["memory_file", "children"])
def test_memory_ends_at_the_groups_ceiling(groups: Groups | None, code: str) -> None:
    if none_here(groups):
        return
    assert groups
    with groups.one(CEILING) as group:
        done = inside(group, code)
        assert group.overrun()
        assert "had it" not in done.stdout


def test_less_memory_is_let_be(groups: Groups | None) -> None:
    if none_here(groups):
        return
    assert groups
    with groups.one(CEILING) as group:
        assert inside(group, "held = b'x' * (16 << 20); print(len(held))").stdout == f"{16 << 20}\n"
        assert not group.overrun()


def test_a_fork_bomb_ends_at_the_groups_ceiling_and_dies_with_it(groups: Groups | None) -> None:
    if none_here(groups):
        return
    assert groups
    with groups.one(CEILING) as group:
        done = inside(group, BOMB)
    assert int(done.stdout.split()[0]) == CEILING.processes - 1
    assert not any(folder.exists() for folder in group.folders)


def test_what_a_killed_parent_left_is_swept_and_what_a_living_one_has_stays(groups: Groups | None) -> None:
    if none_here(groups):
        return
    assert groups
    argv = [sys.executable, "-c", PARENT]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as parent:
        assert parent.stdout
        place, child = parent.stdout.readline().split()
        groups.sweep()
        assert Path(place).exists()
        parent.send_signal(signal.SIGKILL)
    assert Path(place).exists()
    groups.sweep()
    assert not Path(place).exists()
    assert not alive(int(child))


def alive(pid: int) -> bool:
    """Whether it still runs a second later; a zombie does not."""
    for _ in range(20):
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state in "ZX":
            return False
        time.sleep(0.05)
    return True


def test_a_run_that_outgrows_its_memory_at_once_is_stopped_with_a_group_or_without(groups: Groups | None) -> None:
    python = Path(sys.executable).resolve()
    plain = BubblewrapRunner(Level.FULL, parts_of_this_machine(identity(DEDICATED_UID)))
    job = Job((str(python), "-I", "-S", "-c", FAST), mounts=interpreter_mounts(python))
    job = replace(job, limits=Limits(wall_seconds=30.0, memory_bytes=96 << 20, work_bytes=8 << 20))
    done = replace(plain, groups=groups).run(job)
    assert done.stopped == "memory"
    if groups:
        assert not list(groups.parents[0].glob(f"pyagent-*-{os.getpid()}-*"))


def test_the_kernels_kill_in_the_group_is_told_as_memory(groups: Groups | None) -> None:
    if none_here(groups):
        return
    python = Path(sys.executable).resolve()
    small = Limits(wall_seconds=30.0, memory_bytes=24 << 20, work_bytes=1 << 20)
    job = Job((str(python), "-I", "-S", "-c", "x = b'x' * (1 << 30)"), mounts=interpreter_mounts(python), limits=small)
    runner = BubblewrapRunner(Level.FULL, parts_of_this_machine(identity(DEDICATED_UID)), groups=groups)
    done = runner.run(job)
    assert done.stopped == "memory"
    assert done.peak_bytes < 64 << 20


V1 = (
    "26 23 0:23 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
    "27 23 0:24 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids",
)


def test_version_1_takes_both_hierarchies_where_we_are() -> None:
    found = candidates(V1, ("8:pids:/", "4:memory:/here", "0::/"))
    assert found == [(Path("/sys/fs/cgroup/memory/here"), Path("/sys/fs/cgroup/pids"))]


def test_one_hierarchy_alone_is_not_enough() -> None:
    assert candidates(V1[:1], ("4:memory:/here",)) == []


def test_version_2_takes_the_nearest_group_that_hands_both_on(tmp_path: Path) -> None:
    (tmp_path / "slice" / "scope").mkdir(parents=True)
    for folder, handed in ((tmp_path, "cpu memory pids"), (tmp_path / "slice", "pids memory"), ("slice/scope", "pids")):
        (tmp_path / folder / "cgroup.subtree_control").write_text(f"{handed}\n", "ascii")
    row = f"30 23 0:26 / {tmp_path} rw - cgroup2 cgroup2 rw,nsdelegate"
    assert candidates((row,), ("0::/slice/scope",)) == [(tmp_path / "slice",), (tmp_path,)]


@pytest.mark.parametrize(
    "wanted",
    [
        {"memory.max": "1000", "memory.swap.max": "0", "pids.max": "7"},
        {"memory.limit_in_bytes": "1000", "memory.memsw.limit_in_bytes": "1000"},
    ],
)
def test_each_version_is_limited_in_its_own_words(tmp_path: Path, wanted: dict[str, str]) -> None:
    for name in wanted:
        (tmp_path / name).touch()
    limit(tmp_path, Ceiling(1000, 7))
    assert {path.name: path.read_text("ascii") for path in tmp_path.iterdir()} == wanted
