"""The door: a runner comes out only at a level that was proven here."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Job, Limits, Mount
from pyagent.sandbox import runner as door
from pyagent.sandbox.levels import REDUCED, WITHOUT_GROUPS
from pyagent.sandbox.privileges import Identity
from pyagent.sandbox.runner import BubblewrapRunner, check_kernel, check_version, open_runner, parts_of_this_machine
from pyagent.sandbox.selftest import proof_key, proven_before, self_test

PYTHON = str(Path(sys.executable).resolve())


def childrens_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_an_opened_runner_is_proven_and_works(tmp_path: Path) -> None:
    opened = open_runner(state=tmp_path / "state")
    assert opened.level is Level.FULL
    assert opened.run(Job(("echo", "hello"))).stdout == b"hello\n"


def test_a_second_start_does_not_pay_for_the_proof(tmp_path: Path) -> None:
    open_runner(state=tmp_path)
    before = childrens_cpu()
    open_runner(state=tmp_path)
    assert childrens_cpu() == before


def test_another_proof_or_none_does_not_count(tmp_path: Path) -> None:
    key = proof_key(("/bin/sh", PYTHON), 1)
    assert not proven_before(None, key)
    assert not proven_before(tmp_path, key)
    for other in (proof_key(("/bin/sh", PYTHON), 2), proof_key(("/bin/cat", PYTHON), 1)):
        (tmp_path / "sandbox-proof").write_text(other)
        assert not proven_before(tmp_path, key)
    (tmp_path / "sandbox-proof").write_bytes(b"\xff")
    assert not proven_before(tmp_path, key)


def leaky(tmp_path: Path, flag: str) -> None:
    """A bubblewrap that drops `flag`, first on the search path."""
    real = shutil.which("bwrap")
    program = tmp_path / "bwrap"
    program.write_text(
        f'#!/bin/sh\nfor word; do shift; [ "$word" = {flag} ] || set -- "$@" "$word"; done\nexec {real} "$@"\n'
    )
    program.chmod(0o755)
    tmp_path.chmod(0o755)


def test_a_leak_is_found_and_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaky(folder, "--unshare-net")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with pytest.raises(EnvironmentFault, match="does not hold on this machine: connect_tcp, connect_abstract"):
        open_runner(state=folder / "state")
    assert not (folder / "state" / "sandbox-proof").exists()


def test_where_one_wall_is_missing_the_filter_still_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaky(folder, "--disable-userns")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    assert open_runner().level is Level.FULL


class Forgetful(BubblewrapRunner):
    """Ignores every memory limit."""

    def run(self, job: Job) -> Any:
        return super().run(Job(job.argv, mounts=job.mounts, stdin=job.stdin, limits=Limits(2.0, processes=24)))


def test_a_missing_memory_sum_is_a_breach() -> None:
    parts = open_runner().parts  # type: ignore[attr-defined]
    tested = self_test(Forgetful(Level.FULL, parts), python=parts.python, uid=parts.identity.uid)
    assert tested.level is Level.REDUCED
    assert "memory_of_children" in tested.breaches


def test_a_self_test_that_cannot_run_is_no_proof() -> None:
    parts = open_runner().parts  # type: ignore[attr-defined]
    with pytest.raises(EnvironmentFault, match=r"self-test could not run: exit code 1"):
        self_test(BubblewrapRunner(Level.FULL, parts), python="/usr/bin/false", uid=parts.identity.uid)


def test_a_missing_program_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFault, match=r"bubblewrap .* not installed. Install"):
        parts_of_this_machine(Identity(64123, dropped=True))
    leaky(tmp_path, "--none")
    assert parts_of_this_machine(Identity(64123, dropped=True)).bwrap == str(tmp_path / "bwrap")


def test_namespaces_switched_off_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_kernel([tmp_path / "absent"])
    (tmp_path / "switch").write_text("0\n")
    with pytest.raises(EnvironmentFault, match=r"User namespaces are off .*switch is 0"):
        check_kernel([tmp_path / "switch"])
    monkeypatch.setattr(door, "can_see_children", lambda: False)
    with pytest.raises(EnvironmentFault, match="memory cannot be summed"):
        check_kernel([])


def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    which = shutil.which
    monkeypatch.setattr(door.shutil, "which", lambda name, **given: None if name == "bwrap" else which(name, **given))


def test_less_is_taken_only_where_the_operator_allows_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_bubblewrap(monkeypatch)
    with pytest.raises(EnvironmentFault, match=r'bubblewrap .* Or accept less: \[sandbox\] level = "reduced"'):
        open_runner(state=folder / "state")
    monkeypatch.setattr(door, "groups_of_this_machine", lambda _: None)
    opened = open_runner(state=folder / "state", level=Level.REDUCED)
    assert (opened.level, opened.holes) == (Level.REDUCED, (*REDUCED.values(), WITHOUT_GROUPS))
    monkeypatch.setattr(door, "_prove", lambda *_: pytest.fail("proven twice"))
    assert open_runner(state=folder / "state", level=Level.REDUCED).level is Level.REDUCED


def test_a_reduced_level_that_holds_less_than_it_states_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    without_bubblewrap(monkeypatch)
    monkeypatch.setattr(door, "REDUCED", {})
    with pytest.raises(EnvironmentFault, match="does not hold on this machine: fill_memory_folders"):
        open_runner(level=Level.REDUCED)


def test_where_full_can_be_had_reduced_is_not_used() -> None:
    assert open_runner(level=Level.REDUCED).level is Level.FULL


@pytest.mark.parametrize("version", ["bubblewrap 0.6.1", "0.7.0", ""])
def test_an_old_bubblewrap_is_refused(tmp_path: Path, version: str) -> None:
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    with pytest.raises(EnvironmentFault, match=r"Install bubblewrap 0\.8 or newer"):
        check_version(str(program))


OPENING = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pyagent.sandbox.runner import open_runner
from pyagent.errors import EnvironmentFault
from pyagent.model import Level
try:
    print(open_runner(uid=0, level=Level(sys.argv[2] if len(sys.argv) > 2 else "full")).level.value)
except EnvironmentFault as fault:
    print(fault)
"""


