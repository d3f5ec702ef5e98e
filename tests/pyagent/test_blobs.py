"""Blobs in a folder: whole or not at all. What both kinds promise stands in test_blobs_contract.py."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyagent.blobs import FolderBlobs
from pyagent.errors import LedgerError


@given(st.binary(max_size=200))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_body_comes_back_and_equal_bodies_share_an_id(tmp_path: Path, body: bytes) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    blob = blobs.put(body)
    assert blobs.get(blob) == body
    assert FolderBlobs(tmp_path / "elsewhere").put(body) == blob


def test_storing_twice_leaves_one_file_and_no_parts(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blob = blobs.put(b"body")
    stamp = (tmp_path / blob[:2] / blob).stat().st_mtime_ns
    assert blobs.put(b"body") == blob
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [blob]
    assert (tmp_path / blob[:2] / blob).stat().st_mtime_ns == stamp


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("")
    with pytest.raises(LedgerError, match=r"cannot be stored or read: .*Make the folder"):
        FolderBlobs(tmp_path / "blobs").put(b"body")


_ON_A_SMALL_DISK = """
import os, sys
from pathlib import Path
from pyagent.blobs import FolderBlobs
from pyagent.errors import LedgerError

root = Path(sys.argv[1])
blobs = FolderBlobs(root)
kept = blobs.put(b"kept")
try:
    blobs.put(os.urandom(1 << 20))
except LedgerError as error:
    print(error)
assert blobs.get(kept) == b"kept"
assert [path.name for path in root.rglob("*") if path.is_file()] == [kept]
"""


def test_a_full_disk_is_said_and_leaves_no_part(tmp_path: Path) -> None:
    shell = 'mount -t tmpfs -o size=300k none "$1" && exec "$0" -c "$2" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", shell]
    done = subprocess.run(
        [*command, sys.executable, str(tmp_path), _ON_A_SMALL_DISK], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stdout
    assert "Free some space" in done.stdout


def test_racing_writers_of_one_body_all_succeed(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from pyagent.blobs import FolderBlobs;"
    code += "print(FolderBlobs(Path(sys.argv[1])).put(bytes(100_000)))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    assert len({racer.communicate()[0] for racer in racers}) == 1
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_body_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    blob = FolderBlobs(tmp_path).put(b"a diff of somebody's code")
    assert (tmp_path / blob[:2] / blob).stat().st_mode & 0o077 == 0
