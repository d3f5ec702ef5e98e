"""What the sandbox shows as /etc, on the host and from inside."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.ports import Job, Runner
from pyagent.sandbox import etc
from pyagent.sandbox.etc import STAND_INS, etc_folder
from pyagent.sandbox.jail import NAME, jail_program

JAIL = Path(jail_program())
MADE = """
from pathlib import Path
from pyagent.sandbox.etc import etc_folder
from pyagent.sandbox.jail import jail_program

made = etc_folder({}, Path(jail_program()))
print(made, made.is_dir())
"""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host's /etc of our own."""
    folder = tmp_path / "host"
    (folder / "alternatives").mkdir(parents=True)
    (folder / "alternatives" / "awk").symlink_to("/usr/bin/mawk")
    (folder / "alternatives" / "README").write_text("no link")
    for name in ("passwd", "shadow", "services"):
        (folder / name).write_text(f"{name} of the host")
    monkeypatch.setattr(etc, "HOST", folder)
    return folder


def test_it_holds_stand_ins_copies_and_links_and_nothing_else(host: Path, tmp_path: Path) -> None:
    made = etc_folder(tmp_path / "state", JAIL)
    assert {each.name for each in made.iterdir()} == {*STAND_INS, "services", "alternatives", NAME}
    assert (made / "passwd").read_bytes() == STAND_INS["passwd"]
    assert (made / "services").read_bytes() == (host / "services").read_bytes()
    assert (made / NAME).read_bytes() == JAIL.read_bytes()
    assert [(each.name, str(each.readlink())) for each in (made / "alternatives").iterdir()] == [
        ("awk", "/usr/bin/mawk")
    ]


def test_one_that_is_there_is_used_and_another_host_gets_another(host: Path, tmp_path: Path) -> None:
    first = etc_folder(tmp_path / "state", JAIL)
    made = first.stat().st_ino
    assert etc_folder(tmp_path / "state", JAIL) == first
    assert first.stat().st_ino == made
    (host / "services").write_text("changed")
    assert etc_folder(tmp_path / "state", JAIL) != first


def test_two_who_make_it_at_once_agree_and_leave_nothing_behind(host: Path, tmp_path: Path) -> None:
    assert host.is_dir()
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: etc_folder(tmp_path / "state", JAIL), range(8)))
    assert list((tmp_path / "state").iterdir()) == list(made)


def test_every_user_can_read_it_whatever_our_umask(host: Path, tmp_path: Path) -> None:
    assert host.is_dir()
    before = os.umask(0o077)
    try:
        made = etc_folder(tmp_path / "state", JAIL)
    finally:
        os.umask(before)
    modes = {each.stat().st_mode & 0o777 for each in (made, made / "alternatives")}
    assert modes == {0o755}
    assert {(made / name).stat().st_mode & 0o777 for name in (*STAND_INS, "services")} == {0o444}
    assert (made / NAME).stat().st_mode & 0o777 == 0o555


def test_where_it_cannot_be_made_it_is_said_and_nothing_is_left(
    host: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert host.is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault, match="could not be made"):
        etc_folder(tmp_path / "file", JAIL)
    monkeypatch.setattr(etc, "STAND_INS", {"too/deep": b""})
    with pytest.raises(EnvironmentFault, match="could not be made"):
        etc_folder(tmp_path / "state", JAIL)
    assert not list((tmp_path / "state").iterdir())


def test_where_no_program_may_be_started_it_is_said(tmp_path: Path) -> None:
    mounted = f'mount -t tmpfs -o noexec none {tmp_path} && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounted, "sh", sys.executable]
    made = MADE.format(f"Path({str(tmp_path)!r})")
    done = subprocess.run([*command, "-c", made], capture_output=True, text=True, check=False)
    assert done.stderr.strip().splitlines()[-1].startswith("pyagent.errors.EnvironmentFault: No program may be started")


def test_without_a_state_it_ends_with_its_process() -> None:
    done = subprocess.run([sys.executable, "-c", MADE.format(None)], capture_output=True, text=True, check=True)
    place, there = done.stdout.split()
    assert there == "True"
    assert not Path(place).parent.exists()


def test_inside_it_is_all_there_is(runner: Runner) -> None:
    done = runner.run(Job(("sh", "-c", "ls /etc; cat /etc/passwd; touch /etc/new; rm /etc/passwd")))
    assert {*STAND_INS, "alternatives"} <= set(done.stdout.decode().split())
    assert STAND_INS["passwd"] in done.stdout
    assert done.stderr.count(b"Read-only file system") == 2
    assert "shadow" not in done.stdout.decode()