def opened_by(parent: list[str], *words: str) -> str:
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [*parent, sys.executable, "-c", OPENING, root, *words], capture_output=True, check=True, cwd="/"
    )
    return done.stdout.decode()


def test_an_ordinary_user_proves_the_sandbox_as_that_user(ordinary: Any) -> None:
    assert opened_by(ordinary.arguments) == "full\n"


def test_unsafe_is_explicit_and_says_so(ordinary: Any) -> None:
    assert opened_by(ordinary.arguments, "unsafe") == "unsafe\n"


def test_root_never_runs_untrusted_code_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(EnvironmentFault, match="may not run as uid 0"):
        open_runner(uid=0)
    with pytest.raises(EnvironmentFault, match="untrusted code as root"):
        open_runner(level=Level.UNSAFE)


def test_a_writable_mount_is_handed_over_once_and_links_elsewhere_are_left(folder: Path, tmp_path: Path) -> None:
    opened = open_runner()
    owner = opened.parts.identity.uid  # type: ignore[attr-defined]
    shared = tmp_path / "shared"
    (shared / "inner").mkdir(parents=True)
    (shared / "inner" / "file").write_text("old")
    (folder / "cached").write_text("cache")
    os.link(folder / "cached", shared / "linked")
    mount = Mount(shared, "/opt/shared", writable=True)
    write = "echo new > /opt/shared/inner/file; echo bad > /opt/shared/linked"
    opened.run(Job(("sh", "-c", write), mounts=(mount,)))
    assert (shared / "inner" / "file").read_text() == "new\n"
    assert shared.stat().st_uid == owner
    if os.geteuid() == 0:
        assert (folder / "cached").read_text() == "cache"
